/**
 * What ends an electrolysis beside its charge: time, thresholds and trends, each held without a break for as long as the
 * recipe says. Pure. It must not know how the current is driven; it is told whether the current stands.
 */
import type { Observation } from '../model/observation.js';
import type { EndCondition, EndAction, Threshold, Trend } from '../model/plan-electrolysis.js';
import { emptyWindow, slope_per_min, withValue, type TrendWindow } from './trend.js';

/** Double layers and stage have settled so long after the set point stands, s (models: the felt fills in 0.4 s). */
const SETTLED_S = 2;

/** How far one condition has come. */
export interface Met {
  /** True without a break for so long, s. */
  readonly for_s: number;
  /** `below` of hydrogen counts only once there was more: at the start there is none yet. */
  readonly live: boolean;
  readonly window: TrendWindow | null;
}

/** One tick as the conditions see it. */
export interface Judged {
  readonly seen: Observation;
  /** Since the electrolysis began, holds left out. */
  readonly time_s: number;
  readonly passed_C: number;
  /** How long the current has stood at its set point, s. 0: in a ramp or a dead time. */
  readonly steady_s: number;
  readonly dt_s: number;
}

export interface Ended {
  readonly action: EndAction;
  readonly text: string;
}

export function notMet(conditions: readonly EndCondition[] = []): readonly Met[] {
  return conditions.map(() => ({ for_s: 0, live: false, window: null }));
}

export interface Conditions {
  readonly met: readonly Met[];
  /** The first in the recipe's order that came true; null: none. */
  readonly ended: Ended | null;
}

export function judgeConditions(conditions: readonly EndCondition[], met: readonly Met[], tick: Judged): Conditions {
  let ended: Ended | null = null;
  const next = conditions.map((condition, i) => {
    const before = met[i] ?? { for_s: 0, live: false, window: null };
    const after = grown(condition, before, tick);
    ended ??= endOf(condition, after, tick);
    return after;
  });
  return { met: next, ended };
}

function grown(condition: EndCondition, met: Met, tick: Judged): Met {
  switch (condition.kind) {
    case 'charge':
    case 'time':
      return met;
    case 'threshold':
      return grownThreshold(condition, met, tick);
    case 'trend':
      return grownTrend(condition, met, tick);
  }
}

/** Voltage is judged only while the current stands: in a reversal or a stage's ramp the clock neither runs nor starts anew. */
function grownThreshold(condition: Threshold, met: Met, { seen, steady_s, dt_s }: Judged): Met {
  const value = valueOf(condition.of, seen);
  if (value === null || (condition.of === 'voltage' && steady_s < SETTLED_S)) return met;
  const live = met.live || condition.of !== 'hydrogen' || condition.below === null || value >= condition.below;
  const isTrue =
    (condition.above !== null && value > condition.above) || (condition.below !== null && value < condition.below);
  return { ...met, live, for_s: live && isTrue ? met.for_s + dt_s : 0 };
}

/** A trend is one of a single current: another one begins a new window. */
function grownTrend(condition: Trend, met: Met, { seen, time_s, steady_s, dt_s }: Judged): Met {
  const value = valueOf(condition.of, seen);
  if (condition.of === 'voltage' && steady_s < SETTLED_S) return { ...met, for_s: 0, window: null };
  if (value === null) return met;
  const window = withValue(met.window ?? emptyWindow(time_s), time_s, value, condition.over_s);
  const slope = slope_per_min(window);
  const isTrue = slope !== null && beyond(slope, condition.slope_per_min);
  return { ...met, window, for_s: isTrue ? met.for_s + dt_s : 0 };
}

function beyond(slope: number, limit: number): boolean {
  return limit > 0 ? slope > limit : slope < limit;
}

function valueOf(of: Threshold['of'], seen: Observation): number | null {
  switch (of) {
    case 'voltage':
      return seen.voltage_V === null ? null : Math.abs(seen.voltage_V);
    case 'temperature':
      return seen.temperature_C;
    case 'hydrogen':
      return seen.vent_hydrogen_vol_percent;
  }
}

const NAMES = {
  voltage: 'the cell voltage',
  temperature: 'the temperature',
  hydrogen: 'hydrogen in the vent',
} as const;
const UNITS = { voltage: 'V', temperature: '°C', hydrogen: '%vol' } as const;
const DIGITS = { voltage: 3, temperature: 2, hydrogen: 3 } as const;
/** As a lab writes a slope, and how many of it are one V or K. */
const SLOPES = { voltage: { unit: 'mV/min', scale: 1000 }, temperature: { unit: 'K/min', scale: 1 } } as const;

function endOf(condition: EndCondition, met: Met, tick: Judged): Ended | null {
  switch (condition.kind) {
    case 'charge':
      return tick.passed_C >= condition.charge_C
        ? { action: 'done', text: `until ${condition.charge_C.toFixed(2)} C: reached` }
        : null;
    case 'time':
      return tick.time_s >= condition.time_s
        ? { action: 'done', text: `until ${Math.round(condition.time_s)} s of current: reached` }
        : null;
    case 'threshold': {
      if (!held(met.for_s, condition.for_s)) return null;
      const limit = condition.above ?? condition.below ?? 0;
      const where = condition.above === null ? 'below' : 'above';
      const unit = UNITS[condition.of];
      const last = valueOf(condition.of, tick.seen);
      const at = last === null ? '' : `, at last ${last.toFixed(DIGITS[condition.of])} ${unit}`;
      const text = `${NAMES[condition.of]} was ${where} ${limit} ${unit}${lasting(condition.for_s)}${at}`;
      return { action: condition.action, text };
    }
    case 'trend': {
      if (!held(met.for_s, condition.for_s)) return null;
      const moves = condition.slope_per_min > 0 ? 'rose' : 'fell';
      const { unit, scale } = SLOPES[condition.of];
      const shown = (slope: number): string => `${Number((scale * Math.abs(slope)).toPrecision(3))} ${unit}`;
      const last = met.window === null ? null : slope_per_min(met.window);
      const at = last === null ? '' : `, at last ${shown(last)}`;
      const text = `${NAMES[condition.of]} ${moves} by more than ${shown(condition.slope_per_min)} over ${condition.over_s} s${lasting(condition.for_s)}${at}`;
      return { action: condition.action, text };
    }
  }
}

/** `for: 0 s` still needs one tick. The sum of ticks is compared without the last bits of binary fractions. */
function held(for_s: number, enough_s: number): boolean {
  return for_s > 0 && for_s >= enough_s - 1e-9;
}

function lasting(for_s: number): string {
  return for_s > 0 ? ` for ${for_s} s` : '';
}
