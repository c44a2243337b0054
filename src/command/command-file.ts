/**
 * What was asked while no run was on: a file of one JSON object a line in the data directory, only ever appended to, each
 * line with the hash of the one before it. Owns its format and that it stays small: the full file is put aside, and four of
 * them are kept. Knows no command.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { EventData } from '../model/event.js';

/** Size at which a file is put aside, bytes. */
const FULL_BYTES = 1024 * 1024;
/** Files that are kept beside the present one. */
const KEPT = 4;
const NOTHING_BEFORE = '0'.repeat(64);

export function commandsFile(dataDir: string): string {
  return join(dataDir, 'commands.jsonl');
}

interface Words {
  /** UTC, ms. */
  readonly t: number;
  readonly actor: string;
  readonly text: string;
  readonly data: EventData;
}

/** SHA-256 of the hash before and of the line without its own. */
function hashOf(before: string, words: Words): string {
  return createHash('sha256')
    .update(`${before}\n${JSON.stringify(words)}`)
    .digest('hex');
}

const written = z.strictObject({
  t: z.number(),
  actor: z.string(),
  text: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  before: z.string(),
  hash: z.string(),
});

/** What was asked, oldest first, and each place at which the chain does not hold, in words. */
export interface CommandLog {
  readonly lines: readonly Words[];
  readonly breaks: readonly string[];
  /** Hash of the newest line; null: nothing was ever asked. */
  readonly head: string | null;
}

/** Reads the file and those that were put aside. The first line of the oldest may follow one that is not kept any more. */
export function readCommands(file: string): CommandLog {
  const lines: Words[] = [];
  const breaks: string[] = [];
  let head: string | null = null;
  for (let n = KEPT; n >= 0; n--) {
    const path = placeOf(file, n);
    if (!existsSync(path)) continue;
    const texts = readFileSync(path, 'utf8').split('\n');
    for (const [index, text] of texts.entries()) {
      if (text === '') continue;
      const place = `${path}:${index + 1}`;
      const line = written.safeParse(jsonOf(text)).data;
      if (line === undefined) {
        breaks.push(`${place}: this is no whole line: a crash tore it off, or somebody wrote in it`);
        continue;
      }
      const { before, hash, ...words } = line;
      if (hash !== hashOf(before, words)) breaks.push(`${place}: this line is not as it was written`);
      else if (head === null ? n === 0 && before !== NOTHING_BEFORE : before !== head)
        breaks.push(`${place}: this line does not follow the one before it`);
      lines.push(words);
      head = hash;
    }
  }
  return { lines, breaks, head };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no object: the schema refuses it
  }
}

/** The present file, or the one that was put aside so many times. */
function placeOf(file: string, n: number): string {
  return n === 0 ? file : file.replace(/(\.jsonl)?$/, `.${n}.jsonl`);
}

/** The head of the chain. A last line that was torn off by a crash counts as none: the chain begins anew, to be seen. */
function headOf(file: string): string {
  if (!existsSync(file)) return NOTHING_BEFORE;
  const text = readFileSync(file, 'utf8');
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  return /"hash":"([0-9a-f]{64})"\}$/.exec(last)?.[1] ?? NOTHING_BEFORE;
}

export class CommandFile {
  private head: string | undefined;

  constructor(
    private readonly file: string,
    private readonly full_bytes: number = FULL_BYTES,
  ) {}

  /** Throws the system's error when it cannot be written. */
  append(words: Words): void {
    if (this.head === undefined) {
      mkdirSync(dirname(this.file), { recursive: true });
      this.head = headOf(this.file);
      this.closeTornLine();
    }
    this.putAside();
    const { t, actor, text, data } = words;
    const hash = hashOf(this.head, { t, actor, text, data });
    const line = JSON.stringify({ t, actor, text, data, before: this.head, hash });
    appendFileSync(this.file, `${line}\n`, { mode: 0o600, flush: true });
    this.head = hash;
  }

  private closeTornLine(): void {
    if (existsSync(this.file) && !/(^|\n)$/.test(readFileSync(this.file, 'utf8'))) appendFileSync(this.file, '\n');
  }

  private putAside(): void {
    const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < this.full_bytes) return;
    const name = (n: number): string => placeOf(this.file, n);
    for (let n = KEPT - 1; n >= 0; n--) if (existsSync(name(n))) renameSync(name(n), name(n + 1));
  }
}
