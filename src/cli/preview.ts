/**
 * `galvanode preview`: the recipe, run by the same engine on the simulated bench in virtual time, as fast as it goes.
 * Nothing is recorded and nothing is told to a network.
 */
import { alternates, countedCharge_C } from '../model/counted-charge.js';
import type { Board } from '../model/board.js';
import { fileFault } from '../model/file-fault.js';
import type { Plan } from '../model/plan.js';
import { RealClock } from '../model/real-clock.js';
import type { Series } from '../model/series.js';
import { type Preview, previewPlan } from '../preview.js';
import { planJson } from '../recipe/present.js';
import { listJson } from './check.js';
import { EXIT } from './exit.js';
import { plannedAll } from './planned.js';
import { previewTable } from './preview-series.js';
import { efficiencyRows } from './efficiency.js';
import { liquidRows } from './liquid.js';
import { pictureOf, sparklines } from '../plot/course.js';
import { plotRefusal, writePlot } from '../plot/file.js';
import { clockText, duration, plain, range, ROW_INDENT, rowLines } from '../model/words.js';

export { previewPlan, type Preview, type PreviewNumbers } from '../preview.js';

export interface PreviewArguments {
  readonly recipe: string;
  readonly board: string;
  readonly sets: readonly string[];
  readonly seed: number;
  readonly json: boolean;
  /** File to plot into, .svg or .html. */
  readonly plot?: string | undefined;
}

/** 0 done; 2 refused; 3 an interlock ended the run on the twin, which it would on the bench too. */
export async function previewCommand(args: PreviewArguments): Promise<number> {
  const planned = await plannedAll(args.recipe, args);
  if (planned === null) return EXIT.refused;
  const { found, board } = planned;
  if (board.bus.kind !== 'simulated') {
    process.stderr.write(
      `galvanode preview: ${args.board} is not simulated in this process (would be right: --board bench-sim)\n`,
    );
    return EXIT.refused;
  }
  const refusal = args.plot === undefined ? null : await plotRefusal(args.plot, found.kind);
  if (refusal !== null) {
    process.stderr.write(`galvanode preview: ${refusal}\n`);
    return EXIT.refused;
  }
  if (found.kind === 'series') return previewAll(found.series, found.plans, board, args);
  const preview = await previewPlan(found.plan, board, args.seed);
  process.stdout.write(
    args.json ? previewJson(preview) : previewText(preview, new RealClock().wallTime_ms(), process.stdout.columns),
  );
  return plotted(args, [preview], codeOf(preview));
}

function codeOf({ report }: Preview): number {
  return report.result.outcome === 'complete' ? EXIT.done : EXIT.endedEarly;
}

/** One entry after another: each has the processor for itself, and the table its order. */
async function previewAll(
  series: Series,
  plans: readonly Plan[],
  board: Board,
  args: PreviewArguments,
): Promise<number> {
  const previews: Preview[] = [];
  for (const plan of plans) previews.push(await previewPlan(plan, board, args.seed));
  const rows = previews.map(({ plan, report, numbers }) => ({ plan, numbers, result: report.result }));
  process.stdout.write(args.json ? listJson(previews.map(previewJson)) : previewTable(series, rows));
  return plotted(args, previews, Math.max(...previews.map(codeOf)));
}

/** Writes the plot where one was asked for. A file that cannot be written is told of, and the preview refused. */
async function plotted({ plot, json }: PreviewArguments, previews: readonly Preview[], code: number): Promise<number> {
  if (plot === undefined) return code;
  const chapters = previews.map((preview) => ({
    picture: pictureOf(preview.plan, preview.course, preview.numbers.run_s, subtitleOf(preview)),
    rows: rowsOf(preview),
  }));
  try {
    await writePlot(plot, chapters);
  } catch (error) {
    process.stderr.write(`galvanode preview: --plot: ${plot} cannot be written: ${fileFault(error, 'writing')}\n`);
    return EXIT.refused;
  }
  if (!json) process.stdout.write(`  ${'plot'.padEnd(12)}${plot}\n`);
  return code;
}

function subtitleOf({ plan, report, numbers }: Preview): string {
  const { outcome } = report.result;
  return `expected on ${plan.board}, ${plan.reactor.name}: ${outcome} after ${duration(numbers.run_s)}, ${plain(countedCharge_C(plan, report.result.charge_C, report.result.absolute_charge_C), 1)} C`;
}

export function previewJson({ plan, report, numbers }: Preview): string {
  const planned = JSON.parse(planJson(plan)) as object;
  const { outcome, reason } = report.result;
  return `${JSON.stringify({ ...planned, ...numbers, outcome, reason }, null, 2)}\n`;
}

/** Where the output is no terminal. */
const USUAL_COLUMNS = 100;

/** Cells of a sparkline, which leave room for its label and its range. */
function sparkCells(columns: number): number {
  return Math.max(20, Math.min(56, columns - ROW_INDENT - 22));
}

/** What was expected, and its course; `now_ms` is when it would begin if it were started now. */
export function previewText(preview: Preview, now_ms: number, columns = USUAL_COLUMNS): string {
  const { plan, course, numbers } = preview;
  const rows: (readonly [string, string])[] = [
    ...rowsOf(preview),
    [
      'ends',
      `${clockText(now_ms + numbers.run_s * 1000)} by the clock here, if it begins now and nobody is waited for`,
    ],
  ];
  const lines = rows.flatMap(([name, text]) => rowLines(`  ${name.padEnd(12)}${text}`, columns));
  const sparks = sparklines(course, numbers.run_s, sparkCells(columns)).map(
    ([name, text]) => `  ${name.padEnd(12)}${text}`,
  );
  return [plan.title, `preview on ${plan.board}`, '', ...lines, '', ...sparks, ''].join('\n');
}

function rowsOf({ plan, report, truth, numbers }: Preview): [string, string][] {
  const { result, figures } = report;
  const rows: [string, string][] = [
    ['outcome', `${result.outcome}: ${result.reason}`],
    [
      'time',
      `${duration(numbers.run_s)}, simulated in ${plain(numbers.wall_s, 1)} s (${Math.round(numbers.speedup)} × real time)`,
    ],
    [
      'charge',
      `${plain(countedCharge_C(plan, truth.charge_C, result.absolute_charge_C), 2)} C of ${plain(plan.numbers.charge_C, 2)} C${alternates(plan) ? ', both directions together' : ''}; ledger off by ${plain(numbers.charge_error_C, 3)} C`,
    ],
  ];
  if (figures.voltage_V !== null) rows.push(['voltage', range(figures.voltage_V.min, figures.voltage_V.max, 2, 'V')]);
  if (figures.temperature_C !== null) {
    rows.push([
      'temperature',
      `${range(figures.temperature_C.min, figures.temperature_C.max, 2, '°C')} while current flows`,
    ]);
  }
  rows.push(...liquidRows(plan, report));
  rows.push([
    'hydrogen',
    `${plain(truth.hydrogenMade_umol, 0)} µmol made, at most ${plan.numbers.hydrogen_umol.toFixed(0)} µmol`,
  ]);
  rows.push(...efficiencyRows(plan, report));
  return rows;
}
