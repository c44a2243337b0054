/**
 * Names as operators write them. Of fields: dotted, with a step named by its id (`electrolyse.current`, `prompt-2`), in error
 * messages, in `provenance` and in `--set`; works on any data, also on a recipe that is refused. Of files that a recipe or
 * series names, and of the entries of a series. Opens nothing.
 */
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Misplaced, Path } from '../model/document.js';
import { stepIds, stepKinds, type WrittenKind } from '../model/recipe.js';

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
  const kind = index < 0 ? undefined : stepKinds.find((one) => first === one || first.startsWith(`${one}-`));
  return inLists(kind === undefined ? [first, ...rest] : ['steps', index, kind, ...rest], data);
}

/** Where the data holds a list, digits are a place in it, from 0 as in refusals: `electrolyse.stages.1.current`. */
function inLists(path: Path, data: unknown): Path {
  let value = data;
  return path.map((part) => {
    const own = Array.isArray(value) && /^\d{1,4}$/.test(String(part)) ? Number(part) : part;
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, own) ? Reflect.get(value, own) : undefined;
    return own;
  });
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

function kindOf(step: unknown): WrittenKind | undefined {
  if (typeof step !== 'object' || step === null) return undefined;
  const [only, ...others] = Object.keys(step);
  return others.length === 0 ? stepKinds.find((kind) => kind === only) : undefined;
}

/** `FILE#entry` in its parts; the entry is undefined where none is named. */
export function addressOf(written: string): { readonly file: string; readonly entry: string | undefined } {
  const [, file, entry] = /^(.+\.ya?ml)#([^#/]*)$/s.exec(written) ?? [];
  return file === undefined ? { file: written, entry: undefined } : { file, entry };
}

/** The folder that no file named in this one may lie outside of: the nearest above it called "recipes", else its own. */
export function libraryOf(file: string): string {
  const own = dirname(resolve(file));
  for (let folder = own; dirname(folder) !== folder; folder = dirname(folder))
    if (basename(folder) === 'recipes') return folder;
  return own;
}

export function isWithin(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The file that another one names by a path from its own folder. */
export function besideOf(
  from: string,
  written: string,
): { readonly ok: true; readonly file: string } | { readonly ok: false; readonly wrong: Misplaced } {
  const file = join(dirname(from), written);
  const hint = './NAME.yaml, in the folder of this file or elsewhere in the folder of the recipes';
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (!/\.ya?ml$/.test(written) || isAbsolute(written) || /[\\:#\u0000-\u001f]/.test(written))
    return { ok: false, wrong: { message: `"${written}" is not the path of a recipe file`, hint } };
  if (isWithin(libraryOf(from), resolve(file))) return { ok: true, file };
  return { ok: false, wrong: { message: `"${written}" leads out of the folder of the recipes`, hint } };
}
