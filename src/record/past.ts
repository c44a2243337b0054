/**
 * What a run left in the record, by the second, for somebody who was away: a few hundred rows at a time, each time with a
 * connection that is opened read-only and closed again, so that no reader ever holds up the writer's log. Owns these
 * queries; it must not know who asks.
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { joinSpare } from './parts.js';
import { databaseFile } from './place.js';
import { prepareToRead } from './schema.js';
import { sampleColumnsIn } from './seal.js';
import { type Database, openDatabase, type Row, type SqlValue } from './sqlite.js';

const runRow = z.object({
  run: z.string(),
  started_utc_ms: z.number(),
  simulated: z.number().transform((value) => value === 1),
  outcome: z.string().nullable(),
  record_rate_Hz: z.number(),
});
export type PastRun = z.infer<typeof runRow>;

const wholeRow = runRow.extend({
  recipe: z.string(),
  title: z.string(),
  reason: z.string().nullable(),
  ended_utc_ms: z.number().nullable(),
  elapsed_s: z.number().nullable(),
  charge_C: z.number().nullable(),
  charge_F_mol: z.number().nullable(),
});
/** A run with what its end says of it. */
export type PastRunRow = z.infer<typeof wholeRow>;
export type PastRow = Row;

/** The first kept sample of each second, and whether more of these seconds may still come into the record. */
export interface PastSeconds {
  readonly rows: readonly Row[];
  /** The newest second of the run in the record; -1 when there is none. */
  readonly newest: number;
}

const RUNS = `SELECT id AS run, started_utc_ms, simulated, outcome, record_rate_Hz FROM runs ORDER BY started_utc_ms, id`;
const WHOLE_RUNS = `SELECT id AS run, started_utc_ms, simulated, outcome, record_rate_Hz, recipe, recipe_title AS title, reason,
  ended_utc_ms, elapsed_s, charge_C, charge_F_mol FROM runs ORDER BY started_utc_ms, id`;
const COUNTS = `SELECT (SELECT count(*) FROM samples WHERE run = ? AND seq > ?) AS samples,
  (SELECT count(*) FROM events WHERE run = ? AND seq > ?) AS events`;
const SEALED = `SELECT EXISTS (SELECT 1 FROM events WHERE run = ? AND kind = 'record'
  AND json_extract(data, '$.outcome_sha256') IS NOT NULL) AS sealed`;
/** One after the other: asked for together, SQLite reads every row of the run for them. */
const SPAN = `SELECT (SELECT min(seq) FROM samples WHERE run = ?1) AS first,
  (SELECT max(seq) FROM samples WHERE run = ?1) AS last`;
const AT = `SELECT elapsed_s FROM samples WHERE run = ? AND seq >= ? AND elapsed_s IS NOT NULL ORDER BY seq LIMIT 1`;
const NEWEST = `SELECT elapsed_s FROM samples WHERE run = ? AND elapsed_s IS NOT NULL ORDER BY seq DESC LIMIT 1`;
const FIRST_OF_SECONDS = `SELECT min(seq) FROM samples WHERE run = ? AND seq >= ? AND seq < ? AND elapsed_s IS NOT NULL
  GROUP BY CAST(elapsed_s AS INTEGER)`;
const EVENTS = `SELECT seq, t, elapsed_s, kind, actor, text, data FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?`;

export interface Directories {
  readonly dataDir: string;
  readonly spareDir: string;
}

export class Past {
  constructor(private readonly directories: Directories) {}

  /** Oldest first; none when nothing was ever recorded. Throws RecordError, as all here. */
  runs(): readonly PastRun[] {
    return this.read([], (db) =>
      db
        .prepare(RUNS)
        .all([])
        .map((row) => runRow.parse(row)),
    );
  }

  /** Seconds `from` to `to` of the run time, the last not included. */
  seconds(run: string, from: number, to: number): PastSeconds {
    return this.read({ rows: [], newest: -1 }, (db) => {
      const newest_s = numberIn(db, NEWEST, [run]);
      if (newest_s === null) return { rows: [], newest: -1 };
      const rows = db
        .prepare(
          `SELECT ${sampleColumnsIn(db).join(', ')} FROM samples WHERE run = ? AND seq IN (${FIRST_OF_SECONDS}) ORDER BY seq`,
        )
        .all([run, run, firstSeqFrom(db, run, from), firstSeqFrom(db, run, to)]);
      return { rows, newest: Math.floor(newest_s) };
    });
  }

  /** At most `limit` events of the chain after number `after`. */
  events(run: string, after: number, limit: number): readonly Row[] {
    return this.read([], (db) => db.prepare(EVENTS).all([run, after, limit]));
  }

  /** Oldest first, each with its end. */
  runRows(): readonly PastRunRow[] {
    return this.read([], (db) =>
      db
        .prepare(WHOLE_RUNS)
        .all([])
        .map((row) => wholeRow.parse(row)),
    );
  }

  /** At most `limit` kept samples after number `after`, all columns. */
  samplesAfter(run: string, after: number, limit: number): readonly Row[] {
    return this.read([], (db) =>
      db
        .prepare(`SELECT ${sampleColumnsIn(db).join(', ')} FROM samples WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?`)
        .all([run, after, limit]),
    );
  }

  /** How many rows of a run are kept after these numbers. */
  counts(
    run: string,
    after: { readonly samples: number; readonly events: number },
  ): { readonly samples: number; readonly events: number } {
    return this.read({ samples: 0, events: 0 }, (db) => {
      const row = db.prepare(COUNTS).all([run, after.samples, run, after.events])[0];
      return { samples: Number(row?.['samples'] ?? 0), events: Number(row?.['events'] ?? 0) };
    });
  }

  /** Whether the last seal of a run is there. That of an interrupted run comes a moment after its outcome. */
  sealed(run: string): boolean {
    return this.read(false, (db) => Number(db.prepare(SEALED).all([run])[0]?.['sealed']) === 1);
  }

  private read<T>(nothing: T, work: (db: Database) => T): T {
    return readRecord(this.directories, nothing, work);
  }
}

/** Opens the record to read, and closes it again; gives `nothing` where there is none. */
export function readRecord<T>({ dataDir, spareDir }: Directories, nothing: T, work: (db: Database) => T): T {
  const file = [dataDir, spareDir].map(databaseFile).find((path) => existsSync(path));
  if (file === undefined) return nothing;
  const db = openDatabase(file, 'read');
  try {
    if (Number(db.pragma('user_version')) === 0) return nothing; // it is being made just now
    joinSpare(db, spareDir);
    prepareToRead(db);
    return work(db);
  } finally {
    db.close();
  }
}

/** Number of the first sample at or after that second, by halving: time rises with the number. One past the last when none is. */
export function firstSeqFrom(db: Database, run: string, second: number): number {
  const span = db.prepare(SPAN).all([run])[0];
  const at = db.prepare(AT);
  let low = Number(span?.['first'] ?? 0);
  let high = Number(span?.['last'] ?? -1) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at_s = at.all([run, middle])[0]?.['elapsed_s'];
    if (typeof at_s === 'number' && at_s < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

function numberIn(db: Database, sql: string, values: readonly SqlValue[]): number | null {
  const value = db.prepare(sql).all(values)[0]?.['elapsed_s'];
  return typeof value === 'number' ? value : null;
}
