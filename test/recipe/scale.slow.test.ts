/** Recipes at another size: what is kept and what follows, the way back, and what is refused with what would pass. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import type { Plan } from '../../src/model/plan.js';
import { formatProblem } from '../../src/model/problem.js';
import { readDocument } from '../../src/model/document.js';
import { invariants } from '../../src/recipe/scale-invariants.js';
import { scaleFile, type ScaledFile, type ScaleRequest, type Way } from '../../src/recipe/scale-plan.js';

const SOURCE = packagePath('recipes', 'general-procedure-3a.yaml');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-scale-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Asked = Partial<ScaleRequest> & Pick<ScaleRequest, 'to'>;

async function scaled(file: string, asked: Asked): Promise<ScaledFile> {
  const outcome = await scaleFile({ file, board: 'bench-sim', sweep: true, ...asked });
  if (!outcome.ok) throw new Error(outcome.problems.map(formatProblem).join('\n'));
  return outcome.value;
}

async function refusal(file: string, asked: Asked): Promise<string> {
  const outcome = await scaleFile({ file, board: 'bench-sim', sweep: true, ...asked });
  if (!outcome.ok) return outcome.problems.map(formatProblem).join('\n');
  const { checked } = outcome.value.way;
  return checked.ok ? 'passes' : checked.problems.map(formatProblem).join('\n');
}

function planOf({ checked }: Way): Plan {
  if (!checked.ok) throw new Error(checked.problems.map(formatProblem).join('\n'));
  return checked.value;
}

/** The scaled text as a file of its own. */
function kept(name: string, { way }: ScaledFile): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, way.scaled.text);
  return file;
}

const WAYS = [
  { way: 'area', up: { by: 'area' }, reactor: 'batch-scale-out-27cm2', current_mA: 180, time_s: 10_800 },
  { way: 'time', up: { by: 'time' }, reactor: 'batch-100ml-same-electrodes', current_mA: 18, time_s: 108_000 },
  { way: 'flow cell', up: { reactor: 'flow-12cm2' }, reactor: 'flow-12cm2', current_mA: 80, time_s: 24_300 },
] as const;

describe.each(WAYS)('0.5 to 5 mmol by $way', ({ way, up, reactor, current_mA, time_s }) => {
  it('is a recipe that passes, with ten times the charge', async () => {
    const plan = planOf((await scaled(SOURCE, { to: '5 mmol', ...up })).way);
    expect(plan.reactor.name).toBe(reactor);
    expect(plan.numbers.charge_C).toBeCloseTo(1944, 6);
    expect(plan.numbers.current_mA).toBeCloseTo(current_mA, 6);
    expect(plan.numbers.charge_C / (plan.numbers.current_mA / 1000)).toBeCloseTo(time_s, 3);
    expect(plan.weighing.map(({ mass_mg }) => Math.round(mass_mg))).toEqual([3320, 1047, 125, 3419]);
  });

  it('keeps F/mol, current density, concentrations and temperature', async () => {
    const { data, way: one } = await scaled(SOURCE, { to: '5 mmol', ...up });
    const after = readDocument('scaled', Buffer.from(one.scaled.text)).document?.data;
    const found = invariants(data, after);
    expect(found.map(({ name }) => name)).toEqual([
      'charge',
      'current density',
      'temperature',
      '1a',
      '2a',
      'cat-2',
      'nBu4NClO4',
    ]);
    expect(found.filter(({ isKept }) => !isKept)).toEqual([]);
  });

  it('and back to 0.5 mmol is the same recipe, byte for byte', async () => {
    const large = kept(`up-${way.replace(' ', '-')}`, await scaled(SOURCE, { to: '5 mmol', ...up }));
    const back = await scaled(large, { to: '0.5 mmol' });
    expect(back.way.fit.reactor.name).toBe('batch-10ml');
    expect(back.way.scaled.text).toBe(readFileSync(SOURCE, 'utf8'));
  });

  it('and back from 50 mmol in ten of these cells as well', async () => {
    const large = kept(`five-${way.replace(' ', '-')}`, await scaled(SOURCE, { to: '5 mmol', ...up }));
    const fifty = await scaled(large, { to: '50 mmol' });
    expect(fifty.way.fit).toMatchObject({ by: ['cells'], cells: 10, amount: '5 mmol' });
    expect(planOf(fifty.way).numbers.charge_C).toBeCloseTo(1944, 6); // of one cell
    const back = await scaled(kept(`fifty-${way.replace(' ', '-')}`, fifty), { to: '0.5 mmol' });
    expect(back.way.scaled.text).toBe(readFileSync(SOURCE, 'utf8'));
  });
});

