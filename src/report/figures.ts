/** Which figures a report shows of a run, and what is in each. Owns that choice; draws nothing. */
import { alternates } from '../model/counted-charge.js';
import { alarmEvents } from '../export/tables.js';
import type { Interval, ShownChannel } from './course.js';
import { type Area, COLOURS, type Figure, type Mark, type Span, type Stroke } from './figure.js';
import type { ReportedRun } from './reported.js';

interface Shown {
  readonly title: string;
  readonly unit: string;
  readonly colour: string;
  readonly measured: ShownChannel;
  /** Channels beside it, dashed. */
  readonly beside?: readonly (readonly [channel: ShownChannel, name: string])[];
  readonly holds?: readonly number[];
}

const FIGURES: readonly Shown[] = [
  {
    title: 'cell voltage while current flows',
    unit: 'V',
    colour: COLOURS.blue,
    measured: 'voltage_V',
    beside: [['expected_voltage_V', 'expected']],
  },
  {
    title: 'current',
    unit: 'mA',
    colour: COLOURS.orange,
    measured: 'current_mA',
    beside: [['setpoint_mA', 'set point']],
    holds: [0],
  },
  {
    title: 'temperature of the cell',
    unit: '°C',
    colour: COLOURS.orange,
    measured: 'temperature_C',
    beside: [['temperature_setpoint_C', 'set point']],
  },
  {
    title: 'hydrogen in the vent line',
    unit: 'vol%',
    colour: COLOURS.green,
    measured: 'vent_hydrogen_vol_percent',
    beside: [['expected_vent_hydrogen_vol_percent', 'expected']],
    holds: [0],
  },
  {
    title: 'hydrogen in the air beside the cell',
    unit: 'ppm',
    colour: COLOURS.green,
    measured: 'hydrogen_ppm',
    holds: [0],
  },
  {
    title: 'flow of liquid',
    unit: 'mL/min',
    colour: COLOURS.blue,
    measured: 'flow_mL_min',
    beside: [['flow_setpoint_mL_min', 'set point']],
    holds: [0],
  },
];

export function figuresOf(reported: ReportedRun): Figure[] {
  const plain = FIGURES.flatMap((shown) => {
    const figure = figureOf(reported, shown);
    if (figure === null) return [];
    const error = shown.measured === 'temperature_C' ? errorFigure(reported) : null;
    return error === null ? [figure] : [figure, error];
  });
  return [...plain, ...chargeFigure(reported), ...efficiencyFigure(reported)];
}

function common(reported: ReportedRun): Pick<Figure, 'end_s' | 'spans' | 'marks'> {
  return { end_s: reported.course.end_s, spans: spansOf(reported), marks: marksOf(reported) };
}

function figureOf(reported: ReportedRun, shown: Shown): Figure | null {
  const { course } = reported;
  const { title, unit, colour, measured, beside = [], holds = [] } = shown;
  if (course.of[measured].length === 0) return null;
  const others = beside.filter(([channel]) => course.of[channel].length > 0);
  return {
    title,
    unit,
    holds,
    areas: [rangeArea(reported, measured, colour)],
    strokes: [
      ...others.map(([channel, name]) => stroke(reported, channel, name, COLOURS.grey, true)),
      stroke(reported, measured, 'measured', colour),
    ],
    ...common(reported),
  };
}

function stroke(reported: ReportedRun, channel: ShownChannel, name: string, colour: string, dashed = false): Stroke {
  const { of, interval_s } = reported.course;
  const points = of[channel].map(({ t_s, mean }) => ({ t_s, value: mean }));
  return { name, colour, dashed, points, gap_s: gapOf(interval_s) };
}

/** Two intervals, or three seconds: samples are that far apart at rest. */
function gapOf(interval_s: number): number {
  return Math.max(3, 2.5 * interval_s);
}

