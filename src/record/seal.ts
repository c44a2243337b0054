/**
 * Seals: events of the record itself that carry digests of a run's samples, ledger and outcome into the hash chain, so that
 * an edited sample shows as surely as an edited event. Owns what is digested and in which order; reads tables, writes none.
 *
 * A seal covers the rows between the seal before it and `to`. It keeps `SEAL_LAG_s` behind the newest sample, because an
 * alarm brings out samples of the minute before it (thinner.ts) and these must not come in below a seal.
 */
import { createHash } from 'node:crypto';
import type { EventData } from '../model/event.js';
import type { Sample } from '../model/sample.js';
import { canonicalJson, type Json, type KeptHeader, sha256 } from './chain.js';
import { SAMPLE_COLUMNS } from './columns.js';
import type { ChainHead } from './run.js';
import type { Database, Row } from './sqlite.js';

/** A seal comes when so much is unsealed, s: one in three minutes. */
export const SEAL_EVERY_s = 300;
/** Twice the minute that an alarm reaches back. */
export const SEAL_LAG_s = 120;

/** Columns of `runs` that are written at the end of a run. The rest is its header. */
export const OUTCOME_COLUMNS = [
  'outcome',
  'reason',
  'ended_utc_ms',
  'elapsed_s',
  'charge_C',
  'absolute_charge_C',
  'board_charge_C',
  'charge_F_mol',
  'figures',
  'lost_samples',
] as const;

const LEDGER_COLUMNS = ['seq', 'elapsed_s', 'host_C', 'board_C'] as const;
const PAGE_ROWS = 1000;

/** A digest of rows and how many they are. */
export interface RowsDigest {
  readonly rows: number;
  readonly sha256: string;
}

/** The run before this one in the file, and its head: a run taken out as a whole leaves a gap. */
export interface RunBefore {
  readonly run: string;
  readonly head: ChainHead;
}

/** Rows with `after < seq <= to`. */
export interface SealedRange {
  readonly after: number;
  readonly to: number;
}

export function sampleDigest(db: Database, run: string, range: SealedRange): RowsDigest {
  return digestOf(db, 'samples', sampleColumnsIn(db), run, range);
}

/** The columns of a sample that this file has: one of an older schema, read as it is, lacks what came later. */
export function sampleColumnsIn(db: Database): readonly (keyof Sample)[] {
  const there = new Set(
    db
      .prepare("SELECT name FROM pragma_table_info('samples')")
      .all([])
      .map(({ name }) => name),
  );
  return SAMPLE_COLUMNS.filter((name) => there.has(name));
}

export function ledgerDigest(db: Database, run: string, range: SealedRange): RowsDigest {
  return digestOf(db, 'ledger', LEDGER_COLUMNS, run, range);
}

function digestOf(
  db: Database,
  table: string,
  columns: readonly string[],
  run: string,
  { after, to }: SealedRange,
): RowsDigest {
  const page = db.prepare(
    `SELECT ${columns.join(', ')} FROM ${table} WHERE run = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${PAGE_ROWS}`,
  );
  const hash = createHash('sha256');
  let rows = 0;
  for (let from = after; ; ) {
    const found = page.all([run, from, to]);
    for (const row of found) hash.update(rowText(row, columns));
    rows += found.length;
    if (found.length < PAGE_ROWS) return { rows, sha256: hash.digest('hex') };
    from = Number(found.at(-1)?.['seq']);
  }
}

/** What is null is left out: a column that a later version adds does not change the digest of rows from before it. */
function rowText(row: Row, columns: readonly string[]): string {
  let text = '';
  for (const column of columns) {
    const value = row[column];
    if (value !== null && value !== undefined) text += `${column}=${JSON.stringify(value)};`;
  }
  return `${text}\n`;
}

/** Of the columns of `runs` that say how the run ended. */
export function outcomeDigest(row: Row): string {
  return sha256(canonicalJson(Object.fromEntries(OUTCOME_COLUMNS.map((name) => [name, jsonOf(row[name])]))));
}

/** A value of a row; what cannot be JSON is no value of ours. */
export function jsonOf(value: unknown): Json {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** The columns of a row of `runs` that its chain begins with. */
export function headerOfRow(row: Row): KeptHeader {
  const ending: ReadonlySet<string> = new Set(OUTCOME_COLUMNS);
  const kept = Object.entries(row).filter(([name]) => !ending.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, typeof value === 'string' || typeof value === 'number' ? value : null]),
  );
}

/** The seal's data. `outcome` is the row of `runs` in the last seal of a run, null in the others. */
export function sealData(
  db: Database,
  run: string,
  range: SealedRange,
  outcome: Row | null,
  before: RunBefore | null,
): EventData {
  const samples = sampleDigest(db, run, range);
  const ledger = ledgerDigest(db, run, range);
  return {
    after: range.after,
    to: range.to,
    samples: samples.rows,
    samples_sha256: samples.sha256,
    ledger: ledger.rows,
    ledger_sha256: ledger.sha256,
    ...(outcome === null ? {} : { outcome_sha256: outcomeDigest(outcome) }),
    ...(before === null ? {} : { before_run: before.run, before_seq: before.head.seq, before_hash: before.head.hash }),
  };
}

export function sealText({ samples, ledger }: EventData, last: boolean): string {
  return `${last ? 'last seal' : 'seal'} over ${String(samples)} samples and ${String(ledger)} rows of the ledger`;
}

/** Newest row that a seal at `upTo_s` may cover, and how old it is; undefined when there is none. */
export function sealable(
  db: Database,
  run: string,
  upTo_s: number,
): { readonly seq: number; readonly elapsed_s: number } | undefined {
  const row = db
    .prepare('SELECT seq, elapsed_s FROM samples WHERE run = ? AND elapsed_s <= ? ORDER BY seq DESC LIMIT 1')
    .all([run, upTo_s])[0];
  return row === undefined ? undefined : { seq: Number(row['seq']), elapsed_s: Number(row['elapsed_s']) };
}
