/**
 * What interlocks must remember of the plant: noise and trend of the voltage, the two current meters against each other,
 * values that stand still, the heat that the cooling owes, and whether current and flow follow what is asked of them. Fed once a cycle by the watch; pure memory, no clock, and
 * nothing is allocated after the start.
 */
import type { Observation } from '../../model/observation.js';
import { ramped } from '../ramp.js';

/** A set point that moved by less than this share is the same one. */
const SAME_SHARE = 0.001;
/** Cell and stage settle so long after a new set point before anything is learned, s. */
const SETTLED_S = 10;

/** The mean over about `tau_s` of what came so far; NaN before the first. */
export function drawn(mean: number, value: number, dt_s: number, tau_s: number): number {
  if (Number.isNaN(mean)) return value;
  return mean + (value - mean) * Math.min(1, dt_s / tau_s);
}

/** Noise and trend of the cell voltage at one set point. Bubbles, a slug of air and a growing film show here first. */
export class VoltageTracker {
  /** Noise now over the noise of this set point when it was new; 1 until that is known. */
  noiseRatio = 1;
  /** Slope, V/min; 0 until four minutes of one set point have been seen. */
  trend_V_min = 0;
  private setpoint_mA = 0;
  private steady_s = 0;
  private centre_V = NaN;
  private noise_V = NaN;
  private baseline_V = NaN;
  private quick_V = NaN;
  private slow_V = NaN;

  /** Noise is what lies around a mean of 5 s; it is known after a second, its baseline after half a minute. */
  private static readonly CENTRE_S = 5;
  private static readonly NOISE_S = 1;
  private static readonly LEARNING_S = 30;
  /** Less noise than this is no baseline: the meter's own and the trim of the current are of this size, V. */
  private static readonly FLOOR_V = 0.005;
  /** The slope is the difference of two means over the difference of their times. */
  private static readonly QUICK_S = 30;
  private static readonly SLOW_S = 120;
  private static readonly TREND_AFTER_S = 240;

  add(voltage_V: number | null, setpoint_mA: number, flowing: boolean, dt_s: number): void {
    const same = Math.abs(setpoint_mA - this.setpoint_mA) <= SAME_SHARE * Math.abs(setpoint_mA);
    if (!flowing || !same || setpoint_mA === 0) return this.begin(setpoint_mA);
    if (voltage_V === null) return;
    this.steady_s += dt_s;
    if (this.steady_s <= SETTLED_S) return;
    this.learnNoise(voltage_V, dt_s);
    this.learnTrend(voltage_V, dt_s);
  }

  private learnNoise(voltage_V: number, dt_s: number): void {
    this.centre_V = drawn(this.centre_V, voltage_V, dt_s, VoltageTracker.CENTRE_S);
    this.noise_V = drawn(this.noise_V, Math.abs(voltage_V - this.centre_V), dt_s, VoltageTracker.NOISE_S);
    const learning = this.steady_s <= SETTLED_S + VoltageTracker.LEARNING_S;
    if (learning) this.baseline_V = drawn(this.baseline_V, this.noise_V, dt_s, VoltageTracker.LEARNING_S);
    else this.noiseRatio = this.noise_V / Math.max(VoltageTracker.FLOOR_V, this.baseline_V);
  }

  private learnTrend(voltage_V: number, dt_s: number): void {
    this.quick_V = drawn(this.quick_V, voltage_V, dt_s, VoltageTracker.QUICK_S);
    this.slow_V = drawn(this.slow_V, voltage_V, dt_s, VoltageTracker.SLOW_S);
    if (this.steady_s <= SETTLED_S + VoltageTracker.TREND_AFTER_S) return;
    const apart_min = (VoltageTracker.SLOW_S - VoltageTracker.QUICK_S) / 60;
    this.trend_V_min = (Math.abs(this.quick_V) - Math.abs(this.slow_V)) / apart_min;
  }

  private begin(setpoint_mA: number): void {
    this.setpoint_mA = setpoint_mA;
    this.steady_s = 0;
    this.noiseRatio = 1;
    this.trend_V_min = 0;
    this.centre_V = this.noise_V = this.baseline_V = this.quick_V = this.slow_V = NaN;
  }
}

