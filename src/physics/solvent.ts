/**
 * Dimethylformamide between -10 and 25 degC, as far as a controller needs it, and what follows from its viscosity. Straight
 * lines and one Arrhenius law through chemistry table 2.2. Knows no cell.
 */
import { DMF_VISCOSITY_K, ZERO_CELSIUS_K } from './constants.js';

/** g/mL: 0.9445 at 25 degC, -9.5e-4 for each kelvin. */
export function density_g_mL(temperature_C: number): number {
  return 0.9445 - 9.5e-4 * (temperature_C - 25);
}

/** J/(g K): 147.67 J/(mol K) at 0.6 degC and 150.43 at 25 degC over 73.09 g/mol, a straight line between. */
export function heatCapacity_J_gK(temperature_C: number): number {
  return 2.02 + 1.6e-3 * temperature_C;
}

/** J/K of so much electrolyte, taken as the solvent. */
export function liquidHeat_J_K(volume_mL: number, temperature_C: number): number {
  return volume_mL * density_g_mL(temperature_C) * heatCapacity_J_gK(temperature_C);
}

/** Viscosity over that at 0 degC: e^(1060 K (1/T - 1/273.15 K)). */
export function relativeViscosity(temperature_C: number): number {
  return Math.exp(DMF_VISCOSITY_K * (1 / (temperature_C + ZERO_CELSIUS_K) - 1 / ZERO_CELSIUS_K));
}

/** mPa s; 1.10 at 0 degC. */
export function viscosity_mPa_s(temperature_C: number): number {
  return 1.1 * relativeViscosity(temperature_C);
}

/** A diffusion coefficient known at 0 degC, at another temperature: Stokes and Einstein, D ~ T/viscosity. */
export function diffusionAt_cm2_s(atZero_cm2_s: number, temperature_C: number): number {
  return (atZero_cm2_s * (temperature_C + ZERO_CELSIUS_K)) / (ZERO_CELSIUS_K * relativeViscosity(temperature_C));
}
