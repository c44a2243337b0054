/**
 * Hydrogen once it is a gas, and the air around it. Owns dilution and explosive-limit arithmetic; knows no cell. All
 * volumes at 25 degC and 1 atm unless a temperature is given.
 */
import {
  ATMOSPHERE_PA,
  GAS_CONSTANT_J_MOL_K,
  GAS_VOLUME_mL_MOL,
  HYDROGEN_LEL_vol_percent,
  ZERO_CELSIUS_K,
} from './constants.js';

/** Volume of a mole of ideal gas, mL/mol: R T/p. */
export function molarVolume_mL_mol(temperature_C: number, pressure_atm = 1): number {
  return (1e6 * GAS_CONSTANT_J_MOL_K * (temperature_C + ZERO_CELSIUS_K)) / (pressure_atm * ATMOSPHERE_PA);
}

/** Volume of an amount of gas at a temperature, mL. */
export function gasVolumeAt_mL(amount_umol: number, temperature_C: number, pressure_atm = 1): number {
  return amount_umol * 1e-6 * molarVolume_mL_mol(temperature_C, pressure_atm);
}

/** A rate of formation as a flow of gas at a temperature, mL/min. */
export function gasFlowAt_mL_min(rate_umol_s: number, temperature_C: number, pressure_atm = 1): number {
  return 60 * gasVolumeAt_mL(rate_umol_s, temperature_C, pressure_atm);
}

/** Bubbles of one volume that a flow of gas is, a minute: a count that needs no sensor. */
export function bubbles_per_min(gas_mL_min: number, bubble_mL: number): number {
  return gas_mL_min / bubble_mL;
}

/** Volume of an amount of gas, mL. */
export function gasVolume_mL(amount_umol: number): number {
  return amount_umol * 1e-6 * GAS_VOLUME_mL_MOL;
}

/** Flow of gas that a rate of formation is, mL/min. */
export function gasFlow_mL_min(rate_mol_s: number): number {
  return rate_mol_s * 60 * GAS_VOLUME_mL_MOL;
}

/** Amount in a volume of gas, umol. */
export function amountOf_umol(gas_mL: number): number {
  return (gas_mL / GAS_VOLUME_mL_MOL) * 1e6;
}

/** Flow of a gas that a sweep carries at a share (0 to 1) of the mixture; the meter stands before the cell, mL/min. */
export function sweptGas_mL_min(share: number, sweep_mL_min: number): number {
  return (sweep_mL_min * share) / (1 - share);
}

/** Hydrogen that the liquid holds at saturation, umol. */
export function saturation_umol(saturation_mM: number, liquid_mL: number): number {
  return saturation_mM * liquid_mL;
}

/** Time before the first bubble at a constant rate from an empty liquid, s. */
export function firstGas_s(saturation_mM: number, liquid_mL: number, rate_umol_s: number): number {
  return saturation_umol(saturation_mM, liquid_mL) / rate_umol_s;
}

/** Steady share of a gas in the sweep that carries it, vol%. */
export function sweepShare_vol_percent(gas_mL_min: number, sweep_mL_min: number): number {
  return (100 * gas_mL_min) / (gas_mL_min + sweep_mL_min);
}

/** Least sweep that keeps a gas at or below `share_vol_percent`, mL/min. */
export function leastSweep_mL_min(gas_mL_min: number, share_vol_percent: number): number {
  return gas_mL_min * (100 / share_vol_percent - 1);
}

/** Least draw of air that dilutes a leak to `share_ppm` of the air drawn, L/min. */
export function leastDraw_L_min(gas_mL_min: number, share_ppm: number): number {
  return (gas_mL_min * 1e-3) / (share_ppm * 1e-6);
}

/**
 * Share of a gas in a well-mixed enclosure after `elapsed_s`, vol%: c = q/D (1 - e^{-D t/V}), and q t/V without draw.
 */
export function enclosureShare_vol_percent(
  gas_mL_min: number,
  draw_L_min: number,
  volume_L: number,
  elapsed_s: number,
): number {
  const gas_L_min = gas_mL_min * 1e-3;
  const changes = (draw_L_min * elapsed_s) / 60 / volume_L;
  if (changes === 0) return (100 * gas_L_min * (elapsed_s / 60)) / volume_L;
  return (-100 * gas_L_min * Math.expm1(-changes)) / draw_L_min;
}

/** Time until a sealed enclosure reaches a share, s. */
export function sealedTime_s(gas_mL_min: number, volume_L: number, share_vol_percent: number): number {
  return ((share_vol_percent / 100) * volume_L * 60) / (gas_mL_min * 1e-3);
}

/** Hydrogen in air as a percentage of its lower explosive limit. */
export function explosiveLimit_percent(share_vol_percent: number): number {
  return (100 * share_vol_percent) / HYDROGEN_LEL_vol_percent;
}

/** Mean share of a gas in the air that carries it away, ppm. */
export function dilution_ppm(gas_mL_min: number, draw_L_min: number): number {
  return (gas_mL_min * 1e3) / draw_L_min;
}

/** Gas share of the liquid leaving a cell, 0 to 1: q_g/(q_g + q_l). */
export function voidFraction(gas_mL_min: number, liquid_mL_min: number): number {
  return gas_mL_min > 0 ? gas_mL_min / (gas_mL_min + liquid_mL_min) : 0;
}

/** Time for a first-order sensor to cross `threshold` after a step from 0 to `step`, s; Infinity if it never does. */
export function sensorCrossing_s(threshold: number, step: number, t90_s: number): number {
  return threshold < step ? (-t90_s / Math.LN10) * Math.log1p(-threshold / step) : Infinity;
}
