/**
 * What the slow inputs of the board see: thermistors and the divider of the supply, as volts at the controller's pins.
 * Owns the parts; knows nothing of what converts them. 10 kOhm at 25 degC with B 3950 K against 10 kOhm at 5 V.
 */

const REFERENCE_V = 5;
const B_K = 3950;
const AT_25_K = 298.15;
const ZERO_K = 273.15;
const SUPPLY_DIVIDER = 8;

/** Volts at a thermistor; a temperature that is no number, or impossible, is a broken wire. */
export function thermistor_V(temperature_C: number): number {
  const temperature_K = temperature_C + ZERO_K;
  if (!(temperature_K > 100 && temperature_K < 600)) return REFERENCE_V;
  const ratio = Math.exp(B_K * (1 / temperature_K - 1 / AT_25_K)); // to 10 kOhm
  return (REFERENCE_V * ratio) / (1 + ratio);
}

/** Volts behind the divider of the supply; no number is no supply. */
export function supply_V(rail_V: number): number {
  return rail_V > 0 ? rail_V / SUPPLY_DIVIDER : 0;
}
