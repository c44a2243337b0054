/** Interlocks of the twin alongside: the run against what a nominal plant shows at the same current. All of them warn. */
import { cooled, energised, shown } from './conditions.js';
import type { Interlock } from './interlock.js';

/** The nominal cell follows its twin within 0.1 K; another specimen strays by 1.4 K, for moments, where the ramp begins. */
const TEMPERATURE_FOLLOWS_K = 1;
/** Half of the hydrogen that is expected: a leak, a dead sensor or another reaction (models, 3d). */
const VENT_LEAST_SHARE = 0.5;
/** Beyond what the charge can make and the sensor's own error: drift of its zero, vol%. */
const VENT_OVER_VOL_PERCENT = 0.1;

export const expected: readonly Interlock[] = [
  {
    id: 'voltage-unexpected',
    catalogue: 'H11',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 60,
    latched: false,
    applies: (seen, c) => energised(seen, c) && c.residuals.voltage_V !== null,
    healthy: (_, { residuals }) => Math.abs(residuals.voltage_V ?? NaN) <= residuals.voltageAllowed_V,
    describe: (seen, { residuals }) =>
      residuals.voltage_V === null
        ? `cell voltage ${shown(seen.voltage_V, 'V', 2)}, not held against its twin just now`
        : `cell voltage ${shown(seen.voltage_V, 'V', 2)}, ${shown(residuals.voltage_V, 'V', 2)} off what its twin shows (allowed ${residuals.voltageAllowed_V.toFixed(2)} V)`,
    consequence:
      'Higher: an electrode fouls or loses contact. Lower: a short, or another solution than the recipe has.',
    action: 'Look at electrodes, leads and liquid level; think of a reversal of polarity before the limit is reached.',
  },
  {
    id: 'temperature-unexpected',
    catalogue: 'H16',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 60,
    latched: false,
    applies: (seen, c) => cooled(seen, c) && c.residuals.temperature_K !== null,
    healthy: (_, { residuals }) => Math.abs(residuals.temperature_K ?? NaN) <= TEMPERATURE_FOLLOWS_K,
    describe: (seen, { residuals }) =>
      residuals.temperature_K === null
        ? `cell at ${shown(seen.temperature_C, '°C', 2)}, not held against its twin just now`
        : `cell at ${shown(seen.temperature_C, '°C', 2)}, ${shown(residuals.temperature_K, 'K', 2)} off what its twin shows`,
    consequence: 'The cooling does less than it should; the band will not be reached or not be held.',
    action: 'Look at Peltier current, hot side, fan and the contact of cell and block.',
  },
  {
    id: 'vent-hydrogen-low',
    catalogue: 'M14',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 300,
    latched: false,
    applies: (seen, c) => energised(seen, c) && c.residuals.ventShare !== null,
    healthy: (_, { residuals }) => (residuals.ventShare ?? NaN) >= VENT_LEAST_SHARE,
    describe: (seen, { residuals }) =>
      seen.vent_hydrogen_vol_percent === null || residuals.ventShare === null
        ? `${shown(seen.vent_hydrogen_vol_percent, 'vol%', 2)} hydrogen in the vent line (${seen.quality.vent_hydrogen_vol_percent})`
        : `${shown(seen.vent_hydrogen_vol_percent, 'vol%', 2)} hydrogen in the vent line, ${shown(100 * (residuals.ventShare ?? NaN), '%', 0)} of what the current should give`,
    consequence: 'Hydrogen leaves by another way, the vent sensor is dead, or the current makes something else.',
    action: 'Take it for a leak: look for it at septum and fittings with the fan running, then check the vent sensor.',
  },
  {
    id: 'vent-hydrogen-high',
    catalogue: 'M14',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 120,
    latched: false,
    applies: (seen, c) => energised(seen, c) && c.residuals.ventOver_vol_percent !== null,
    healthy: (_, { residuals }) => (residuals.ventOver_vol_percent ?? NaN) <= VENT_OVER_VOL_PERCENT,
    describe: (seen, { residuals }) =>
      residuals.ventOver_vol_percent === null
        ? `${shown(seen.vent_hydrogen_vol_percent, 'vol%', 2)} hydrogen in the vent line, not held against the charge just now`
        : `${shown(seen.vent_hydrogen_vol_percent, 'vol%', 2)} hydrogen in the vent line, ${shown(residuals.ventOver_vol_percent, 'vol%', 2)} more than all of the charge can make`,
    consequence: 'Vent sensor or sweep meter is wrong: less nitrogen may flow than the meter says.',
    action: 'Check the nitrogen with a second meter or a bubble counter; zero and span the vent sensor.',
  },
];
