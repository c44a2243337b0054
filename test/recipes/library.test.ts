/** Every recipe that ships, as data: accepted, honest about its source, and nothing said in words that the numbers deny. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Plan } from '../../src/model/plan.js';
import { stepIds, stepKinds } from '../../src/model/recipe-steps.js';
import { perchlorate_g } from '../../src/recipe/weighing.js';
import { addresses, files, folder, plan, recipeFiles, seriesFiles, toldFirst } from './library.js';

const preparation = 'catalyst/catalyst-2-preparation.yaml';
const isWithoutCurrent = (address: string): boolean =>
  address === preparation || /blank-48h|#no-electricity$/.test(address);

/** Warnings that belong to a recipe, since it waives something with its reason. */
const waived = /^waive\.(electrolysis|cooling|purge): runs without .+ \[waived\]$/;

/** Each is planned once: a plan is only data. */
const plans = new Map(await Promise.all(addresses.map(async (address) => [address, await plan(address)] as const)));

function planned(address: string): Plan {
  const one = plans.get(address);
  if (one === undefined) throw new Error(`no ${address}`);
  return one;
}

/** Current, time and charge are each recipe's own matter; of the other fields of steps the source gives these. */
function givenBySource(field: string, address: string): boolean {
  return field === 'cool.to' || (field === 'wait.for' && address !== preparation);
}

/** "cool.band" of every step of a recipe as written, but for what is asked and what makes the charge. */
function stepFields(written: unknown): string[] {
  const steps: unknown = typeof written === 'object' && written !== null ? Reflect.get(written, 'steps') : [];
  const parts = (Array.isArray(steps) ? steps : []).flatMap((step: unknown) => Object.entries(step ?? {}));
  const ids = stepIds(parts.map(([kind]) => stepKinds.find((known) => known === kind) ?? 'prompt'));
  return parts.flatMap(([kind, body], index) =>
    kind === 'prompt' || kind === 'sample' || typeof body !== 'object' || body === null
      ? []
      : Object.keys(body)
          .filter((name) => !['current', 'time', 'charge', 'samples', 'follow_flow'].includes(name))
          .map((name) => `${ids[index] ?? kind}.${name}`),
  );
}

describe('the library', () => {
  it('has every procedure of the source', () => {
    expect(recipeFiles).toEqual([
      'aldehyde-4a.yaml',
      'catalyst/catalyst-2-preparation.yaml',
      'controls/blank-48h.yaml',
      'controls/d2o-6eq.yaml',
      'controls/monitored-run.yaml',
      'controls/zinc-anode.yaml',
      'general-procedure-03mmol.yaml',
      'general-procedure-3a.yaml',
      'scale-up-5mmol-3a.yaml',
      'scale-up/flow-cell-5mmol-4a.yaml',
      'scale-up/same-electrodes-5mmol-3a.yaml',
      'scale-up/same-electrodes-5mmol-4a.yaml',
      'scale-up/scale-out-5mmol-3a.yaml',
      'scale-up/scale-out-5mmol-4a.yaml',
      'scale-up/single-pass-05mmol-3a.yaml',
    ]);
    expect(seriesFiles).toEqual([
      'controls/scavengers.yaml',
      'series/aldehydes.yaml',
      'series/optimisation-table.yaml',
      'series/scope-03mmol.yaml',
      'series/scope-imines.yaml',
    ]);
  });

  it.each(files)('%s names the schema for editors in its first line', (file) => {
    const [first = ''] = readFileSync(folder + file, 'utf8').split('\n');
    const depth = file.split('/').length - 1;
    const above = depth === 0 ? './' : '../'.repeat(depth);
    const schema = seriesFiles.includes(file) ? 'series' : 'recipe';
    expect(first).toBe(`# yaml-language-server: $schema=${above}${schema}.schema.json`);
  });

  it('is listed in its README, each file once', () => {
    const rows = readFileSync(`${folder}README.md`, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const listed = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, file]) => String(file)),
    );
    expect(listed.toSorted()).toEqual(files);
  });

  it('gives no two recipes one name', () => {
    expect(new Set(addresses.map((address) => planned(address).recipe)).size).toBe(addresses.length);
  });
});

describe.each(recipeFiles)('%s', (file) => {
  it('bears the name of its file and keeps its text as it was, with its hash', () => {
    const { recipe, text, sha256, overrides } = planned(file);
    expect(`${recipe}.yaml`).toBe(basename(file));
    expect(text).toBe(readFileSync(folder + file, 'utf8'));
    expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
    expect(overrides).toEqual([]);
  });

  it('is accepted on the bench of real time as well', async () => {
    expect((await plan(file, [], 'bench-live')).board).toBe('bench-live');
  });
});

