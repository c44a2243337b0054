/** What the twin says of every entry of a series, as one table. Text only; runs nothing. */
import type { Plan } from '../model/plan.js';
import type { Series } from '../model/series.js';
import { columns, entryOf } from '../recipe/series-text.js';
import { duration, plain } from '../model/words.js';

/** One entry, run on the twin. */
export interface PreviewedEntry {
  readonly plan: Plan;
  readonly numbers: {
    readonly run_s: number;
    readonly voltage_max_V: number | null;
    readonly temperature_max_C: number | null;
    readonly hydrogen_made_umol: number;
    readonly charge_error_C: number;
  };
  readonly result: { readonly outcome: string; readonly reason: string; readonly charge_C: number };
}

export function previewTable(series: Series, entries: readonly PreviewedEntry[]): string {
  const heading = ['entry', 'time', 'charge', 'voltage', 'warmest', 'hydrogen', 'outcome'];
  const rows = entries.map(({ plan, numbers, result }) => [
    entryOf(plan),
    duration(numbers.run_s),
    `${plain(result.charge_C, 2)} C`,
    numbers.voltage_max_V === null ? '' : `${plain(numbers.voltage_max_V, 2)} V`,
    numbers.temperature_max_C === null ? '' : `${plain(numbers.temperature_max_C, 2)} °C`,
    `${plain(numbers.hydrogen_made_umol, 0)} µmol`,
    result.outcome,
  ]);
  const early = entries.filter(({ result }) => result.outcome !== 'complete');
  const reasons = early.map(({ plan, result }) => `  ${entryOf(plan)}: ${result.reason}`);
  const board = entries[0]?.plan.board ?? '';
  return [
    series.title,
    `preview on ${board}`,
    '',
    ...columns([heading, ...rows]),
    ...(reasons.length === 0 ? [] : ['', ...reasons]),
    '',
  ].join('\n');
}
