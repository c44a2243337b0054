/**
 * The tables that a PostgreSQL is given, and how a row of the record becomes a row there. Pure: names and SQL, no
 * connection. The columns of a sample are the keys of the MQTT contract, so that a query reads as the payload does.
 */
import { SAMPLE_COLUMNS } from '../record/columns.js';
import type { PastRow, PastRunRow } from '../record/past.js';

/** Most rows of one INSERT: 36 columns of them stay under the 65,535 parameters of the protocol. */
export const BATCH_ROWS = 500;

export type Value = string | number | boolean | null;
export type TableRow = Readonly<Record<string, Value>>;

const WHOLE = new Set(['seq', 'step']);
const WORDS = new Set(['state', 'invalid']);
const typeOf = (name: string): string => {
  if (WHOLE.has(name)) return 'bigint';
  return WORDS.has(name) ? 'text' : 'double precision';
};

/** `t` is a part of the keys so that TimescaleDB can cut the tables by it; it follows from run and number. */
const SAMPLES = `CREATE TABLE IF NOT EXISTS galvanode_samples (
  reactor text NOT NULL, run text NOT NULL, t timestamptz NOT NULL,
  ${SAMPLE_COLUMNS.map((name) => `"${name}" ${typeOf(name)}`).join(', ')},
  PRIMARY KEY (reactor, run, seq, t))`;
const EVENTS = `CREATE TABLE IF NOT EXISTS galvanode_events (
  reactor text NOT NULL, run text NOT NULL, seq bigint NOT NULL, t timestamptz NOT NULL, elapsed_s double precision,
  kind text NOT NULL, actor text NOT NULL, text text NOT NULL, data text NOT NULL,
  PRIMARY KEY (reactor, run, seq, t))`;
const RUNS = `CREATE TABLE IF NOT EXISTS galvanode_runs (
  reactor text NOT NULL, run text NOT NULL, started timestamptz NOT NULL, ended timestamptz,
  recipe text NOT NULL, title text NOT NULL, simulated boolean NOT NULL, outcome text, reason text,
  elapsed_s double precision, "charge_C" double precision, "charge_F_mol" double precision,
  PRIMARY KEY (reactor, run))`;
const INDEX = 'CREATE INDEX IF NOT EXISTS galvanode_samples_t ON galvanode_samples (reactor, t)';

/** Run at each connection: what is there already stays as it is. */
export const SCHEMA: readonly string[] = [RUNS, SAMPLES, EVENTS, INDEX];

/** A value of the record as PostgreSQL takes it: it has no NUL in a text. */
function valueOf(value: unknown): Value {
  if (typeof value === 'string') return value.replaceAll('\0', '\u{fffd}');
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** `t`: the start of the run plus its elapsed time, as in the payload, in ms of UTC. */
export function sampleRow(reactor: string, run: PastRunRow, row: PastRow): TableRow {
  const t = Math.round(run.started_utc_ms + 1000 * Number(row['elapsed_s'] ?? 0));
  const values = SAMPLE_COLUMNS.map((name) => [name, valueOf(row[name])] as const);
  return { reactor, run: run.run, t, ...Object.fromEntries(values) };
}

const EVENT_COLUMNS = ['seq', 'elapsed_s', 'kind', 'actor', 'text', 'data'] as const;

export function eventRow(reactor: string, run: PastRunRow, row: PastRow): TableRow {
  const t = Math.round(Number(row['t'] ?? run.started_utc_ms));
  const values = EVENT_COLUMNS.map((name) => [name, valueOf(row[name])] as const);
  return { reactor, run: run.run, t, ...Object.fromEntries(values) };
}

export function runRow(reactor: string, row: PastRunRow): TableRow {
  return {
    reactor,
    run: row.run,
    started: row.started_utc_ms,
    ended: row.ended_utc_ms,
    recipe: valueOf(row.recipe),
    title: valueOf(row.title),
    simulated: row.simulated,
    outcome: row.outcome,
    reason: valueOf(row.reason),
    elapsed_s: row.elapsed_s,
    charge_C: row.charge_C,
    charge_F_mol: row.charge_F_mol,
  };
}
