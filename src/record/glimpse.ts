/** The voltage of a run at a few instants, however long it is. Owns that query; it must not know who draws. */
import type { Database } from './sqlite.js';

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
