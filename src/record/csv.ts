/**
 * Samples as comma-separated values after RFC 4180: one header row whose names end in their unit, line feeds, an empty
 * field for what was not measured. Pure; knows no files.
 */
import { SAMPLE_COLUMNS } from './columns.js';
import type { Row } from './sqlite.js';

export type CsvValue = string | number | boolean | null;

const [SEQ, ...VALUES] = SAMPLE_COLUMNS;
/** The samples' columns, with UTC in words and whether it all was simulated. */
export const CSV_COLUMNS: readonly string[] = [SEQ ?? 'seq', 't_utc', ...VALUES, 'simulated'];

/** Fields with a comma, a quote or a line break are quoted, quotes in them doubled. */
export function csvRow(values: readonly CsvValue[]): string {
  return `${values.map(csvField).join(',')}\n`;
}

function csvField(value: CsvValue): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface CsvRun {
  readonly started_utc_ms: number;
  readonly simulated: boolean;
}

/** The whole file, a line at a time. */
export function* csvLines(run: CsvRun, samples: Iterable<Row>): Generator<string> {
  yield csvRow(CSV_COLUMNS);
  for (const sample of samples) {
    yield csvRow(CSV_COLUMNS.map((name) => csvValue(name, run, sample)));
  }
}

function csvValue(column: string, run: CsvRun, sample: Row): CsvValue {
  if (column === 'simulated') return run.simulated;
  if (column === 't_utc') return utc(run.started_utc_ms, sample['elapsed_s']);
  const value = sample[column];
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** Start of the run in UTC and elapsed time, ISO 8601 to the millisecond. */
function utc(started_utc_ms: number, elapsed_s: unknown): string | null {
  return typeof elapsed_s === 'number' ? new Date(started_utc_ms + 1000 * elapsed_s).toISOString() : null;
}