/** Least to greatest of each interval: what the means smooth away. */
function rangeArea(reported: ReportedRun, channel: ShownChannel, colour: string): Area {
  const { of, interval_s } = reported.course;
  const points = of[channel].map(({ t_s, low, high }: Interval) => ({ t_s, low, high }));
  return { name: 'range', colour, points, gap_s: gapOf(interval_s) };
}

/** The temperature against its set point, with the band that the guard warns outside of. */
function errorFigure(reported: ReportedRun): Figure | null {
  const { course, plan } = reported;
  if (course.of.temperature_error_K.length === 0) return null;
  const warn_K = plan?.limits.temperatureWarn_K;
  const edge = (value: number, name: string): Stroke => ({
    name,
    colour: COLOURS.grey,
    dashed: true,
    points: [0, course.end_s].map((t_s) => ({ t_s, value })),
    gap_s: Infinity,
  });
  const band = warn_K === undefined ? [] : [edge(warn_K, `band ±${warn_K} K`), edge(-warn_K, '')];
  return {
    title: 'temperature less its set point while current flows',
    unit: 'K',
    areas: [rangeArea(reported, 'temperature_error_K', COLOURS.orange)],
    strokes: [...band, stroke(reported, 'temperature_error_K', 'measured', COLOURS.orange)],
    ...common(reported),
  };
}

function chargeFigure(reported: ReportedRun): Figure[] {
  const { course, plan, from } = reported;
  if (course.of.charge_C.length === 0) return [];
  const planned_C = from.run.numbers['charge_C'] ?? 0;
  const both = plan !== null && alternates(plan);
  const ends = [0, course.end_s].map((t_s) => ({ t_s, value: planned_C }));
  const planned: Stroke = { name: 'planned', colour: COLOURS.grey, dashed: true, points: ends, gap_s: Infinity };
  return [
    {
      title: both ? 'charge, both directions and net' : 'charge',
      unit: 'C',
      holds: [0],
      strokes: [
        planned,
        ...(both ? [stroke(reported, 'absolute_charge_C', 'both directions', COLOURS.blue)] : []),
        stroke(reported, 'charge_C', both ? 'net' : 'counted', COLOURS.violet),
      ],
      ...common(reported),
    },
  ];
}

function efficiencyFigure(reported: ReportedRun): Figure[] {
  const { of, interval_s } = reported.course;
  if (of.faradaic_efficiency.length === 0) return [];
  const uncertain = new Map(of.faradaic_efficiency_uncertainty.map(({ t_s, mean }) => [t_s, mean]));
  const gap_s = gapOf(interval_s);
  const band = of.faradaic_efficiency.map(({ t_s, mean }) => {
    const half = uncertain.get(t_s) ?? 0;
    return { t_s, low: 100 * (mean - half), high: 100 * (mean + half) };
  });
  const points = of.faradaic_efficiency.map(({ t_s, mean }) => ({ t_s, value: 100 * mean }));
  return [
    {
      title: 'Faradaic efficiency of hydrogen so far',
      unit: '%',
      areas: [{ name: 'uncertainty, k = 2', colour: COLOURS.green, points: band, gap_s }],
      strokes: [{ name: 'found in the vent line', colour: COLOURS.green, points, gap_s }],
      ...common(reported),
    },
  ];
}

/** Steps as they ran: each goes on to where the next begins. */
export function spansOf({ steps, from, course }: ReportedRun): Span[] {
  return steps.map(({ step, from_s, to_s }, place) => ({
    from_s,
    to_s: steps[place + 1]?.from_s ?? Math.max(to_s, course.end_s),
    name: from.run.steps[step]?.kind ?? '?',
  }));
}

/** Alarms that were raised and that no other one speaks for. */
export function marksOf({ from }: ReportedRun): Mark[] {
  return alarmEvents(from.events).flatMap(({ elapsed_s, state, group, id }) =>
    elapsed_s === null || state !== 'active' || group !== '' ? [] : [{ t_s: elapsed_s, name: id }],
  );
}
