/**
 * How a sample becomes a row of doubles on its way to the writer, and a row of the table there. Owns the list of
 * columns; a field added to Sample does not compile until it has a place here (and a migration in schema.ts).
 */
import type { Sample } from '../model/sample.js';
import { RUN_STATES } from '../model/state.js';
import type { SqlValue } from './sqlite.js';

/** `state` travels as its index, `text` as an index into the batch's table of strings, null as NaN. */
type ColumnKind = 'integer' | 'real' | 'state' | 'text';

const KINDS = {
  seq: 'integer',
  elapsed_s: 'real',
  state: 'state',
  step: 'integer',
  setpoint_mA: 'real',
  current_mA: 'real',
  return_current_mA: 'real',
  voltage_V: 'real',
  temperature_setpoint_C: 'real',
  temperature_C: 'real',
  safety_temperature_C: 'real',
  board_temperature_C: 'real',
  hot_side_C: 'real',
  supply_V: 'real',
  peltier_setpoint_A: 'real',
  peltier_A: 'real',
  hydrogen_ppm: 'real',
  vent_hydrogen_vol_percent: 'real',
  sweep_mL_min: 'real',
  flow_setpoint_mL_min: 'real',
  flow_mL_min: 'real',
  charge_C: 'real',
  absolute_charge_C: 'real',
  board_charge_C: 'real',
  charge_F_mol: 'real',
  progress: 'real',
  eta_s: 'real',
  expected_voltage_V: 'real',
  expected_temperature_C: 'real',
  expected_vent_hydrogen_vol_percent: 'real',
  faradaic_efficiency: 'real',
  faradaic_efficiency_uncertainty: 'real',
  invalid: 'text',
} as const satisfies Record<keyof Sample, ColumnKind>;

export const SAMPLE_COLUMNS = Object.keys(KINDS) as readonly (keyof Sample)[];
export const SAMPLE_WIDTH = SAMPLE_COLUMNS.length;
const COLUMN_KINDS: readonly ColumnKind[] = SAMPLE_COLUMNS.map((name) => KINDS[name]);

/** Strings of one batch, each once. */
export class StringTable {
  readonly strings: string[] = [];
  private readonly places = new Map<string, number>();

  place(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    this.places.set(text, this.strings.length);
    return this.strings.push(text) - 1;
  }
}

/** Writes the sample into `row` from `offset` on. A value that is null or not finite becomes NaN: there is none. */
export function encodeSample(sample: Sample, row: Float64Array, offset: number, strings: StringTable): void {
  let place = offset;
  for (const name of SAMPLE_COLUMNS) {
    row[place++] = encoded(name === 'state' ? RUN_STATES.indexOf(sample.state) : sample[name], strings);
  }
}

function encoded(value: string | number | null, strings: StringTable): number {
  if (typeof value === 'string') return strings.place(value);
  return value !== null && Number.isFinite(value) ? value : NaN;
}

/** Values of one row, in the order of SAMPLE_COLUMNS, into `into` from `at` on. */
export function decodeSample(
  rows: Float64Array,
  offset: number,
  strings: readonly string[],
  into: SqlValue[],
  at: number,
): void {
  COLUMN_KINDS.forEach((kind, column) => {
    into[at + column] = decoded(kind, rows[offset + column] ?? NaN, strings);
  });
}

function decoded(kind: ColumnKind, code: number, strings: readonly string[]): SqlValue {
  if (Number.isNaN(code)) return null;
  switch (kind) {
    case 'integer':
    case 'real':
      return code;
    case 'state':
      return RUN_STATES[code] ?? null;
    case 'text':
      return strings[code] ?? null;
  }
}
