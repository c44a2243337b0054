import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { boardAnswer, faultsAnswer } from '../../src/console/api/board.js';
import { parseBoard } from '../../src/model/board.js';
import { showBoard } from '../../src/model/board-shown.js';
import { faultRows } from '../../src/twin/faults/targets.js';
import { boardRoutes } from '../../src/workshop/board.js';

const asked = {
  params: {},
  query: {},
  body: null,
  user: null,
  role: null,
  address: '',
  token: null,
  gone: new AbortController().signal,
};
const shown = showBoard(parseBoard(readFileSync('boards/bench-sim.yaml', 'utf8'), 'bench-sim.yaml'));
const answerOf = (board: typeof shown | null, path: string) =>
  boardRoutes({ board, faults: () => Promise.resolve(faultRows()) })
    .find((route) => route.path === path)
    ?.handle(asked);

it('shows the board with its chips, lines and the reasons for those that it lacks', () => {
  expect(answerOf(shown, '/api/board')).toEqual({ json: { board: shown } });
  expect(boardAnswer.parse({ board: shown }).board?.chips).toContainEqual({
    name: 'liquidFlow',
    driver: 'slf3s',
    address: '0x08',
    period_s: 0.5,
  });
  expect(shown.lines.find(({ name }) => name === 'buzzer')?.absent).toBe('the simulated bench makes no sound');
  expect(shown.lines.find(({ name }) => name === 'door-closed')?.at).toBe('galvanode-sim 6');
});

it('gives the catalogue of faults on a simulated bench and refuses elsewhere', async () => {
  const answer = await answerOf(shown, '/api/faults');
  expect(faultsAnswer.parse(answer !== undefined && 'json' in answer ? answer.json : null).faults.length).toBe(
    faultRows().length,
  );
  for (const elsewhere of [null, { ...shown, rehearses: false }])
    expect(await answerOf(elsewhere, '/api/faults')).toMatchObject({ status: 409 });
});
