/**
 * The SQLite binding, behind five methods. The only file that imports it; knows nothing of runs and samples.
 *
 * The binding (libsql 0.5.29) aborts the whole process on a value that it cannot bind, such as a boolean, and cuts text
 * at the first NUL when it reads; hence `SqlValue`, and `storable` of chain.ts. Its `readonly` option does nothing: a
 * read-only connection needs SQLite's own `mode=ro`.
 *
 * Its SQLite is 3.45.1, in which two connections that write or checkpoint at once can spoil a write-ahead log. So there
 * is one writer (lock.ts), and a `mode=ro` connection cannot checkpoint, not even when it is the last to close.
 */
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { RecordError, type RecordFailure } from './error.js';

/** All that may be bound. NaN is stored as NULL. */
export type SqlValue = number | string | null;
export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  run(values: readonly SqlValue[]): void;
  /** All rows, to the end: the binding's `get` leaves the statement open, and with it a read lock. */
  all(values: readonly SqlValue[]): readonly Row[];
}

export interface Database {
  readonly file: string;
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** First column of the first row of `PRAGMA <text>`. */
  pragma(text: string): unknown;
  /** Runs `work` in one write transaction: all of it is on disk when this returns, or none. Throws what went wrong. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Opens a file to write, making it when it is not there; or to read, when it must be. Throws RecordError. */
export function openDatabase(file: string, mode: 'write' | 'read'): Database {
  return translated(file, () => new LibsqlDatabase(file, mode));
}

class LibsqlDatabase implements Database {
  private readonly db: InstanceType<typeof Libsql>;

  constructor(
    readonly file: string,
    mode: 'write' | 'read',
  ) {
    this.db = new Libsql(mode === 'read' ? `${pathToFileURL(file).href}?mode=ro` : file, {});
  }

  exec(sql: string): void {
    translated(this.file, () => this.db.exec(sql));
  }

  prepare(sql: string): Statement {
    const { file } = this;
    const statement = translated(file, () => this.db.prepare(sql));
    return {
      run: (values) => void translated(file, () => statement.run(values)),
      all: (values) => translated(file, () => statement.all(values)) as readonly Row[],
    };
  }

  pragma(text: string): unknown {
    const row = this.prepare(`PRAGMA ${text}`).all([])[0];
    return row === undefined ? undefined : Object.values(row)[0];
  }

  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.rollBack(error);
      throw error;
    }
  }

  close(): void {
    this.db.close();
  }

  /** SQLite rolls back by itself after some errors, and says so by refusing; the first error is what counts. */
  private rollBack(cause: unknown): void {
    try {
      this.exec('ROLLBACK');
    } catch (error) {
      if (error instanceof RecordError && error.message.includes('no transaction is active')) return;
      throw new RecordError('io', `${this.file}: a failed transaction could not be undone`, { cause });
    }
  }
}

/** SQLite's result codes by their first word, https://www.sqlite.org/rescode.html. */
const REASONS: readonly (readonly [string, RecordFailure])[] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR', 'io'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'foreign'],
  ['SQLITE_CANTOPEN', 'cannot-open'],
  ['SQLITE_PERM', 'cannot-open'],
];

const WORDS: Readonly<Record<RecordFailure, string>> = {
  busy: 'the file is locked by another program',
  full: 'no space is left',
  io: 'the disk failed',
  'read-only': 'the file or its directory cannot be written',
  corrupt: 'the database is damaged',
  foreign: 'this is not a galvanode record',
  'too-new': 'this record was written by a newer galvanode',
  'cannot-open': 'the file cannot be opened',
  overflow: 'the disk is too slow',
  fault: 'SQLite refused',
};

function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RecordError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    const reason = reasonOf(error, detail);
    throw new RecordError(reason, `${file}: ${WORDS[reason]} (${detail.trim()})`, { cause: error });
  }
}

function reasonOf(error: unknown, detail: string): RecordFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // Opening throws a plain error whose text ends in the result code: 14 is SQLITE_CANTOPEN.
  if (code === '' && detail.startsWith('ConnectionFailed')) return 'cannot-open';
  return REASONS.find(([word]) => code.startsWith(word))?.[1] ?? 'fault';
}
