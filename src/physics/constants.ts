/** Constants of nature and of definition. Owns no model; everything else in this folder builds on it. */

/** C/mol, exact since the SI of 2019. */
export const FARADAY_C_MOL = 96485.33212;
/** J/(mol K), exact since the SI of 2019. */
export const GAS_CONSTANT_J_MOL_K = 8.314462618;
/** K at 0 degC. */
export const ZERO_CELSIUS_K = 273.15;
/** Volume of a mole of ideal gas at 25 degC and 1 atm, the conditions of every gas volume in this program, mL/mol. */
export const GAS_VOLUME_mL_MOL = 24465;
/** Lower explosive limit of hydrogen in air, vol% (ISO/IEC 80079-20-1 gives 4.0). */
export const HYDROGEN_LEL_vol_percent = 4;
/** Activation temperature of the viscosity of DMF, and so of conductivity, K (Arrhenius fit, -10 to 25 degC). */
export const DMF_VISCOSITY_K = 1060;
/** First-order time constant of a sensor from its response to 90 %: t90 = tau ln 10. */
export const T90_PER_TAU = Math.LN10;
/** Pa in one standard atmosphere. */
export const ATMOSPHERE_PA = 101_325;
/** Molar mass of hydrogen, g/mol (IUPAC 2021, abridged). */
export const HYDROGEN_G_MOL = 2.016;
