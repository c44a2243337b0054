/** What a rule found wrong in a recipe, at a path of the recipe's data. The loader turns it into a line and a column. */
import type { Path } from '../model/document.js';
import type { StepKind } from '../model/plan.js';
import type { Recipe, Step, StepBodies } from '../model/recipe.js';

export interface Finding {
  readonly path: Path;
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
}

/** A step with its place in the list. */
export interface Placed<K extends StepKind> {
  readonly index: number;
  readonly body: StepBodies[K];
}

/** All steps of a kind, in order. */
export function stepsOf<K extends StepKind>(recipe: Recipe, kind: K): Placed<K>[] {
  return recipe.steps.flatMap((step, index) => {
    const body = bodyOf(step, kind);
    return body === undefined ? [] : [{ index, body }];
  });
}

function bodyOf<K extends StepKind>(step: Step, kind: K): StepBodies[K] | undefined {
  return step.kind === kind ? (step.body as StepBodies[K]) : undefined;
}

/** Path of a field of a step, as it is written. */
export function fieldOf(kind: StepKind, index: number, field: string): Path {
  return ['steps', index, kind, field];
}
