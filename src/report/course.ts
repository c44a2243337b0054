/**
 * The course of a recorded run in as many intervals as a picture can show, taken in one pass and constant memory: of each
 * channel its mean, least and greatest. Owns that thinning and the energy that it sums up; knows no picture.
 */
import type { Row } from '../record/sqlite.js';
import { numberIn } from '../export/source.js';

export const SHOWN = [
  'current_mA',
  'setpoint_mA',
  'voltage_V',
  'expected_voltage_V',
  'temperature_C',
  'temperature_setpoint_C',
  'expected_temperature_C',
  'temperature_error_K',
  'hydrogen_ppm',
  'vent_hydrogen_vol_percent',
  'expected_vent_hydrogen_vol_percent',
  'flow_mL_min',
  'flow_setpoint_mL_min',
  'charge_C',
  'absolute_charge_C',
  'board_charge_C',
  'faradaic_efficiency',
  'faradaic_efficiency_uncertainty',
] as const;
export type ShownChannel = (typeof SHOWN)[number];

/** Shown only while a current is asked for: at rest they say nothing of the cell's work. */
const WITH_CURRENT: ReadonlySet<string> = new Set(['voltage_V', 'expected_voltage_V', 'temperature_error_K']);

export interface Interval {
  readonly t_s: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Course {
  /** Intervals in which the channel was measured, in the order of time; with a gap of more than one they do not touch. */
  readonly of: Readonly<Record<ShownChannel, readonly Interval[]>>;
  readonly interval_s: number;
  readonly end_s: number;
  /** Current times voltage over the kept samples with current, J; null where the cell's voltage was never read. */
  readonly energy_J: number | null;
}

/** Samples of `ShownChannel` in an interval so far. */
class Bin {
  count = 0;
  sum = 0;
  low = Infinity;
  high = -Infinity;
}

const INTERVALS = 700;
/** Between two samples further apart than this the current is not known, s. */
const LONGEST_GAP_S = 5;

export function courseOf(samples: Iterable<Row>, end_s: number): Course {
  const interval_s = Math.max(end_s, 1) / INTERVALS;
  const bins = new Map<ShownChannel, Bin[]>(SHOWN.map((name) => [name, []]));
  const energy = new Energy();
  for (const row of samples) {
    const elapsed_s = numberIn(row, 'elapsed_s');
    if (elapsed_s === null) continue;
    energy.add(elapsed_s, row);
    const place = Math.min(INTERVALS - 1, Math.max(0, Math.floor(elapsed_s / interval_s)));
    for (const name of SHOWN) {
      const value = shownValue(row, name);
      if (value === null) continue;
      const list = bins.get(name) ?? [];
      const bin = (list[place] ??= new Bin());
      bin.count++;
      bin.sum += value;
      bin.low = Math.min(bin.low, value);
      bin.high = Math.max(bin.high, value);
    }
  }
  const intervals = (name: ShownChannel): Interval[] =>
    Array.from(bins.get(name)?.entries() ?? []).flatMap(([place, bin]: [number, Bin | undefined]): Interval[] =>
      bin === undefined
        ? []
        : [{ t_s: (place + 0.5) * interval_s, mean: bin.sum / bin.count, low: bin.low, high: bin.high }],
    );
  const of = Object.fromEntries(SHOWN.map((name) => [name, intervals(name)])) as Record<ShownChannel, Interval[]>;
  return { of, interval_s, end_s, energy_J: energy.sum_J };
}

function shownValue(row: Row, name: ShownChannel): number | null {
  if (WITH_CURRENT.has(name) && (numberIn(row, 'setpoint_mA') ?? 0) === 0) return null;
  if (name !== 'temperature_error_K') return numberIn(row, name);
  const [seen, asked] = [numberIn(row, 'temperature_C'), numberIn(row, 'temperature_setpoint_C')];
  return seen === null || asked === null ? null : seen - asked;
}

/** By trapezoids. */
class Energy {
  private total_J = 0;
  private any = false;
  private before: { readonly at_s: number; readonly power_W: number } | null = null;

  add(at_s: number, row: Row): void {
    const [current_mA, voltage_V] = [numberIn(row, 'current_mA'), numberIn(row, 'voltage_V')];
    const flows = (numberIn(row, 'setpoint_mA') ?? 0) !== 0;
    if (!flows || current_mA === null || voltage_V === null) {
      this.before = null;
      return;
    }
    const power_W = (current_mA * voltage_V) / 1000;
    if (this.before !== null && at_s - this.before.at_s <= LONGEST_GAP_S)
      this.total_J += ((power_W + this.before.power_W) / 2) * (at_s - this.before.at_s);
    this.any = true;
    this.before = { at_s, power_W };
  }

  get sum_J(): number | null {
    return this.any ? this.total_J : null;
  }
}