/** The current into the cell against the current out of it, two shunts and two converters, both as means of 2 s. */
export class ShuntTracker {
  /** Into minus out of the cell, mA; 0 while either is not measured. */
  difference_mA = 0;
  private static readonly MEAN_S = 2;

  add(current_mA: number | null, return_mA: number | null, dt_s: number): void {
    if (current_mA === null || return_mA === null) this.difference_mA = 0;
    else this.difference_mA = drawn(this.difference_mA, current_mA - return_mA, dt_s, ShuntTracker.MEAN_S);
  }
}

/** For how long a value has not moved by a single digit. A live converter has noise; one that repeats itself has not. */
export class StillnessTracker {
  still_s = 0;
  private value: number | null = null;

  add(value: number | null, dt_s: number): void {
    this.still_s = value !== null && value === this.value ? this.still_s + dt_s : 0;
    this.value = value;
  }
}

/** Error of the temperature, counted while it is larger than a band: what the cooling owes, K s. */
export class CoolingTracker {
  debt_K_s = 0;

  /** An error that is not known adds nothing here: its channel has an interlock of its own. */
  add({ temperature_C, temperature_setpoint_C }: Observation, band_K: number, judged: boolean, dt_s: number): void {
    const error_K =
      temperature_C === null || temperature_setpoint_C === null ? 0 : temperature_C - temperature_setpoint_C;
    this.debt_K_s = judged && !(error_K <= band_K) ? this.debt_K_s + error_K * dt_s : 0;
  }
}

/** Time since a commanded value last moved by more than a little. */
export class SteadyTracker {
  steady_s = 0;
  private value = 0;

  constructor(private readonly step: number) {}

  add(value: number, dt_s: number): void {
    const moved = Math.abs(value - this.value) > this.step;
    this.steady_s = moved ? 0 : this.steady_s + dt_s;
    if (moved) this.value = value;
  }
}

/** The board's own slew of set points, mA/s. */
const SLEW_MA_S = 50;
const SLEWS = { rate_per_s: SLEW_MA_S, taper_s: 0 };
/** A set point is on the board and its current in the next sample after two cycles; this is thrice that, s. */
const ANSWERS_S = 0.3;
/** Offset of stage and meter: less than this is no current, mA. */
const NONE_MA = 0.2;

/**
 * Where the current may be on its way to a set point: between the set point and what the slowest board that is in order
 * has reached by now. Amounts only: a board that alternates its polarity does so by itself.
 */
export class FollowTracker {
  /** Outside of that by so much, mA; 0 while the current is not measured. */
  strays_mA = 0;
  private slewed_mA = 0;
  private slowest_mA = 0;

  add(current_mA: number | null, setpoint_mA: number, dt_s: number): void {
    const asked_mA = Math.abs(setpoint_mA);
    // Off before it had slewed down: the next rise begins at nothing, and not where the slew would be by now.
    if (asked_mA === 0 && current_mA !== null && Math.abs(current_mA) <= NONE_MA) {
      this.slewed_mA = 0;
      this.slowest_mA = 0;
    }
    this.slewed_mA = ramped(this.slewed_mA, asked_mA, SLEWS, dt_s);
    this.slowest_mA = drawn(this.slowest_mA, this.slewed_mA, dt_s, ANSWERS_S);
    const least_mA = Math.min(asked_mA, this.slowest_mA);
    const most_mA = Math.max(asked_mA, this.slowest_mA);
    const found_mA = Math.abs(current_mA ?? asked_mA);
    this.strays_mA = Math.max(0, least_mA - found_mA, found_mA - most_mA);
  }
}

/** The flow meter against what the pump is driven for, as the mean of the difference. A meter that is not read adds nothing. */
export class FlowTracker {
  differs_mL_min = 0;
  private static readonly MEAN_S = 4;

  /** `settled`: the pump has had its time after a new target; before that the two differ as they must. */
  add(measured_mL_min: number | null, byCurve_mL_min: number, settled: boolean, dt_s: number): void {
    if (!settled) this.differs_mL_min = 0;
    else if (measured_mL_min !== null)
      this.differs_mL_min = drawn(
        this.differs_mL_min,
        Math.abs(measured_mL_min - byCurve_mL_min),
        dt_s,
        FlowTracker.MEAN_S,
      );
  }
}
