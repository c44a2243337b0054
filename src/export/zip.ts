/**
 * Files as one ZIP archive, a piece at a time, so that none is ever in memory as a whole, nor on a disk. Owns the layout
 * after PKWARE's APPNOTE 6.3.10: sizes and checksums follow each file (bit 3 of its flags), times are not kept, so that the
 * same files give the same bytes. Knows no run.
 */
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { inPieces, type Written } from './place.js';

export interface ZipEntry {
  readonly path: string;
  /** Asked for when its turn comes: what is said of the files before it is known then. */
  readonly lines: () => Iterable<string>;
  readonly written: (written: Written) => void;
}

const LOCAL = 0x0403_4b50;
const DESCRIPTOR = 0x0807_4b50;
const DESCRIPTOR_BYTES = 16;
const CENTRAL = 0x0201_4b50;
const END = 0x0605_4b50;
/** 2.0: folders and deflate. The upper byte of the second tells of the modes of a UNIX file. */
const VERSION = 20;
const MADE_BY = (3 << 8) | VERSION;
/** Bit 3: sizes follow. Bit 11: names are UTF-8. */
const FLAGS = (1 << 3) | (1 << 11);
const DEFLATE = 8;
/** 1 January 1980, the first day of DOS. */
const FIRST_DAY = (1 << 5) | 1;
/** A regular file that its owner may write and everybody read. */
const MODE = 0o100644;
/** Beyond it stands another layout (ZIP64), which is not written here. */
const LARGEST_BYTES = 0xffff_ffff;

interface Packed {
  readonly name: Buffer;
  readonly at: number;
  readonly crc: number;
  readonly bytes: number;
  readonly packed: number;
}

/** Numbers of two or four bytes, least first. */
function fields(...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  const length = values.reduce((sum, [bytes]) => sum + bytes, 0);
  const buffer = Buffer.alloc(length);
  let at = 0;
  for (const [bytes, value] of values) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}

function localHeader(name: Buffer): Buffer {
  const rest = [4, 0] as const; // checksum and sizes follow the file
  const head = fields(
    [4, LOCAL],
    [2, VERSION],
    [2, FLAGS],
    [2, DEFLATE],
    [2, 0],
    [2, FIRST_DAY],
    rest,
    rest,
    rest,
    [2, name.length],
    [2, 0],
  );
  return Buffer.concat([head, name]);
}

function centralHeader({ name, at, crc, bytes, packed }: Packed): Buffer {
  const head = fields(
    [4, CENTRAL],
    [2, MADE_BY],
    [2, VERSION],
    [2, FLAGS],
    [2, DEFLATE],
    [2, 0],
    [2, FIRST_DAY],
    [4, crc],
    [4, packed],
    [4, bytes],
    [2, name.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, MODE * 0x1_0000],
    [4, at],
  );
  return Buffer.concat([head, name]);
}

function endOf(count: number, bytes: number, at: number): Buffer {
  return fields([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, bytes], [4, at], [2, 0]);
}

function within(bytes: number): number {
  if (bytes <= LARGEST_BYTES) return bytes;
  throw new Error('the archive would be larger than 4 GB; would be right: `galvanode runs export`, into a folder');
}

interface Passed extends Written {
  readonly crc: number;
  readonly packed: number;
}

/** Yields the deflated file, and gives what its header must say. */
async function* packedFile(lines: Iterable<string>): AsyncGenerator<Buffer, Passed> {
  const hash = createHash('sha256');
  let [crc, bytes, packed] = [0, 0, 0];
  const deflate = createDeflateRaw();
  async function* counted(pieces: AsyncIterable<string>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      const chunk = Buffer.from(piece);
      crc = crc32(chunk, crc);
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  // A fault of the record ends `deflate` with that error, which the loop below throws.
  pipeline(Readable.from(inPieces(lines)), counted, deflate, () => undefined);
  for await (const chunk of deflate as AsyncIterable<Buffer>) {
    packed += chunk.length;
    yield chunk;
  }
  return { crc, bytes, packed, sha256: hash.digest('hex') };
}

/** @param prefix folder inside the archive, with its slash. */
export async function* zipped(entries: readonly ZipEntry[], prefix = ''): AsyncGenerator<Buffer> {
  const files: Packed[] = [];
  let at = 0;
  for (const { path, lines, written } of entries) {
    const name = Buffer.from(`${prefix}${path}`);
    const head = localHeader(name);
    yield head;
    const { crc, bytes, packed, sha256 } = yield* packedFile(lines());
    yield fields([4, DESCRIPTOR], [4, crc], [4, within(packed)], [4, within(bytes)]);
    written({ bytes, sha256 });
    files.push({ name, at, crc, bytes, packed });
    at = within(at + head.length + packed + DESCRIPTOR_BYTES);
  }
  const central = Buffer.concat(files.map(centralHeader));
  yield central;
  yield endOf(files.length, central.length, at);
}
