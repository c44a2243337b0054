/** An answer of the server as what is drawn and what is downloaded. Pure: columns in, columns and text out. */
import type { SeriesAnswer, Signal } from '../../api/series.js';
import type { Span } from './span.js';

type Column = (number | null)[];

/**
 * Times and one column for each signal. A piece of time stands as its least and its most, one after the other, so that a
 * peak is seen however far away one looks.
 */
export function columnsOf(answer: SeriesAnswer, signals: readonly Signal[]): [number[], ...Column[]] {
  const { t_s, step_s } = answer;
  const doubled = signals.some((name) => answer.signals[name]?.high !== undefined);
  const times = doubled ? t_s.flatMap((t) => [t - step_s / 4, t + step_s / 4]) : [...t_s];
  const columns = signals.map((name): Column => {
    const [low, high] = lowAndHigh(answer, name);
    if (low.length === 0) return times.map(() => null);
    return doubled ? low.flatMap((least, index) => [least, high[index] ?? null]) : [...low];
  });
  return [times, ...columns];
}

function lowAndHigh({ signals }: SeriesAnswer, name: Signal): readonly [Column, Column] {
  const { low = [], high = low } = signals[name] ?? {};
  return [low, high];
}

/** The value at or before a time; null where there is none. */
export function valueAt(times: readonly number[], column: readonly (number | null)[], t_s: number): number | null {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= t_s) low = middle + 1;
    else high = middle;
  }
  return column[low - 1] ?? null;
}

const cell = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value));

/** What is seen as a table: run time, UTC, and of each signal its least and most in each piece. */
export function csvOf(answer: SeriesAnswer, signals: readonly Signal[], { from_s, to_s }: Span): string {
  const head = ['elapsed_s', 'utc', ...signals.flatMap((name) => [`${name}_min`, `${name}_max`])];
  const rows = answer.t_s.flatMap((t, index): string[] => {
    if (t < from_s || t > to_s) return [];
    const values = signals.flatMap((name) => {
      const [low, high] = lowAndHigh(answer, name);
      return [cell(low[index]), cell(high[index])];
    });
    return [[String(t), utcOf(answer.started + 1000 * t), ...values].join(',')];
  });
  return `${[head.join(','), ...rows].join('\r\n')}\r\n`;
}

function utcOf(t_ms: number): string {
  return new Date(t_ms).toISOString();
}

/** `0:00:05`, `12:30:00`: run time as an axis shows it. */
export function runTime(t_s: number): string {
  const whole = Math.round(Math.abs(t_s));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${t_s < 0 ? '\u2212' : ''}${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** What a screen reader is told of a panel. */
export function summaryOf(column: readonly (number | null)[], digits: number, unit: string): string {
  const known = column.filter((value) => value !== null);
  if (known.length === 0) return 'no value';
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  return `${low.toFixed(digits)} to ${high.toFixed(digits)} ${unit}, last ${known.at(-1)?.toFixed(digits)} ${unit}`;
}
