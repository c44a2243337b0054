/**
 * The recipes that ship, by the names under which they are started: every file of the folder and below it, and of a series
 * each entry. Knows where they lie, not whether they hold.
 */
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { packagePath } from '../model/entry.js';
import { readSeries } from './files.js';

/** Name to address, `FILE` or `FILE#entry`, in the order of the names. */
export async function libraryRecipes(folder = packagePath('recipes')): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.yaml')).toSorted();
  const rows = await Promise.all(files.map((file) => addresses(folder, file)));
  return new Map(rows.flat());
}

/** A series that cannot be read stands there as a file: whoever starts it hears what is wrong. */
async function addresses(folder: string, file: string): Promise<(readonly [name: string, address: string])[]> {
  const address = join(folder, file);
  const name = file.slice(0, -'.yaml'.length).split(sep).join('/');
  const series = await readSeries(address);
  if (!series.ok) return [[name, address]];
  return series.value.series.entries.map(({ id }) => [`${name}#${id}`, `${address}#${id}`] as const);
}
