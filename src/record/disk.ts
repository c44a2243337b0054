/**
 * What the record needs of its disk: how much a run will take, how much is left, how long the write-ahead log is and who
 * keeps it long. Owns these limits. Reads the file system and /proc, never the tables.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const MB = 1024 * 1024;

/** Bytes of one sample in the file, and of a second of the ledger, with their share of pages that are not full (measured). */
const SAMPLE_BYTES = 325;
const LEDGER_BYTES_s = 440;
/** Events, the tables themselves and a minute of every sample around a few alarms. */
const ELSE_BYTES = 4 * MB;
/** Free space asked for before a run, in expected runs (fault catalogue, D1). */
const RUNS_ASKED = 10;
/** Warned at this share of what is asked for before a run: one run would still fit. */
const WARN_SHARE = 0.1;
/** A log longer than this has not been taken into the database because somebody reads for too long (D7). */
export const WAL_WARNING_BYTES = 64 * MB;

export interface DiskFacts {
  /** null where the file system does not say. */
  readonly free_bytes: number | null;
  readonly wal_bytes: number;
  /** Processes that hold the file open, when the log is too long: `1234 (python3)`. */
  readonly readers: readonly string[];
}

/** What a run of so long is expected to take, bytes. */
export function expectedRunBytes({ duration_s, recordRate_Hz }: { duration_s: number; recordRate_Hz: number }): number {
  const rows = duration_s * (recordRate_Hz * SAMPLE_BYTES + LEDGER_BYTES_s);
  return Math.ceil(ELSE_BYTES + (Number.isFinite(rows) ? rows : 0));
}

/** Free space that a run needs before it begins, and under which it is warned of, bytes. */
export function spaceLimits(run_bytes: number): { readonly needed_bytes: number; readonly warning_bytes: number } {
  const needed_bytes = RUNS_ASKED * run_bytes;
  return { needed_bytes, warning_bytes: WARN_SHARE * needed_bytes };
}

/** Space that is left to this user where `directory` is, or will be made; null where the file system does not say. */
export function freeBytes(directory: string): number | null {
  let place = resolve(directory);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize;
  } catch {
    return null; // asked for a warning only: a write that fails tells the rest
  }
}

/** Whether there is room for a run before it begins; a text says what is wrong and what would be right. */
export function spaceMissing(
  directory: string,
  plan: { readonly duration_s: number; readonly recordRate_Hz: number },
  free = freeBytes(directory),
): string | null {
  const { needed_bytes } = spaceLimits(expectedRunBytes(plan));
  if (free === null || free >= needed_bytes) return null;
  return (
    `${directory}: ${megabytes(free)} are free and ${megabytes(needed_bytes)} are asked for, ten times what this run ` +
    'is expected to take: free some space, or give another directory with --data'
  );
}

export function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(bytes < 10 * MB ? 1 : 0)} MB`;
}

/** The state of the disk below a database file. */
export function diskFacts(file: string): DiskFacts {
  const wal_bytes = sizeOf(`${file}-wal`);
  return {
    free_bytes: freeBytes(dirname(file)),
    wal_bytes,
    readers: wal_bytes > WAL_WARNING_BYTES ? readersOf(file) : [],
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Other processes that have the file open. Linux: elsewhere nobody is named. */
function readersOf(file: string): string[] {
  const whole = existsSync(file) ? realpathSync(file) : file;
  const own = String(process.pid);
  return listed('/proc')
    .filter((pid) => /^\d+$/.test(pid) && pid !== own)
    .filter((pid) => listed(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === whole))
    .map((pid) => `${pid} (${nameOf(pid)})`);
}

/** A process may end, or belong to somebody else, while it is looked at: then it is not named. */
function listed(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '?';
  }
}
