/** `galvanode check`: proves a recipe, or every entry of a series, on a board and prints the plan. Touches no hardware. */
import { formatProblem } from '../model/problem.js';
import { planAll } from '../recipe/files.js';
import { planJson, planText } from '../recipe/present.js';
import { seriesText } from '../recipe/series-text.js';

export interface CheckOptions {
  readonly board: string;
  readonly json?: boolean;
  /** Arguments of `--set`, `path=value`; in a series they hold for every entry. */
  readonly sets?: readonly string[];
}

/** Where the command writes; the process has both. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Exit code: 0 when it holds, 2 when it is refused, with every problem on stderr, one a line. */
export async function checkCommand(
  address: string,
  options: CheckOptions,
  streams: Streams = process,
): Promise<number> {
  const planned = await planAll(address, options);
  if (!planned.ok) {
    streams.stderr.write(`${planned.problems.map(formatProblem).join('\n')}\n`);
    return 2;
  }
  const { value } = planned;
  const json = options.json === true;
  if (value.kind === 'recipe') streams.stdout.write(json ? planJson(value.plan) : planText(value.plan));
  else streams.stdout.write(json ? listJson(value.plans.map(planJson)) : seriesText(value.series, value.plans));
  return 0;
}

/** JSON texts as one array. */
export function listJson(texts: readonly string[]): string {
  return `${JSON.stringify(
    texts.map((text): unknown => JSON.parse(text)),
    null,
    2,
  )}\n`;
}