/** Where each recipe that ships can go: a smaller vessel, a larger one, or more cells. */
describe.each([
  ['general-procedure-3a', '0.5 mmol', '0.3 mmol'],
  ['general-procedure-03mmol', '0.3 mmol', '0.5 mmol'],
  ['general-procedure-03mmol', '0.3 mmol', '5 mmol'],
  ['aldehyde-4a', '0.5 mmol', '0.3 mmol'],
  ['aldehyde-4a', '0.5 mmol', '5 mmol'],
  ['controls/blank-48h', '0.5 mmol', '5 mmol'],
  ['controls/d2o-6eq', '0.5 mmol', '0.3 mmol'],
  ['controls/monitored-run', '0.5 mmol', '0.3 mmol'],
  ['controls/zinc-anode', '0.5 mmol', '1 mmol'],
  ['scale-up-5mmol-3a', '5 mmol', '50 mmol'],
  ['scale-up/flow-cell-5mmol-4a', '5 mmol', '50 mmol'],
  ['scale-up/same-electrodes-5mmol-3a', '5 mmol', '0.3 mmol'],
  ['scale-up/same-electrodes-5mmol-4a', '5 mmol', '0.5 mmol'],
  ['scale-up/scale-out-5mmol-3a', '5 mmol', '0.5 mmol'],
  ['scale-up/scale-out-5mmol-4a', '5 mmol', '50 mmol'],
  ['scale-up/single-pass-05mmol-3a', '0.5 mmol', '1 mmol'],
])('%s of the library', (recipe, amount, to) => {
  it(`goes from ${amount} to ${to} and back, byte for byte`, async () => {
    const source = packagePath('recipes', `${recipe}.yaml`);
    const there = await scaled(source, { to });
    planOf(there.way);
    const back = await scaled(kept(`${recipe.replace('/', '-')}-there`, there), { to: amount });
    expect(back.way.scaled.text).toBe(readFileSync(source, 'utf8'));
  });
});

describe('a scaled recipe', () => {
  it('tells the new numbers in prompts, title and comments, and no old one', async () => {
    const { way } = await scaled(SOURCE, { to: '5 mmol', by: 'area' });
    for (const said of ['250 mL of hydrogen', '3.4 g of perchlorate', 'procedure, 5 mmol', 'nitrogen at 250 mL/min'])
      expect(way.scaled.text).toContain(said);
    expect(way.scaled.text).toContain('# General procedure for 3a: 5 mmol in batch, 180 mA for 3 h at 0 degC.');
    expect(way.scaled.unsure).toEqual([]);
  });

  it('rounds what prompts say from the mass itself, not from a mass that is rounded already', async () => {
    const { way } = await scaled(SOURCE, { to: '0.3 mmol' });
    expect(way.scaled.text).toContain('mass: 205 mg');
    expect(way.scaled.text).toContain('holds 0.21 g of perchlorate'); // 205.152 mg
  });

  it('says of each changed field where it comes from, and keeps the old note', async () => {
    const { way } = await scaled(SOURCE, { to: '5 mmol', by: 'area' });
    const { derived } = planOf(way);
    const from = (field: string): string => derived.find((one) => one.field === field)?.from ?? '';
    expect(from('electrolyse.current')).toBe('scaled by area from 18 mA of general-procedure-3a');
    expect(from('purge.for')).toBe(
      'scaled by area from 3 min of general-procedure-3a (five volumes of a headspace of 15 mL)',
    );
    const told = new Set(derived.map(({ field }) => field));
    const changed = way.scaled.changes.map(({ path }) => (path[0] === 'steps' ? path.slice(2) : path).join('.'));
    expect(changed.filter((field) => !told.has(field))).toEqual([]);
  });

  it('of a flow cell starts its pump, and of a stirred one no more', async () => {
    const flow = await scaled(SOURCE, { to: '5 mmol', reactor: 'flow-12cm2' });
    expect(planOf(flow.way).steps.map(({ kind }) => kind)).toContain('flow');
    const stirred = await scaled(packagePath('recipes', 'scale-up-5mmol-3a.yaml'), {
      to: '0.5 mmol',
      reactor: 'batch-10ml',
    });
    expect(planOf(stirred.way).steps.map(({ kind }) => kind)).not.toContain('flow');
    expect(stirred.way.scaled.text).not.toMatch(/flow_min|flow: keep|flow\.rate/);
  });

  it('counts its cells', async () => {
    const { way } = await scaled(SOURCE, { to: '5 mmol', by: 'cells' });
    expect(way.fit).toMatchObject({ cells: 10, factor: 1, areas: 1 });
    expect(way.scaled.text).toContain('\n  count: 10\n');
    const back = await scaled(kept('ten', { ...(await scaled(SOURCE, { to: '5 mmol', by: 'cells' })) }), {
      to: '0.5 mmol',
      by: 'cells',
    });
    expect(back.way.scaled.text).toBe(readFileSync(SOURCE, 'utf8'));
  });
});

describe('steps of other files', () => {
  it('are scaled with the recipe, and stand written out in the new one', async () => {
    writeFileSync(join(folder, 'half.yaml'), 'steps:\n  - electrolyse: { current: 18 mA, time: 90 min }\n');
    const whole = readFileSync(SOURCE, 'utf8');
    const twice = '  - repeat:\n      times: 2\n      steps:\n        - include: { recipe: ./half.yaml }\n';
    const file = join(folder, 'twice.yaml');
    writeFileSync(
      file,
      whole.replace(/ {2}- electrolyse: .*\n/, () => twice).replace(/ {2}electrolyse\.ramp: .*\n/, ''),
    );
    const { way } = await scaled(file, { to: '5 mmol', by: 'area' });
    expect(planOf(way).numbers.charge_C).toBeCloseTo(1944, 6);
    expect(way.scaled.text).toContain('        - electrolyse: { current: 180 mA, time: 90 min }\n');
    expect(way.scaled.text).not.toContain('include');
  });
});

