/**
 * The dispatcher's journal: a file of one JSON object a line, appended to and on the disk before it is believed. Owns the
 * file; what the lines mean is in dispatch.ts. A line that a crash tore off was not yet believed; any other line that
 * cannot be read ends the dispatcher, since what it said is not known.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Line } from './dispatch.js';

const entry = z.string().min(1).max(64);
const sending = z.int().positive();
const line = z.discriminatedUnion('what', [
  z.object({ what: z.literal('sent'), entry, reactor: z.string(), boot: z.string() }),
  z.object({ what: z.literal('answered'), entry, sending, refusal: z.string().nullable() }),
  z.object({ what: z.literal('expired'), entry, sending }),
  z.object({ what: z.literal('running'), entry, run: z.string() }),
  z.object({ what: z.literal('freed'), entry }),
  z.object({ what: z.literal('ended'), entry, outcome: z.string() }),
  z.object({ what: z.literal('refused'), entry, reason: z.string() }),
  z.object({ what: z.literal('again'), entry }),
]);

/** The file cannot be trusted. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
}

export class Journal {
  readonly lines: readonly Line[];
  private readonly file: number;
  private end: number;

  /** Throws JournalDamaged, or the system's error. One dispatcher at a time: the caller sees to it. */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    const isNew = !existsSync(path);
    this.file = openSync(path, isNew ? 'wx+' : 'r+', 0o600);
    const bytes = isNew ? Buffer.alloc(0) : readFileSync(path);
    this.end = bytes.lastIndexOf(0x0a) + 1;
    const texts = bytes.subarray(0, this.end).toString('utf8').split('\n').slice(0, -1);
    this.lines = texts.map((text, index) => parsed(text, `${path}:${index + 1}`));
    ftruncateSync(this.file, this.end);
    if (isNew) syncFolder(dirname(path));
  }

  /** On the disk when it returns. */
  append(one: Line): void {
    const bytes = Buffer.from(`${JSON.stringify(one)}\n`);
    writeSync(this.file, bytes, 0, bytes.length, this.end);
    fsyncSync(this.file);
    this.end += bytes.length;
  }

  close(): void {
    closeSync(this.file);
  }
}

/** The name of a new file is on the disk only with its folder. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function parsed(text: string, place: string): Line {
  const outcome = line.safeParse(jsonOf(text));
  if (outcome.success) return outcome.data;
  throw new JournalDamaged(`${place} cannot be read (would be right: the line as it was written, from a copy)`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no object: the schema refuses it with its place
  }
}
