/** `galvanode check`: proves a recipe on a board and prints the plan. Opens three files, touches no hardware. */
import { formatProblem } from '../model/problem.js';
import { planFile } from '../recipe/files.js';
import { planJson, planText } from '../recipe/present.js';

export interface CheckOptions {
  readonly board: string;
  readonly json?: boolean;
  /** Arguments of `--set`, `path=value`. */
  readonly sets?: readonly string[];
}

/** Where the command writes; the process has both. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Exit code: 0 when the recipe holds, 2 when it is refused, with every problem on stderr, one a line. */
export async function checkCommand(file: string, options: CheckOptions, streams: Streams = process): Promise<number> {
  const planned = await planFile(file, options);
  if (!planned.ok) {
    streams.stderr.write(`${planned.problems.map(formatProblem).join('\n')}\n`);
    return 2;
  }
  streams.stdout.write(options.json === true ? planJson(planned.value) : planText(planned.value));
  return 0;
}
