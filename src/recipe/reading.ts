/**
 * Bytes of the files that operators write and name: read to one byte over the limit, and, where one file names another,
 * only within the folder of the recipes. Knows nothing of what the bytes mean.
 */
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { Misplaced } from '../model/document.js';
import { fileFault } from '../model/file-fault.js';
import { sizeMax_byte } from '../model/prescan.js';
import { besideOf, isWithin, libraryOf } from './paths.js';

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
  const read = await readBytes(beside.file);
  if (!read.ok) return { ok: false, wrong: { message: `"${written}" ${read.wrong.message}`, hint: read.wrong.hint } };
  const [library, file] = await Promise.all([realpath(libraryOf(from)), realpath(beside.file)]);
  if (isWithin(library, file)) return read;
  return {
    ok: false,
    wrong: { message: `"${written}" is a link out of the folder of the recipes`, hint: 'a file of its own' },
  };
}
