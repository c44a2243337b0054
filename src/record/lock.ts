/**
 * One writer a data directory, and a way to see whether it lives. The lock is SQLite's exclusive lock on an empty
 * database: the kernel lets go of it with the process, however that ends, and no stale file is left to be believed.
 */
import { existsSync } from 'node:fs';
import { RecordError } from './error.js';
import { lockFile } from './place.js';
import { openDatabase } from './sqlite.js';

/** Long enough for somebody who only looks whether the lock is held. */
const LOCK_TIMEOUT_MS = 250;

export interface WriterLock {
  release(): void;
}

/** Throws RecordError `busy` when another process writes here. */
export function takeWriterLock(dataDir: string): WriterLock {
  const db = openDatabase(lockFile(dataDir), 'write');
  try {
    db.exec(`PRAGMA busy_timeout = ${LOCK_TIMEOUT_MS}`);
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!(error instanceof RecordError) || error.reason !== 'busy') throw error;
    throw new RecordError(
      'busy',
      `another galvanode writes the record in ${dataDir}: let it end, or give this one its own directory with --data`,
      { cause: error },
    );
  }
  return {
    release: () => {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

/** Whether a writer is alive in this directory. */
export function writerLives(dataDir: string): boolean {
  if (!existsSync(lockFile(dataDir))) return false;
  const db = openDatabase(lockFile(dataDir), 'read');
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').all([]); // to its end, which lets go of the read lock
    return false;
  } catch (error) {
    if (error instanceof RecordError && error.reason === 'busy') return true;
    throw error;
  } finally {
    db.close();
  }
}
