/** Times below the curves: run time or the local time of day. Pure: seconds in, text out. */

/** Steps between two times that a person can count in, s. */
export const INCREMENTS_s: readonly number[] = [
  0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
];
const DAY_s = 86_400;

const two = (n: number): string => String(n).padStart(2, '0');

/** `0:00:05`, `12:30:00`, `0:00:00.4`: run time. */
export function runTime(t_s: number): string {
  const tenths = Math.round(10 * Math.abs(t_s));
  const [whole, rest] = [Math.floor(tenths / 10), tenths % 10];
  const text = `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return `${t_s < 0 && tenths > 0 ? '\u2212' : ''}${text}${rest === 0 ? '' : `.${rest}`}`;
}

/** Seconds since midnight where the reader is. */
export function secondOfDay(utc_ms: number, timeZone?: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(timeZone === undefined ? {} : { timeZone }),
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  });
  const part = (name: string): number => Number(format.formatToParts(utc_ms).find(({ type }) => type === name)?.value);
  return 3600 * part('hour') + 60 * part('minute') + part('second') + (utc_ms % 1000) / 1000;
}

/** The local time of an instant; the day where it is midnight, or always. */
export function clockText(utc_ms: number, seconds: boolean, day: boolean, timeZone?: string): string {
  return new Intl.DateTimeFormat(undefined, {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(day ? { weekday: 'short', day: 'numeric', month: 'short' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(utc_ms);
}

export interface TimeAxis {
  /** Where times stand, from `low` to `high`, `step` apart. */
  places(low: number, high: number, step: number): number[];
  label(t_s: number, step: number): string;
  /** With its seconds, for one instant. */
  exact(t_s: number): string;
}

function multiples(low: number, high: number, step: number, offset: number): number[] {
  const first = Math.ceil((low + offset) / step - 1e-9);
  const last = Math.floor((high + offset) / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * step - offset);
}

export const ELAPSED: TimeAxis = {
  places: (low, high, step) => multiples(low, high, step, 0),
  label: (t_s, step) => (step >= 60 ? runTime(t_s).slice(0, -3) : runTime(t_s)),
  exact: runTime,
};

/** @param started of the run, UTC, ms. */
export function localTime(started: number, timeZone?: string): TimeAxis {
  const begin_s = secondOfDay(started, timeZone);
  return {
    places: (low, high, step) => multiples(low, high, step, begin_s),
    label: (t_s, step) => {
      const midnight = Math.abs(((begin_s + t_s + DAY_s / 2) % DAY_s) - DAY_s / 2) < 0.5;
      return clockText(started + 1000 * t_s, step < 60, midnight && step >= 60, timeZone);
    },
    exact: (t_s) => clockText(started + 1000 * t_s, true, false, timeZone),
  };
}
