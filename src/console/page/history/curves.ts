/** The course of one run, or of two, as panels of lines over time or charge. Pure: what the server tells in, lines out. */
import type { SeriesAnswer, Signal } from '../../api/series.js';
import { runPath } from './pick.js';

/** first and second: the runs; pale: what was asked for, or expected. */
export type Pen = 'first' | 'second' | 'pale';

export interface Curve {
  readonly name: string;
  readonly pen: Pen;
  /** In the order of x; a break where `y` is null. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  /** Least and greatest around the points, a piece for each that is not broken. */
  readonly ranges: readonly (readonly Edge[])[];
}

export interface Edge {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly curves: readonly Curve[];
  /** Values that its axis must hold. */
  readonly holds: readonly number[];
  /** The axis leaves out what few points have, such as a ramp, but is never narrower than this; null: it holds all. */
  readonly cut: number | null;
}

interface Shown {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly channel: Signal;
  readonly pale?: readonly [channel: Signal, name: string];
  readonly holds?: readonly number[];
  readonly cut?: number;
}

const VOLTAGE: Shown = {
  title: 'Cell voltage while current flows',
  unit: 'V',
  digits: 3,
  channel: 'voltage_V',
  pale: ['expected_voltage_V', 'expected'],
  cut: 0.5,
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

/** All that is drawn here, asked for together: the server reads a run once for all of them. */
const SIGNALS: readonly Signal[] = [
  'voltage_V',
  'expected_voltage_V',
  'current_mA',
  'setpoint_mA',
  'temperature_C',
  'temperature_setpoint_C',
  'vent_hydrogen_vol_percent',
  'charge_C',
  'absolute_charge_C',
];
/** Buckets over a whole run: twice the width of a picture would not show. */
const POINTS = 800;

export function coursePath(run: string): string {
  return runPath(run, `/series?signals=${SIGNALS.join(',')}&points=${POINTS}`);
}

/** At rest these say nothing of the cell's work. */
const WITH_CURRENT: ReadonlySet<Signal> = new Set<Signal>(['voltage_V', 'expected_voltage_V']);

interface Bucket {
  readonly low: number;
  readonly high: number;
}

function bucketAt({ signals }: SeriesAnswer, name: Signal, place: number): Bucket | null {
  const low = signals[name]?.low[place] ?? null;
  const high = signals[name]?.high?.[place] ?? low;
  return low === null || high === null ? null : { low, high };
}

const middle = ({ low, high }: Bucket): number => (low + high) / 2;

function flows(answer: SeriesAnswer, place: number): boolean {
  const asked = bucketAt(answer, 'setpoint_mA', place);
  return asked !== null && (asked.low !== 0 || asked.high !== 0);
}

/** What a bucket is drawn at; null: nowhere. */
type Place = (answer: SeriesAnswer, place: number) => number | null;

const overTime: Place = ({ t_s }, place) => t_s[place] ?? null;
/** That of both directions, so that it only grows; what was before and after the current has no place there. */
const overCharge: Place = (answer, place) => {
  if (!flows(answer, place)) return null;
  const charge = bucketAt(answer, 'absolute_charge_C', place);
  return charge === null ? null : middle(charge);
};

/** null: it was never measured. */
function curveOf(answer: SeriesAnswer, channel: Signal, name: string, pen: Pen, at: Place): Curve | null {
  const points: { x: number; y: number | null }[] = [];
  const ranges: Edge[][] = [];
  let piece: Edge[] | null = null;
  answer.t_s.forEach((_, place) => {
    const x = at(answer, place) ?? points.at(-1)?.x;
    if (x === undefined) return;
    const seen = WITH_CURRENT.has(channel) && !flows(answer, place) ? null : bucketAt(answer, channel, place);
    points.push({ x, y: seen === null ? null : middle(seen) });
    if (seen === null) {
      piece = null;
      return;
    }
    if (piece === null) ranges.push((piece = []));
    piece.push({ x, ...seen });
  });
  return ranges.length === 0 ? null : { name, pen, points, ranges };
}

/** Panels of one run over its time; a channel that was not measured has none. */
export function panelsOf(course: SeriesAnswer): Panel[] {
  return [VOLTAGE, CURRENT, TEMPERATURE, HYDROGEN, CHARGE].flatMap((shown): Panel[] => {
    const { title, unit, digits, channel, pale, holds = [], cut = null } = shown;
    const measured = curveOf(course, channel, 'measured', 'first', overTime);
    if (measured === null) return [];
    const beside = pale === undefined ? null : curveOf(course, pale[0], pale[1], 'pale', overTime);
    const curves = beside === null ? [measured] : [{ ...beside, ranges: [] }, measured];
    return [{ title, unit, digits, holds, cut, curves }];
  });
}

/** Two runs over each other. */
export function panelsOfTwo(courses: readonly [SeriesAnswer, SeriesAnswer], on: 'time' | 'charge'): Panel[] {
  const shown = on === 'time' ? [VOLTAGE, CURRENT, TEMPERATURE, HYDROGEN, CHARGE] : [VOLTAGE, CURRENT, TEMPERATURE];
  return shown.flatMap(({ title, unit, digits, channel, holds = [], cut = null }): Panel[] => {
    const curves = courses.flatMap((course, index): Curve[] => {
      const [name, pen] = index === 0 ? (['A', 'first'] as const) : (['B', 'second'] as const);
      const curve = curveOf(course, channel, name, pen, on === 'time' ? overTime : overCharge);
      return curve === null ? [] : [{ ...curve, ranges: [] }];
    });
    return curves.length === 0 ? [] : [{ title, unit, digits, holds, cut, curves }];
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

export interface Extent {
  readonly low: number;
  readonly high: number;
  /** What the axis leaves out: least and greatest of all; null: nothing. */
  readonly beyond: readonly [number, number] | null;
}

/** Points that a cut axis may leave out at each end, and how far beyond the others they must lie, as shares. */
const FEW = 0.03;
const FAR = 1;

/** What the axis of a panel spans. */
export function extentOf({ curves, holds, cut }: Panel): Extent {
  const points = curves.flatMap(({ points: all }) => all.flatMap(({ y }) => (y === null ? [] : [y])));
  const edges = curves.flatMap(({ ranges }) => ranges.flat().flatMap(({ low, high }) => [low, high]));
  const all = [...holds, ...points, ...edges].toSorted((a, b) => a - b);
  const [least, greatest] = [all[0] ?? 0, all.at(-1) ?? 1];
  if (cut === null) return { low: least, high: greatest, beyond: null };
  const sorted = points.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const [from, to] = [at(FEW), at(1 - FEW)];
  const room = Math.max(to - from, cut) * FAR;
  const low = least < from - room ? from - room / 4 : least;
  const high = greatest > to + room ? to + room / 4 : greatest;
  const wide = Math.max(0, cut - (high - low)) / 2;
  const beyond = low > least || high < greatest ? ([least, greatest] as const) : null;
  return { low: low - wide, high: high + wide, beyond };
}
