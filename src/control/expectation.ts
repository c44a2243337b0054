/**
 * What a nominal plant would show in this cycle, and how far the measured one is from it. Owns the port that the root
 * fills with a twin, and the residuals that interlocks judge; must not know where the expectation comes from.
 *
 * The twin's resistance is an estimate of +-20 %: the first minutes at a current teach an ohmic difference, and what the
 * voltage does after that is the cell's own doing. Until then, and for the taught difference too, a wide margin stands.
 */
import type { Observation } from '../model/observation.js';
import { drawn } from './guard/trackers.js';

/** Values of the nominal plant; null where it says nothing now. */
export interface Expected {
  readonly voltage_V: number | null;
  readonly temperature_C: number | null;
  /** null also where the recipe's chemistry is not the twin's: nobody knows how much is due. */
  readonly vent_hydrogen_vol_percent: number | null;
  /** In the vent line if all charge had made hydrogen and nothing leaked, vol%. */
  readonly ventCeiling_vol_percent: number | null;
}

/** A nominal plant beside the run. Told what was measured, once a cycle; it drives nothing. */
export interface Expectation {
  next(seen: Observation, dt_s: number): Expected;
}

/** Measured less expected. null: not asked now; NaN: asked, and not measured. */
export interface Residuals {
  /** Amount of the voltage, the taught ohmic difference taken off, V, and how much of it is allowed. */
  readonly voltage_V: number | null;
  readonly voltageAllowed_V: number;
  readonly temperature_K: number | null;
  /** Hydrogen found in the vent line over expected. */
  readonly ventShare: number | null;
  /** Found above what the charge can make at most, vol%. */
  readonly ventOver_vol_percent: number | null;
}

export const NO_RESIDUALS: Residuals = {
  voltage_V: null,
  voltageAllowed_V: Infinity,
  temperature_K: null,
  ventShare: null,
  ventOver_vol_percent: null,
};

/** A set point within this share of the one before is the same current. */
const SAME_SHARE = 0.05;
/** Double layers, films and first bubbles settle, s (the felt takes 0.4 s, a channel with bubbles some 20 s). */
const SETTLES_S = 30;
/** The ohmic difference is learned for so long, s of settled current. */
const LEARNS_S = 300;
/** Voltage and vent are judged as means over this, s. */
const MEAN_S = 10;
const VENT_MEAN_S = 30;
/** Allowed after learning: seven times the most that a cell with other film growth or catalyst decay strays, V. */
const LEARNED_V = 0.25;
/** Allowed before, and for the learned difference: a conductivity 20 % off is 0.2 V at the paper's current. */
const UNLEARNED_V = 0.8;
const UNLEARNED_SHARE = 0.25;
/** Less than this expected in the vent is too near to the drift of its zero to be judged, vol%. */
const VENT_LEAST_VOL_PERCENT = 0.2;
/** Vent above its ceiling: the sensor's and the flow meter's own error. */
const CEILING_SHARE = 1.15;

export class ResidualTracker {
  residuals: Residuals = NO_RESIDUALS;
  private setpoint_mA = 0;
  private settled_s = 0;
  private learned_s = 0;
  private learned_ohm = 0;
  private raw_V = NaN;
  private vent = NaN;
  private expectedVent = NaN;

  add(seen: Observation, expected: Expected | null, energised: boolean, dt_s: number): void {
    if (expected === null) return;
    const voltage = this.voltage(seen, expected.voltage_V, energised, dt_s);
    const vent = this.ventilation(seen, expected, energised, dt_s);
    this.residuals = { ...voltage, ...vent, temperature_K: difference(seen.temperature_C, expected.temperature_C) };
  }

  private voltage(
    seen: Observation,
    expected_V: number | null,
    energised: boolean,
    dt_s: number,
  ): Pick<Residuals, 'voltage_V' | 'voltageAllowed_V'> {
    const asked_mA = Math.abs(seen.setpoint_mA);
    if (!energised || !this.settles(asked_mA, dt_s) || expected_V === null || seen.voltage_V === null) {
      if (this.settled_s === 0) this.raw_V = NaN;
      return { voltage_V: null, voltageAllowed_V: Infinity };
    }
    const off_V = Math.abs(seen.voltage_V) - Math.abs(expected_V);
    this.raw_V = drawn(this.raw_V, off_V, dt_s, MEAN_S);
    const coarse_V = Math.max(UNLEARNED_V, UNLEARNED_SHARE * Math.abs(expected_V));
    if (this.learned_s < LEARNS_S) {
      this.learn(off_V / (asked_mA / 1000), dt_s);
      return { voltage_V: this.raw_V, voltageAllowed_V: coarse_V };
    }
    if (!(Math.abs(this.raw_V) <= coarse_V)) return { voltage_V: this.raw_V, voltageAllowed_V: coarse_V };
    return { voltage_V: this.raw_V - (this.learned_ohm * asked_mA) / 1000, voltageAllowed_V: LEARNED_V };
  }

  private learn(off_ohm: number, dt_s: number): void {
    this.learned_s += dt_s;
    this.learned_ohm += (off_ohm - this.learned_ohm) * Math.min(1, dt_s / this.learned_s);
  }

  private settles(asked_mA: number, dt_s: number): boolean {
    const same = asked_mA > 0 && Math.abs(asked_mA - this.setpoint_mA) <= SAME_SHARE * this.setpoint_mA;
    if (!same) this.setpoint_mA = asked_mA;
    this.settled_s = same ? this.settled_s + dt_s : 0;
    return this.settled_s > SETTLES_S;
  }

  private ventilation(
    seen: Observation,
    expected: Expected,
    energised: boolean,
    dt_s: number,
  ): Pick<Residuals, 'ventShare' | 'ventOver_vol_percent'> {
    const { vent_hydrogen_vol_percent: most, ventCeiling_vol_percent: ceiling } = expected;
    const absent = seen.quality.vent_hydrogen_vol_percent === 'absent' || seen.sweep_mL_min === null;
    if (!energised || absent || ceiling === null) {
      this.vent = this.expectedVent = NaN;
      return { ventShare: null, ventOver_vol_percent: null };
    }
    const found = seen.vent_hydrogen_vol_percent;
    this.expectedVent = most === null ? NaN : drawn(this.expectedVent, most, dt_s, VENT_MEAN_S);
    if (found !== null) this.vent = drawn(this.vent, found, dt_s, VENT_MEAN_S);
    const judged = found === null ? NaN : this.vent;
    return {
      ventShare: this.expectedVent >= VENT_LEAST_VOL_PERCENT ? judged / this.expectedVent : null,
      ventOver_vol_percent: found === null ? null : this.vent - CEILING_SHARE * ceiling,
    };
  }
}

function difference(measured: number | null, expected: number | null): number | null {
  return measured === null || expected === null ? null : measured - expected;
}
