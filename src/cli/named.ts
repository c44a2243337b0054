/** A recipe as it is named on the command line: a file, or a name of the library with what was saved from the console. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { addressOf } from '../recipe/paths.js';
import { libraryRecipes } from '../recipe/library.js';
import { savedFolder } from '../recipe/saved.js';
import { dataDirectory } from '../record/place.js';

/** Name to address. @param data of `--data`. */
export function knownRecipes(data: string | undefined): Promise<ReadonlyMap<string, string>> {
  return libraryRecipes(undefined, savedFolder(dataDirectory(data)));
}

/** A file that is there is meant first, and anything with the ending of one; else a name, else what was written. */
export async function addressNamed(written: string, data: string | undefined): Promise<string> {
  const { file } = addressOf(written);
  if (/\.ya?ml$/.test(file) || statSync(resolve(file), { throwIfNoEntry: false })?.isFile() === true) return written;
  return (await knownRecipes(data)).get(written) ?? written;
}
