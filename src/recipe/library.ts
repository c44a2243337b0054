/**
 * The recipes by the names under which they are started: those that ship, every file of the folder and below it, and those
 * that were saved here, the newest by its name and each as `NAME@VERSION`; of a series each entry. Knows where they lie, not
 * whether they hold.
 */
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { packagePath } from '../model/entry.js';
import { readSeries } from './files.js';
import { type SavedFile, savedRecipes } from './saved.js';

/** A file of the library under its name; `versions` only of one that was saved here. */
export interface LibraryFile {
  readonly name: string;
  /** Of the newest version. */
  readonly file: string;
  readonly ships: boolean;
  readonly versions: readonly SavedFile[];
}

/** In the order of the names, those that ship first. A name that ships is nobody else's. */
export async function libraryFiles(
  saved: string | null = null,
  folder = packagePath('recipes'),
): Promise<readonly LibraryFile[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.yaml')).toSorted();
  const shipped = files.map((file) => {
    const name = file.slice(0, -'.yaml'.length).split(sep).join('/');
    return { name, file: join(folder, file), ships: true, versions: [] };
  });
  const taken = new Set(shipped.map(({ name }) => name));
  const own = [...(saved === null ? [] : await savedRecipes(saved))].flatMap(([name, versions]) => {
    const newest = versions.at(-1);
    return newest === undefined || taken.has(name) ? [] : [{ name, file: newest.file, ships: false, versions }];
  });
  return [...shipped, ...own];
}

/** Name to address, `FILE` or `FILE#entry`. @param saved folder of the recipes that were saved here. */
export async function libraryRecipes(
  folder = packagePath('recipes'),
  saved: string | null = null,
): Promise<ReadonlyMap<string, string>> {
  const files = await libraryFiles(saved, folder);
  const named = files.flatMap(({ name, file, versions }) => [
    { name, file },
    ...versions.map((one) => ({ name: `${name}@${one.version}`, file: one.file })),
  ]);
  const rows = await Promise.all(named.map(({ name, file }) => addresses(name, file)));
  return new Map(rows.flat());
}

/** A series that cannot be read stands there as a file: whoever starts it hears what is wrong. */
async function addresses(name: string, address: string): Promise<(readonly [name: string, address: string])[]> {
  const series = await readSeries(address);
  if (!series.ok) return [[name, address]];
  return series.value.series.entries.map(({ id }) => [`${name}#${id}`, `${address}#${id}`] as const);
}
