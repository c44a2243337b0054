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

export interface FoundPassword {
  /** null where the file is not there, is not taken, or has no line that fits. */
  readonly password: string | null;
  /** Why a file that is there was not taken, and what would be right; null where nothing is wrong. */
  readonly refused: string | null;
}

export function passwordFrom(
  url: string,
  file = process.env['PGPASSFILE'] ?? join(homedir(), '.pgpass'),
): FoundPassword {
  try {
    if ((statSync(file).mode & OTHERS) !== 0) {
      const refused = `the password file ${file} is not used: others may read it (would be right: chmod 600)`;
      return { password: null, refused };
    }
    return { password: passwordIn(readFileSync(file, 'utf8'), url), refused: null };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT') return { password: null, refused: null };
    return { password: null, refused: `the password file ${file} is not used: ${String(error.code)}` };
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
