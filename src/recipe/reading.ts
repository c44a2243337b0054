/**
 * Bytes of the files that operators write and name: read to one byte over the limit, and, where one file names another,
 * only within the folder of the recipes. Knows nothing of what the bytes mean.
 */
import { constants } from 'node:fs';
import { access, open, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Misplaced } from '../model/document.js';
import { fileFault } from '../model/file-fault.js';
import { sizeMax_byte } from '../model/prescan.js';
import { packagePath } from '../model/entry.js';
import { besideOf, isWithin, libraryOf } from './paths.js';
import { isSavedFile, nameBelow, savedRecipes } from './saved.js';

export interface ReadBytes {
  /** As a person would write it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

export type Read = { readonly ok: true; readonly value: ReadBytes } | { readonly ok: false; readonly wrong: Misplaced };

/** A named pipe is opened without waiting for its writer, who may never come. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** No more than one byte over the limit is read, so that a huge file costs nothing. */
export async function readBytes(file: string): Promise<Read> {
  const buffer = Buffer.alloc(sizeMax_byte + 1);
  try {
    const handle = await open(file, AT_ONCE);
    try {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return { ok: true, value: { file, bytes: buffer.subarray(0, bytesRead) } };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return {
      ok: false,
      wrong: { message: `cannot be read: ${fileFault(error, 'reading')}`, hint: 'the path of a recipe file' },
    };
  }
}

/** A file that another one names, such as the base of a series. Links that lead out of the folder are refused as well. */
export async function readBeside(from: string, written: string): Promise<Read> {
  const beside = besideOf(from, written);
  if (!beside.ok) return beside;
  const place = isSavedFile(from) ? await besideSaved(libraryOf(from), beside.file) : null;
  const { file: named, library: folder } = place ?? { file: beside.file, library: libraryOf(from) };
  const read = await readBytes(named);
  if (!read.ok) return { ok: false, wrong: { message: `"${written}" ${read.wrong.message}`, hint: read.wrong.hint } };
  const [library, file] = await Promise.all([realpath(folder), realpath(named)]);
  if (isWithin(library, file)) return read;
  return {
    ok: false,
    wrong: { message: `"${written}" is a link out of the folder of the recipes`, hint: 'a file of its own' },
  };
}

/**
 * A version that was saved from the console names files as if it stood among those that ship: these come first, then the
 * newest of that name that was saved. null: there is none, and what is said of that names the file as it was written.
 */
async function besideSaved(
  saved: string,
  file: string,
): Promise<{ readonly file: string; readonly library: string } | null> {
  const shipped = join(packagePath('recipes'), relative(saved, file));
  if (await isThere(shipped)) return { file: shipped, library: packagePath('recipes') };
  const newest = (await savedRecipes(saved)).get(nameBelow(saved, file))?.at(-1);
  return newest === undefined ? null : { file: newest.file, library: saved };
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
