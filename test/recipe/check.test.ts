/** The rules of the checker, each broken from a recipe that holds; and the proof that charge, current, time and amount agree. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Board, parseBoard } from '../../src/model/board.js';
import { parseReactor, type Reactor } from '../../src/model/reactor.js';
import { charge_F_mol } from '../../src/physics/charge.js';
import { charges } from '../../src/recipe/charge.js';
import { check, type Checked } from '../../src/recipe/check.js';
import { loadRecipe } from '../../src/recipe/load.js';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const board: Board = parseBoard(read('boards/bench-sim.yaml'), 'bench-sim.yaml');
const reactor = (name: string): Reactor => parseReactor(read(`boards/reactors/${name}.yaml`), name);
const minimal = read('test/fixtures/recipes/minimal.yaml');
const flow = read('recipes/scale-up-5mmol-3a.yaml');
const batchCell = reactor('batch-10ml');
const flowCell = reactor('flow-12cm2');

function checked(text: string, sets: readonly string[], on: Reactor, withBoard: Board = board): Checked {
  const loaded = loadRecipe('r.yaml', new TextEncoder().encode(text), sets);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return check(loaded.value.recipe, on, withBoard);
}

function findings(text: string, sets: readonly string[], on: Reactor, withBoard: Board = board): string[] {
  const outcome = checked(text, sets, on, withBoard);
  return outcome.ok ? [] : outcome.findings.map(({ path, message, hint }) => `${path.at(-1)}: ${message} (${hint})`);
}

/** With an electrolysis of the same charge at another current, so that only what the current does is judged. */
const atCurrent = (current_mA: number): string[] => [
  `electrolyse.current=${current_mA} mA`,
  `electrolyse.time=${((1944 / current_mA) * 1000).toFixed(3)} s`,
];

