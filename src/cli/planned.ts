/** A recipe file and a board name to a plan, or every refusal on stderr: the beginning of run, preview and serve. */
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';
import { formatProblem } from '../model/problem.js';
import type { Outcome } from '../model/problem.js';
import { loadBoard, planAll, planFile, type PlannedFile } from '../recipe/files.js';

export interface Planned {
  readonly plan: Plan;
  readonly board: Board;
}

interface Against {
  readonly board: string;
  readonly sets: readonly string[];
}

export async function planned(recipe: string, options: Against): Promise<Planned | null> {
  const found = await beside(planFile(recipe, options), options.board);
  return found === null ? null : { plan: found.value, board: found.board };
}

/** The same of a recipe or of all entries of a series. */
export async function plannedAll(
  file: string,
  options: Against,
): Promise<{ readonly found: PlannedFile; readonly board: Board } | null> {
  const found = await beside(planAll(file, options), options.board);
  return found === null ? null : { found: found.value, board: found.board };
}

async function beside<T>(plans: Promise<Outcome<T>>, name: string): Promise<{ value: T; board: Board } | null> {
  const [plan, board] = await Promise.all([plans, loadBoard(name)]);
  if (plan.ok && board.ok) return { value: plan.value, board: board.value };
  const problems = plan.ok ? (board.ok ? [] : board.problems) : plan.problems;
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return null;
}
