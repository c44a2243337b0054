/**
 * Which entries of series this reactor was given, ever: a file of one JSON object a line in the data directory, only ever
 * appended to and on the disk before it is believed. Owns the file and the rule that an entry is run once at most; knows no
 * recipe and no run but its name.
 *
 * An entry is `taken` before anything is armed, so that a crash between the two counts as a run. `released` takes that back,
 * and is written only when the program itself knows that nothing was driven. A line that the crash tore off was not yet
 * believed; any other line that cannot be read refuses every start, since what it said is not known.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** Names of entries as the network may give them. */
export const ENTRY_ID = /^[a-z0-9_-]{1,64}$/;

const line = z.strictObject({
  entry: z.string().regex(ENTRY_ID),
  what: z.enum(['taken', 'begun', 'released']),
  /** Of `begun`. */
  run: z.string().nullable(),
  actor: z.string(),
  /** UTC, ms. */
  t: z.int().min(0),
});
type Line = z.infer<typeof line>;

/** What became of an entry that may not be run again. */
export interface Entry {
  readonly entry: string;
  /** null: taken, and no run is known to have come of it. */
  readonly run: string | null;
  readonly actor: string;
  /** UTC at which it was taken, ms. */
  readonly t: number;
}

/** The file cannot be trusted, or an entry is there already. */
export class EntryRefused extends Error {
  override readonly name = 'EntryRefused';
}

export function entriesFile(dataDir: string): string {
  return join(dataDir, 'entries.jsonl');
}

export class Entries {
  constructor(
    private readonly dataDir: string,
    private readonly wallTime_ms: () => number,
  ) {}

  /** Every entry that counts as run, in the order in which they were taken. Throws EntryRefused when the file is damaged. */
  all(): readonly Entry[] {
    const found = new Map<string, Entry>();
    for (const { entry, what, run, actor, t } of this.read().lines) {
      if (what === 'released') found.delete(entry);
      else found.set(entry, { entry, run: run ?? found.get(entry)?.run ?? null, actor, t: found.get(entry)?.t ?? t });
    }
    return [...found.values()];
  }

  /** Why this entry may not be run; null when it may. */
  refusal(entry: string): string | null {
    if (!ENTRY_ID.test(entry)) return `"${entry}" is no entry id (would be right: 1 to 64 of a-z, 0-9, "_" and "-")`;
    try {
      const known = this.all().find((one) => one.entry === entry);
      if (known === undefined) return null;
      const as = known.run === null ? 'no run is known to have come of it' : `as ${known.run}`;
      return `entry ${entry} was given to this reactor before (${as}), and is run once (would be right: an id of its own)`;
    } catch (error) {
      if (error instanceof EntryRefused) return error.message;
      throw error;
    }
  }

  /** From now on it counts as run. Throws EntryRefused when it does already. */
  take(entry: string, actor: string): void {
    const refusal = this.refusal(entry);
    if (refusal !== null) throw new EntryRefused(refusal);
    this.append({ entry, what: 'taken', run: null, actor, t: this.wallTime_ms() });
  }

  begun(entry: string, run: string, actor: string): void {
    this.append({ entry, what: 'begun', run, actor, t: this.wallTime_ms() });
  }

  /** Nothing was driven for it. */
  release(entry: string, actor: string): void {
    this.append({ entry, what: 'released', run: null, actor, t: this.wallTime_ms() });
  }

  /** The whole lines, and where the last of them ends. */
  private read(): { readonly lines: readonly Line[]; readonly end: number } {
    const file = entriesFile(this.dataDir);
    if (!existsSync(file)) return { lines: [], end: 0 };
    const bytes = readFileSync(file);
    const end = bytes.lastIndexOf(0x0a) + 1;
    const texts = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
    return { lines: texts.map((text, index) => parsed(text, `${file}:${index + 1}`)), end };
  }

  private append(one: Line): void {
    const { end } = this.read();
    const path = entriesFile(this.dataDir);
    mkdirSync(this.dataDir, { recursive: true });
    const isNew = !existsSync(path);
    const file = openSync(path, isNew ? 'wx' : 'r+', 0o600);
    try {
      if (fstatSync(file).size > end) ftruncateSync(file, end); // what a crash tore off
      writeSync(file, `${JSON.stringify(one)}\n`, end);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (isNew) syncDirectory(dirname(path));
  }
}

/** The name of a new file is on the disk only with its directory. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function parsed(text: string, place: string): Line {
  const outcome = line.safeParse(jsonOf(text));
  if (outcome.success) return outcome.data;
  throw new EntryRefused(
    `${place} cannot be read, so that nobody knows which entries were run (would be right: the line as it was written, from a copy)`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no object: the schema refuses it with its place
  }
}
