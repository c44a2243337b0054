/** The course of a previewed run as sparklines and as panels. Owns which values are shown; knows no file and no clock. */
import type { Plan } from '../model/plan.js';
import { plain } from '../model/words.js';
import { sparkline } from './sparkline.js';
import type { Band, Line, Panel, Picture } from './svg.js';
import type { TracePoint } from './trace.js';

interface Shown {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly of: (point: TracePoint) => number | null;
}

const SHOWN: readonly Shown[] = [
  { title: 'voltage', unit: 'V', digits: 2, of: ({ voltage_V }) => voltage_V },
  { title: 'temperature', unit: '°C', digits: 1, of: ({ temperature_C }) => temperature_C },
  { title: 'hydrogen', unit: 'vol%', digits: 2, of: ({ vent_hydrogen_vol_percent: vent }) => vent },
  { title: 'charge', unit: 'C', digits: 1, of: ({ charge_C }) => charge_C },
];
const TITLES: Readonly<Record<string, string>> = {
  voltage: 'cell voltage while current flows',
  temperature: 'temperature of the cell',
  hydrogen: 'hydrogen in the vent line',
  charge: 'charge passed',
};

/** One line a value: its course over the run, and what it ranges over. */
export function sparklines(points: readonly TracePoint[], end_s: number, width: number): [string, string][] {
  return SHOWN.flatMap(({ title, unit, digits, of }): [string, string][] => {
    const course = points.map((point) => ({ t_s: point.t_s, value: of(point) }));
    const values = course.flatMap(({ value }) => (value === null ? [] : [value]));
    if (values.length === 0) return [];
    const [low, high] = [lowest(values), -lowest(values.map((value) => -value))];
    return [[title, `${sparkline(course, end_s, width)}  ${plain(low, digits)} … ${plain(high, digits)} ${unit}`]];
  });
}

function lowest(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Infinity);
}

export function pictureOf(plan: Plan, points: readonly TracePoint[], end_s: number, subtitle: string): Picture {
  const colours = [0, 1, 2, 3] as const;
  const panels = SHOWN.map(({ title, unit, of }, place): Panel => {
    const colour = colours[place] ?? 4;
    const line: Line = {
      name: 'expected',
      colour,
      points: points.map((point) => ({ t_s: point.t_s, value: of(point) })),
    };
    const heading = TITLES[title] ?? title;
    if (title === 'temperature') return { title: heading, unit, lines: [line, setPoint(points)] };
    if (title === 'charge') return { title: heading, unit, lines: [line, planned(plan, end_s)], holds: [0] };
    return { title: heading, unit, lines: [line], ...(title === 'hydrogen' ? { holds: [0] } : {}) };
  });
  return { title: plan.title, subtitle, end_s, panels, bands: bandsOf(plan, points, end_s) };
}

function setPoint(points: readonly TracePoint[]): Line {
  const course = points.map(({ t_s, temperature_setpoint_C: value }) => ({ t_s, value }));
  return { name: 'set point', colour: 4, dashed: true, points: course };
}

function planned({ numbers }: Plan, end_s: number): Line {
  const points = [0, end_s].map((t_s) => ({ t_s, value: numbers.charge_C }));
  return { name: 'planned', colour: 4, dashed: true, points };
}

/** Steps in the order in which they ran. */
function bandsOf(plan: Plan, points: readonly TracePoint[], end_s: number): Band[] {
  const starts = points.filter(({ step }, place) => points[place - 1]?.step !== step);
  return starts.map(({ step, t_s }, place) => ({
    from_s: place === 0 ? 0 : t_s,
    to_s: starts[place + 1]?.t_s ?? end_s,
    name: plan.steps[step]?.kind ?? '',
  }));
}
