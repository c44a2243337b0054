/**
 * A refusal of something that a person wrote: where it stands, what is wrong and what would be right.
 * Knows no file format; whoever reads a format makes these.
 */
export interface Problem {
  /** File name as the person gave it, or the `--set` argument. */
  readonly file: string;
  /** Both from 1; 0 when the problem is of the whole file. */
  readonly line: number;
  readonly column: number;
  /** Dotted path of the field, empty for the whole file. */
  readonly path: string;
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
  /** Rule of the checker that it breaks; absent where the text itself is wrong. */
  readonly rule?: string;
}

/** As many as a person reads; a file with more is wrong as a whole. */
export const problemsMax = 50;

/** A value, or all that is wrong with what was written. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `recipe.yaml:7:12: electrolyse.current: what is wrong (would be right: this) [rule]`. */
export function formatProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const hint = problem.hint === '' ? '' : ` (would be right: ${problem.hint})`;
  const rule = problem.rule === undefined ? '' : ` [${problem.rule}]`;
  return `${place}: ${path}${problem.message}${hint}${rule}`;
}

/** In the order in which a reader meets them. */
export function inReadingOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

/** Thrown at the edges, where a caller has no use for the list: all problems, one a line. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}
