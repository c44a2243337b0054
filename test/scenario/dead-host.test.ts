import { describe, expect, it } from 'vitest';
import { openBench } from '../../src/bench.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { ENVELOPE, good, send } from '../contract/cycle.js';
import { boardNamed } from '../contract/files.js';
import { reactorFile } from '../support/plan.js';

const LIMIT_MS = 250;
const REACTOR = reactorFile('flow-12cm2');
/** More than either source gives. */
const FULL_A = 10;

interface Left {
  /** How long each was truly on after the last cycle of the host, ms. */
  readonly current_ms: number;
  readonly peltier_ms: number;
  readonly pump_ms: number;
  /** What the Peltier carried when the host died, A, and how far the hot side of it heats the cell. */
  readonly peltier_A: number;
  readonly warmed_K: number;
  /** How long the sweep gas was shut, ms. */
  readonly shut_ms: number;
}

/**
 * A host that drives current, a reversed Peltier at full power, the pump and the valve that shuts the sweep gas, and dies in the middle: not one line and
 * not one transfer comes from it any more, and every line stays as it left it.
 */
function died(board: 'bench-sim' | 'breakout-sim', diesAfter_ms: number): Promise<Left> {
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const file = boardNamed(board);
    const bench = await openBench({ board: file, reactor: REACTOR, clock, seed: 5 });
    const world = bench.simulation?.world;
    if (!world) throw new Error('this test needs the simulated bench in this process');
    bench.simulation?.inject?.({ target: 'peltier', verb: 'wrong', amount: -200, at_s: 0, for_s: null });
    bench.lines.set('master-relay', true);
    bench.lines.set('nitrogen-shut', true);
    await send(bench, bench.galvanostat.poll());
    await bench.galvanostat.load(ENVELOPE);
    await bench.galvanostat.arm();
    const period_ms = 1000 / file.control_Hz;
    const from_ms = clock.now();
    while (clock.now() - from_ms < 3000 + diesAfter_ms) {
      const begun_ms = clock.now();
      good(await send(bench, bench.galvanostat.poll()));
      good(await send(bench, bench.galvanostat.drive(0.018)));
      await send(bench, bench.peltier.write(FULL_A));
      if (bench.pump !== null) await send(bench, bench.pump.write(1));
      await clock.sleep(Math.max(1, begun_ms + period_ms - clock.now()));
    }
    world.advanceTo(clock.now_ns());
    const { plant } = world;
    const last = { current_ms: 0, peltier_ms: 0, pump_ms: 0, shut_ms: 0 };
    const died_ms = world.settled_ms;
    const peltier_A = plant.inputs.peltier_A;
    const warm_C = plant.liquid_C;
    world.witness = {
      moved: () => {
        const now_ms = world.settled_ms - died_ms;
        if (!(Math.abs(plant.current_A) <= 0.2e-3)) last.current_ms = now_ms;
        if (plant.inputs.peltier_A !== 0) last.peltier_ms = now_ms;
        if (plant.inputs.pump_mL_min !== 0) last.pump_ms = now_ms;
        if (!plant.inputs.sweepOpen) last.shut_ms = now_ms;
      },
      transferred: () => undefined,
    };
    await clock.sleep(2000);
    await bench.simulation?.truth();
    const warmed_K = plant.liquid_C - warm_C;
    await bench.close();
    return { ...last, peltier_A, warmed_K };
  });
}

describe.each([
  ['bench-sim', 4.9],
  ['breakout-sim', 2.5],
] as const)('a host that dies with a reversed Peltier at full power on %s', (board, least_A) => {
  it.each([0, 7, 13, 21, 29, 38, 44, 49, 120, 333])(
    'heats, pumps, passes current and keeps the sweep gas shut for 250 ms at most (phase %i ms)',
    async (phase_ms) => {
      const left = await died(board, phase_ms);
      expect(left.peltier_A).toBeGreaterThan(least_A);
      for (const lasted_ms of [left.current_ms, left.peltier_ms, left.pump_ms, left.shut_ms]) {
        expect(lasted_ms).toBeGreaterThan(0);
        expect(lasted_ms).toBeLessThanOrEqual(LIMIT_MS);
      }
      expect(left.warmed_K).toBeLessThan(1);
    },
  );
});
