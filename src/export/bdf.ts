/**
 * A run in the Battery Data Format (CSV, terms of its ontology 1.3.0). Its sign: a positive current charges the object. Here
 * the object is the cell, and electrolysis puts energy into it: the recipe's direction is positive, as in the record.
 * Pure; knows no file.
 */
import { csvRow } from '../record/csv.js';
import type { RunDetail } from '../record/history.js';
import type { Row } from '../record/sqlite.js';
import { numberIn } from './source.js';

const COULOMB_PER_AH = 3600;
const COLUMNS = [
  'Test Time / s',
  'Voltage / V',
  'Current / A',
  'Unix Time / s',
  'Step Count / 1',
  'Cycle Count / 1',
  'Temperature T1 / degC',
  'Net Capacity / Ah',
];

/** `Inst__Cell__YYYYMMDD_XXX.bdf.csv`; a simulated instrument says so. */
export function bdfName(run: Pick<RunDetail, 'run' | 'board' | 'recipe' | 'simulated'>, ofDay: number): string {
  const instrument = `galvanode-${plainName(run.board)}${run.simulated ? '-simulated' : ''}`;
  return `${instrument}__${plainName(run.recipe)}__${run.run.slice(0, 8)}_${String(ofDay).padStart(3, '0')}.bdf.csv`;
}

/** Two underscores part the name's pieces, so that none may stand in one. */
function plainName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9-]+/g, '-').slice(0, 60);
}

/** A row without a time is left out; what was not measured is empty. */
export function* bdfLines(run: Pick<RunDetail, 'started_utc_ms'>, samples: Iterable<Row>): Generator<string> {
  yield csvRow(COLUMNS);
  let first_C: number | null = null;
  const cycles = new Cycles();
  for (const row of samples) {
    const elapsed_s = numberIn(row, 'elapsed_s');
    if (elapsed_s === null) continue;
    const [current_mA, charge_C, step] = [
      numberIn(row, 'current_mA'),
      numberIn(row, 'charge_C'),
      numberIn(row, 'step'),
    ];
    first_C ??= charge_C;
    yield csvRow([
      elapsed_s,
      numberIn(row, 'voltage_V'),
      current_mA === null ? null : current_mA / 1000,
      (run.started_utc_ms + 1000 * elapsed_s) / 1000,
      step === null ? null : step + 1,
      cycles.at(numberIn(row, 'setpoint_mA')),
      numberIn(row, 'temperature_C'),
      charge_C === null || first_C === null ? null : (charge_C - first_C) / COULOMB_PER_AH,
    ]);
  }
}

/** From 1; another one begins when the current asked for turns positive again after it was negative. */
class Cycles {
  private count = 1;
  private wasNegative = false;

  at(setpoint_mA: number | null): number {
    if (setpoint_mA !== null && setpoint_mA < 0) this.wasNegative = true;
    if (setpoint_mA !== null && setpoint_mA > 0 && this.wasNegative) {
      this.count++;
      this.wasNegative = false;
    }
    return this.count;
  }
}
