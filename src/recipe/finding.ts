/**
 * What a rule found in a recipe, at a path of the recipe's flat list of steps. The loader turns it into a line and a column.
 * Knows the form of findings and how to find steps; judges nothing.
 */
import type { Path } from '../model/document.js';
import { type LeafKind, type Recipe, type Step, type StepBodies, stepIds } from '../model/recipe.js';
import type { RuleId } from './rules.js';

export interface Finding {
  /** The rule that is broken, or that asks. */
  readonly rule?: RuleId;
  readonly path: Path;
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
}

/** A finding that names its rule, as all do when they leave the checker. */
export interface Ruled extends Finding {
  readonly rule: RuleId;
}

/** Names the rule of findings that do not name their own. */
export function under(rule: RuleId, findings: readonly Finding[]): Ruled[] {
  return findings.map((finding) => ({ ...finding, rule: finding.rule ?? rule }));
}

/** A step with its place in the list. */
export interface Placed<K extends LeafKind> {
  readonly index: number;
  readonly body: StepBodies[K];
}

/** All steps of a kind, in order. */
export function stepsOf<K extends LeafKind>(recipe: Pick<Recipe, 'steps'>, kind: K): Placed<K>[] {
  return recipe.steps.flatMap((step, index) => {
    const body = bodyOf(step, kind);
    return body === undefined ? [] : [{ index, body }];
  });
}

function bodyOf<K extends LeafKind>(step: Step, kind: K): StepBodies[K] | undefined {
  return step.kind === kind ? (step.body as StepBodies[K]) : undefined;
}

/** Path of a field of a step, as it is written. */
export function fieldOf(kind: LeafKind, index: number, field: string): Path {
  return ['steps', index, kind, field];
}

/** A path as operators write it: `electrolyse-2.current`. */
export function nameIn(recipe: Pick<Recipe, 'steps'>, path: Path): string {
  const [top, index, ...rest] = path;
  if (top !== 'steps' || typeof index !== 'number') return path.join('.');
  const id = stepIds(recipe.steps.map(({ kind }) => kind))[index];
  return [id ?? `step ${index + 1}`, ...rest.slice(1)].join('.');
}

/** A finding that asks, as one sentence: field, what is unusual, what would be usual, and its rule. */
export function askingText(recipe: Pick<Recipe, 'steps'>, { rule, path, message, hint }: Ruled): string {
  const wanted = hint === '' ? '' : ` (would be right: ${hint})`;
  return `${nameIn(recipe, path)}: ${message}${wanted} [${rule}]`;
}
