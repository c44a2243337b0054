/** The curves of a whole run for the page, in as many intervals as a picture can show. Owns which, and how finely. */
import { COURSE_CHANNELS, type CourseAnswer, type CourseLine } from '../console/api/runs.js';
import type { History } from '../record/history.js';
import type { ThinnedInterval } from '../record/thinned.js';

const INTERVALS = 700;
/** At rest these say nothing of the cell's work. */
const WITH_CURRENT: ReadonlySet<string> = new Set(['voltage_V', 'expected_voltage_V']);
/** More digits than any channel here resolves, and than a picture shows. */
const DIGITS = 6;
const told = (value: number): number => Number(value.toPrecision(DIGITS));

export function courseAnswerOf(history: History, run: string): CourseAnswer {
  const end_s = history.run(run).elapsed_s ?? 0;
  const interval_s = Math.max(end_s, 1) / INTERVALS;
  const columns = COURSE_CHANNELS.map((name) => ({ name, withCurrent: WITH_CURRENT.has(name) }));
  const thinned = history.thinned(run, columns, interval_s);
  const lines: CourseAnswer['lines'] = {};
  for (const channel of COURSE_CHANNELS) {
    const intervals = thinned.get(channel) ?? [];
    if (intervals.length > 0) lines[channel] = lineOf(intervals);
  }
  return { end_s, interval_s, lines };
}

function lineOf(intervals: readonly ThinnedInterval[]): CourseLine {
  return {
    t_s: intervals.map(({ t_s }) => told(t_s)),
    mean: intervals.map(({ mean }) => told(mean)),
    low: intervals.map(({ low }) => told(low)),
    high: intervals.map(({ high }) => told(high)),
  };
}