describe('rules of the flow cell', () => {
  it.each([
    ['flow.rate=15 mL/min', 'rate: 15 mL/min is below the least flow of 20 mL/min (at least 20.4 mL/min)'],
    ['flow.rate=60 mL/min', 'rate: the pump gives 40 mL/min at most (at most 40 mL/min)'],
    ['limits.current_density=6.0 mA/cm2', 'current: 80 mA on 12 cm2 is 6.67 mA/cm2, over 6.0 mA/cm2 (at most 72 mA)'],
    ['limits.hydrogen_trip=0.4 %vol', 'hydrogen_trip: is above what reactor and sensor allow (at most 1000 ppm)'],
    ['limits.hydrogen_trip=300 ppm', 'hydrogen_warn: would not come before the trip (below 300 ppm)'],
    ['limits.hydrogen_warn=500 ppm', 'hydrogen_warn: is above what reactor and sensor allow (at most 400 ppm)'],
    [
      'limits.sweep_hydrogen=4 %vol',
      'sweep_hydrogen: 4 %vol is above what the reactor allows, and 100 % of the lower explosive limit (at most 1 %vol, or `cell.vent: inert line`)',
    ],
    [
      'limits.sweep_hydrogen=0.5 %vol',
      'sweep: 100 mL/min carries 0.6 %vol hydrogen at 80 mA; at least 130 mL/min are due (at least 130 mL/min)',
    ],
    ['purge.sweep=800 mL/min', 'sweep: the nitrogen supply gives 500 mL/min at most (at most 500 mL/min)'],
    ['finish.sweep_for=1 min', 'sweep_for: 1 min of sweep leave hydrogen in the vessel (at least 10 min)'],
    ['limits.temperature_min=-40 degC', "temperature_min: is wider than the reactor's (at least -10 degC)"],
    ['limits.temperature_max=50 degC', "temperature_max: is wider than the reactor's (at most 35 degC)"],
    ['limits.temperature_max=10 degC', 'temperature_max: the cell begins at room temperature (above 22 degC)'],
    ['limits.band_hold=2 K', "band_hold: is wider than the reactor's (at most 0.5 K)"],
    ['limits.band_warn=0.6 K', 'band_warn: would not come before the hold (at most 0.5 K)'],
    ['cool.ramp=5 K/min', 'ramp: the reactor "flow-12cm2" does not follow 5 K/min (at most 1.2 K/min)'],
    [
      'limits.voltage=3.2 V',
      'current: the cell would need 3.37 V, over the limit of 3.2 V (less current, or limits.voltage of 3.4 V where the reactor allows it)',
    ],
    ['basis.limiting=3a', 'limiting: "3a" is not among the reagents (one of 1a, 2a, cat-2, nBu4NClO4)'],
    [
      'cool.to=-9 degC',
      'to: the block must be at -12.3 degC to take 4.96 W; the Peltier brings it to -8.46 degC (a target of -5.9 degC or warmer, or less current)',
    ],
  ])('%s', (set, finding) => {
    expect(findings(flow, [set], flowCell)).toEqual([finding]);
  });

  it('refuses a current that transport does not carry to the end', () => {
    const wide: Reactor = { ...flowCell, limits: { ...flowCell.limits, current_mA: 200, voltage_V: 10 } };
    const withoutDensity = flow
      .replace('  current_density: 6.7 mA/cm2\n', '')
      .replace(/ {2}limits.current_density: .*\n/, '')
      .replace('charge: 1944.0 C, ', '')
      .replace(/ {2}electrolyse.charge: .*\n/, '');
    const said = findings(withoutDensity, [...atCurrent(120), 'purge.sweep=200 mL/min'], wide);
    expect(said).toEqual([
      expect.stringMatching(
        /^current: transport carries 13\d mA at the end; 120 mA is 0\.8\d? of that \(at most 1[01]\d mA, more area, or more flow\)$/,
      ),
    ]);
  });

  it('refuses a canopy that a leak would overcome', () => {
    const still: Reactor = { ...flowCell, hydrogen: { ...flowCell.hydrogen, canopy_L_min: 1 } };
    expect(findings(flow, [], still)).toEqual([
      'current: the canopy draws 1 L/min; a leak of all hydrogen at 80 mA needs 1.52 L/min (less current, or a canopy that draws more)',
    ]);
  });

  it('needs a flow before the current', () => {
    const text = flow.replace(/ {2}- flow: .*\n/, '').replace(/ {2}flow\.\w+: .*\n/g, '');
    expect(findings(text, [], flowCell)).toEqual([
      expect.stringContaining('nothing flows through the cell before this'),
    ]);
  });
});

describe('rules of the board', () => {
  it('keeps a tenth of the range for the trip', () => {
    const small: Board = {
      ...board,
      chips: { ...board.chips, galvanostat: { ...board.chips.galvanostat, ranges_mA: [0.256, 2.56, 18.5] } },
    };
    expect(findings(minimal, [], batchCell, small)).toEqual([
      expect.stringContaining('18 mA is over the range of the board'),
    ]);
  });

  it('keeps a fifth of the compliance', () => {
    const weak: Board = {
      ...board,
      chips: { ...board.chips, galvanostat: { ...board.chips.galvanostat, compliance_V: 6 } },
    };
    expect(findings(minimal, [], batchCell, weak)).toEqual([
      'voltage: 5 V is more than reactor and board allow (at most 4.8 V)',
    ]);
  });

  it('trips the hot side at the tighter of board and reactor', () => {
    const outcome = checked(minimal, [], batchCell, { ...board, limits: { ...board.limits, hotSideTrip_C: 50 } });
    expect(outcome.ok && outcome.plan.limits.hotSideTrip_C).toBe(50);
  });
});

