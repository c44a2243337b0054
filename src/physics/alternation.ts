/**
 * What an alternating current does to two electrodes of unlike capacitance. Owns the charge that recharges the felt at each
 * reversal and the share that is left for chemistry; knows no time and no recipe.
 *
 * At a reversal the felt's double layer is swung from oxidation to reduction before anything reacts there. A simulated pair
 * of 6 mF felt and 0.3 mF nickel at 18 mA has a faradaic share of the felt of 0.00 at half periods of 0.1 s, 0.003 at
 * 0.5 s, 0.005 at 1 s and 0.79 at 5 s (models, 3a): 0.21 of 5 s at 18 mA is 18.9 mC, which is 3.15 V on 6 mF.
 */

/** Swing of the felt between oxidation and reduction at working currents, V. */
export const REVERSAL_SWING_V = 3.15;
/** Share that reacts in half waves which end before the swing does, at the moment when it would end. */
const BEFORE_SWING_SHARE = 0.0053;

/** Charge that a double layer takes at each reversal before its electrode reacts, C. */
export function reversalCharge_C(capacitance_mF: number, swing_V = REVERSAL_SWING_V): number {
  return capacitance_mF * 1e-3 * swing_V;
}

/**
 * How far a double layer falls by itself with no current for `rest_s`, V: a Tafel reaction uses up what it holds,
 * b ln(1 + I t/(C b)). That charge does react, at either end of the swing.
 */
export function relaxation_V(capacitance_mF: number, current_mA: number, rest_s: number, tafel_V: number): number {
  return tafel_V * Math.log1p((current_mA * rest_s) / (capacitance_mF * tafel_V));
}

/** Share of the charge of a half wave that reacts at the felt, 0 to 1. */
export function feltShare(feltCapacitance_mF: number, current_mA: number, halfPeriod_s: number): number {
  const swing_s = reversalCharge_C(feltCapacitance_mF) / (current_mA * 1e-3);
  const swings = halfPeriod_s / swing_s;
  return swings <= 1 ? BEFORE_SWING_SHARE * swings : Math.max(BEFORE_SWING_SHARE, 1 - 1 / swings);
}

/** Mean of the current without its sign over its amplitude: the dead time and half of each ramp are missing. */
export function conductingShare(
  halfPeriod_s: number,
  deadTime_s: number,
  amplitude_mA: number,
  ramp_mA_s: number,
): number {
  return Math.max(0, halfPeriod_s - deadTime_s - amplitude_mA / ramp_mA_s) / halfPeriod_s;
}
