/** Electrolyses with stages, reversals, ends and a flow to follow: what the checker makes of them, and what it refuses. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Board, parseBoard } from '../../src/model/board.js';
import { parseReactor, type Reactor } from '../../src/model/reactor.js';
import { charge_C, currentForFlow_mA } from '../../src/physics/charge.js';
import { check, type Checked, type Proven } from '../../src/recipe/check.js';
import { loadRecipe } from '../../src/recipe/load.js';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const boardNamed = (name: string): Board => parseBoard(read(`boards/${name}.yaml`), name);
const BOARD = boardNamed('bench-sim');
const reactor = (name: string): Reactor => parseReactor(read(`boards/reactors/${name}.yaml`), name);
const BATCH = reactor('batch-10ml');
const FLOW = reactor('flow-12cm2');
const minimal = read('test/fixtures/recipes/minimal.yaml');
const scaleUp = read('recipes/scale-up-5mmol-3a.yaml').replace(/^ {2}electrolyse\.(time|charge|ramp): .*\n/gm, '');

const batchWith = (body: string): string =>
  minimal.replace(/ {2}- electrolyse:\n(.*\n){2}/, `  - electrolyse: ${body}\n`);
const flowWith = (body: string): string => scaleUp.replace(/ {2}- electrolyse: .*\n/, `  - electrolyse: ${body}\n`);

function checked(text: string, on: Reactor = BATCH, board: Board = BOARD): Checked {
  const loaded = loadRecipe('r.yaml', new TextEncoder().encode(text));
  if (!loaded.ok) throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return check(loaded.value.recipe, on, board);
}

function planned(text: string, on: Reactor = BATCH): Proven {
  const outcome = checked(text, on);
  if (!outcome.ok) throw new Error(outcome.findings.map(({ message }) => message).join('\n'));
  return outcome.plan;
}

function refused(text: string, on: Reactor = BATCH, board: Board = BOARD): string[] {
  const outcome = checked(text, on, board);
  return outcome.ok ? [] : outcome.findings.map(({ rule, message, hint }) => `[${rule}] ${message} (${hint})`);
}

function electrolysis(plan: Proven) {
  const step = plan.steps.find(({ kind }) => kind === 'electrolyse');
  if (step?.kind !== 'electrolyse') throw new Error('no electrolysis');
  return step;
}

describe('stages', () => {
  const three = `{ current: 18 mA, stages: [ { current: 18 mA, time: 2 h },
      { current: 9 mA, charge_per_mole: 1 F/mol, ramp: 1 min }, { current: 5 mA } ] }`;

  it('are judged each in the solution that is left to it: a current may be large while there is much to carry it', () => {
    const file = (stages: string): Checked => {
      const text = read('test/fixtures/recipes/refused/transport--late-stage.yaml');
      const small = reactor('batch-overdriven');
      const tall: Reactor = { ...small, limits: { ...small.limits, voltage_V: 10 } };
      return checked(text.replace(/stages: \[.*\]/, `stages: ${stages}`), tall);
    };
    const early = file('[ { current: 30 mA, charge: 90 C }, { current: 20 mA, charge: 1854 C } ]');
    expect(early.ok ? [] : early.findings.map(({ message }) => message)).toEqual([]);
    const long = file('[ { current: 30 mA, charge: 480 C }, { current: 20 mA, charge: 1464 C } ]');
    expect(long.ok ? [] : long.findings.map(({ rule, path }) => [rule, path.join('.')])).toEqual([
      ['transport', 'steps.2.electrolyse.stages.0.current'],
    ]);
  });

  it('add up to the charge of the basis, the open one with the rest', () => {
    const plan = planned(batchWith(three));
    const { stages, charge_C: all_C } = electrolysis(plan);
    const each = [129.6, charge_C(1, 0.5), charge_C(4.03, 0.5) - 129.6 - charge_C(1, 0.5)];
    expect(stages?.map((stage) => stage.charge_C)).toEqual(each.map((charge) => expect.closeTo(charge, 6)));
    expect(all_C).toBeCloseTo(charge_C(4.03, 0.5), 6);
    expect(plan.numbers).toMatchObject({ current_mA: 18, charge_C: expect.closeTo(charge_C(4.03, 0.5), 6) });
    expect(plan.numbers.duration_s).toBeCloseTo(
      each.reduce((sum, q, i) => sum + q / ([18, 9, 5][i] ?? NaN) / 1e-3, 0),
      3,
    );
    expect(plan.envelope.charge_C).toBeGreaterThan(all_C);
    expect(stages?.[1]).toMatchObject({ current_mA: 9, ramp_s: 60 });
  });

  it.each([
    [
      three.replace('current: 18 mA, stages', 'current: 20 mA, stages'),
      /largest current of the stages is 18 mA, not 20 mA/,
    ],
    [
      three.replace('{ current: 18 mA, time: 2 h }', '{ current: 18 mA }'),
      /two electrolyses state neither time nor charge/,
    ],
    [three.replace('{ current: 5 mA }', '{ current: 5 mA, time: 1 h }'), /the electrolyses pass 195\.8/],
    [three.replace('18 mA, time: 2 h', '18 mA, time: 2 h, charge: 120 C'), /18 mA for 2 h is 129\.6 C, not 120 C/],
    [three.replace(', stages', ', charge: 200.0 C, stages'), /the stages pass 194\.42 C, not 200\.0 C/],
    [three.replace('time: 2 h', 'time: 4 h'), /already pass all of basis\.charge/],
  ])('that do not agree are refused: %#', (body, said) => {
    expect(refused(batchWith(body)).join('\n')).toMatch(said);
  });

  it('of any number leave the charge of the whole as it is', () => {
    const currents = fc.array(fc.integer({ min: 1, max: 18 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(currents, (some) => {
        const stages = some.map((mA, i) => `{ current: ${mA} mA${i === 0 ? '' : ', charge: 10.0 C'} }`).join(', ');
        const plan = planned(batchWith(`{ current: ${Math.max(...some)} mA, stages: [${stages}] }`));
        const step = electrolysis(plan);
        expect(step.charge_C).toBeCloseTo(charge_C(4.03, 0.5), 6);
        expect(step.stages?.reduce((sum, stage) => sum + stage.charge_C, 0)).toBeCloseTo(step.charge_C, 6);
        expect(plan.envelope.current_mA).toBeGreaterThanOrEqual(Math.max(...some));
      }),
      { numRuns: 30 },
    );
  });
});

describe('alternating polarity', () => {
  const every = (half: string, more = ''): string =>
    batchWith(`{ current: 18 mA, time: 3 h, polarity: { half_period: ${half}${more} } }`);
  const asks = (text: string): string => planned(text).warnings.join('\n');

  it('takes longer by its dead times and ramps, and rests 1 s where nothing is said', () => {
    const plan = planned(every('30 s'));
    const { polarity, charge_C: all_C, timeMax_s } = electrolysis(plan);
    expect(polarity).toMatchObject({ halfPeriod_s: 30, deadTime_s: 1, ramp_mA_s: 50 });
    expect(all_C).toBeCloseTo(194.4, 9);
    const lasts_s = (10800 * 30) / (30 - 1 - 18 / 50);
    expect(plan.numbers.duration_s).toBeCloseTo(lasts_s, 1);
    expect(timeMax_s).toBeGreaterThan(1.05 * lasts_s);
  });

  it('asks in numbers when the felt has no time to react', () => {
    expect(asks(every('30 s'))).not.toMatch(/before it reacts/);
    expect(asks(every('5 s', ', dead_time: 0.1 s'))).toMatch(/0\.79 of its charge is faradaic at 5 s .*21 s and more/);
    expect(asks(every('2 s', ', dead_time: 0 s'))).toMatch(/0\.48 of its charge is faradaic at 2 s/);
    expect(
      asks(every('1 s', ', dead_time: 0 s').replace('current: 18 mA, time: 3 h', 'current: 9 mA, time: 6 h')),
    ).toMatch(/0\.003 of its charge is faradaic at 1 s/);
    expect(asks(every('30 s'))).toMatch(/nickel is the anode half of the time, and felt the cathode/);
  });

  it.each([
    [every('2 s'), /half waves of 2 s with 1 s without current .* \(at least 3\.5 s\)/],
    [every('500 ms', ', dead_time: 0 s'), /\(at least 1\.5 s\)/],
    [
      batchWith('{ current: 18 mA, time: 3 h, ramp: 1 min, polarity: { half_period: 30 s } }'),
      /each reversal ramps at 50 mA\/s/,
    ],
    [
      batchWith(
        '{ current: 18 mA, time: 3 h, polarity: { half_period: 30 s }, until: { trend: { of: voltage, rises_by: 50 mV/min, over: 5 min } } }',
      ),
      /no trend of a voltage that is reversed/,
    ],
  ])('that cannot be is refused: %#', (text, said) => {
    expect(refused(text).join('\n')).toMatch(said);
  });

  it('needs a board that can turn the current round', () => {
    const breakout = boardNamed('breakout-sim');
    const without: Board = {
      ...breakout,
      lines: { ...breakout.lines, 'polarity-forward': { absent: 'no relay fitted' } },
    };
    expect(refused(every('30 s'), BATCH, breakout)).toEqual([]);
    expect(refused(every('30 s'), BATCH, without).join('\n')).toMatch(/has no polarity relay: no relay fitted/);
  });
});

describe('end conditions', () => {
  it('become numbers of the plan, in the units in which they are judged', () => {
    const body = `{ current: 18 mA, until: { charge_per_mole: 4.03 F/mol, time: 3 h,
      voltage: { above: 4600 mV, for: 30 s, on: hold }, hydrogen: { below: 0.1 %vol, for: 5 min },
      trend: { of: voltage, falls_by: 50 mV/min, over: 5 min } } }`;
    const { until, charge_C: all_C } = electrolysis(planned(batchWith(body)));
    expect(all_C).toBeCloseTo(charge_C(4.03, 0.5), 6);
    const threshold = { kind: 'threshold', above: null, below: null, for_s: 0, action: 'done' };
    expect(until).toEqual([
      { kind: 'charge', charge_C: expect.closeTo(charge_C(4.03, 0.5), 6) },
      { kind: 'time', time_s: 10800 },
      { ...threshold, of: 'voltage', above: 4.6, for_s: 30, action: 'hold' },
      { ...threshold, of: 'hydrogen', below: 0.1, for_s: 300 },
      { kind: 'trend', of: 'voltage', slope_per_min: -0.05, over_s: 300, for_s: 0, action: 'done' },
    ]);
  });

  it('refuse a slope of another kind', () => {
    const text = batchWith(
      '{ current: 18 mA, time: 3 h, until: { trend: { of: temperature, rises_by: 50 mV/min, over: 5 min } } }',
    );
    expect(() => checked(text)).toThrow(/"50 mV\/min" is no slope of a temperature/);
  });
});

describe('a current that follows the flow', () => {
  const body =
    '{ current: 70 mA, follow_flow: { charge: 0.0348 F/mol, concentration: 50 mmol/L, current_max: 80 mA } }';

  it('is judged at its limit, and lasts as long as at the planned flow', () => {
    const plan = planned(flowWith(body), FLOW);
    const { followFlow, current_mA, charge_C: all_C, timeMax_s } = electrolysis(plan);
    expect(current_mA).toBe(70);
    expect(plan.envelope.current_mA).toBeGreaterThan(80);
    expect(followFlow).toMatchObject({ currentMax_mA: 80, filter_s: 5, flowMin_mL_min: 20 });
    expect(followFlow?.perFlow_mA).toBeCloseTo(currentForFlow_mA(0.0348, 50, 1), 9);
    // At the least flow it takes longest, and the guard of time waits for that.
    expect(timeMax_s).toBeGreaterThan(all_C / ((followFlow?.perFlow_mA ?? NaN) * 20 * 1e-3));
  });

  it.each([
    ['70 mA, follow', '60 mA, follow', /0\.0348 F\/mol of 50 mmol\/L at 25 mL\/min is 69\.95 mA, not 60 mA/],
    ['50 mmol/L', '40 mmol/L', /the solution holds 50 mmol\/L of 2a, not 40 mmol\/L/],
    ['80 mA', '65 mA', /65 mA is below the 69\.95 mA of the planned flow/],
    ['current_max: 80 mA', 'current_max: 80 mA, filter: 5 min', /5 min is no filter for a pump and its lines/],
    [' } }', ' }, polarity: { half_period: 30 s } }', /a current that follows the flow does not alternate/],
  ])('is refused with %s as %s', (from, to, said) => {
    expect(refused(flowWith(body.replace(from, to)), FLOW).join('\n')).toMatch(said);
  });

  it('has nothing to follow in a batch cell', () => {
    expect(refused(batchWith(body.replace('70 mA', '15 mA').replace('80 mA', '18 mA'))).join('\n')).toMatch(
      /nothing flows that a current could follow/,
    );
  });

  it('in a single pass carries the charge of the basis', () => {
    const text = flowWith(body).replace('mode: recirculating', 'mode: single-pass');
    expect(refused(text, FLOW).join('\n')).toMatch(/one pass is all there is: 0\.0348 F\/mol is not the 4\.03 F\/mol/);
  });
});

describe('electrolyses of a second or two', () => {
  it('have room for what passes until each is off, and time for what each takes to begin', () => {
    const short = '{ current: 18 mA, time: 2 s, ramp: 0.1 s }';
    const plan = planned(
      minimal
        .replace('4.03 F/mol', '0.0373 F/mol')
        .replace(/ {2}- electrolyse:\n(.*\n){2}/, `  - repeat: { times: 50, steps: [ { electrolyse: ${short} } ] }\n`),
    );
    expect(plan.numbers.charge_C).toBeCloseTo(1.8, 9);
    expect(plan.envelope.charge_C).toBeCloseTo(1.8 + 50 * 0.018 * 0.2, 9);
    expect(electrolysis(plan).timeMax_s).toBeCloseTo(2 + 2 + 0.1, 9);
  });

  it('leave the caps of a long one as they were', () => {
    const plan = planned(minimal);
    expect(plan.envelope.charge_C).toBeCloseTo(1.01 * 194.4, 9);
    expect(electrolysis(plan).timeMax_s).toBeCloseTo(1.05 * 10_800 + 120, 9);
  });
});
