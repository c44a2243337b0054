/** Observations for tests: a healthy plant in the middle of an electrolysis, and what a test changes of it. */
import type { BoardStatus, Observation, SafetyLine } from '../../src/model/observation.js';
import { CHANNELS, type ChannelName, type Quality } from '../../src/model/sample.js';

const GOOD = Object.fromEntries(CHANNELS.map((name) => [name, 'good'])) as Record<ChannelName, Quality>;

export const BOARD: BoardStatus = { armed: true, outputOn: true, compliance: false, safeEnabled: true, faults: [] };

const LINES: Readonly<Record<SafetyLine, boolean>> = {
  'e-stop-closed': true,
  'door-closed': true,
  'tray-dry': true,
  'thermal-cutout-closed': true,
  'canopy-fan-turning': true,
  'hot-side-fan-turning': true,
};

const HEALTHY: Observation = {
  now_s: 100,
  elapsed_s: 100,
  quality: GOOD,
  board: BOARD,
  boardAge_s: 0.01,
  charge_C: 4,
  absolute_charge_C: 4,
  board_charge_C: 4,
  setpoint_mA: 80,
  temperature_setpoint_C: 0,
  lines: LINES,
  masterRelayClosed: true,
  safeEnabledLine: true,
  temperatureJumps: 0,
  hotSideJumps: 0,
  busFailedShare: 0,
  current_mA: 80,
  return_current_mA: 80,
  voltage_V: 3.3,
  temperature_C: 0.01,
  safety_temperature_C: 0.05,
  board_temperature_C: 31,
  hot_side_C: 30,
  supply_V: 24,
  peltier_A: 2.4,
  hydrogen_ppm: 10,
  vent_hydrogen_vol_percent: 0.5,
  sweep_mL_min: 100,
  flow_mL_min: 25,
};

export function seen(changes: Partial<Observation> = {}): Observation {
  return { ...HEALTHY, ...changes };
}

/** What remains of a channel that is no longer renewed. */
export function without(channel: ChannelName, quality: Quality = 'stale'): Partial<Observation> {
  return { [channel]: null, quality: { ...GOOD, [channel]: quality } };
}

export function withLine(name: SafetyLine, healthy: boolean): Partial<Observation> {
  return { lines: { ...LINES, [name]: healthy } };
}
