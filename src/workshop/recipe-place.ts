/**
 * A recipe that is meant, by its name or as a text, to a plan of the one checker. No name becomes a path: it is looked up
 * among those of the library; a text stands in the place of the name that it is for, and names files from there only.
 */
import { join, relative, sep } from 'node:path';
import { packagePath } from '../model/entry.js';
import type { Outcome, Problem } from '../model/problem.js';
import type { ApiProblem } from '../console/api/refusal.js';
import { OWN_NAME } from '../console/api/recipes.js';
import { planAll, type PlannedFile, planWritten } from '../recipe/files.js';
import { type LibraryFile, libraryFiles } from '../recipe/library.js';
import { savedFile, versionOf } from '../recipe/saved.js';

export interface Meant {
  readonly name?: string | undefined;
  readonly text?: string | undefined;
}

/** Where recipes lie, and on which board they are checked. */
export interface RecipePlace {
  /** Folder of those that were saved here; null: none are. */
  readonly saved: string | null;
  /** Name of the board in boards/. */
  readonly board: string;
}

/** `NAME@VERSION#ENTRY` in its parts. */
export function partsOf(written: string): {
  readonly name: string;
  readonly version: number | null;
  readonly entry: string | null;
} {
  const [base = '', entry] = written.split('#', 2);
  return { ...versionOf(base), entry: entry ?? null };
}

export async function fileNamed(
  written: string,
  { saved }: RecipePlace,
): Promise<{ readonly library: LibraryFile; readonly file: string } | null> {
  const { name, version } = partsOf(written);
  const library = (await libraryFiles(saved)).find((one) => one.name === name);
  if (library === undefined) return null;
  const file = version === null ? library.file : library.versions.find((one) => one.version === version)?.file;
  return file === undefined ? null : { library, file };
}

/** A file that need not be there: where the text would stand if it were saved. */
function placeFor(name: string, saved: string | null): string {
  const safe = OWN_NAME.test(name) ? name : 'text';
  return saved === null ? join(packagePath('recipes'), `${safe}.yaml`) : savedFile(saved, safe, 0);
}

export interface PlannedMeant {
  /** File of the text, as problems name it. */
  readonly file: string;
  readonly text: string | null;
  readonly planned: Outcome<PlannedFile>;
}

/** null: the library has no such recipe. */
export async function planMeant(
  { name, text }: Meant,
  place: RecipePlace,
  board = place.board,
): Promise<PlannedMeant | null> {
  const { name: bare, entry } = partsOf(name ?? 'text');
  const address = (file: string): string => (entry === null ? file : `${file}#${entry}`);
  if (text !== undefined) {
    const file = placeFor(bare, place.saved);
    return { file, text, planned: await planWritten(address(file), text, { board }) };
  }
  const found = await fileNamed(name ?? '', place);
  if (found === null) return null;
  return { file: found.file, text: null, planned: await planAll(address(found.file), { board }) };
}

/** Where a file lies on this computer is nobody's business: others are named as the library names them. */
export function toldProblem(
  { file, line, column, path, message, hint, rule }: Problem,
  { file: own, text }: Pick<PlannedMeant, 'file' | 'text'>,
  saved: string | null,
): ApiProblem {
  const words = rule === undefined ? message : `${message} [${rule}]`;
  const right = hint === '' ? {} : { hint: withoutPaths(hint, saved) };
  const at = path === '' ? {} : { path };
  if (file !== own && !file.startsWith(`${own}#`))
    return { message: `${shownFile(file, saved)}${line > 0 ? `:${line}:${column}` : ''}: ${words}`, ...right, ...at };
  const lines = line > 0 ? { line, column, ...endOf(text, line, column) } : {};
  return { message: withoutPaths(words, saved), ...right, ...lines, ...at };
}

function shownFile(file: string, saved: string | null): string {
  for (const folder of [packagePath('recipes'), ...(saved === null ? [] : [saved])]) {
    const way = relative(folder, file);
    if (!way.startsWith('..') && way !== '') return way.split(sep).join('/');
  }
  return file.includes(sep) ? (file.split(sep).at(-1) ?? file) : file;
}

function withoutPaths(words: string, saved: string | null): string {
  const folders = [packagePath('recipes'), ...(saved === null ? [] : [saved])];
  return folders.reduce((said, folder) => said.replaceAll(`${folder}${sep}`, ''), words);
}

/** The end of the word, quantity, quoted text or key that begins there. */
export function endOf(text: string | null, line: number, column: number): { readonly end_column?: number } {
  const rest = (text?.split('\n')[line - 1] ?? '').slice(column - 1);
  const found = /^"(?:[^"\\]|\\.)*"|^'[^']*'|^[^\s,:{}[\]#]+(?:[ ][^\s,:{}[\]#]+)*/.exec(rest);
  return found === null ? {} : { end_column: column + found[0].trimEnd().length };
}
