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

describe('a scaled recipe', () => {
  it('tells the new numbers in prompts, title and comments, and no old one', async () => {
    const { way } = await scaled(SOURCE, { to: '5 mmol', by: 'area' });
    for (const said of ['250 mL of hydrogen', '3.4 g of perchlorate', 'procedure, 5 mmol', 'nitrogen at 250 mL/min'])
      expect(way.scaled.text).toContain(said);
    expect(way.scaled.text).toContain('# General procedure for 3a: 5 mmol in batch, 180 mA for 3 h at 0 degC.');
    expect(way.scaled.unsure).toEqual([]);
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

  it('what only the small cell could do, by the checker: the canopy that draws enough at 18 mA', async () => {
    const sets = ['limits.hydrogen_warn=150 ppm'];
    expect(await refusal(SOURCE, { to: '5 mmol', reactor: 'flow-12cm2', sets })).toMatch(
      /canopy draws 3 L\/min.*80 mA/,
    );
  });
});
