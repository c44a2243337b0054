/**
 * `galvanode preview`: the recipe, run by the same engine on the simulated bench in virtual time, as fast as it goes.
 * Nothing is recorded and nothing is told to a network.
 */
import { openBench } from '../bench.js';
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';
import { RealClock } from '../model/real-clock.js';
import { VirtualClock } from '../model/virtual-clock.js';
import { planJson } from '../recipe/present.js';
import { startRun, type RunReport } from '../reactor.js';
import { EXIT } from './exit.js';
import { planned } from './planned.js';
import { truthOf, type Truth } from './truth.js';
import { duration, plain, range } from './words.js';

export interface PreviewArguments {
  readonly recipe: string;
  readonly board: string;
  readonly sets: readonly string[];
  readonly seed: number;
  readonly json: boolean;
}

/** What the twin adds to the numbers of `check --json`. */
export interface PreviewNumbers {
  /** Ledger minus the charge that truly passed, C. */
  readonly charge_error_C: number;
  readonly temperature_min_C: number | null;
  readonly temperature_max_C: number | null;
  readonly voltage_max_V: number | null;
  readonly run_s: number;
  readonly hydrogen_made_umol: number;
  readonly wall_s: number;
  readonly speedup: number;
}

export interface Preview {
  readonly plan: Plan;
  readonly report: RunReport;
  readonly truth: Truth;
  readonly numbers: PreviewNumbers;
}

/** 0 done; 2 refused; 3 an interlock ended the run on the twin, which it would on the bench too. */
export async function previewCommand(args: PreviewArguments): Promise<number> {
  const found = await planned(args.recipe, args);
  if (found === null) return EXIT.refused;
  if (found.board.bus.kind !== 'simulated') {
    process.stderr.write(
      `galvanode preview: ${args.board} is not simulated in this process (would be right: --board bench-sim)\n`,
    );
    return EXIT.refused;
  }
  const preview = await previewPlan(found.plan, found.board, args.seed);
  process.stdout.write(args.json ? previewJson(preview) : previewText(preview));
  return preview.report.result.outcome === 'complete' ? EXIT.done : EXIT.endedEarly;
}

/** Runs a plan on the twin. The control process of a preview uses promises only, so the quicker drain is right. */
export async function previewPlan(plan: Plan, board: Board, seed: number): Promise<Preview> {
  const wall = new RealClock();
  const clock = new VirtualClock({ drain: 'tick' });
  const { report, truth } = await clock.run(async () => {
    const bench = await openBench({ board, reactor: plan.reactor, clock, seed });
    const run = await startRun({
      plan,
      bench,
      clock,
      period_s: 1 / board.control_Hz,
      pumpFull_mL_min: board.chips.outputs.pumpFull_mL_min,
      speed: null,
      unattended: true,
      clearFirst: false,
      record: null,
      telemetry: null,
      openPanel: null,
    });
    const report = await run.report;
    const truth = await truthOf(bench);
    await bench.close();
    return { report, truth };
  });
  if (truth === null) throw new Error('a preview needs a simulated bench');
  return { plan, report, truth, numbers: numbersOf(report, truth, wall.now() / 1000) };
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
    wall_s,
    speedup: result.elapsed_s / wall_s,
  };
}

export function previewJson({ plan, report, numbers }: Preview): string {
  const planned = JSON.parse(planJson(plan)) as object;
  const { outcome, reason } = report.result;
  return `${JSON.stringify({ ...planned, ...numbers, outcome, reason }, null, 2)}\n`;
}

export function previewText({ plan, report, truth, numbers }: Preview): string {
  const { result, figures } = report;
  const rows: [string, string][] = [
    ['outcome', `${result.outcome}: ${result.reason}`],
    [
      'time',
      `${duration(numbers.run_s)}, simulated in ${plain(numbers.wall_s, 1)} s (${Math.round(numbers.speedup)} × real time)`,
    ],
    [
      'charge',
      `${plain(truth.charge_C, 2)} C of ${plain(plan.numbers.charge_C, 2)} C; ledger off by ${plain(numbers.charge_error_C, 3)} C`,
    ],
  ];
  if (figures.voltage_V !== null) rows.push(['voltage', range(figures.voltage_V.min, figures.voltage_V.max, 2, 'V')]);
  if (figures.temperature_C !== null) {
    rows.push([
      'temperature',
      `${range(figures.temperature_C.min, figures.temperature_C.max, 2, '°C')} while current flows`,
    ]);
  }
  rows.push([
    'hydrogen',
    `${plain(truth.hydrogenMade_umol, 0)} µmol made, at most ${plan.numbers.hydrogen_umol.toFixed(0)} µmol`,
  ]);
  const lines = rows.map(([name, text]) => `  ${name.padEnd(12)}${text}`);
  return [plan.title, `preview on ${plan.board}`, '', ...lines, ''].join('\n');
}
