/**
 * Every procedure of the library on the twin, in virtual time, its current and waits shortened; the monitored run and one of
 * every cell that no other test runs, in full. Entries with the same steps in the same model are previewed once.
 */
import { describe, expect, it } from 'vitest';
import { type Preview, previewPlan } from '../../src/cli/preview.js';
import type { Plan } from '../../src/model/plan.js';
import { loadBoard } from '../../src/recipe/files.js';
import { addresses, plan } from './library.js';

const FARADAY_C_MOL = 96_485.33;
const shortened_s = 600;
/** Its samples come due at charges that a shortened run does not reach. */
const monitored = 'controls/monitored-run.yaml';

/** `--set` that make ten minutes of every current and wait. */
function shortening({ steps, numbers, basis_mmol, text }: Plan): string[] {
  const waits = steps.flatMap(({ kind, id }) => (kind === 'wait' ? [`${id}.for=${shortened_s} s`] : []));
  if (numbers.charge_C === 0) return waits;
  const charge_F_mol = (numbers.current_mA * shortened_s) / FARADAY_C_MOL / basis_mmol;
  return [
    ...waits,
    `electrolyse.time=${shortened_s} s`,
    ...(/electrolyse: .*charge: /.test(text) ? ['electrolyse.charge='] : []),
    `basis.charge=${charge_F_mol.toPrecision(4)} F/mol`,
  ];
}

async function preview(address: string, sets: readonly string[]): Promise<Preview> {
  const board = await loadBoard('bench-sim');
  if (!board.ok) throw new Error('no bench-sim');
  return previewPlan(await plan(address, sets), board.value, 1);
}

/** One pass has one charge per mole: it cannot be shortened by its charge. */
const singlePass = 'scale-up/single-pass-05mmol-3a.yaml';

/** What makes two runs on the twin the same. */
function course({ steps, reactor }: Plan): string {
  return JSON.stringify([steps, reactor]);
}

function expectHealthy({ report, plan: planned, numbers, truth }: Preview): void {
  expect(report.result.outcome, report.result.reason).toBe('complete');
  expect(Math.abs(report.result.charge_C - planned.numbers.charge_C)).toBeLessThan(0.0005 * 200);
  expect(Math.abs(numbers.charge_error_C)).toBeLessThanOrEqual(0.0005 * planned.numbers.charge_C + 0.005);
  // A millionth of a micromole is what the pulses of the start-up proof may leave in a blank.
  expect(truth.hydrogenMade_umol).toBeLessThanOrEqual(planned.numbers.hydrogen_umol + 1e-6);
  if (planned.numbers.charge_C === 0) return;
  expect(numbers.voltage_max_V).toBeLessThan(planned.envelope.voltage_V);
  expect(numbers.temperature_min_C).toBeGreaterThan(-0.2);
  expect(numbers.temperature_max_C).toBeLessThan(0.2);
}

const plans = await Promise.all(addresses.map(async (address) => ({ address, plan: await plan(address) })));
const distinct = [...new Map(plans.map((one) => [course(one.plan), one])).values()];
const shortenable = distinct.filter(({ address }) => address !== monitored && address !== singlePass);

describe('the library on the twin', () => {
  it('leaves no procedure out', () => {
    const left = new Set(distinct.map((one) => course(one.plan)));
    for (const one of plans) expect(left.has(course(one.plan)), one.address).toBe(true);
    expect(distinct.length).toBeGreaterThan(12);
  });

  it.each(shortenable.map(({ address, plan: one }) => [address, shortening(one)] as const))(
    '%s, ten minutes of it',
    async (address, sets) => {
      expectHealthy(await preview(address, sets));
    },
    60_000,
  );

  it.each([
    monitored,
    'controls/zinc-anode.yaml',
    'scale-up/scale-out-5mmol-3a.yaml',
    'series/scope-03mmol.yaml#phenyl-keep-time',
  ])(
    '%s, all of it',
    async (address) => {
      const one = await preview(address, []);
      expectHealthy(one);
      expect(one.report.result.charge_C).toBeCloseTo(one.plan.numbers.charge_C, 1);
    },
    120_000,
  );

  it('gives all that flows in the single pass its charge per mole, to 0.01 of it', async () => {
    const one = await preview(singlePass, []);
    expectHealthy(one);
    const { liquid } = one.report.figures;
    expect(liquid?.passed_mL).toBe(liquid?.charged_mL);
    const each_F_mol = one.truth.charge_C / FARADAY_C_MOL / (20e-6 * (liquid?.charged_mL ?? NaN));
    expect(Math.abs(each_F_mol / 4.03 - 1)).toBeLessThan(0.01);
  }, 240_000);

  it('ends the blank with 0.00 C, by the ledger and in truth', async () => {
    for (const address of ['controls/blank-48h.yaml', 'series/optimisation-table.yaml#no-electricity']) {
      const { report, truth } = await preview(address, ['wait.for=1 h']);
      expect(report.result.outcome).toBe('complete');
      expect(Math.abs(report.result.charge_C)).toBeLessThan(0.005);
      expect(Math.abs(truth.charge_C)).toBeLessThan(0.005);
      expect(truth.hydrogenMade_umol).toBeLessThan(0.1);
    }
  }, 60_000);
});
