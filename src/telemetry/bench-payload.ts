/**
 * The topic `bench`: what a bench says of itself beside its values. Part of the contract of topics.ts, and kept as it is: keys
 * are added, never changed.
 */
import * as z from 'zod';
import { CHIP_STATES, READ_CHIPS, SHOWN_LINES, type ReadChip, type ShownLine } from '../model/bench-state.js';
import { bootId, measured, seq, utc, version } from './payload-parts.js';

const LINE_MEANS: Readonly<Record<ShownLine, string>> = {
  'e-stop-closed': 'the emergency stop is not pressed; null: this bench has no such line',
  'door-closed': '… the door is closed',
  'tray-dry': '… the drip tray is dry',
  'thermal-cutout-closed': '… the thermal cut-out has not opened',
  'canopy-fan-turning': '… the fan of the canopy turns',
  'hot-side-fan-turning': '… the fan of the hot side turns',
  'master-relay-closed': '… the contact of the master relay is closed',
  'safe-enabled': '… SAFE_EN is high',
  'arm-button': '… the arm button is pressed',
};

const CHIP_MEANS: Readonly<Record<ReadChip, string>> = {
  galvanostat: 'galvanostat or its converters',
  thermometer: 'control thermometer T2',
  coolerMeter: 'meter of the Peltier current',
  housekeeping: 'hot side and supply',
  hydrogen: 'hydrogen over the cell',
  vent: 'hydrogen in the vent line',
  sweepFlow: 'flow of the sweep gas',
  liquidFlow: 'flow of the liquid',
};

type LineKey = `line_${ShownLine}`;
type ChipKey = `chip_${ReadChip}`;
const lineKey = z.boolean().nullable();
const chipKey = z.enum(CHIP_STATES).nullable();

const lineKeys = Object.fromEntries(
  SHOWN_LINES.map((name) => [`line_${name}`, lineKey.describe(LINE_MEANS[name])]),
) as Record<LineKey, typeof lineKey>;
const chipKeys = Object.fromEntries(
  READ_CHIPS.map((name) => [`chip_${name}`, chipKey.describe(CHIP_MEANS[name])]),
) as Record<ChipKey, typeof chipKey>;

const counted = z.int().min(0).nullable();
const flag = z.boolean().nullable();

/** Null in all but the first keys while no bench is open. */
export const benchPayload = z.object({
  v: version,
  bootId,
  seq: seq.describe('counts the messages of this topic since bootId began'),
  t: utc.describe('UTC of this message, ms'),
  open: z.boolean().describe('the bench is open and read; false: all below is null'),
  ...lineKeys,
  ...chipKeys,
  bus_nack: counted.describe(
    'transfers since the run began, or since the bench was opened while idle, that no chip acknowledged',
  ),
  bus_timeout: counted.describe('… that took too long'),
  bus_crc: counted.describe('… whose answer did not pass its check'),
  bus_busy: counted.describe('… that found the bus taken'),
  bus_gone: counted.describe('… that found no bus'),
  bus_protocol: counted.describe('… that were not to be made, or were answered against the rules'),
  bus_failed_share: measured.describe('share of the transfers of the last ten seconds that failed, 0 to 1'),
  refused: z.string().nullable().describe('what pump, Peltier or fans have refused; null: nothing'),
  board_armed: flag.describe('the galvanostat says that it is armed'),
  board_output_on: flag.describe('… that its output is on'),
  board_compliance: flag.describe('… that the voltage limits the current'),
  board_safe_enabled: flag.describe('… that SAFE_EN is high'),
  latched: z.string().nullable().describe('faults latched at the board, first-out first, joined by spaces'),
  missed_ticks: counted.describe('control cycles of this run that were left out; null: no run is on'),
  cycle_late_ms: measured.describe('the latest that a control cycle of this run has begun, ms; null: no run is on'),
  rehearsed: z.string().nullable().describe('what is broken on purpose on a simulated bench, joined by spaces'),
});
export type BenchPayload = z.infer<typeof benchPayload>;
