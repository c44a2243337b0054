/** Words that the interlocks share: when one applies, and comparisons that NaN and null fail. */
import type { Observation } from '../../model/observation.js';
import type { GuardContext } from './interlock.js';

export const shown = (value: number | null, unit: string, digits = 1): string =>
  value === null ? 'not measured' : `${value.toFixed(digits)} ${unit}`;
export const atMost = (value: number | null, limit: number): boolean => value !== null && value <= limit;
export const atLeast = (value: number | null, limit: number): boolean => value !== null && value >= limit;

export const armed = (_: Observation, c: GuardContext): boolean => c.armed;
export const energised = (_: Observation, c: GuardContext): boolean => c.energised;
export const cooled = (_: Observation, c: GuardContext): boolean => c.armed && c.temperatureTarget_C !== null;
/** Cooled, or warmed by a current: also where the recipe waives the cooling, a limit stands over the temperature. */
export const warmed = (seen: Observation, c: GuardContext): boolean => cooled(seen, c) || energised(seen, c);
export const pumped = (_: Observation, c: GuardContext): boolean =>
  c.energised && c.plan.limits.flowMin_mL_min !== null;
export const swept = (_: Observation, c: GuardContext): boolean => c.energised && c.plan.limits.sweepMin_mL_min > 0;
/** Current flows, and the recipe does not waive the hydrogen sensor. */
export const sniffed = (_: Observation, c: GuardContext): boolean => c.energised && !c.plan.waived.includes('hydrogen');
export const banded = (_: Observation, c: GuardContext): boolean => c.energised && c.temperatureTarget_C !== null;
