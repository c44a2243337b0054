/** The course of one run, or of two, as panels of lines over time or charge. Pure: what the server tells in, lines out. */
import type { CourseAnswer, CourseChannel, CourseLine } from '../../api/runs.js';

/** first and second: the runs; pale: what was asked for, or expected. */
export type Pen = 'first' | 'second' | 'pale';

export interface Curve {
  readonly name: string;
  readonly pen: Pen;
  /** In the order of x; a break where `y` is null. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  /** Least and greatest around the points. */
  readonly range: readonly { readonly x: number; readonly low: number; readonly high: number }[];
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly curves: readonly Curve[];
  /** Values that its axis must hold. */
  readonly holds: readonly number[];
}

interface Shown {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly channel: CourseChannel;
  readonly pale?: readonly [channel: CourseChannel, name: string];
  readonly holds?: readonly number[];
}

const VOLTAGE: Shown = {
  title: 'Cell voltage while current flows',
  unit: 'V',
  digits: 3,
  channel: 'voltage_V',
  pale: ['expected_voltage_V', 'expected'],
};
const CURRENT: Shown = {
  title: 'Current',
  unit: 'mA',
  digits: 2,
  channel: 'current_mA',
  pale: ['setpoint_mA', 'set point'],
  holds: [0],
};
const TEMPERATURE: Shown = {
  title: 'Temperature of the cell',
  unit: '°C',
  digits: 2,
  channel: 'temperature_C',
  pale: ['temperature_setpoint_C', 'set point'],
};
const HYDROGEN: Shown = {
  title: 'Hydrogen in the vent line',
  unit: 'vol%',
  digits: 3,
  channel: 'vent_hydrogen_vol_percent',
  holds: [0],
};
const CHARGE: Shown = { title: 'Charge', unit: 'C', digits: 1, channel: 'charge_C', holds: [0] };

/** What a point of time is drawn at; null: nowhere. */
type Place = (t_s: number) => number | null;

/** Points further apart than so many intervals are not joined; samples at rest are up to three seconds apart. */
const GAP_INTERVALS = 2.5;
const GAP_S = 3;

function curveOf(
  { lines, interval_s }: CourseAnswer,
  channel: CourseChannel,
  name: string,
  pen: Pen,
  place: Place,
): Curve | null {
  const line = lines[channel];
  if (line === undefined) return null;
  const gap_s = Math.max(GAP_S, GAP_INTERVALS * interval_s);
  const points: { x: number; y: number | null }[] = [];
  const range: { x: number; low: number; high: number }[] = [];
  let before = -Infinity;
  line.t_s.forEach((t_s, index) => {
    const x = place(t_s);
    if (x === null) return;
    if (t_s - before > gap_s && points.length > 0) points.push({ x, y: null });
    before = t_s;
    points.push({ x, y: line.mean[index] ?? null });
    range.push({ x, low: line.low[index] ?? NaN, high: line.high[index] ?? NaN });
  });
  return { name, pen, points, range };
}

const overTime: Place = (t_s) => t_s;

/** Panels of one run over its time; a channel that was not measured has none. */
export function panelsOf(course: CourseAnswer): Panel[] {
  return [VOLTAGE, CURRENT, TEMPERATURE, HYDROGEN, CHARGE].flatMap((shown): Panel[] => {
    const { title, unit, digits, channel, pale, holds = [] } = shown;
    const measured = curveOf(course, channel, 'measured', 'first', overTime);
    if (measured === null) return [];
    const beside = pale === undefined ? null : curveOf(course, pale[0], pale[1], 'pale', overTime);
    const curves = beside === null ? [measured] : [{ ...beside, range: [] }, measured];
    return [{ title, unit, digits, holds, curves }];
  });
}

/** Charge that had passed at an instant, C, by straight lines between the points; null before the first and after the last. */
export function chargeAt(line: CourseLine | undefined): Place {
  if (line === undefined) return () => null;
  const { t_s: times, mean } = line;
  return (t_s) => {
    const next = times.findIndex((time) => time >= t_s);
    if (next < 0) return null;
    const [to, from] = [times[next] ?? 0, times[next - 1]];
    const [upper, lower] = [mean[next] ?? 0, mean[next - 1]];
    if (from === undefined || lower === undefined) return to === t_s ? upper : null;
    return lower + ((upper - lower) * (t_s - from)) / (to - from);
  };
}

/** Two runs over each other. `on` charge: that of both directions, so that it only grows. */
export function panelsOfTwo(courses: readonly [CourseAnswer, CourseAnswer], on: 'time' | 'charge'): Panel[] {
  const shown = on === 'time' ? [VOLTAGE, CURRENT, TEMPERATURE, HYDROGEN, CHARGE] : [VOLTAGE, CURRENT, TEMPERATURE];
  return shown.flatMap(({ title, unit, digits, channel, holds = [] }): Panel[] => {
    const curves = courses.flatMap((course, index): Curve[] => {
      const place = on === 'time' ? overTime : chargeAt(course.lines.absolute_charge_C);
      const [name, pen] = index === 0 ? (['A', 'first'] as const) : (['B', 'second'] as const);
      const curve = curveOf(course, channel, name, pen, place);
      return curve === null ? [] : [{ ...curve, range: [] }];
    });
    return curves.length === 0 ? [] : [{ title, unit, digits, holds, curves }];
  });
}

/** Where the axis of x ends. */
export function endOf(panels: readonly Panel[], least = 0): number {
  let end = least;
  for (const { curves } of panels) for (const { points } of curves) end = Math.max(end, points.at(-1)?.x ?? 0);
  return end;
}

/** The value of a curve next to `x`; null where there is none within `reach`. */
export function valueNear({ points }: Curve, x: number, reach: number): number | null {
  let [best, nearest]: [number | null, number] = [null, reach];
  for (const point of points) {
    const apart = Math.abs(point.x - x);
    if (point.y !== null && apart <= nearest) [best, nearest] = [point.y, apart];
  }
  return best;
}
