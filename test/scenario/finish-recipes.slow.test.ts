/** A finish in whole recipes: alternating directions, and a single pass. The charge is the plant's own, in C and in F/mol. */
import { describe, expect, it } from 'vitest';
import { openBench } from '../../src/bench.js';
import type { RunEvent } from '../../src/model/event.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { charge_F_mol } from '../../src/physics/charge.js';
import { planFile } from '../../src/recipe/files.js';
import { boardNamed } from '../contract/files.js';
import { GENERAL } from '../support/runs.js';
import { unrecordedRun } from '../support/unrecorded.js';

const BOARD = boardNamed('bench-sim');

/** Finished so long after the current began, s. */
async function finished(recipe: string, sets: readonly string[], after_s: number) {
  const planned = await planFile(recipe, { board: 'bench-sim', sets });
  if (!planned.ok) throw new Error(planned.problems.map(({ message }) => message).join('; '));
  const plan = planned.value;
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const bench = await openBench({ board: BOARD, reactor: plan.reactor, clock, seed: 5 });
    const run = await unrecordedRun(plan, bench, BOARD, clock);
    const events: RunEvent[] = [];
    run.events$.subscribe((event) => events.push(event));
    const waiting = run.samples$.subscribe(({ setpoint_mA }) => {
      if (setpoint_mA === 0) return;
      waiting.unsubscribe();
      clock.after(after_s * 1000, () => run.finish('anna'));
    });
    const report = await run.report;
    const plant = bench.simulation?.world?.plant;
    if (plant === undefined) throw new Error('a plant is needed');
    const truth = { charge_C: plant.charge_C, absolute_C: plant.absoluteCharge_C };
    await bench.close();
    return { plan, report, truth, told: events.find(({ data }) => data['verb'] === 'finish')?.data ?? {} };
  });
}

describe('a finish of a recipe', () => {
  it('whose directions alternate counts both, exactly, and ends at off', async () => {
    const sets = [
      'electrolyse.current=18 mA',
      'electrolyse.time=40 min',
      'basis.charge=0.8955 F/mol',
      'electrolyse.ramp=',
      'electrolyse.polarity.half_period=10 s',
      'electrolyse.polarity.dead_time=0.1 s',
    ];
    const { plan, report, truth, told } = await finished(GENERAL, sets, 123);
    expect(report.result.outcome).toBe('complete');
    expect(report.result.reason).toMatch(/^finished by anna at 2\.\d\d of 43\.20 C/);
    expect(Number(told['charge_C'])).toBeGreaterThan(1.9);
    expect(Math.abs(report.result.absolute_charge_C - truth.absolute_C)).toBeLessThan(0.001 * truth.absolute_C);
    expect(Math.abs(report.result.charge_C - truth.charge_C)).toBeLessThan(0.001 * truth.absolute_C);
    expect(Number(told['charge_F_mol'])).toBeCloseTo(charge_F_mol(Number(told['charge_C']), plan.basis_mmol), 6);
    expect(told).toMatchObject({ absolute_C: expect.any(Number), net_C: expect.any(Number) });
  });

  it('of one direction counts the net, to the F/mol of its limiting reagent', async () => {
    const sets = ['electrolyse.time=10 min', 'basis.charge=0.224 F/mol'];
    const { plan, report, truth, told } = await finished(GENERAL, sets, 200);
    expect(report.result.outcome).toBe('complete');
    expect(Math.abs(report.result.charge_C - truth.charge_C)).toBeLessThan(0.001 * truth.charge_C);
    expect(Number(told['charge_F_mol'])).toBeCloseTo(charge_F_mol(Number(told['charge_C']), plan.basis_mmol), 6);
    expect(told['planned_C']).toBe(plan.numbers.charge_C);
  });
});
