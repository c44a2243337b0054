/**
 * Channels of a run over its time: as kept, or as lowest and highest by bucket, worked out by SQLite so that few rows
 * leave it. Owns these queries, over a connection that past.ts opens and closes. Knows nobody who asks.
 */
import { z } from 'zod';
import { firstSeqFrom } from './past.js';
import { sampleColumnsIn } from './seal.js';
import type { Database, Row } from './sqlite.js';

const spanRow = z.object({
  title: z.string(),
  started_utc_ms: z.number(),
  simulated: z.number().transform((value) => value === 1),
  ended: z.number().transform((value) => value === 1),
  record_rate_Hz: z.number(),
});

/** What a run is, and from where to where it is in the record; all null before its first sample. */
export type RunSpan = z.infer<typeof spanRow> & {
  readonly first_s: number | null;
  readonly last_s: number | null;
  readonly lastSeq: number | null;
};

/** A row of numbers: the bucket or the time, then lowest and highest of each channel in turn, or its value. */
export type Numbers = readonly (number | null)[];

const markRow = z.object({
  seq: z.number(),
  t_s: z.number(),
  kind: z.string(),
  actor: z.string(),
  text: z.string(),
});
export type MarkRow = z.infer<typeof markRow>;

const RUN = `SELECT recipe_title AS title, started_utc_ms, simulated, outcome IS NOT NULL AS ended, record_rate_Hz FROM runs
  WHERE id = ?`;
const FIRST = 'SELECT seq, elapsed_s FROM samples WHERE run = ? AND elapsed_s IS NOT NULL ORDER BY seq LIMIT 1';
const LAST = 'SELECT seq, elapsed_s FROM samples WHERE run = ? AND elapsed_s IS NOT NULL ORDER BY seq DESC LIMIT 1';
const COUNT = 'SELECT count(*) AS rows FROM samples WHERE run = ? AND seq >= ? AND seq < ?';
const marksOf = (kinds: string): string => `SELECT seq, elapsed_s AS t_s, kind, actor, text FROM events
  WHERE run = ? AND kind IN (${kinds}) AND elapsed_s >= ? AND elapsed_s <= ? ORDER BY seq LIMIT ?`;
/** What changed the course of the run, and what else a person did or was told. Seals and single bus errors are neither. */
const GRAVE = marksOf("'alarm', 'trip', 'step'");
const OTHER = marksOf("'command', 'answer', 'note', 'run'");

const numeric = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export class Channels {
  constructor(private readonly db: Database) {}

  /** Null: there is no such run. Throws RecordError, as all here. */
  span(run: string): RunSpan | null {
    const row = this.db.prepare(RUN).all([run])[0];
    if (row === undefined) return null;
    const [first, last] = [FIRST, LAST].map((sql) => this.db.prepare(sql).all([run])[0]);
    return {
      ...spanRow.parse(row),
      first_s: numeric(first?.['elapsed_s']),
      last_s: numeric(last?.['elapsed_s']),
      lastSeq: numeric(last?.['seq']),
    };
  }

  /** Number of the first kept sample at or after that instant; one past the last when there is none. */
  seqAt(run: string, at_s: number): number {
    return firstSeqFrom(this.db, run, at_s);
  }

  /** How many samples are kept from one number to another, the last not included. */
  count(run: string, from: number, to: number): number {
    return Number(this.db.prepare(COUNT).all([run, from, to])[0]?.['rows'] ?? 0);
  }

  /** By bucket of `step_s`: its number, then lowest and highest of each channel. The sample `to` is not included. */
  folded(run: string, names: readonly string[], step_s: number, from: number, to: number): Numbers[] {
    const list = present(this.db, names).flatMap((name) => [`min(${name})`, `max(${name})`]);
    const sql = `SELECT CAST(elapsed_s / ? AS INTEGER), ${aliased(list)} FROM samples
      WHERE run = ? AND seq >= ? AND seq < ? AND elapsed_s IS NOT NULL GROUP BY 1 ORDER BY 1`;
    return this.db.prepare(sql).all([step_s, run, from, to]).map(numbersOf);
  }

  /** Each kept sample: its time, then the value of each channel. */
  kept(run: string, names: readonly string[], from: number, to: number): Numbers[] {
    const sql = `SELECT elapsed_s, ${aliased(present(this.db, names))} FROM samples
      WHERE run = ? AND seq >= ? AND seq < ? AND elapsed_s IS NOT NULL ORDER BY seq`;
    return this.db.prepare(sql).all([run, from, to]).map(numbersOf);
  }

  /** What happened from one instant to another, oldest first, at most `most`; the grave before the rest. */
  marks(
    run: string,
    from_s: number,
    to_s: number,
    most: number,
  ): { readonly marks: MarkRow[]; readonly more: boolean } {
    const ask = (sql: string): MarkRow[] =>
      this.db
        .prepare(sql)
        .all([run, from_s, to_s, most + 1])
        .map((row) => markRow.parse(row));
    const [grave, other] = [ask(GRAVE), ask(OTHER)];
    const marks = [...grave, ...other].slice(0, most).toSorted((a, b) => a.seq - b.seq);
    return { marks, more: grave.length + other.length > most };
  }
}

/** Names of columns, which never come from outside as they are; an older record has not all of them. */
function present(db: Database, names: readonly string[]): string[] {
  const known: readonly string[] = sampleColumnsIn(db);
  return names.map((name) => (known.includes(name) ? name : 'NULL'));
}

/** The binding gives rows by name: each column needs one of its own. */
function aliased(expressions: readonly string[]): string {
  return expressions.map((text, place) => `${text} AS v${place}`).join(', ');
}

function numbersOf(row: Row): Numbers {
  return Object.values(row).map(numeric);
}
