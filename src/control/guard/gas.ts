/** Interlocks of hydrogen, sweep gas and liquid flow, and of every channel that must be renewed. */
import type { Observation } from '../../model/observation.js';
import type { ChannelName } from '../../model/sample.js';
import { armed, atLeast, cooled, energised, pumped, shown, swept, sniffed, warmed } from './conditions.js';
import type { Interlock } from './interlock.js';

/** Flow may be too low for this long: transport reaches its limit 4.6 s after a pump stops . */
const FLOW_LOST_S = 2.8;
const SWEEP_LOST_S = 2;
/** An electrochemical sensor wanders by a digit within minutes (faults, M13: noise alive). */
const SENSOR_STILL_S = 300;
/** A pump or flow sensor has so long to settle after a new target. */
export const FLOW_SETTLES_S = 5;
/** A pump worn to 80 % at its largest correction differs by 20 % of its curve. */
const PUMP_DIFFERS_SHARE = 0.3;

const hydrogenFound = ({ hydrogen_ppm, quality }: Observation): string =>
  quality.hydrogen_ppm === 'over-range'
    ? 'the hydrogen sensor is at the end of its range: hydrogen over the cell'
    : `${shown(hydrogen_ppm, 'ppm', 0)} hydrogen over the cell`;

export const gas: readonly Interlock[] = [
  {
    id: 'hydrogen-warn',
    catalogue: 'M8',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 2,
    latched: false,
    applies: energised,
    healthy: (seen, c) =>
      seen.hydrogen_ppm === null
        ? seen.quality.hydrogen_ppm !== 'over-range'
        : seen.hydrogen_ppm <= c.plan.limits.hydrogenWarn_ppm,
    describe: hydrogenFound,
    consequence: 'Hydrogen leaves the vent line into the canopy.',
    action: 'Look for a loose vent hose; check the canopy fan.',
  },
  {
    id: 'hydrogen-trip',
    catalogue: 'M8, M9, M10',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0.1,
    latched: true,
    applies: armed,
    healthy: (seen, c) =>
      seen.hydrogen_ppm === null
        ? seen.quality.hydrogen_ppm !== 'over-range'
        : seen.hydrogen_ppm < c.plan.limits.hydrogenTrip_ppm,
    describe: hydrogenFound,
    consequence: 'A flammable mixture may form.',
    action: 'Leave the fan running, switch nothing in the hood, wait until the reading falls, then find the leak.',
  },
  {
    id: 'hydrogen-sensor-still',
    catalogue: 'M13',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 0,
    latched: true,
    applies: sniffed,
    healthy: (_, c) => c.hydrogenStill_s <= SENSOR_STILL_S,
    describe: (seen, c) =>
      `the hydrogen sensor has said ${shown(seen.hydrogen_ppm, 'ppm', 2)} for ${c.hydrogenStill_s.toFixed(0)} s to the last digit`,
    consequence: 'A poisoned or dead sensor says 0 for ever: hydrogen would not be seen.',
    action: 'Hold test gas to the sensor; resume when it has answered to it, replace it if it has not.',
    shares: ['hydrogen sensor'],
  },
  {
    id: 'sweep-lost',
    catalogue: 'boards: sweep gas',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: SWEEP_LOST_S,
    latched: true,
    applies: swept,
    healthy: (seen, c) => atLeast(seen.sweep_mL_min, c.plan.limits.sweepMin_mL_min),
    describe: (seen, c) =>
      `sweep gas ${shown(seen.sweep_mL_min, 'mL/min')}, needs ${c.plan.limits.sweepMin_mL_min.toFixed(1)} mL/min`,
    consequence: 'The headspace passes 4 % hydrogen within minutes.',
    action: 'Check the nitrogen supply and its valve; sweep before you resume.',
  },
  {
    id: 'flow-lost',
    catalogue: 'H20',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: FLOW_LOST_S,
    latched: true,
    applies: (seen, c) => pumped(seen, c) && c.flowSteady_s > FLOW_SETTLES_S,
    healthy: (seen, c) => atLeast(seen.flow_mL_min, c.plan.limits.flowMin_mL_min ?? 0),
    describe: (seen, c) =>
      `flow ${shown(seen.flow_mL_min, 'mL/min')}, needs ${c.plan.limits.flowMin_mL_min ?? 0} mL/min`,
    consequence: 'The cell outruns the transport of substrate within 5 s.',
    action: 'Check pump, lines and reservoir.',
  },
  {
    id: 'pump-disagrees',
    catalogue: 'H20',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 3,
    latched: true,
    applies: (seen, c) => pumped(seen, c) && c.flowSteady_s > FLOW_SETTLES_S,
    healthy: (_, c) => c.flowDiffers_mL_min <= PUMP_DIFFERS_SHARE * c.pumpByCurve_mL_min,
    describe: (seen, c) =>
      `flow ${shown(seen.flow_mL_min, 'mL/min')}, the pump is driven for ${c.pumpByCurve_mL_min.toFixed(1)} mL/min, mean difference ${c.flowDiffers_mL_min.toFixed(1)} mL/min`,
    consequence: 'Meter or pump is wrong: nobody knows the flow through the cell.',
    action: 'Measure the flow with a cylinder and a clock; replace the tubing of the pump or the meter.',
  },
];

/** A value that was not renewed is a fault where something depends on it. */
function renewed(
  channel: ChannelName,
  catalogue: string,
  delay_s: number,
  applies: Interlock['applies'],
  action: string,
): Interlock {
  return {
    id: `no-${channel.replaceAll('_', '-').toLowerCase()}`,
    catalogue,
    severity: 'alarm',
    reaction: 'abort',
    delay_s,
    latched: true,
    applies,
    healthy: (seen) => seen.quality[channel] === 'good',
    describe: (seen) => `${channel} is ${seen.quality[channel]}`,
    consequence: 'The run would go on blind.',
    action,
    shares: channel === 'hot_side_C' ? ['bus', 'housekeeping'] : ['bus'],
  };
}

/** One at the end of its range is the trip's; one that does not answer well may hide it, so think of hydrogen first. */
const noHydrogen: Interlock = {
  ...renewed(
    'hydrogen_ppm',
    'M11',
    0,
    sniffed,
    'Take it for hydrogen: leave the fan running, switch nothing in the hood and wait; then check sensor and cable.',
  ),
  healthy: ({ quality }) => quality.hydrogen_ppm === 'good' || quality.hydrogen_ppm === 'over-range',
  consequence: 'A flammable mixture could form unseen.',
};

export const sensors: readonly Interlock[] = [
  renewed('temperature_C', 'M1, M6', 0.5, warmed, 'Check thermometer T2 and its cable.'),
  renewed('safety_temperature_C', 'M1, M6', 0.5, warmed, 'Check thermometer T1 at the galvanostat.'),
  renewed('hot_side_C', 'M6', 1, cooled, 'Check the hot-side thermistor and its converter.'),
  noHydrogen,
  renewed('sweep_mL_min', 'M6', 1, swept, 'Check the gas flow meter.'),
  renewed('flow_mL_min', 'M6', 1, pumped, 'Check the liquid flow meter.'),
];
