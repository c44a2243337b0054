/**
 * Names of fields as operators write them: dotted, with a step named by its id (`electrolyse.current`, `prompt-2`), in error
 * messages, in `provenance` and in `--set`. Works on any data, also on a recipe that is refused.
 */
import type { Path } from '../model/document.js';
import type { StepKind } from '../model/plan.js';
import { stepIds, stepKinds } from '../model/recipe.js';

/** Name of a path. Steps of no known kind are named by their number from 1. */
export function nameOf(path: Path, data: unknown): string {
  const [top, index, kind, ...rest] = path;
  if (top !== 'steps' || typeof index !== 'number') return path.join('.');
  const id = idsOf(data)[index];
  if (id === undefined) return [`step ${index + 1}`, ...path.slice(2)].join(': ');
  return [id, ...(kind === undefined ? [] : rest)].join('.');
}

/** Path of a name; it need not exist in the data beyond its first part. */
export function pathOf(name: string, data: unknown): Path {
  const [first = '', ...rest] = name.split('.');
  const ids = idsOf(data);
  const index = ids.indexOf(first);
  if (index < 0) return [first, ...rest];
  const kind = stepKinds.find((one) => first === one || first.startsWith(`${one}-`));
  return kind === undefined ? [first, ...rest] : ['steps', index, kind, ...rest];
}

/** Whether a path leads to something in the data. */
export function exists(path: Path, data: unknown): boolean {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return false;
    value = Reflect.get(value, part);
  }
  return true;
}

/** Ids in the order of the steps; undefined for what is no step. */
function idsOf(data: unknown): (string | undefined)[] {
  const steps = typeof data === 'object' && data !== null ? Reflect.get(data, 'steps') : undefined;
  if (!Array.isArray(steps)) return [];
  const kinds = steps.map(kindOf);
  const ids = stepIds(kinds.filter((kind) => kind !== undefined));
  return kinds.map((kind) => (kind === undefined ? undefined : ids.shift()));
}

function kindOf(step: unknown): StepKind | undefined {
  if (typeof step !== 'object' || step === null) return undefined;
  const [only, ...others] = Object.keys(step);
  return others.length === 0 ? stepKinds.find((kind) => kind === only) : undefined;
}
