/**
 * A recipe as written made flat: what repeats is written out, tracks become steps that know their track. Remembers where
 * each step was written, so that whatever is found about it is told there. Pure; judges nothing but the number of steps.
 */
import type { Path } from '../model/document.js';
import { type Recipe, type Step, stepsMax, type WrittenRecipe, type WrittenStep } from '../model/recipe.js';
import type { Finding } from './finding.js';

export interface Expanded {
  readonly recipe: Recipe;
  /** Where each step of the recipe was written. */
  readonly places: readonly Path[];
}

export type Expansion =
  | { readonly ok: true; readonly value: Expanded }
  | { readonly ok: false; readonly findings: readonly Finding[] };

interface Unrolling {
  readonly steps: Step[];
  readonly places: Path[];
  readonly findings: Finding[];
  parallels: number;
}

export function expand(written: WrittenRecipe): Expansion {
  const done: Unrolling = { steps: [], places: [], findings: [], parallels: 0 };
  unroll(written.steps, ['steps'], done);
  const { steps, places, findings } = done;
  if (findings.length > 0) return { ok: false, findings };
  return { ok: true, value: { recipe: { ...written, steps }, places } };
}

/** The path of a finding about the flat recipe, as it was written. */
export function writtenPath({ places }: Pick<Expanded, 'places'>, path: Path): Path {
  const [top, index, ...rest] = path;
  const place = top === 'steps' && typeof index === 'number' ? places[index] : undefined;
  return place === undefined ? path : [...place, ...rest];
}

function unroll(steps: readonly WrittenStep[], path: Path, done: Unrolling): void {
  for (const [index, step] of steps.entries()) unrollOne(step, [...path, index], done);
}

function unrollOne(step: WrittenStep, place: Path, done: Unrolling): void {
  switch (step.kind) {
    case 'repeat':
      for (let time = 0; time < step.body.times && done.findings.length === 0; time++)
        unroll(step.body.steps, [...place, 'repeat', 'steps'], done);
      return;
    case 'include':
      done.findings.push({
        path: [...place, 'include', 'recipe'],
        message: 'the steps of this file were not read',
        hint: 'a recipe that is read from a file',
      });
      return;
    case 'parallel':
      return unrollTracks(step, place, done);
    case 'prompt':
    case 'purge':
    case 'cool':
    case 'heat':
    case 'flow':
    case 'wait':
    case 'electrolyse':
    case 'hold':
    case 'sample':
    case 'finish':
      return add(step, place, done);
  }
}

function unrollTracks(step: Extract<WrittenStep, { kind: 'parallel' }>, place: Path, done: Unrolling): void {
  const parallel = done.parallels++;
  for (const [track, steps] of step.body.entries())
    for (const [index, one] of steps.entries())
      add({ ...one, track: { parallel, track } }, [...place, 'parallel', track, index], done);
}

/** The first step too many is told, and no more are made: a recipe of a few lines may ask for a million. */
function add(step: Step, place: Path, done: Unrolling): void {
  if (done.steps.length < stepsMax) {
    done.steps.push(step);
    done.places.push(place);
  } else if (done.findings.length === 0)
    done.findings.push({
      path: place,
      message: `with all that repeats written out there are more than ${stepsMax} steps`,
      hint: `at most ${stepsMax}`,
    });
}
