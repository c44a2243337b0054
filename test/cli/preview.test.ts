/** `galvanode preview` as a process: both recipes on the twin, held to the reference values of the nominal runs. */
import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, endPrograms, galvanode } from '../support/process.js';
import { GENERAL, SCALE_UP } from '../support/runs.js';

/** Every key of the contract. */
const previewed = z.object({
  charge_C: z.number(),
  charge_F_mol: z.number(),
  duration_s: z.number(),
  current_mA: z.number(),
  current_density_mA_cm2: z.number(),
  hydrogen_mL: z.number(),
  hydrogen_umol: z.number(),
  hydrogen_rate_mL_min: z.number(),
  sweep_hydrogen_vol_percent: z.number(),
  cell_voltage_V: z.number(),
  heat_W: z.number(),
  steps: z.array(z.object({ kind: z.string() })).nonempty(),
  charge_error_C: z.number(),
  temperature_min_C: z.number(),
  temperature_max_C: z.number(),
  voltage_max_V: z.number(),
  run_s: z.number(),
  hydrogen_made_umol: z.number(),
  wall_s: z.number(),
  speedup: z.number(),
  outcome: z.literal('complete'),
});

/** A hundredth of the charge: the first four minutes of the electrolysis. */
const SHORT = ['basis.charge=0.0403 F/mol', 'electrolyse.time=0.0675 h', 'electrolyse.charge=19.44 C'];
/** Three standard deviations of one voltage sample, and the rounding of the reference value. */
const VOLTAGE_NOISE_V = 0.005;
const BAND_K = 0.1;

let general: Ended;
let scaleUp: Ended;
beforeAll(async () => {
  const sets = SHORT.flatMap((set) => ['--set', set]);
  [general, scaleUp] = await Promise.all([
    galvanode(['preview', GENERAL, '--json']).ended,
    galvanode(['preview', SCALE_UP, '--json', ...sets]).ended,
  ]);
}, 60_000);
afterAll(endPrograms);

const share = (value: number, of: number): number => Math.abs(value / of - 1);

describe('a preview of the general procedure', () => {
  it('passes its charge, and the ledger agrees, within 0.05 %', () => {
    expect(general).toMatchObject({ code: 0, stderr: '' });
    const { charge_C, charge_error_C } = previewed.parse(JSON.parse(general.stdout));
    expect(charge_C).toBeCloseTo(194.4, 6);
    expect(Math.abs(charge_error_C)).toBeLessThan(0.0005 * charge_C);
  });

  it('holds the temperature in its band, and takes as long as cooling, charge and sweep do', () => {
    const { temperature_min_C, temperature_max_C, run_s, duration_s } = previewed.parse(JSON.parse(general.stdout));
    expect(temperature_min_C).toBeGreaterThan(-BAND_K);
    expect(temperature_max_C).toBeLessThan(BAND_K);
    expect(duration_s).toBe(10_800);
    // The ramp adds 59 s; before it 3 min of purge and 21.8 min to 0 °C and settled, after it 10 min of sweep.
    expect(share(run_s, 180 + 21.8 * 60 + 10_859 + 600)).toBeLessThan(0.01);
  });

  it('makes the reference run’s hydrogen and voltage', () => {
    const { hydrogen_made_umol, hydrogen_umol, voltage_max_V } = previewed.parse(JSON.parse(general.stdout));
    expect(share(hydrogen_made_umol, 909.7)).toBeLessThan(0.01);
    expect(hydrogen_made_umol).toBeLessThan(hydrogen_umol);
    expect(Math.abs(voltage_max_V - 4.331)).toBeLessThan(0.01 + VOLTAGE_NOISE_V);
  });
});

describe('a preview of the first hundredth of the scale-up', () => {
  it('passes its charge, and the ledger agrees, within 0.05 %', () => {
    expect(scaleUp).toMatchObject({ code: 0, stderr: '' });
    const { charge_C, charge_error_C } = previewed.parse(JSON.parse(scaleUp.stdout));
    expect(charge_C).toBeCloseTo(19.44, 6);
    expect(Math.abs(charge_error_C)).toBeLessThan(0.0005 * charge_C);
  });

  it('holds the temperature, and begins with the reference run’s voltage and share of hydrogen', () => {
    const preview = previewed.parse(JSON.parse(scaleUp.stdout));
    expect(preview.temperature_min_C).toBeGreaterThan(-BAND_K);
    expect(preview.temperature_max_C).toBeLessThan(BAND_K);
    expect(Math.abs(preview.voltage_max_V - 3.295)).toBeLessThan(0.01 + VOLTAGE_NOISE_V);
    // Reference split at 120 s: 0.496 by the catalyst and 0.431 by protons make hydrogen, a little more while ramping.
    expect(Math.abs(preview.hydrogen_made_umol / preview.hydrogen_umol - 0.927)).toBeLessThan(0.02);
  });

  it('is refused with the plan’s own words when charge and time disagree', async () => {
    const { code, stdout, stderr } = await galvanode(['preview', SCALE_UP, '--set', 'electrolyse.time=1 h']).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/electrolyse\.charge: 80 mA for 1 h is 288 C, not 1944\.0 C \(would be right: 288 C, /);
  });
});
