/** Where the record lies. Knows file names, never what is in the files. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The directory given, else $GALVANODE_DATA, else ~/.local/share/galvanode; absolute. */
export function dataDirectory(given?: string): string {
  return resolve(given ?? process.env['GALVANODE_DATA'] ?? join(homedir(), '.local', 'share', 'galvanode'));
}

/**
 * Where a run goes on when its record fails: the directory given, else $GALVANODE_DATA_SPARE, else `spare` beside the
 * record, which helps against a damaged file but not against a full or broken disk.
 */
export function spareDirectory(dataDir: string, given?: string): string {
  return resolve(given ?? process.env['GALVANODE_DATA_SPARE'] ?? join(dataDir, 'spare'));
}

export function databaseFile(dataDir: string): string {
  return join(resolve(dataDir), 'galvanode.sqlite');
}

/** An empty database that the one writer keeps locked while it lives. */
export function lockFile(dataDir: string): string {
  return join(resolve(dataDir), 'galvanode.lock');
}
