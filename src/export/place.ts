/**
 * Where exports are written: under another name until they are whole, and never over what is there unless that is asked for.
 * Owns temporary names and hashes of files; knows no run.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What has the name already stays. */
export class AlreadyThere extends Error {
  constructor(path: string) {
    super(`${path} is there already; would be right: another place, or --force to write over it`);
  }
}

export interface Written {
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
}

const CHUNK_CHARACTERS = 65_536;

/** Lines in pieces that a stream takes well: one line at a time costs several times as much. */
export function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < CHUNK_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Rejects when it cannot be written whole; what was written then may be there in part. */
export async function writeLines(path: string, lines: Iterable<string>): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.from(inPieces(lines)), meter, createWriteStream(path, { flags: 'wx' }));
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * `fill` writes a file or folder at the name that it is given; whole, it gets the one that was asked for. Rejects with
 * AlreadyThere, or with the fault of `fill`, and then leaves nothing new.
 */
export async function writeWhole(path: string, force: boolean, fill: (part: string) => Promise<void>): Promise<void> {
  if (!force && existsSync(path)) throw new AlreadyThere(path);
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await fill(part);
    await moveOver(part, path, force);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
}

/** A folder cannot be renamed over one that holds files: what was there goes aside first, and comes back when that fails. */
async function moveOver(part: string, path: string, force: boolean): Promise<void> {
  if (!existsSync(path)) return rename(part, path);
  if (!force) throw new AlreadyThere(path);
  const aside = `${path}.${randomUUID().slice(0, 8)}.old`;
  await rename(path, aside);
  try {
    await rename(part, path);
  } catch (error) {
    await rename(aside, path);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

export async function writeFileIn(folder: string, name: string, lines: Iterable<string>): Promise<Written> {
  return writeLines(join(folder, name), lines);
}
