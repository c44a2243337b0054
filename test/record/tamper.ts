/**
 * A record as an attacker, a tired hand or a bad disk would change it: one random edit, deletion, swap or cut of what is in
 * its tables. Says what it changed, or null when its choice would have changed nothing. Used by the test and by the rig.
 */
import type { Database, Row, SqlValue } from '../../src/record/sqlite.js';
import { ProofBook } from '../../src/record/verify.js';

/** Numbers from 0 to 1. */
export type Random = () => number;

const TABLES = ['events', 'events', 'samples', 'samples', 'samples', 'ledger', 'ledger', 'runs', 'heads'] as const;
const KEYS: Readonly<Record<string, readonly string[]>> = {
  events: ['run', 'seq'],
  samples: ['run', 'seq'],
  ledger: ['run', 'seq'],
  runs: ['id'],
  heads: ['run'],
};

function pick<T>(from: readonly T[], random: Random): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('there is nothing to choose from');
  return one;
}

/** Applies one random change. Foreign keys must be off. */
function tamper(db: Database, random: Random): string | null {
  return pick([edit, edit, remove, swap, cut, duplicate], random)(db, pick(TABLES, random), random);
}

export interface TamperTrials {
  readonly changed: number;
  /** Changes that were not found. */
  readonly missed: readonly string[];
}

/** Changes the record so many times, looks each time, and takes each change back. */
export function tamperTrials(db: Database, count: number, random: Random): TamperTrials {
  db.exec('PRAGMA foreign_keys = OFF');
  const missed: string[] = [];
  let changed = 0;
  while (changed < count) {
    db.exec('BEGIN');
    const what = tamper(db, random);
    const book = new ProofBook();
    book.add(db);
    db.exec('ROLLBACK');
    if (what === null) continue;
    changed++;
    const { findings, runs } = book.proof;
    if (findings.length === 0 && runs.every(({ verdict }) => verdict === 'proven')) missed.push(what);
  }
  return { changed, missed };
}

function anyRow(db: Database, table: string, random: Random): Row {
  const rows = Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).all([])[0]?.['n']);
  const row = db.prepare(`SELECT * FROM ${table} LIMIT 1 OFFSET ${Math.floor(random() * rows)}`).all([])[0];
  if (row === undefined) throw new Error(`${table} is empty`);
  return row;
}

function where(table: string, row: Row): { readonly sql: string; readonly values: SqlValue[] } {
  const keys = KEYS[table] ?? [];
  return { sql: keys.map((key) => `${key} = ?`).join(' AND '), values: keys.map((key) => row[key] as SqlValue) };
}

/** Another value of the same kind, as near to the old one as it can be. */
function changed(value: unknown, random: Random): SqlValue {
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return value + (random() < 0.5 ? 1 : -1);
    return random() < 0.5 ? value * (1 + 2 ** -50) : value + random();
  }
  if (typeof value === 'string') {
    const at = Math.floor(random() * value.length);
    const other = value[at] === '0' ? '1' : '0';
    return random() < 0.2 ? `${value} ` : `${value.slice(0, at)}${other}${value.slice(at + 1)}`;
  }
  return 0;
}

function edit(db: Database, table: string, random: Random): string | null {
  const row = anyRow(db, table, random);
  const column = pick(Object.keys(row), random);
  const value = changed(row[column], random);
  if (value === row[column]) return null;
  const { sql, values } = where(table, row);
  return done(db, `UPDATE ${table} SET ${column} = ? WHERE ${sql}`, [value, ...values]);
}

function remove(db: Database, table: string, random: Random): string | null {
  const { sql, values } = where(table, anyRow(db, table, random));
  return done(db, `DELETE FROM ${table} WHERE ${sql}`, values);
}

/** Two rows change places: all but their keys. */
function swap(db: Database, table: string, random: Random): string | null {
  const [a, b] = [anyRow(db, table, random), anyRow(db, table, random)];
  const keys = KEYS[table] ?? [];
  const columns = Object.keys(a).filter((name) => !keys.includes(name));
  if (columns.every((name) => a[name] === b[name])) return null;
  const set = columns.map((name) => `${name} = ?`).join(', ');
  for (const [into, from] of [
    [a, b],
    [b, a],
  ] as const) {
    const { sql, values } = where(table, into);
    db.prepare(`UPDATE ${table} SET ${set} WHERE ${sql}`).run([
      ...columns.map((name) => from[name] as SqlValue),
      ...values,
    ]);
  }
  return `two rows of ${table} changed places`;
}

/** The end of one run, cut off; of the events with the head that would fit. */
function cut(db: Database, table: string, random: Random): string | null {
  if (table === 'runs' || table === 'heads') return null;
  const { run, seq } = anyRow(db, table, random);
  const said = done(db, `DELETE FROM ${table} WHERE run = ? AND seq >= ?`, [run as SqlValue, seq as SqlValue]);
  if (table === 'events') {
    db.prepare(
      'UPDATE heads SET (seq, hash) = (SELECT seq, hash FROM events WHERE run = heads.run ORDER BY seq DESC LIMIT 1) WHERE run = ? AND EXISTS (SELECT 1 FROM events WHERE run = heads.run)',
    ).run([run as SqlValue]);
  }
  return said;
}

/** A row again, at a place of its own. */
function duplicate(db: Database, table: string, random: Random): string | null {
  if (table === 'runs' || table === 'heads') return null;
  const row = anyRow(db, table, random);
  const columns = Object.keys(row);
  const values = columns.map((name) =>
    name === 'seq' ? Number(row['seq']) + (random() < 0.5 ? 1_000_000 : -1_000_000) : (row[name] as SqlValue),
  );
  const places = columns.map(() => '?').join(', ');
  return done(db, `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`, values);
}

/** A constraint of the table may refuse: then nothing was changed. */
function done(db: Database, sql: string, values: readonly SqlValue[]): string | null {
  try {
    db.prepare(sql).run(values);
  } catch (error) {
    if (error instanceof Error && /constraint|datatype|cannot store/i.test(error.message)) return null;
    throw error;
  }
  return `${sql} [${values.join(', ')}]`;
}