describe('refused', () => {
  it('an old sweep at ten times the current, with the one that would do', async () => {
    const said = await refusal(SOURCE, { to: '5 mmol', by: 'area', sweep: false });
    expect(said).toContain('purge.sweep: 25 mL/min carries 5.2 %vol hydrogen at 180 mA');
    expect(said).toMatch(/would be right: at least 1\d\d mL\/min/);
  });

  it.each([
    ['50 mmol in one cell', { to: '50 mmol', by: 'area' }, /270 cm2 for 1800 mA.*--cells 10/],
    ['a cell of another volume', { to: '5 mmol', reactor: 'batch-6ml' }, /another cell, with 6 mL.*"0\.3 mmol"/],
    ['part of a cell', { to: '0.6 mmol', by: 'cells' }, /1\.2 cells of 0\.5 mmol/],
    ['a reactor that is not there', { to: '5 mmol', reactor: 'nowhere' }, /no reactor "nowhere".*batch-10ml/],
  ] as const)('%s', async (_, asked, wanted) => {
    expect(await refusal(SOURCE, asked)).toMatch(wanted);
  });

  it('50 mmol in one cell, with what there is and what a file for it must say', async () => {
    const said = await refusal(SOURCE, { to: '50 mmol', by: 'area' });
    expect(said).toContain('batch-scale-out-27cm2 (100 mL, 27 cm2)');
    expect(said).toContain('cell.liquid_mL 1000 and cell.area_cm2 270, limits.current_mA of 1800 at least');
    expect(said).not.toContain('overdriven');
    const cells = await scaled(SOURCE, { to: '50 mmol', reactor: 'batch-scale-out-27cm2', cells: 10 });
    expect(planOf(cells.way).numbers.current_mA).toBeCloseTo(180, 6);
  });

  it.each([
    [
      'more voltage than the limit that the small cell kept',
      { by: 'area', sets: ['limits.voltage=4.33 V'] },
      /electrolyse\.current: the cell would need 4\.41 V, over the limit of 4\.33 V .*limits\.voltage of 4\.5 V/,
    ],
    [
      'a temperature that the cooling of the large vessel does not hold',
      { by: 'area', sets: ['cool.to=-6 degC', 'cool.at_most=120 min'] },
      /cool\.to: the block must be at -9\.36 degC to take 5\.05 W; .*-8\.36 degC .*a target of -5\.2 degC or warmer, or less current/,
    ],
    [
      'the current of a pumped cell in one that liquid passes once',
      { to: '1.25 mmol', reactor: 'single-pass-12cm2' },
      /electrolyse\.current: 80 mA is over the limit .*at most 8 mA/,
    ],
  ] as const)('by the checker: %s', async (_, asked, wanted) => {
    expect(await refusal(SOURCE, { to: '5 mmol', ...asked })).toMatch(wanted);
  });

  it('180 mA forced through the small electrodes, by what the cell needs and what transport carries', async () => {
    const large = packagePath('recipes', 'scale-up', 'scale-out-5mmol-3a.yaml');
    const { way } = await scaled(large, { to: '5 mmol', reactor: 'batch-overdriven' });
    expect(planOf(way).numbers.current_mA).toBeCloseTo(18, 6); // the density is kept, so that scaling never overdrives
    const forced = join(folder, 'forced.yaml');
    writeFileSync(forced, way.scaled.text);
    const sets = ['electrolyse.current=180 mA', 'electrolyse.time=3 h', 'limits.current_density=70 mA/cm2'];
    const more = ['purge.sweep=250 mL/min'];
    const said = await refusal(forced, { to: '5 mmol', cells: 1, sets: [...sets, ...more] });
    expect(said).toMatch(/electrolyse\.current: transport carries .*at most .*more area/);
  });

  it('more cells and more time for a recipe without current, which only takes another vessel', async () => {
    const blank = packagePath('recipes', 'controls', 'blank-48h.yaml');
    const { way, others } = await scaled(blank, { to: '5 mmol' });
    expect(way.fit).toMatchObject({ by: ['area'], cells: 1 });
    expect(others).toEqual([]);
    expect(planOf(way).numbers.charge_C).toBe(0);
    for (const by of ['cells', 'time'] as const)
      expect(await refusal(blank, { to: '5 mmol', by })).toMatch(/no current flows .*--by area/);
  });

  it('what only the small cell could do, by the checker: the canopy that draws enough at 18 mA', async () => {
    const sets = ['limits.hydrogen_warn=150 ppm'];
    expect(await refusal(SOURCE, { to: '5 mmol', reactor: 'flow-12cm2', sets })).toMatch(
      /canopy draws 3 L\/min.*80 mA/,
    );
  });
});