describe('rules over steps that run at once, in stages or at other temperatures', () => {
  const step = '  - electrolyse:\n      current: 18 mA\n      time: 3 h\n';
  const staged = (samples: string): string =>
    minimal.replace(
      step,
      `  - electrolyse: { current: 18 mA, stages: [{ current: 18 mA, time: 1 h }, { current: 9 mA, time: 4 h }], samples: { at: ${samples}, ask: Take one. } }\n`,
    );

  it('count the time of tracks once', () => {
    const keeps = minimal.replace('mass: 105 mg', 'mass: 105 mg, stable_for: 4.02 h');
    expect(findings(keeps, [], batchCell)).toEqual([
      'stable_for: the last current ends up to 4 h 3 min after the start; 2a keeps for 4.02 h (at least 4 h 30 min, or a shorter run)',
    ]);
    const atOnce = keeps.replace(
      /  - purge: (.*)\n  - cool: (.*)\n/,
      '  - parallel:\n      - [ { purge: $1 } ]\n      - [ { cool: $2 } ]\n',
    );
    expect(findings(atOnce, [], batchCell)).toEqual([]);
  });

  it('find the charge of a time in its stage', () => {
    expect(findings(staged('[1 h, 65 C, 5 h]'), [], batchCell)).toEqual([]);
    expect(findings(staged('[1 h, 64 C]'), [], batchCell)).toEqual([
      '1: 64 C does not come after 1 h (samples in the order in which they come due)',
    ]);
    expect(findings(staged('[1 h, 5.1 h]'), [], batchCell)).toEqual([
      '1: a sample at 5.1 h (197.64 C) comes after the end at 194.4 C (before 194.4 C, or a sample step after the electrolysis)',
    ]);
  });

  it('judge each electrolysis at its own temperature', () => {
    const warmer = minimal
      .replace(
        step,
        '  - electrolyse: { current: 18 mA, time: 1.5 h }\n  - heat: { to: 20 degC, at_most: 90 min }\n  - electrolyse: { current: 18 mA, time: 1.5 h }\n',
      )
      .replace('steps:\n', 'limits: { voltage: 4.25 V }\nsteps:\n');
    const outcome = checked(warmer, [], batchCell);
    expect(outcome.ok ? [] : outcome.findings.map(({ rule, path }) => [rule, path])).toEqual([
      ['voltage-predicted', ['steps', 2, 'electrolyse', 'current']],
    ]);
  });

  it('ask no cell model of a recipe without current', () => {
    const blank = minimal
      .replace(step, '  - wait: { for: 48 h }\n')
      .replace('  charge: 4.03 F/mol\n', '')
      .replace('amount: 0.5 mmol', 'amount: 0.4 mmol')
      .replace('mass: 105 mg', 'mass: 84 mg')
      .replace('steps:\n', 'waive: { electrolysis: the blank }\nsteps:\n');
    const outcome = checked(blank, [], batchCell);
    expect(outcome.ok ? outcome.plan.warnings : outcome.findings).toEqual([
      'waive.electrolysis: runs without current: the blank [waived]',
    ]);
    expect(outcome.ok && [outcome.plan.numbers.charge_C, outcome.plan.limits.sweepMin_mL_min]).toEqual([0, 0]);
  });
});

describe('warnings', () => {
  const warnings = (sets: readonly string[]): readonly string[] => {
    const outcome = checked(minimal, sets, batchCell);
    return outcome.ok ? outcome.plan.warnings : ['refused'];
  };

  it('asks about a charge per mole that is unusual', () => {
    expect(warnings(['basis.charge=0.40 F/mol', 'electrolyse.time=0.3 h'])).toEqual([
      'basis.charge: 0.40 F/mol is unusual: is the unit right, and the point? (would be right: 1 to 10 F/mol) [charge-usual]',
    ]);
  });

  it('tells of a concentration and a sweep that the reactor is not laid out for', () => {
    const sets = [
      'basis.amount=0.40 mmol',
      'reagents.2a.mass=84 mg',
      'electrolyse.time=2.4 h',
      'purge.sweep=30 mL/min',
    ];
    expect(warnings(sets)).toEqual([
      'basis.amount: 2a is 40 mM; the cell model assumes 50 mM (would be right: 0.5 mmol) [concentration-model]',
      "purge.sweep: sweep is 30 mL/min; the reactor's needle valve is laid out for 25 mL/min (would be right: 25 mL/min) [sweep-laid-out]",
    ]);
  });
});

