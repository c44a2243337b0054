/**
 * Heat of the cell and the thermoelectric (Peltier) module. Owns steady equations; the moving temperatures belong to the
 * plant. Positive current cools. Temperatures in degC at the interface, in K where Seebeck's law needs them.
 */
import { RAMP_ARRIVED_K } from '../model/plan-steps.js';
import { ZERO_CELSIUS_K } from './constants.js';

export interface Peltier {
  readonly seebeck_V_K: number;
  readonly resistance_ohm: number;
  readonly conductance_W_K: number;
}

/** Module parameters from the four figures of a datasheet: S = V/Th, R = V (Th - dT)/(I Th), K = V I (Th - dT)/(2 Th dT). */
export function peltierFromDatasheet(max_V: number, max_A: number, maxDifference_K: number, hot_C: number): Peltier {
  const hot_K = hot_C + ZERO_CELSIUS_K;
  return {
    seebeck_V_K: max_V / hot_K,
    resistance_ohm: (max_V * (hot_K - maxDifference_K)) / (max_A * hot_K),
    conductance_W_K: (max_V * max_A * (hot_K - maxDifference_K)) / (2 * hot_K * maxDifference_K),
  };
}

/** Heat taken from the cold side, W: S Tc I - I2 R/2 - K (Th - Tc). */
export function coldHeat_W(peltier: Peltier, current_A: number, cold_C: number, hot_C: number): number {
  const pumped_W = peltier.seebeck_V_K * (cold_C + ZERO_CELSIUS_K) * current_A;
  return pumped_W - (current_A * current_A * peltier.resistance_ohm) / 2 - peltier.conductance_W_K * (hot_C - cold_C);
}

/** Electrical power of the module, W: I (S (Th - Tc) + I R). */
export function electricalPower_W(peltier: Peltier, current_A: number, cold_C: number, hot_C: number): number {
  return current_A * (peltier.seebeck_V_K * (hot_C - cold_C) + current_A * peltier.resistance_ohm);
}

/** Heat given to the hot side, W. */
export function hotHeat_W(peltier: Peltier, current_A: number, cold_C: number, hot_C: number): number {
  return coldHeat_W(peltier, current_A, cold_C, hot_C) + electricalPower_W(peltier, current_A, cold_C, hot_C);
}

/** Cold-side heat over electrical power. */
export function coefficientOfPerformance(peltier: Peltier, current_A: number, cold_C: number, hot_C: number): number {
  return coldHeat_W(peltier, current_A, cold_C, hot_C) / electricalPower_W(peltier, current_A, cold_C, hot_C);
}

/** A cold block that takes heat from a load and from its surroundings, and a hot side behind a finite resistance. */
export interface CoolingStage {
  readonly peltier: Peltier;
  readonly hotSide_K_W: number;
  readonly coldToAmbient_W_K: number;
  readonly ambient_C: number;
  readonly load_W: number;
}

/**
 * Steady temperature of the block at a current, degC. Both sides are linear in their temperatures at a fixed current:
 * load + G (Ta - Tc) = Qc and (Th - Ta)/Rhs = Qh. Infinity where no steady state exists (the module heats without bound).
 */
export function steadyBlock_C(stage: CoolingStage, current_A: number): number {
  const { seebeck_V_K: s, resistance_ohm: r, conductance_W_K: k } = stage.peltier;
  const ambient_K = stage.ambient_C + ZERO_CELSIUS_K;
  const joule_W = (current_A * current_A * r) / 2;
  const g = stage.coldToAmbient_W_K;
  // a Tc + b Th = c for the cold side, d Tc + e Th = f for the hot side, both in K.
  const a = s * current_A + k + g;
  const c = stage.load_W + g * ambient_K + joule_W;
  const e = 1 / stage.hotSide_K_W + k - s * current_A;
  const f = ambient_K / stage.hotSide_K_W + joule_W;
  const determinant = a * e - k * k;
  if (!(determinant > 0)) return Infinity;
  return (c * e + k * f) / determinant - ZERO_CELSIUS_K;
}

/** Current of coldest block, A. Above it more current warms: the sign of the control gain turns. Searched to 1 mA below `max_A`. */
export function coldestCurrent_A(stage: CoolingStage, max_A: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = 0;
  let high = max_A;
  while (high - low > 1e-3) {
    const step = ratio * (high - low);
    if (steadyBlock_C(stage, high - step) < steadyBlock_C(stage, low + step)) high = low + step;
    else low = high - step;
  }
  return (low + high) / 2;
}

/** Heat of a cell, W. All of the electrical power is taken as heat: an upper bound. */
export function cellHeat_W(current_A: number, voltage_V: number): number {
  return current_A * voltage_V;
}

/** Rise of a liquid that keeps all its heat, K/h. */
export function adiabaticRise_K_h(heat_W: number, liquid_J_K: number): number {
  return (3600 * heat_W) / liquid_J_K;
}

/**
 * Largest excursion of a temperature that a load would move by `static_K`, when the load comes linearly within `ramp_s` and
 * what balances it follows with a first-order lag, K: dT (tau/r)(1 - e^{-r/tau}); all of it for a step.
 */
export function laggedRise_K(static_K: number, lag_s: number, ramp_s: number): number {
  if (!(ramp_s > 0)) return static_K;
  return static_K * (lag_s / ramp_s) * -Math.expm1(-ramp_s / lag_s);
}

/** Shortest ramp at which that excursion stays at or below `most_K`, s; 0 when a step does. Iterated from above. */
export function laggedRamp_s(static_K: number, lag_s: number, most_K: number): number {
  if (static_K <= most_K) return 0;
  const slowest_s = (static_K * lag_s) / most_K;
  let ramp_s = slowest_s;
  for (let i = 0; i < 100; i++) ramp_s = slowest_s * -Math.expm1(-ramp_s / lag_s);
  return ramp_s;
}

/**
 * Time in which a tapered ramp arrives, s: at its full rate until what is left is rate x taper, from there on it glides in by
 * a factor e in each `taper_s`.
 */
export function taperedRamp_s(distance_K: number, ramp_K_min: number, taper_s: number): number {
  const distance = Math.abs(distance_K);
  const gliding_K = Math.min(distance, (ramp_K_min / 60) * taper_s);
  const glide_s = gliding_K > RAMP_ARRIVED_K ? taper_s * Math.log(gliding_K / RAMP_ARRIVED_K) : 0;
  return (60 * (distance - gliding_K)) / ramp_K_min + glide_s;
}