/** What the procedures are known by: charge and amount, within half a per cent. */
describe.each([
  ['general-procedure-3a.yaml', { charge_C: 194.4, charge_F_mol: 4.03, duration_s: 10_800, current_mA: 18 }],
  ['general-procedure-03mmol.yaml', { charge_C: 116.64, charge_F_mol: 4.03, duration_s: 6480, current_mA: 18 }],
  ['series/scope-03mmol.yaml#phenyl-keep-charge', { charge_C: 116.64, charge_F_mol: 4.03, duration_s: 6480 }],
  ['series/scope-03mmol.yaml#phenyl-keep-time', { charge_C: 194.4, charge_F_mol: 6.72, duration_s: 10_800 }],
  ['scale-up/scale-out-5mmol-3a.yaml', { charge_C: 1944, charge_F_mol: 4.03, duration_s: 10_800, current_mA: 180 }],
  ['scale-up-5mmol-3a.yaml', { charge_C: 1944, charge_F_mol: 4.03, duration_s: 24_300, current_mA: 80 }],
  ['scale-up/flow-cell-5mmol-4a.yaml', { charge_C: 1944, charge_F_mol: 4.03, duration_s: 24_300, current_mA: 80 }],
  ['scale-up/same-electrodes-5mmol-3a.yaml', { charge_C: 1944, charge_F_mol: 4.03, duration_s: 108_000 }],
  ['scale-up/same-electrodes-5mmol-4a.yaml', { charge_C: 1944, current_density_mA_cm2: 6.667, current_mA: 18 }],
  ['scale-up/scale-out-5mmol-4a.yaml', { hydrogen_rate_mL_min: 1.369, current_density_mA_cm2: 6.667 }],
  ['scale-up/single-pass-05mmol-3a.yaml', { charge_C: 194.4, charge_F_mol: 4.03, duration_s: 32_400 }],
  ['controls/blank-48h.yaml', { charge_C: 0, hydrogen_umol: 0 }],
] as const)('%s', (address, expected) => {
  it('has the numbers of the procedure', () => {
    const { numbers } = planned(address);
    for (const [key, value] of Object.entries(expected)) {
      const found: unknown = Reflect.get(numbers, key);
      expect(Math.abs(Number(found) - value), key).toBeLessThanOrEqual(0.005 * value);
    }
  });
});

describe('the series', () => {
  it('of the optimisation is the eight entries of the table, in its order', () => {
    const entries = addresses.filter((address) => address.startsWith('series/optimisation-table.yaml#'));
    const entryPlans = entries.map(planned);
    const catalysts = entryPlans.map(({ weighing }) =>
      weighing.filter(({ role }) => role === 'catalyst').map(({ id, equivalents }) => [id, equivalents]),
    );
    expect(entries.map((address) => address.split('#')[1])).toEqual([
      'no-catalyst',
      'cat-5',
      'cat-1',
      'cat-2',
      'cat-3',
      'cat-4',
      'no-electricity',
      'zinc-anode',
    ]);
    const loaded = (id: string): unknown[] => [[id, 0.05]];
    expect(catalysts).toEqual([
      [],
      loaded('cat-5'),
      loaded('cat-1'),
      loaded('cat-2'),
      loaded('cat-3'),
      loaded('cat-4'),
      loaded('cat-2'),
      loaded('cat-2'),
    ]);
    // The model has what the recipe weighs: none, and 5 mol% of 50 mM.
    expect(entryPlans.map(({ reactor }) => reactor.solution.catalyst_mM)).toEqual([
      0, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5,
    ]);
    expect(entryPlans.map(({ reactor }) => reactor.name === 'batch-10ml-zinc')).toEqual([
      ...Array.from({ length: 7 }, () => false),
      true,
    ]);
    const blank = entryPlans[6];
    expect(blank?.steps.find(({ kind }) => kind === 'wait')).toMatchObject({ duration_s: 48 * 3600 });
    expect(blank?.waived).toEqual(['electrolysis']);
    // The entry and the recipe of its own are one procedure.
    const alone = planned('controls/blank-48h.yaml');
    expect(blank?.steps).toEqual(alone.steps);
    expect(blank?.weighing).toEqual(alone.weighing);
  });

  it('of the aldehydes has 2 mol% of catalyst, 1 mM in the model, and volumes of the liquids', () => {
    for (const address of addresses.filter((one) => one.startsWith('series/aldehydes.yaml#'))) {
      const { weighing, reactor } = planned(address);
      expect(weighing.find(({ role }) => role === 'catalyst')?.amount_mmol).toBe(0.01);
      expect(reactor.solution.catalyst_mM).toBe(1);
    }
    const liquid = planned('series/aldehydes.yaml#phenyl').weighing.find(({ role }) => role === 'limiting');
    expect(liquid?.volume_uL).toBeCloseTo(50.8, 1);
    const solid = planned('series/aldehydes.yaml#4-chloro').weighing.find(({ role }) => role === 'limiting');
    expect(solid?.volume_uL).toBeNull();
  });

  it('of the imines differ in the imine alone, each with the molar mass of its formula', () => {
    const base = planned('general-procedure-3a.yaml');
    const masses = new Set<number>();
    for (const address of addresses.filter((one) => one.startsWith('series/scope-imines.yaml#'))) {
      const { weighing, steps, text } = planned(address);
      expect(steps).toEqual(base.steps);
      const others = (rows: Plan['weighing']): unknown => rows.filter(({ role }) => role !== 'limiting');
      expect(others(weighing)).toEqual(others(base.weighing));
      const written: unknown = parse(text);
      expect(written).toMatchObject({ reagents: { '2a': { formula: expect.stringMatching(/NO\d?S\d?$/) } } });
      masses.add(weighing.find(({ role }) => role === 'limiting')?.mass_mg ?? 0);
    }
    expect(masses.size).toBeGreaterThan(10);
  });
});

