/**
 * A run of a plan on an open simulated bench, in virtual time as fast as it goes: unattended, without record, network or
 * panel. Knows no recipe and judges nothing.
 */
import type { OpenedBench } from '../../src/bench.js';
import type { Board } from '../../src/model/board.js';
import type { Clock } from '../../src/model/clock.js';
import { withCircuitOf } from '../../src/model/liquid-circuit.js';
import type { Plan } from '../../src/model/plan.js';
import { type Run, startRun } from '../../src/reactor.js';

export function unrecordedRun(
  plan: Plan,
  bench: OpenedBench,
  board: Board,
  clock: Clock,
  { alongside = false } = {},
): Promise<Run> {
  return startRun({
    plan,
    bench,
    clock,
    period_s: 1 / board.control_Hz,
    pumpFull_mL_min: withCircuitOf(board, plan.reactor).chips.outputs.pumpFull_mL_min,
    speed: null,
    unattended: true,
    clearFirst: false,
    record: null,
    telemetry: null,
    openPanel: null,
    alongside,
  });
}
