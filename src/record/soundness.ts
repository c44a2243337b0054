/**
 * Whether a record that lies there may be added to: the database whole, and each run's chain as long as it says. What is
 * not is kept under a name that tells, and a new record takes its place. Opens read-only, so that looking changes nothing.
 */
import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { RecordError } from './error.js';
import { headerHash } from './chain.js';
import { utcStamp } from './run.js';
import { headerOfRow } from './seal.js';
import { prepareToRead } from './schema.js';
import { type Database, openDatabase } from './sqlite.js';

/** First bytes of every SQLite database, https://www.sqlite.org/fileformat.html. */
const MAGIC = 'SQLite format 3\0';
/** The write-ahead log belongs to its database, also when both are set aside. */
const PARTS = ['', '-wal', '-shm'] as const;

/** What is wrong with the file, in words; null when nothing is. Throws RecordError for a file of somebody else. */
export function damageOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return null;
  // A writer that was killed early has left all it wrote in the log.
  if (found.size === 0 && !existsSync(`${file}-wal`)) return null;
  if (found.size > 0 && !isDatabase(file)) return 'its first bytes are not those of a database';
  try {
    return looked(file);
  } catch (error) {
    if (error instanceof RecordError && error.reason === 'corrupt') return error.message;
    throw error;
  }
}

function looked(file: string): string | null {
  const db = openDatabase(file, 'read');
  try {
    if (Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').all([])[0]?.['n']) === 0) return null;
    prepareToRead(db);
    const check = db.pragma('quick_check(1)');
    return check === 'ok' ? brokenHead(db) : `SQLite finds: ${String(check)}`;
  } finally {
    db.close();
  }
}

/** A chain that ends elsewhere than its run says must not be added to: what is cut off would seem never to have been. */
function brokenHead(db: Database): string | null {
  const rows = db
    .prepare(
      `SELECT r.id, h.seq AS head_seq, h.hash AS head_hash, e.seq, e.hash FROM runs r
       LEFT JOIN heads h ON h.run = r.id
       LEFT JOIN events e ON e.run = r.id AND e.seq = (SELECT max(seq) FROM events WHERE run = r.id)`,
    )
    .all([]);
  for (const { id, head_seq, head_hash, seq, hash } of rows) {
    const begun = head_seq === 0 && seq === null && head_hash === beginning(db, String(id));
    if (!begun && !(seq === head_seq && hash === head_hash && seq !== null)) {
      return `the events of run ${String(id)} end at ${String(seq)}, not at their head ${String(head_seq)}`;
    }
  }
  return null;
}

function beginning(db: Database, run: string): string | null {
  const row = db.prepare('SELECT * FROM runs WHERE id = ?').all([run])[0];
  return row === undefined ? null : headerHash(headerOfRow(row));
}

function isDatabase(file: string): boolean {
  const start = Buffer.alloc(MAGIC.length);
  const fd = openSync(file, 'r');
  try {
    return readSync(fd, start, 0, start.length, 0) === start.length && start.toString('latin1') === MAGIC;
  } finally {
    closeSync(fd);
  }
}

/** Renames the file and its log to `<file>.damaged-<when>`, and gives that name. `utc_ms` only makes the name. */
export function setAside(file: string, utc_ms: number): string {
  const stamp = utcStamp(utc_ms);
  for (let clash = 1; ; clash++) {
    const aside = `${file}.damaged-${stamp}${clash === 1 ? '' : `-${clash}`}`;
    if (existsSync(aside)) continue;
    for (const part of PARTS) if (existsSync(file + part)) renameSync(file + part, aside + part);
    return aside;
  }
}
