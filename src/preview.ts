/**
 * Root of a preview: a plan, run by the same engine on the simulated bench in virtual time, as fast as it goes. Nothing is
 * recorded and nothing is told to a network.
 */
import { openBench } from './bench.js';
import type { Board } from './model/board.js';
import { gasMeteringOf } from './model/gas-metering.js';
import { withCircuitOf } from './model/liquid-circuit.js';
import type { Plan } from './model/plan.js';
import { RealClock } from './model/real-clock.js';
import { VirtualClock } from './model/virtual-clock.js';
import { Trace, type TracePoint } from './plot/trace.js';
import { standIn } from './preview/stand-in.js';
import { truthOf, type Truth } from './preview/truth.js';
import { startRun, type RunReport } from './reactor.js';

/** What the twin adds to the numbers of `check --json`. */
export interface PreviewNumbers {
  /** Ledger minus the charge that truly passed, C. */
  readonly charge_error_C: number;
  readonly temperature_min_C: number | null;
  readonly temperature_max_C: number | null;
  readonly voltage_max_V: number | null;
  readonly run_s: number;
  readonly hydrogen_made_umol: number;
  /** Of hydrogen, as the vent line would tell it at the end, and its uncertainty (k = 2). */
  readonly faradaic_efficiency: number | null;
  readonly faradaic_efficiency_uncertainty: number | null;
  readonly wall_s: number;
  readonly speedup: number;
}

export interface Preview {
  readonly plan: Plan;
  readonly report: RunReport;
  readonly truth: Truth;
  readonly numbers: PreviewNumbers;
  /** Voltage, temperature, hydrogen and charge over the run. */
  readonly course: readonly TracePoint[];
}

/** Runs a plan on the twin. The control process of a preview uses promises only, so the quicker drain is right. */
export async function previewPlan(plan: Plan, board: Board, seed: number): Promise<Preview> {
  const wall = new RealClock();
  const clock = new VirtualClock({ drain: 'tick' });
  const trace = new Trace(plan);
  const { report, truth } = await clock.run(async () => {
    const bench = await openBench({ board, reactor: plan.reactor, clock, seed });
    const run = await startRun({
      plan,
      bench,
      clock,
      period_s: 1 / board.control_Hz,
      pumpFull_mL_min: withCircuitOf(board, plan.reactor).chips.outputs.pumpFull_mL_min,
      gasMetering: gasMeteringOf(board.chips),
      speed: null,
      unattended: true,
      clearFirst: false,
      record: null,
      telemetry: null,
      openPanel: null,
    });
    standIn(run, plan);
    run.samples$.subscribe((sample) => trace.add(sample));
    const report = await run.report;
    const truth = await truthOf(bench);
    await bench.close();
    return { report, truth };
  });
  if (truth === null) throw new Error('a preview needs a simulated bench');
  return { plan, report, truth, numbers: numbersOf(report, truth, wall.now() / 1000), course: trace.points };
}

function numbersOf(report: RunReport, truth: Truth, wall_s: number): PreviewNumbers {
  const { result, figures } = report;
  return {
    charge_error_C: result.charge_C - truth.charge_C,
    temperature_min_C: figures.temperature_C?.min ?? null,
    temperature_max_C: figures.temperature_C?.max ?? null,
    voltage_max_V: figures.voltage_V?.max ?? null,
    run_s: result.elapsed_s,
    hydrogen_made_umol: truth.hydrogenMade_umol,
    faradaic_efficiency: figures.efficiency?.value ?? null,
    faradaic_efficiency_uncertainty: figures.efficiency?.uncertainty ?? null,
    wall_s,
    speedup: result.elapsed_s / wall_s,
  };
}
