import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { boardAnswer, faultsAnswer } from '../../src/console/api/board.js';
import { ROUTES } from '../../src/console/api/routes.js';
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

it('answers whatever is sent along as if it were not there, and breaks nothing for it', async () => {
  let asks = 0;
  const faults = () => {
    asks += 1;
    return Promise.resolve([]);
  };
  const junk = fc.dictionary(fc.string(), fc.string());
  await fc.assert(
    fc.asyncProperty(junk, junk, fc.jsonValue(), fc.string(), async (params, query, body, user) => {
      const sent = { ...asked, params, query, body, user, role: 'viewer' as const };
      for (const board of [null, shown, { ...shown, rehearses: false }]) {
        asks = 0;
        const [onBoard, onFaults] = boardRoutes({ board, faults });
        expect(await onBoard?.handle(sent)).toEqual({ json: { board } });
        const answer = await onFaults?.handle(sent);
        if (board?.rehearses === true) expect([answer, asks]).toEqual([{ json: { faults: [] } }, 1]);
        else expect([answer, asks]).toEqual([expect.objectContaining({ status: 409 }), 0]);
      }
    }),
  );
});

it('are there to be read, and for nothing else', () => {
  const routes = boardRoutes({ board: shown, faults: () => Promise.resolve([]) });
  expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/board', 'GET /api/faults']);
  for (const { method, path } of routes)
    expect(ROUTES.filter((row) => row.path === path).map((row) => [row.method, row.least])).toEqual([
      [method, 'anyone'],
    ]);
});
