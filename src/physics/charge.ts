/** Faraday's law. Owns the arithmetic of charge, amount and time; knows no cell. */
import { FARADAY_C_MOL, GAS_VOLUME_mL_MOL } from './constants.js';

/** Charge that passes `charge_F_mol` faraday for each mole of `amount_mmol`, C. */
export function charge_C(charge_F_mol: number, amount_mmol: number): number {
  return charge_F_mol * FARADAY_C_MOL * amount_mmol * 1e-3;
}

/** Faraday for each mole of `amount_mmol` when `charge_C` has passed, F/mol. */
export function charge_F_mol(charge_C: number, amount_mmol: number): number {
  return charge_C / (FARADAY_C_MOL * amount_mmol * 1e-3);
}

/** Amount of electrons in a charge, mmol. */
export function electrons_mmol(charge_C: number): number {
  return (charge_C / FARADAY_C_MOL) * 1e3;
}

/** Time that a constant current needs for a charge, s. */
export function duration_s(charge_C: number, current_mA: number): number {
  return charge_C / (current_mA * 1e-3);
}

/** Current density on the geometric area of one electrode, mA/cm2. */
export function currentDensity_mA_cm2(current_mA: number, area_cm2: number): number {
  return current_mA / area_cm2;
}

/** Hydrogen that a charge makes at two electrons each; the ceiling at a Faradaic efficiency of 1, umol. */
export function hydrogen_umol(charge_C: number, faradaicEfficiency = 1): number {
  return (faradaicEfficiency * charge_C * 1e6) / (2 * FARADAY_C_MOL);
}

/** Rate of hydrogen at a current, umol/s. */
export function hydrogenRate_umol_s(current_mA: number, faradaicEfficiency = 1): number {
  return (faradaicEfficiency * current_mA * 1e3) / (2 * FARADAY_C_MOL);
}

/** The same as a flow of gas at 25 degC and 1 atm, mL/min. */
export function hydrogenRate_mL_min(current_mA: number, faradaicEfficiency = 1): number {
  return hydrogenRate_umol_s(current_mA, faradaicEfficiency) * 1e-6 * 60 * GAS_VOLUME_mL_MOL;
}

/** Share of the charge that hydrogen accounts for, 2 F n / Q; NaN before any charge. */
export function faradaicEfficiency(hydrogen_umol: number, charge_C: number): number {
  return (2 * FARADAY_C_MOL * hydrogen_umol * 1e-6) / charge_C;
}

/** Share of the charge that the product accounts for, at `electrons` for each molecule. */
export function productEfficiency(product_mmol: number, charge_C: number, electrons: number): number {
  return (electrons * product_mmol) / electrons_mmol(charge_C);
}

/** Current that passes `charge_F_mol` through all of a species that flows by, mA: z F c Q. */
export function currentForFlow_mA(charge_F_mol: number, concentration_mmol_L: number, flow_mL_min: number): number {
  return (charge_F_mol * FARADAY_C_MOL * concentration_mmol_L * 1e-3 * flow_mL_min) / 60;
}
