/**
 * PostgreSQL behind four verbs. The only file that imports its client; knows no run and no record. Never shows a password:
 * neither in its name nor in an error.
 */
import postgres from 'postgres';
import { passwordFrom } from './pgpass.js';
import { SCHEMA, type TableRow } from './tables.js';

const CONNECT_S = 10;
/** A statement that takes longer has a server that does not answer, ms. */
const STATEMENT_MS = 60_000;
const END_S = 2;

export interface Held {
  readonly run: string;
  readonly last: number;
}

/** Rejects with an Error whose words a person may see. */
export interface Warehouse {
  /** Without user and password. */
  readonly name: string;
  prepare(): Promise<void>;
  /** What it has of a reactor, by run. */
  held(table: 'galvanode_samples' | 'galvanode_events', reactor: string): Promise<readonly Held[]>;
  /** How many rows of a run it has after number `after`. */
  count(table: 'galvanode_samples' | 'galvanode_events', reactor: string, run: string, after: number): Promise<number>;
  /** In one transaction; rows that it has already stay as they are. */
  add(table: 'galvanode_samples' | 'galvanode_events', rows: readonly TableRow[]): Promise<void>;
  putRun(row: TableRow): Promise<void>;
  close(): Promise<void>;
}

export function isPostgresUrl(url: string): boolean {
  return (
    URL.canParse(url) && ['postgres:', 'postgresql:'].includes(new URL(url).protocol) && new URL(url).hostname !== ''
  );
}

export function postgresName(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}

/** Connects at the first statement. The URL must be one that `isPostgresUrl` takes. Tells why a password file is not used. */
export function openPostgres(url: string, notice: (text: string) => void): Warehouse {
  const name = postgresName(url);
  const sql = postgres(url, {
    max: 1,
    connect_timeout: CONNECT_S,
    onnotice: () => undefined,
    connection: { application_name: 'galvanode', statement_timeout: STATEMENT_MS },
    ...passwordOption(url, notice),
  });
  const told = async <T>(work: () => PromiseLike<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new Error(`${name}: ${wordsOf(error, url)}`, { cause: error });
    }
  };
  return {
    name,
    prepare: () =>
      told(async () => {
        for (const statement of SCHEMA) await sql.unsafe(statement);
      }),
    held: (table, reactor) =>
      told(async () => {
        const rows = await sql`SELECT run, max(seq)::float8 AS last FROM ${sql(table)}
          WHERE reactor = ${reactor} GROUP BY run`;
        return rows.map(({ run, last }) => ({ run: String(run), last: Number(last) }));
      }),
    count: (table, reactor, run, after) =>
      told(async () => {
        const rows = await sql`SELECT count(*)::float8 AS count FROM ${sql(table)}
          WHERE reactor = ${reactor} AND run = ${run} AND seq > ${after}`;
        return Number(rows[0]?.['count']);
      }),
    add: (table, rows) =>
      told(async () => {
        if (rows.length > 0) await sql`INSERT INTO ${sql(table)} ${sql([...rows])} ON CONFLICT DO NOTHING`;
      }),
    putRun: (row) =>
      told(async () => {
        await sql`INSERT INTO galvanode_runs ${sql(row)} ON CONFLICT (reactor, run) DO UPDATE SET ended = EXCLUDED.ended,
          outcome = EXCLUDED.outcome, reason = EXCLUDED.reason, elapsed_s = EXCLUDED.elapsed_s,
          "charge_C" = EXCLUDED."charge_C", "charge_F_mol" = EXCLUDED."charge_F_mol"`;
      }),
    close: () => sql.end({ timeout: END_S }),
  };
}

function passwordOption(url: string, notice: (text: string) => void): { readonly password?: string } {
  if (new URL(url).password !== '') return {};
  const { password, refused } = passwordFrom(url);
  if (refused !== null) notice(`${postgresName(url)}: ${refused}`);
  return password === null ? {} : { password };
}

/** The client's own words hold no password; that of the URL is taken out all the same. */
function wordsOf(error: unknown, url: string): string {
  const message = error instanceof Error && error.message !== '' ? error.message : codeOf(error);
  const { password } = new URL(url);
  return password === ''
    ? message
    : message.replaceAll(password, '***').replaceAll(decodeURIComponent(password), '***');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
