/** Virtual time: two ways to empty the queues between instants, one stream of samples. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openBench } from '../../src/bench.js';
import { type Drain, VirtualClock } from '../../src/model/virtual-clock.js';
import { startRun } from '../../src/reactor.js';
import { loadBoard, planFile } from '../../src/recipe/files.js';
import { DEAD_MAN } from '../support/runs.js';

const SETS = ['basis.charge=0.112 F/mol', 'electrolyse.time=5 min'];

async function samplesSha256(drain: Drain, seed: number): Promise<string> {
  const [plan, board] = await Promise.all([
    planFile(DEAD_MAN, { board: 'bench-sim', sets: SETS }),
    loadBoard('bench-sim'),
  ]);
  if (!plan.ok || !board.ok) throw new Error('the recipe of this test is refused');
  const clock = new VirtualClock({ drain });
  const hash = createHash('sha256');
  let count = 0;
  await clock.run(async () => {
    const bench = await openBench({ board: board.value, reactor: plan.value.reactor, clock, seed });
    const run = await startRun({
      plan: plan.value,
      bench,
      clock,
      period_s: 1 / board.value.control_Hz,
      pumpFull_mL_min: board.value.chips.outputs.pumpFull_mL_min,
      speed: null,
      unattended: true,
      clearFirst: false,
      record: null,
      telemetry: null,
      openPanel: null,
    });
    run.samples$.subscribe((sample) => {
      count++;
      hash.update(JSON.stringify(sample));
    });
    const { result } = await run.report;
    expect(result.outcome).toBe('complete');
    await bench.close();
  });
  expect(count).toBeGreaterThan(6000);
  return hash.digest('hex');
}

describe('a replay', () => {
  it('gives the same samples by either drain of the virtual clock, and other ones with another seed', async () => {
    const byImmediate = await samplesSha256('immediate', 7);
    expect(await samplesSha256('tick', 7)).toBe(byImmediate);
    expect(await samplesSha256('tick', 8)).not.toBe(byImmediate);
  });
});
