/**
 * Changes to a recipe before it is validated, by the paths that operators write: `--set path=value`, and what an entry of a
 * series sets. Nothing after the sign takes a field away, and with it the notes about it. Knows no file.
 */
import type { LocatedDocument, Misplaced, Path, Place } from '../model/document.js';
import type { Problem } from '../model/problem.js';
import { recipeSchema } from '../model/recipe.js';
import { exists, pathOf } from './paths.js';

/** Applies one `--set path=value`. Gives what is wrong with it; the value itself is validated with the rest. */
export function override(document: LocatedDocument, argument: string): Problem[] {
  const equals = argument.indexOf('=');
  const place = { file: `--set "${argument}"`, line: 0, column: 0 };
  if (equals < 1)
    return [{ ...place, path: '', message: 'is not path=value', hint: '--set "electrolyse.current=20 mA"' }];
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (argument.length > 1000 || /[\u0000-\u001f\u007f]/.test(argument)) {
    const message = 'is too long or holds control characters';
    return [{ ...place, file: '--set', path: '', message, hint: 'one line of text' }];
  }
  const name = argument.slice(0, equals).trim();
  const value = argument.slice(equals + 1).trim();
  const wrong =
    value === '' ? takeAway(document, name, place) : setWord(document, pathOf(name, document.data), value, place.file);
  return wrong === undefined ? [] : [{ ...place, path: name, ...wrong }];
}

function setWord(document: LocatedDocument, path: Path, value: string, argument: string): Misplaced | undefined {
  return leadsNowhere(path) ?? document.set(path, scalar(value), argument);
}

function scalar(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^-?(0|[1-9][0-9]{0,14})$/.test(value) ? Number(value) : value;
}

/** Maps are made on the way to a field, but none that no recipe has. */
export function leadsNowhere(path: Path): Misplaced | undefined {
  const [top, ...rest] = path;
  if (rest.length === 0 || Object.hasOwn(recipeSchema.shape, String(top))) return undefined;
  return { message: 'there is no such place in this file', hint: 'the path of a field that it has' };
}

/** Takes away what a name leads to; the name of a step alone takes the step. Its notes go with it. */
export function takeAway(document: LocatedDocument, name: string, place: Place): Misplaced | undefined {
  const path = pathOf(name, document.data);
  const isStep = path.length === 3 && path[0] === 'steps' && typeof path[1] === 'number';
  return keepingNotes(document, place, () => document.remove(isStep ? path.slice(0, 2) : path, place));
}

/** Notes that led to a field before a change and lead nowhere after it are taken away. */
export function keepingNotes<T>(document: LocatedDocument, place: Place, change: () => T): T {
  const before = leadingNotes(document);
  const done = change();
  const after = new Set(leadingNotes(document));
  for (const note of before) if (!after.has(note)) document.remove(['provenance', note], place);
  return done;
}

/** Names under `provenance` that lead to a field. */
function leadingNotes({ data }: LocatedDocument): string[] {
  const notes: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'provenance') : undefined;
  if (typeof notes !== 'object' || notes === null) return [];
  return Object.keys(notes).filter((name) => exists(pathOf(name, data), data));
}