describe.each(addresses)('%s', (address) => {
  const one = planned(address);

  it('is accepted with no warning but of what it waives', () => {
    expect(one.warnings.filter((warning) => !waived.test(warning))).toEqual([]);
    expect(one.warnings.length > 0).toBe(isWithoutCurrent(address));
  });

  it('tells its source, and what of it is derived', () => {
    expect(one.source).toContain('doi:10.1038/s41467-025-63914-0');
    expect(one.derived.map(({ field }) => field)).toContain('finish.sweep_for');
    for (const { from } of one.derived) expect(from).not.toMatch(/@|TODO|^\s*$/);
  });

  it('marks every field of a step that the source does not give, and the voltage at which its model begins', () => {
    const written: unknown = parse(one.text);
    const notes = new Set(one.derived.map(({ field }) => field));
    const unmarked = stepFields(written).filter((field) => !notes.has(field) && !givenBySource(field, address));
    expect(unmarked).toEqual([]);
    const limit = one.derived.find(({ field }) => field === 'limits.voltage')?.from ?? '';
    const begins = /begins at ([0-9.]+) V/.exec(limit)?.[1];
    if (begins !== undefined) expect(begins).toBe(one.numbers.cell_voltage_V.toFixed(2));
  });

  it('tells the work-up of the source by volumes, so that it holds at any size', () => {
    if (address === preparation) return;
    const told = toldFirst(one);
    expect(told).toMatch(/20 volumes of water, ethyl acetate 3 times 4 volumes, 10 volumes of brine/);
    expect(told).toMatch(/petroleum ether and ethyl acetate 5\/1 to 2\/1 with 1 % of triethylamine/);
  });

  it('tells the hazards before anything runs, with the grams of perchlorate that it weighs', () => {
    const told = toldFirst(one);
    for (const hazard of ['nothing that sparks', 'no flame', 'DMF', 'perchlorate', 'gloves'])
      expect(told).toContain(hazard);
    const grams = perchlorate_g(one.weighing);
    expect(grams > 0).toBe(address !== preparation);
    if (grams === 0) return;
    const said = /holds ([0-9]+\.([0-9]+)) g of perchlorate/.exec(told);
    expect(said?.[1]).toBe(grams.toFixed(said?.[2]?.length));
    expect(told).toMatch(/never dry or heat it/);
  });

  it('tells the hydrogen that its charge can make', () => {
    const said = /the cell makes ([0-9]+) mL of hydrogen/.exec(toldFirst(one))?.[1];
    if (isWithoutCurrent(address)) expect(said).toBeUndefined();
    else expect(Math.abs(Number(said) / one.numbers.hydrogen_mL - 1)).toBeLessThan(0.05);
  });

  it('gives the board limits that a healthy run does not touch, and ends with finish', () => {
    const { envelope, limits, numbers, steps, reactor } = one;
    expect(steps.at(-1)?.kind).toBe('finish');
    expect(envelope.temperatureMax_C).toBeGreaterThan(reactor.heat.ambient_C);
    const current = steps.filter(({ kind }) => kind === 'electrolyse');
    expect(current).toHaveLength(isWithoutCurrent(address) ? 0 : 1);
    for (const step of steps) {
      if (step.kind === 'electrolyse')
        expect(step.timeMax_s).toBeGreaterThan((1000 * step.charge_C) / step.current_mA + step.ramp_s / 2);
      if (step.kind === 'purge') expect(step.sweep_mL_min).toBeGreaterThan(limits.sweepMin_mL_min);
      if (step.kind === 'flow') expect(step.flow_mL_min).toBeGreaterThan(limits.flowMin_mL_min ?? Infinity);
    }
    if (isWithoutCurrent(address)) {
      expect(numbers.charge_C).toBe(0);
      return;
    }
    expect(envelope.current_mA).toBeGreaterThan(numbers.current_mA);
    expect(envelope.charge_C).toBeGreaterThan(numbers.charge_C * 1.005);
    expect(envelope.voltage_V).toBeGreaterThan(numbers.cell_voltage_V + 0.3);
  });

  it('weighs what a balance of 0.1 mg can: no reagent more than 2 % of its equivalents off', () => {
    for (const { balance_mg, error_eq, equivalents } of one.weighing) {
      expect(balance_mg).toBe(0.1);
      expect(Math.abs(error_eq)).toBeLessThanOrEqual(0.02 * equivalents);
    }
  });
});
