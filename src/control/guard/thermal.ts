/** Interlocks of temperature and cooling. */
import type { Observation } from '../../model/observation.js';
import { armed, atMost, banded, cooled, shown } from './conditions.js';
import type { GuardContext, Interlock } from './interlock.js';

const THERMOMETERS_AGREE_K = 3;
/** Peltier wired backwards or stuck: the cell warms although it is told to cool . */
const WRONG_WAY_K = 1;
/** A Peltier current up to this is none; one that is not measured may be any. */
const AT_REST_A = 0.2;

const bandError_K = (seen: Observation, c: GuardContext): number =>
  seen.temperature_C === null || c.temperatureTarget_C === null
    ? NaN
    : Math.abs(seen.temperature_C - c.temperatureTarget_C);

export const thermal: readonly Interlock[] = [
  {
    id: 'cell-hot',
    catalogue: 'H17',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0.4,
    latched: true,
    applies: armed,
    healthy: (seen, c) => seen.temperature_C === null || seen.temperature_C <= c.plan.envelope.temperatureMax_C,
    describe: (seen, c) => `cell at ${shown(seen.temperature_C, '°C')}, limit ${c.plan.envelope.temperatureMax_C} °C`,
    consequence: 'DMF approaches its flash point (58 °C).',
    action: 'Let it cool; look at Peltier wiring, fan and coolant.',
  },
  {
    id: 'cell-cold',
    catalogue: 'H18',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 1,
    latched: true,
    applies: armed,
    healthy: (seen, c) => seen.temperature_C === null || seen.temperature_C >= c.plan.envelope.temperatureMin_C,
    describe: (seen, c) => `cell at ${shown(seen.temperature_C, '°C')}, limit ${c.plan.envelope.temperatureMin_C} °C`,
    consequence: 'Salt may fall out and block the cell.',
    action: 'Check the Peltier driver; warm the cell slowly.',
  },
  {
    id: 'band-warn',
    catalogue: 'design 9',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 30,
    latched: false,
    applies: banded,
    healthy: (seen, c) => bandError_K(seen, c) <= c.plan.limits.temperatureWarn_K,
    describe: (seen, c) =>
      `cell at ${shown(seen.temperature_C, '°C', 2)}, set point ${c.temperatureTarget_C ?? NaN} °C`,
    consequence: 'Selectivity may suffer.',
    action: 'Look at the Peltier current and the hot side.',
  },
  {
    id: 'band-hold',
    catalogue: 'H16',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 60,
    latched: true,
    applies: banded,
    healthy: (seen, c) => bandError_K(seen, c) <= c.plan.limits.temperatureHold_K,
    describe: (seen, c) =>
      `cell at ${shown(seen.temperature_C, '°C', 2)}, set point ${c.temperatureTarget_C ?? NaN} °C`,
    consequence: 'The current is held until the temperature is right again.',
    action: 'Restore the cooling, wait for the band, then resume.',
  },
  {
    id: 'cooling-wrong-way',
    catalogue: 'H13',
    severity: 'alarm',
    reaction: 'open-relay',
    delay_s: 1.9,
    latched: true,
    applies: (seen, c) =>
      cooled(seen, c) && !((seen.peltier_A ?? NaN) <= AT_REST_A) && seen.temperature_setpoint_C !== null,
    healthy: (_, c) => c.warmed_K <= WRONG_WAY_K,
    describe: (seen, c) =>
      `cell at ${shown(seen.temperature_C, '°C')}, ${c.warmed_K.toFixed(1)} K warmer than it was, while the Peltier is told to cool`,
    consequence: 'A reversed Peltier can bring 10 mL to the flash point in 80 s.',
    action: 'Check the polarity of the Peltier module before anything else.',
  },
  {
    id: 'thermometers-disagree',
    catalogue: 'M4',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 5,
    latched: true,
    applies: cooled,
    healthy: (seen) =>
      seen.temperature_C === null ||
      seen.safety_temperature_C === null ||
      Math.abs(seen.temperature_C - seen.safety_temperature_C) <= THERMOMETERS_AGREE_K,
    describe: (seen) => `T2 ${shown(seen.temperature_C, '°C')}, T1 ${shown(seen.safety_temperature_C, '°C')}`,
    consequence: 'Nobody knows the temperature of the cell.',
    action: 'Check that both probes sit in the liquid.',
  },
  {
    id: 'hot-side-warm',
    catalogue: 'H15',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 2,
    latched: false,
    applies: cooled,
    healthy: (seen, c) => atMost(seen.hot_side_C, c.plan.limits.hotSideWarn_C),
    describe: (seen) => `hot side at ${shown(seen.hot_side_C, '°C')}`,
    consequence: 'The Peltier loses its power to cool.',
    action: 'Clean the heat sink; look at its fan.',
  },
  {
    id: 'hot-side-hot',
    catalogue: 'H15',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 1,
    latched: true,
    applies: cooled,
    healthy: (seen, c) => atMost(seen.hot_side_C, c.plan.limits.hotSideTrip_C),
    describe: (seen) => `hot side at ${shown(seen.hot_side_C, '°C')}`,
    consequence: 'More current now warms the cell.',
    action: 'Let it cool; look at fan and heat sink.',
  },
];
