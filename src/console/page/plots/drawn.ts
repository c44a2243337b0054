/** Answers of the server as what is drawn and what is downloaded. Pure: columns in, columns and text out. */
import type { Mark, SeriesAnswer, Signal } from '../../api/series.js';
import type { Span } from './span.js';

type Column = (number | null)[];
export type Columns = readonly [readonly number[], ...(readonly (number | null)[])[]];

/** What was fetched: the whole run from afar, and what is looked at from close by. */
export interface Held {
  readonly whole: SeriesAnswer;
  readonly near: SeriesAnswer | null;
}

function lowAndHigh({ signals }: SeriesAnswer, name: Signal): readonly [Column, Column] {
  const { low = [], high = low } = signals[name] ?? {};
  return [low, high];
}

/**
 * Times and one column for each signal. A piece of time stands as its lowest and its highest, one after the other, so that
 * a peak is seen however far away one looks.
 */
export function columnsOf(answer: SeriesAnswer, signals: readonly Signal[], within?: Span): [number[], ...Column[]] {
  const { t_s, step_s } = answer;
  const doubled = step_s > 0;
  const { from_s = -Infinity, to_s = Infinity } = within ?? {};
  const places = t_s.flatMap((t, place) => (t >= from_s && t < to_s ? [place] : []));
  const at = (place: number): number => t_s[place] ?? NaN;
  const times = doubled
    ? places.flatMap((place) => [at(place) - step_s / 4, at(place) + step_s / 4])
    : places.map((place) => at(place));
  const columns = signals.map((name): Column => {
    const [low, high] = lowAndHigh(answer, name);
    return doubled
      ? places.flatMap((place) => [low[place] ?? null, high[place] ?? null])
      : places.map((place) => low[place] ?? null);
  });
  return [times, ...columns];
}

/** The whole run from afar, and in the middle of it what is known from close by. */
export function stitched({ whole, near }: Held, signals: readonly Signal[]): Columns {
  if (near === null) return columnsOf(whole, signals);
  const { from_s, to_s } = near;
  const middle = columnsOf(near, signals);
  const [first = from_s, last = to_s] = [middle[0][0], middle[0].at(-1)];
  const left = columnsOf(whole, signals, { from_s: -Infinity, to_s: from_s });
  const right = columnsOf(whole, signals, { from_s: to_s, to_s: Infinity });
  // A bucket from afar reaches into what is near: times must rise.
  const end = placeAt(left[0], Math.min(first, from_s) - 1e-9) + 1;
  const begin = placeAt(right[0], Math.max(last, to_s)) + 1;
  const joined = <T>(a: readonly T[], b: readonly T[], c: readonly T[]): T[] => [
    ...a.slice(0, end),
    ...b,
    ...c.slice(begin),
  ];
  const values = signals.map(
    (_, place): Column => joined(left[place + 1] ?? [], middle[place + 1] ?? [], right[place + 1] ?? []),
  );
  return [joined(left[0], middle[0], right[0]), ...values];
}

export function marksOf({ whole, near }: Held): readonly Mark[] {
  if (near === null) return whole.marks;
  const outside = whole.marks.filter(({ t_s }) => t_s < near.from_s || t_s > near.to_s);
  return [...outside, ...near.marks].toSorted((a, b) => a.seq - b.seq);
}

/** Where the value at or before a time stands; -1: before all. */
export function placeAt(times: readonly number[], t_s: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= t_s) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The value at or before a time; null where there is none. */
export function valueAt(times: readonly number[], column: readonly (number | null)[], t_s: number): number | null {
  return column[placeAt(times, t_s)] ?? null;
}

const cell = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value));

/** What is seen as a table: run time, UTC, and of each signal its lowest and highest in each piece of time. */
export function csvOf(answer: SeriesAnswer, signals: readonly Signal[], { from_s, to_s }: Span): string {
  const alone = answer.step_s === 0;
  const names = signals.flatMap((name) => (alone ? [name] : [`${name}_min`, `${name}_max`]));
  const rows = answer.t_s.flatMap((t, index): string[] => {
    if (t < from_s || t > to_s) return [];
    const values = signals.flatMap((name) => {
      const [low, high] = lowAndHigh(answer, name);
      return alone ? [cell(low[index])] : [cell(low[index]), cell(high[index])];
    });
    return [[String(t), utcOf(answer.started + 1000 * t), ...values].join(',')];
  });
  return `${[['elapsed_s', 'utc', ...names].join(','), ...rows].join('\r\n')}\r\n`;
}

export function utcOf(t_ms: number): string {
  return new Date(Math.round(t_ms)).toISOString();
}

/** What a screen reader is told of a curve in what is seen. */
export function summaryOf(
  times: readonly number[],
  column: readonly (number | null)[],
  { from_s, to_s }: Span,
  digits: number,
  unit: string,
): string {
  const known = column.filter((value, index) => {
    const t = times[index] ?? NaN;
    return value !== null && t >= from_s && t <= to_s;
  });
  const last = known.at(-1) ?? null;
  if (last === null) return 'no value';
  const low = known.reduce((a, b) => Math.min(a ?? Infinity, b ?? Infinity), Infinity) ?? NaN;
  const high = known.reduce((a, b) => Math.max(a ?? -Infinity, b ?? -Infinity), -Infinity) ?? NaN;
  return `${low.toFixed(digits)} to ${high.toFixed(digits)} ${unit}, last ${last.toFixed(digits)} ${unit}`;
}
