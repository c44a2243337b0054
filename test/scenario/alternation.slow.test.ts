/**
 * Alternating polarity against the plant's own account, route by route, at half periods from long to short: the estimate of
 * the faradaic charge, the efficiency of hydrogen, and a twin alongside that takes no reversal for a fault.
 */
import { describe, expect, it } from 'vitest';
import { openBench } from '../../src/bench.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { faradaicEfficiency } from '../../src/physics/charge.js';
import type { RunReport } from '../../src/reactor.js';
import { planFile } from '../../src/recipe/files.js';
import { boardNamed } from '../contract/files.js';
import { GENERAL } from '../support/runs.js';
import { unrecordedRun } from '../support/unrecorded.js';

const BOARD = boardNamed('bench-sim');
/** 40 min of 18 mA. */
const PLANNED_C = 43.2;

interface Alternated {
  readonly report: RunReport;
  readonly alarms: readonly string[];
  /** Charge that reacted at whichever electrode was the cathode, in the plant, C. */
  readonly cathodic_C: number;
  readonly absolute_C: number;
  readonly made_umol: number;
  readonly account: Readonly<Record<string, unknown>>;
}

async function alternated(current_mA: number, half_s: number, dead_s: number): Promise<Alternated> {
  const sets = [
    `electrolyse.current=${current_mA} mA`,
    `electrolyse.time=${(40 * 18) / current_mA} min`,
    'basis.charge=0.8955 F/mol',
    'electrolyse.ramp=',
    `electrolyse.polarity.half_period=${half_s} s`,
    `electrolyse.polarity.dead_time=${dead_s} s`,
  ];
  const planned = await planFile(GENERAL, { board: 'bench-sim', sets });
  if (!planned.ok) throw new Error(planned.problems.map(({ message }) => message).join('; '));
  const plan = planned.value;
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const bench = await openBench({ board: BOARD, reactor: plan.reactor, clock, seed: 5 });
    const run = await unrecordedRun(plan, bench, BOARD, clock, { alongside: true });
    const alarms = new Set<string>();
    let account: Record<string, unknown> = {};
    run.alarms$.subscribe(({ id }) => alarms.add(id));
    run.events$.subscribe(({ data }) => {
      if (data['faradaic_estimate_C'] !== undefined) account = { ...data };
    });
    const report = await run.report;
    const plant = bench.simulation?.world?.plant;
    if (plant === undefined) throw new Error('a plant is needed');
    const { catalytic_C, hydrogen_C, pinacol1a_C, pinacol2a_C, background_C } = plant.routes;
    const cathodic_C = catalytic_C + hydrogen_C + pinacol1a_C + pinacol2a_C + background_C;
    const absolute_C = plant.absoluteCharge_C;
    await bench.close();
    return { report, alarms: [...alarms], cathodic_C, absolute_C, made_umol: plant.hydrogenMade_mol * 1e6, account };
  });
}

/** Current, mA; half period and dead time, s; share of the charge that reacts at a cathode; by how much of it the estimate may be off. */
describe.each([
  [18, 30, 1, 0.98, 0.002],
  [18, 5, 1, 0.87, 0.01],
  [18, 2, 0.1, 0.69, 0.02],
  [9, 1, 0.1, 0.44, 0.01],
])('at %d mA, half waves of %f s', (current_mA, half_s, dead_s, share, within) => {
  it('are accounted for: faradaic charge, hydrogen and no alarm', async () => {
    const one = await alternated(current_mA, half_s, dead_s);
    expect(one.report.result, one.report.result.reason).toMatchObject({ outcome: 'complete' });
    expect(one.alarms).toEqual([]);
    expect(Math.abs(one.absolute_C - PLANNED_C)).toBeLessThan(0.003 * PLANNED_C);
    const estimate_C = Number(one.account['faradaic_estimate_C']);
    expect(Math.abs(one.cathodic_C / one.absolute_C - share)).toBeLessThan(0.02);
    expect(Math.abs(estimate_C / one.cathodic_C - 1)).toBeLessThan(within);
    const efficiency = one.report.figures.efficiency;
    const true_FE = faradaicEfficiency(one.made_umol, one.absolute_C);
    expect(Math.abs((efficiency?.value ?? NaN) - true_FE)).toBeLessThan(efficiency?.uncertainty ?? NaN);
  }, 120_000);
});
