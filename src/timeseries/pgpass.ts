/**
 * The password file of PostgreSQL's own programs ($PGPASSFILE, else ~/.pgpass): lines of host:port:database:user:password,
 * `*` for any, `\` before a colon or a backslash that is meant, and readable by its owner alone.
 * https://www.postgresql.org/docs/15/libpq-pgpass.html
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const OTHERS = 0o077;
const PORT = '5432';

/** null where the file is not there, is open to others, or has no line that fits. */
export function passwordFrom(
  url: string,
  file = process.env['PGPASSFILE'] ?? join(homedir(), '.pgpass'),
): string | null {
  try {
    if ((statSync(file).mode & OTHERS) !== 0) return null;
    return passwordIn(readFileSync(file, 'utf8'), url);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null; // no such file, or not ours to read: as with psql
    throw error;
  }
}

/** The first line that fits. */
export function passwordIn(text: string, url: string): string | null {
  const { hostname, port, pathname, username } = new URL(url);
  const sought = [
    hostname,
    port === '' ? PORT : port,
    decodeURIComponent(pathname.slice(1)),
    decodeURIComponent(username),
  ];
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const fields = (line.match(/(?:\\.|[^:\\])*(?::|$)/g) ?? []).map((field) => field.replace(/:$/, ''));
    const [host, at, database, user, password] = fields.map((field) => field.replaceAll(/\\(.)/g, '$1'));
    const given = [host, at, database, user];
    if (password !== undefined && given.every((one, i) => one === '*' || one === sought[i])) return password;
  }
  return null;
}
