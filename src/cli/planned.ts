/** A recipe file and a board name to a plan, or every refusal on stderr: the beginning of run, preview and serve. */
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';
import { formatProblem } from '../model/problem.js';
import { loadBoard, planFile } from '../recipe/files.js';

export interface Planned {
  readonly plan: Plan;
  readonly board: Board;
}

export async function planned(
  recipe: string,
  options: { readonly board: string; readonly sets: readonly string[] },
): Promise<Planned | null> {
  const [plan, board] = await Promise.all([planFile(recipe, options), loadBoard(options.board)]);
  if (plan.ok && board.ok) return { plan: plan.value, board: board.value };
  const problems = plan.ok ? (board.ok ? [] : board.problems) : plan.problems;
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return null;
}
