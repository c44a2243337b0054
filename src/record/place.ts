/** Where the record lies. Knows file names, never what is in the files. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The directory given, else $GALVANODE_DATA, else ~/.local/share/galvanode; absolute. */
export function dataDirectory(given?: string): string {
  return resolve(given ?? process.env['GALVANODE_DATA'] ?? join(homedir(), '.local', 'share', 'galvanode'));
}

export function databaseFile(dataDir: string): string {
  return join(resolve(dataDir), 'galvanode.sqlite');
}

/** An empty database that the one writer keeps locked while it lives. */
export function lockFile(dataDir: string): string {
  return join(resolve(dataDir), 'galvanode.lock');
}