describe('charge, current, time, amount and F/mol', () => {
  const chargesOf = (sets: readonly string[], text = minimal) => {
    const loaded = loadRecipe('r.yaml', new TextEncoder().encode(text), sets);
    if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
    return charges(loaded.value.recipe);
  };
  const withoutTime = minimal.replace('      time: 3 h\n', '');

  it.each([
    ['current and time', minimal, [], 194.4],
    ['a charge in coulombs', withoutTime, ['electrolyse.charge=194.4 C'], 194.4],
    ['the basis alone', withoutTime, [], 194.418],
  ] as const)('takes the charge from %s', (_from, text, sets, expected_C) => {
    const { electrolyses, findings: wrong } = chargesOf(sets, text);
    expect(wrong).toEqual([]);
    expect(electrolyses[0]?.charge_C).toBeCloseTo(expected_C, 3);
  });

  it('shares the basis among several electrolyses, one of which may be open', () => {
    const two = withoutTime.replace('  - finish', '  - electrolyse: { current: 9 mA, time: 1 h }\n  - finish');
    const { electrolyses, findings: wrong } = chargesOf([], two);
    expect(wrong).toEqual([]);
    expect(electrolyses.map(({ charge_C }) => charge_C)).toEqual([expect.closeTo(162.018, 3), 32.4]);
    const open = withoutTime.replace('  - finish', '  - electrolyse: { current: 9 mA }\n  - finish');
    expect(chargesOf([], open).findings.map(({ message }) => message)).toEqual([
      'two electrolyses state neither time nor charge',
    ]);
    const nothingLeft = withoutTime.replace('  - finish', '  - electrolyse: { current: 18 mA, time: 4 h }\n  - finish');
    expect(chargesOf([], nothingLeft).findings.map(({ message }) => message)).toEqual([
      'the other electrolyses already pass all of basis.charge',
    ]);
    const tooMuch = minimal.replace('  - finish', '  - electrolyse: { current: 9 mA, time: 1 h }\n  - finish');
    expect(chargesOf([], tooMuch).findings).toMatchObject([{ path: ['basis', 'charge'] }]);
  });

  it.each([
    'electrolyse.current=180 mA',
    'electrolyse.current=1.8 mA',
    'electrolyse.current=18 A',
    'electrolyse.current=18 uA',
    'electrolyse.time=3 min',
    'electrolyse.time=30 h',
    'basis.amount=5 mmol',
    'basis.amount=0.5 mol',
    'basis.amount=0.05 mmol',
    'basis.charge=40.3 F/mol',
    'basis.charge=0.403 F/mol',
    'basis.charge=4030 F/mol',
  ])('refuses a slip of the unit or the point: %s', (set) => {
    expect(chargesOf([set]).findings).toHaveLength(1);
  });

  it('holds for every current, time and amount: the right F/mol is taken, one digit more or less is not', () => {
    const cases = fc.record({
      current_mA: fc.integer({ min: 1, max: 2000 }).map((tenths) => tenths / 10),
      time_min: fc.integer({ min: 1, max: 5000 }),
      amount_umol: fc.integer({ min: 50, max: 5000 }),
      places: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ current_mA, time_min, amount_umol, places }) => {
        const exact = charge_F_mol(current_mA * 1e-3 * time_min * 60, amount_umol * 1e-3);
        const written = Number(exact.toFixed(places));
        fc.pre(written > 2 * 10 ** -places && written < 1e6);
        const sets = (charge: number): string[] => [
          `electrolyse.current=${current_mA} mA`,
          `electrolyse.time=${time_min} min`,
          `basis.amount=${amount_umol} umol`,
          `basis.charge=${charge.toFixed(places)} F/mol`,
        ];
        expect(chargesOf(sets(written)).findings).toEqual([]);
        expect(chargesOf(sets(written + 10 ** -places)).findings).toHaveLength(1);
        expect(chargesOf(sets(written - 10 ** -places)).findings).toHaveLength(1);
      }),
      { numRuns: 30 },
    );
  });
});
