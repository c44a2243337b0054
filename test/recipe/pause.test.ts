/** Pause policies: the form as written, the rules of the checker, and what `check` says of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONSTANTS } from '../../src/bus/protocol.gen.js';
import { type Board, parseBoard } from '../../src/model/board.js';
import { KEEP_ALL, type Plan } from '../../src/model/plan.js';
import { parseReactor, type Reactor } from '../../src/model/reactor.js';
import { check } from '../../src/recipe/check.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { pauseText } from '../../src/recipe/pause.js';
import { planText } from '../../src/recipe/present.js';
import { planOf } from '../support/plan.js';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const board = parseBoard(read('boards/bench-sim.yaml'), 'bench-sim.yaml');
const flowCell = parseReactor(read('boards/reactors/flow-12cm2.yaml'), 'flow-12cm2');
const batchCell = parseReactor(read('boards/reactors/batch-10ml.yaml'), 'batch-10ml');
const batch = read('test/fixtures/recipes/minimal.yaml');
const flow = read('recipes/scale-up-5mmol-3a.yaml')
  .replace(/^pause:\n(?: {2}.*\n)*/m, '')
  .replace(/^ {2}pause: .*\n/m, '');

/** What is wrong with a recipe that has this policy, and the plan when nothing is. */
function judged(text: string, pause: string, on: Reactor, withBoard: Board = board) {
  const loaded = loadRecipe('r.yaml', new TextEncoder().encode(`${text}\npause: ${pause}\n`));
  if (!loaded.ok) {
    const said = loaded.problems.map(({ path, message, hint }) => `${path}: ${message} (${hint})`);
    return { said, plan: null };
  }
  const outcome = check(loaded.value.recipe, on, withBoard);
  if (outcome.ok) return { said: [], plan: outcome.plan };
  return {
    said: outcome.findings.map(({ path, message, hint }) => `${path.join('.')}: ${message} (${hint})`),
    plan: null,
  };
}

describe('a policy as written', () => {
  it.each([
    [
      '{ current: { down: 5 mA } }',
      '"5 mA": "mA" is a unit of current, not of time (here: h, min, s, ms) (2 s)',
      'current.down',
    ],
    ['{ current: { down: 0 s } }', '"0 s" is not above zero (2 s)', 'current.down'],
    ['{ current: { up: at once } }', '"at once" does not begin with a number (2 min)', 'current.up'],
    ['{ current: { upp: 3 s } }', 'this key is not known here (one of down, up)', 'current.upp'],
    ['{ current: 2 s }', 'is not a set of fields (down, up)', 'current'],
    ['{ temperature: off }', 'is not one of the values known here (keep, release)', 'temperature'],
    ['{ flow: release }', 'is not one of the values known here (keep, stop)', 'flow'],
    ['{ purge: stop }', 'is not a set of fields (stop_after)', 'purge'],
    ['{ purge: { stop_after: 10 } }', '10 has no unit (10 s)', 'purge.stop_after'],
    ['{ purge: { after: 10 min } }', 'this key is not known here (one of stop_after)', 'purge.after'],
  ])('%s is refused at its place', (pause, message, path) => {
    expect(judged(batch, pause, batchCell).said).toContain(`pause.${path}: ${message}`);
  });

  it('is what a recipe without one gets, where it says nothing else', () => {
    expect(judged(batch, '{}', batchCell).plan?.pause).toEqual(KEEP_ALL);
    const all = '{ current: { down: 2 s }, temperature: keep, flow: keep, purge: keep }';
    expect(judged(batch, all, batchCell).plan?.pause).toEqual(KEEP_ALL);
  });

  it('reaches the plan in plain numbers', () => {
    const all =
      '{ current: { down: at once, up: 3 min }, temperature: release, flow: stop, purge: { stop_after: 0.5 h } }';
    expect(judged(flow, all, flowCell).plan?.pause).toEqual({
      current: { down_s: 0, up_s: 180 },
      temperature: 'release',
      flow: 'stop',
      purgeStopAfter_s: 1800,
    });
  });
});

