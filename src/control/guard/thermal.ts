/** Interlocks of temperature and cooling. */
import type { Observation } from '../../model/observation.js';
import { armed, atMost, banded, cooled, shown } from './conditions.js';
import type { GuardContext, Interlock } from './interlock.js';
import { DROPPED_READINGS } from './jump.js';

const THERMOMETERS_AGREE_K = 3;
/** Peltier wired backwards or stuck: the cell warms although it is told to cool . */
const WRONG_WAY_K = 1;
/** A Peltier current up to this is none; one that is not measured may be any. */
const AT_REST_A = 0.2;
/** A current source at work gives what it is told to within this; the meter is read twice a second. */
const PELTIER_OVER_A = 0.3;
const PELTIER_OVER_SHARE = 0.05;
/** A new demand is on the chip and in the meter after this, s. */
const PELTIER_SETTLES_S = 3;
/** What the cooling may owe, K s, and the error from which on it counts (faults, H16). */
const COOLING_DEBT_K_S = 60;
/** Warmer than its ramped set point by so much, or twice the band that holds: the cooling is gone. */
const COOLING_GONE_K = 10;
/** Hot side at which the relay opens, whatever is told to the Peltier (faults, H15). */
const HOT_SIDE_LAST_C = 75;
/** Two readings a second with the noise of a converter do not repeat for so long (faults, M2). */
const STILL_S = 60;

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
      `${seen.temperature_C === null ? 'the cell is not measured' : `cell at ${shown(seen.temperature_C, '°C')}, ${c.warmed_K.toFixed(1)} K warmer than it was,`} while the Peltier is told to cool`,
    consequence: 'A reversed Peltier can bring 10 mL to the flash point in 80 s.',
    action: 'Check the polarity of the Peltier module before anything else.',
  },
  {
    id: 'peltier-runs-on',
    catalogue: 'H14',
    severity: 'alarm',
    reaction: 'open-relay',
    delay_s: 2,
    latched: true,
    applies: (seen, c) => c.armed && seen.peltier_A !== null && c.peltierSteady_s > PELTIER_SETTLES_S,
    healthy: (seen, c) =>
      Math.abs(seen.peltier_A ?? NaN) <=
      Math.abs(c.peltierDemand_A) + PELTIER_OVER_A + PELTIER_OVER_SHARE * Math.abs(c.peltierDemand_A),
    describe: (seen, c) =>
      `the Peltier carries ${shown(seen.peltier_A, 'A', 2)}, asked for ${c.peltierDemand_A.toFixed(2)} A`,
    consequence: 'Its source does not obey: the cell freezes, or heats when the leads are swapped.',
    action: 'Pull the plug of the Peltier supply; check its source before the next run.',
  },
  {
    id: 'cooling-failing',
    catalogue: 'H16',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 0,
    latched: true,
    applies: banded,
    healthy: (_, c) => c.coolingDebt_K_s <= COOLING_DEBT_K_S,
    describe: (seen, c) =>
      `cell at ${shown(seen.temperature_C, '°C')}, ${c.coolingDebt_K_s.toFixed(0)} K s behind its set point`,
    consequence: 'The cooling does not carry the heat of the cell away; the current is held.',
    action: 'Look at Peltier, fan and heat sink, wait for the band, then resume.',
  },
  {
    id: 'cooling-lost',
    catalogue: 'H16',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0.9,
    latched: true,
    applies: (seen, c) => banded(seen, c) && seen.temperature_C !== null && seen.temperature_setpoint_C !== null,
    healthy: (seen, c) =>
      (seen.temperature_C ?? NaN) - (seen.temperature_setpoint_C ?? NaN) <=
      Math.max(COOLING_GONE_K, 2 * c.plan.limits.temperatureHold_K),
    describe: (seen) =>
      `cell at ${shown(seen.temperature_C, '°C')}, set point ${shown(seen.temperature_setpoint_C, '°C')}`,
    consequence: 'Nothing cools; the chemistry is no longer that of the recipe.',
    action: 'Find why the cooling failed; decide about the batch before you start again.',
  },
  {
    id: 'thermometer-still',
    catalogue: 'M2',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 0,
    latched: true,
    applies: cooled,
    healthy: (_, c) => c.temperatureStill_s <= STILL_S,
    describe: (seen, c) =>
      `T2 has said ${shown(seen.temperature_C, '°C', 3)} for ${c.temperatureStill_s.toFixed(0)} s to the last digit`,
    consequence: 'The loop cools by a value that is not measured any more.',
    action: 'Power thermometer T2 off and on; replace it if it stays.',
  },
  {
    id: 'temperature-jump',
    catalogue: 'M3',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0,
    latched: true,
    applies: armed,
    healthy: (seen) => seen.temperatureJumps < DROPPED_READINGS,
    describe: (seen) => `T2 jumped, and ${seen.temperatureJumps} readings in a row are of no use`,
    consequence: 'No cell warms or cools by 5 K/s: the thermometer or its wiring is faulty.',
    action: 'Check thermometer T2, its connector and its cable.',
  },
  {
    id: 'hot-side-jump',
    catalogue: 'M3',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0,
    latched: true,
    applies: cooled,
    healthy: (seen) => seen.hotSideJumps < DROPPED_READINGS,
    describe: (seen) => `the hot side jumped, and ${seen.hotSideJumps} readings in a row are of no use`,
    consequence: 'No heat sink warms or cools by 1.5 K/s: nobody knows whether the Peltier still cools.',
    action: 'Check the hot-side thermistor, its connector and its converter.',
    shares: ['hot side', 'housekeeping'],
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
    shares: ['hot side', 'housekeeping'],
  },
  {
    id: 'hot-side-hot',
    catalogue: 'H15',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 1,
    latched: true,
    applies: cooled,
    healthy: (seen, c) => seen.hot_side_C === null || seen.hot_side_C <= c.plan.limits.hotSideTrip_C,
    describe: (seen) => `hot side at ${shown(seen.hot_side_C, '°C')}`,
    consequence: 'More current now warms the cell.',
    action: 'Let it cool; look at fan and heat sink.',
    shares: ['hot side', 'housekeeping'],
  },
  {
    id: 'hot-side-last',
    catalogue: 'H15',
    severity: 'alarm',
    reaction: 'open-relay',
    delay_s: 1,
    latched: true,
    applies: (seen, c) => c.armed && seen.hot_side_C !== null,
    healthy: (seen) => (seen.hot_side_C ?? NaN) <= HOT_SIDE_LAST_C,
    describe: (seen) => `hot side at ${shown(seen.hot_side_C, '°C')}, with the Peltier told to rest or not`,
    consequence: 'The Peltier module fails beyond 80 °C, and something drives it that should not.',
    action: 'Pull the plug of the Peltier supply; let it cool.',
    shares: ['hot side'],
  },
];
