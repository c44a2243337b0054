/** Interlocks of hydrogen, sweep gas and liquid flow, and of every channel that must be renewed. */
import type { ChannelName } from '../../model/sample.js';
import { armed, atLeast, cooled, energised, pumped, shown, swept, sniffed } from './conditions.js';
import type { Interlock } from './interlock.js';

/** Flow may be too low for this long: transport reaches its limit 4.6 s after a pump stops . */
const FLOW_LOST_S = 2.8;
const SWEEP_LOST_S = 2;
/** A pump or flow sensor has so long to settle after a new target. */
const FLOW_SETTLES_S = 5;

export const gas: readonly Interlock[] = [
  {
    id: 'hydrogen-warn',
    catalogue: 'M8',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 2,
    latched: false,
    applies: energised,
    healthy: (seen, c) => seen.hydrogen_ppm === null || seen.hydrogen_ppm <= c.plan.limits.hydrogenWarn_ppm,
    describe: (seen) => `${shown(seen.hydrogen_ppm, 'ppm', 0)} hydrogen over the cell`,
    consequence: 'Hydrogen leaves the vent line into the canopy.',
    action: 'Look for a loose vent hose; check the canopy fan.',
  },
  {
    id: 'hydrogen-trip',
    catalogue: 'M8',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0.1,
    latched: true,
    applies: armed,
    healthy: (seen, c) =>
      seen.hydrogen_ppm === null
        ? seen.quality.hydrogen_ppm !== 'invalid' // over range, or nothing but bad answers
        : seen.hydrogen_ppm < c.plan.limits.hydrogenTrip_ppm,
    describe: (seen) => `${shown(seen.hydrogen_ppm, 'ppm', 0)} hydrogen over the cell`,
    consequence: 'A flammable mixture may form.',
    action: 'Leave the fan running, switch nothing in the hood, wait until the reading falls, then find the leak.',
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
  };
}

/** A sensor at the end of its range and a broken one look alike here: whoever reads this must think of hydrogen first. */
const noHydrogen: Interlock = {
  ...renewed(
    'hydrogen_ppm',
    'M11',
    0,
    sniffed,
    'Take it for hydrogen: leave the fan running, switch nothing in the hood and wait; then check sensor and cable.',
  ),
  describe: ({ quality }) =>
    quality.hydrogen_ppm === 'invalid'
      ? 'the hydrogen sensor is over its range, or faulty'
      : `hydrogen_ppm is ${quality.hydrogen_ppm}`,
  consequence: 'A flammable mixture could form unseen.',
};

export const sensors: readonly Interlock[] = [
  renewed('temperature_C', 'M1, M6', 0.5, cooled, 'Check thermometer T2 and its cable.'),
  renewed('safety_temperature_C', 'M1, M6', 0.5, cooled, 'Check thermometer T1 at the galvanostat.'),
  renewed('hot_side_C', 'M6', 1, cooled, 'Check the hot-side thermistor and its converter.'),
  noHydrogen,
  renewed('sweep_mL_min', 'M6', 1, swept, 'Check the gas flow meter.'),
  renewed('flow_mL_min', 'M6', 1, pumped, 'Check the liquid flow meter.'),
];