describe('the checker', () => {
  it.each([
    [
      '{ current: { down: 11 s } }',
      'current.down: the current would flow on for 11 s after a hold (at most 10 s, or at once)',
    ],
    [
      '{ current: { up: 30 min } }',
      "current.up: a ramp of 30 min after a hold would use up the board's time limit for the current (at most 1330 s)",
    ],
    [
      '{ purge: { stop_after: 599 s } }',
      'purge.stop_after: 9 min 59 s of sweep leave hydrogen in the vessel, which then has no way out (at least 10 min)',
    ],
  ])('refuses %s', (pause, finding) => {
    expect(judged(flow, pause, flowCell).said).toEqual([`pause.${finding}`]);
  });

  it.each(['{ current: { down: 10 s } }', '{ current: { up: 22 min } }', '{ purge: { stop_after: 10 min } }'])(
    'takes %s',
    (pause) => {
      expect(judged(flow, pause, flowCell).said).toEqual([]);
    },
  );

  it('asks for ten minutes of sweep also where a reactor asks for less, and for more where it asks for more', () => {
    const sweeping = (sweepAfter_s: number): Reactor => ({
      ...flowCell,
      control: { ...flowCell.control, sweepAfter_s },
    });
    expect(judged(flow, '{ purge: { stop_after: 9 min } }', sweeping(60)).said).toHaveLength(1);
    // The finish of this recipe is too short for that reactor too.
    expect(judged(flow, '{ purge: { stop_after: 19 min } }', sweeping(1200)).said).toHaveLength(2);
  });

  it('refuses to shut a valve that the board does not have', () => {
    const without: Board = { ...board, lines: { ...board.lines, 'nitrogen-shut': { absent: 'a hand valve' } } };
    expect(judged(flow, '{ purge: { stop_after: 10 min } }', flowCell, without).said).toEqual([
      'pause.purge: the board "bench-sim" cannot shut the nitrogen: a hand valve (keep)',
    ]);
    expect(judged(flow, '{ purge: keep }', flowCell, without).said).toEqual([]);
  });

  it('refuses to stop a pump that is not there', () => {
    expect(judged(batch, '{ flow: stop }', batchCell).said).toEqual([
      'pause.flow: the reactor "batch-10ml" has no pump (keep)',
    ]);
  });

  it('refuses to release a temperature that nothing holds, and lets a waived purge stop at any time', () => {
    const waived = batch
      .replace(/ {2}- cool: .*\n/, '')
      .replace(/ {2}- purge: .*\n/, '')
      .replace('steps:', 'waive: { cooling: a test, purge: a test }\nsteps:');
    expect(judged(waived, '{ temperature: release, purge: { stop_after: 1 s } }', batchCell).said).toEqual([
      'pause.temperature: cooling is waived: there is none to release (keep)',
    ]);
  });

  it('tells all of it at once', () => {
    const pause = '{ current: { down: 1 min, up: 9 h }, flow: stop, purge: { stop_after: 1 min } }';
    expect(judged(batch, pause, batchCell).said).toHaveLength(4);
  });
});

describe('a warning', () => {
  const warnings = (pause: string, withBoard: Board = board) => judged(flow, pause, flowCell, withBoard).plan?.warnings;

  it('tells of ramps that the board does not follow', () => {
    expect(warnings('{ current: { down: 1 s, up: 1 s } }')).toEqual([
      'pause.current.down: 80 mA/s are due; the board slews at 50 mA/s, which takes 1.6 s (would be right: at least 1.6 s) [ramp-slew]',
      'pause.current.up: 80 mA/s are due; the board slews at 50 mA/s, which takes 1.6 s (would be right: at least 1.6 s) [ramp-slew]',
    ]);
    expect(warnings('{ current: { down: 1.6 s, up: 1.6 s } }')).toEqual([]);
    expect(warnings('{ current: { down: at once } }')).toEqual([]);
  });

  it('takes the slew from the protocol of the board, and only where the board has one', () => {
    expect(CONSTANTS.slewDefault_uA_s / 1000).toBe(50);
    const breakout = parseBoard(read('boards/breakout-sim.yaml'), 'breakout-sim.yaml');
    expect(
      warnings('{ current: { down: 1 s } }', {
        ...board,
        chips: { ...board.chips, galvanostat: breakout.chips.galvanostat },
      }),
    ).toEqual([]);
  });

  it('tells of a Peltier that cools liquid at rest', () => {
    expect(warnings('{ flow: stop }')).toEqual([expect.stringMatching(/^pause\.flow: the Peltier goes on cooling/)]);
    expect(warnings('{ flow: stop, temperature: release }')).toEqual([]);
  });
});

describe('what check says', () => {
  const plan: Plan = {
    ...planOf(),
    weighing: [
      {
        id: '2a',
        name: 'imine',
        role: 'limiting',
        amount_mmol: 1,
        equivalents: 1,
        mass_mg: 209,
        balance_mg: 0.1,
        weighed_mg: 209,
        error_eq: 0,
        volume_uL: null,
        isPerchlorate: false,
      },
    ],
  };

  it('is nothing where a recipe keeps all', () => {
    expect(pauseText(KEEP_ALL)).toEqual([]);
    expect(planText(plan)).not.toContain('When held');
  });

  it('is a line for each that differs', () => {
    const pause = {
      current: { down_s: 0, up_s: null },
      temperature: 'release',
      flow: 'stop',
      purgeStopAfter_s: 600,
    } as const;
    expect(pauseText(pause)).toEqual([
      "current: off at once, back by the step's own ramp",
      'temperature: Peltier off; the last cool step is waited for again',
      'flow: pump off; the last flow step is waited for again',
      'purge: nitrogen shut after 10 min of sweep; the last purge step is repeated',
    ]);
    expect(planText({ ...plan, pause })).toContain('\nWhen held\n  - current: off at once,');
  });
});
