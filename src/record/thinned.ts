/**
 * A long run in few rows, thinned by SQLite, so that the samples of 30 h never come over one by one. Owns these queries;
 * it must not know who draws.
 */
import type { Database, Row } from './sqlite.js';

const FIRST_AND_LAST = `SELECT (SELECT min(seq) FROM samples WHERE run = ?) AS first,
  (SELECT max(seq) FROM samples WHERE run = ?) AS last`;
const NEXT_VOLTAGE = 'SELECT setpoint_mA, voltage_V FROM samples WHERE run = ? AND seq >= ? ORDER BY seq LIMIT 1';

/** See `History.voltageGlimpse`. */
export function voltageGlimpse(db: Database, run: string, instants: number): (number | null)[] {
  const { first, last } = db.prepare(FIRST_AND_LAST).all([run, run])[0] ?? {};
  if (typeof first !== 'number' || typeof last !== 'number') return [];
  const statement = db.prepare(NEXT_VOLTAGE);
  return Array.from({ length: instants }, (_, place) => {
    const seq = Math.round(first + ((last - first) * place) / Math.max(1, instants - 1));
    const row = statement.all([run, seq])[0];
    const voltage_V = row?.['setpoint_mA'] === 0 ? null : row?.['voltage_V'];
    return typeof voltage_V === 'number' ? voltage_V : null;
  });
}

export interface ThinnedColumn {
  readonly name: string;
  /** Only what was measured while a current was asked for. */
  readonly withCurrent: boolean;
}

/** Mean, least and greatest of one column in an interval. */
export interface ThinnedInterval {
  readonly t_s: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** See `History.thinned`. @param columns of the table, checked by whoever calls. */
export function thinnedColumns(
  db: Database,
  run: string,
  columns: readonly ThinnedColumn[],
  interval_s: number,
): ReadonlyMap<string, readonly ThinnedInterval[]> {
  const selected = columns.map(({ name, withCurrent }, index) => {
    const value = withCurrent ? `CASE WHEN setpoint_mA <> 0 THEN ${name} END` : name;
    return `avg(${value}) AS mean_${index}, min(${value}) AS low_${index}, max(${value}) AS high_${index}`;
  });
  const rows = db
    .prepare(
      `SELECT ${['CAST(elapsed_s / ? AS INTEGER) AS place', ...selected].join(', ')}
       FROM samples WHERE run = ? AND elapsed_s IS NOT NULL GROUP BY place ORDER BY place`,
    )
    .all([interval_s, run]);
  const of = (row: Row, index: number): ThinnedInterval[] => {
    const [mean, low, high] = [row[`mean_${index}`], row[`low_${index}`], row[`high_${index}`]];
    if (typeof mean !== 'number' || typeof low !== 'number' || typeof high !== 'number') return [];
    return [{ t_s: (Number(row['place']) + 0.5) * interval_s, mean, low, high }];
  };
  return new Map(columns.map(({ name }, index) => [name, rows.flatMap((row) => of(row, index))]));
}
