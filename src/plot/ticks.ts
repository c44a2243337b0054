/** Round numbers along an axis. Pure arithmetic and text; knows no picture. */
import { plain } from '../model/words.js';

export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Steps that a person counts in. */
const ROUND = [1, 2, 5, 10];
/** A line that does not move is shown in the middle of so much, in the unit of its axis. */
const FLAT = 0.5;
/** Noise may reach past the end of its axis by so much of a step: another tick for it would waste a fifth of the panel. */
const OVERHANG = 0.05;
/** Steps of time: seconds to days. */
const TIMES_S = [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800];
const HOUR_S = 3600;

/** An axis of about `count` ticks that holds all values; with no values, 0 to 1. */
export function axisOf(values: readonly number[], count = 4): Axis {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) [low, high] = [0, 1];
  if (high - low < 1e-9) [low, high] = [low - FLAT, high + FLAT];
  const step = roundStep((high - low) / count);
  const from = Math.floor(low / step + OVERHANG) * step;
  const to = Math.ceil(high / step - OVERHANG) * step;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const steps = Math.round((to - from) / step);
  const ticks = Array.from({ length: steps + 1 }, (_, k) => from + k * step);
  return { from, to, ticks: ticks.map((at) => ({ at, label: plain(at, digits) })) };
}

/** The time axis: from zero to the end, ticks in hours, or in minutes below two of them. */
export function timeAxis(end_s: number, count = 8): Axis & { readonly unit: 'h' | 'min' } {
  const to = Math.max(end_s, 1);
  const step_s = TIMES_S.find((step) => to / step <= count) ?? HOUR_S * roundStep(to / HOUR_S / count);
  const inHours = to >= 2 * HOUR_S;
  const unit_s = inHours ? HOUR_S : 60;
  const digits = step_s % unit_s === 0 ? 0 : 1;
  const ticks = Array.from({ length: Math.floor(to / step_s + 1e-9) + 1 }, (_, k) => k * step_s);
  return {
    from: 0,
    to,
    unit: inHours ? 'h' : 'min',
    ticks: ticks.map((at) => ({ at, label: plain(at / unit_s, digits) })),
  };
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (ROUND.find((round) => round * power >= least * (1 - 1e-9)) ?? 10);
}
