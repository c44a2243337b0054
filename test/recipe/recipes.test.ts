/** The two recipes that most of the tests start from, held to the numbers of the procedure. All others: test/recipes. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import { formatProblem } from '../../src/model/problem.js';
import { planFile } from '../../src/recipe/files.js';

const recipes = fileURLToPath(new URL('../../recipes/', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/recipes/', import.meta.url));

async function plan(file: string, board = 'bench-sim'): Promise<Plan> {
  const outcome = await planFile(file, { board });
  if (!outcome.ok) throw new Error(outcome.problems.map(formatProblem).join('\n'));
  return outcome.value;
}

/** Within a share of the value. */
function near(value: number | null, expected: number, share = 0.002): void {
  expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(share * Math.abs(expected));
}

describe('the general procedure', () => {
  it('has the numbers of the paper', async () => {
    const { numbers, envelope, steps, weighing } = await plan(`${recipes}general-procedure-3a.yaml`);
    expect(numbers.charge_C).toBe(194.4);
    expect(numbers.duration_s).toBe(10_800);
    near(numbers.charge_F_mol, 4.03);
    near(numbers.current_density_mA_cm2, 6.67);
    near(numbers.hydrogen_umol, 1007);
    near(numbers.hydrogen_mL, 24.65);
    near(numbers.hydrogen_rate_mL_min, 0.1369);
    near(numbers.sweep_hydrogen_vol_percent, 0.545);
    expect(numbers.cell_voltage_V).toBeGreaterThan(4.2);
    expect(numbers.cell_voltage_V).toBeLessThan(4.3);
    near(numbers.heat_W, 18e-3 * numbers.cell_voltage_V);
    expect(envelope.voltage_V).toBe(5);
    expect(steps.find(({ kind }) => kind === 'electrolyse')).toMatchObject({
      current_mA: 18,
      ramp_s: 120,
      charge_C: 194.4,
      timeMax_s: 11_460,
    });
    expect(weighing.map(({ id, mass_mg }) => [id, Math.round(mass_mg)])).toEqual([
      ['1a', 332],
      ['2a', 105],
      ['cat-2', 12],
      ['nBu4NClO4', 342],
    ]);
  });
});

describe('the scale-up', () => {
  it('keeps charge per mole, current density, concentration and temperature', async () => {
    const small = await plan(`${recipes}general-procedure-3a.yaml`);
    const large = await plan(`${recipes}scale-up-5mmol-3a.yaml`);
    near(large.numbers.charge_F_mol, small.numbers.charge_F_mol, 1e-9);
    near(large.numbers.current_density_mA_cm2, small.numbers.current_density_mA_cm2, 1e-9);
    expect(large.weighing.map(({ equivalents }) => equivalents)).toEqual(
      small.weighing.map(({ equivalents }) => equivalents),
    );
    expect(large.basis_mmol).toBe(10 * small.basis_mmol);
    const cooled = (one: Plan): unknown => one.steps.find(({ kind }) => kind === 'cool');
    expect(cooled(large)).toMatchObject({ target_C: 0, band_K: 0.1, hold_s: 300 });
    expect(cooled(small)).toMatchObject({ target_C: 0, band_K: 0.1, hold_s: 300 });
  });

  it('has its own numbers', async () => {
    const { numbers, mode, envelope, limits } = await plan(`${recipes}scale-up-5mmol-3a.yaml`);
    expect(numbers.charge_C).toBe(1944);
    expect(numbers.duration_s).toBe(24_300);
    expect(mode).toBe('recirculating');
    expect(envelope.voltage_V).toBe(4);
    expect(limits.flowMin_mL_min).toBe(20);
    near(numbers.hydrogen_rate_mL_min, 0.609);
    near(numbers.sweep_hydrogen_vol_percent, 0.605);
  });
});

describe('the recipes of the tests', () => {
  it('has a dead-man trial at 180 mA that says what it does without', async () => {
    const { steps, warnings, waived, limits, numbers } = await plan(`${fixtures}dead-man-180ma.yaml`, 'bench-live');
    expect(steps).toMatchObject([{ kind: 'electrolyse', current_mA: 180, ramp_s: 1 }, { kind: 'finish' }]);
    expect(waived).toEqual(['cooling', 'purge', 'hydrogen']);
    expect(warnings).toEqual([
      'waive.cooling: runs without cooling: a trial lasts seconds [waived]',
      'waive.purge: runs without purge: a trial makes a few microlitres of hydrogen [waived]',
      'waive.hydrogen: runs without waiting for the hydrogen sensor: its warm-up takes five minutes, a trial does not [waived]',
      'electrolyse.ramp: 180 mA/s are due; the board slews at 50 mA/s, which takes 3.6 s (would be right: at least 3.6 s) [ramp-slew]',
    ]);
    expect(limits.sweepMin_mL_min).toBe(0);
    expect(numbers.sweep_hydrogen_vol_percent).toBeNull();
  });

  it('has a shortest recipe, of which the broken ones are made', async () => {
    expect((await plan(`${fixtures}minimal.yaml`)).numbers.charge_C).toBe(194.4);
  });
});
