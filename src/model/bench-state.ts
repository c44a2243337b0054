/**
 * What the control process knows of its bench beside the measured values: lines, chips, bus and beat. Data only; it must not
 * know who reads it from the bench, nor to whom it is told.
 */
import { SAFETY_LINES } from './observation.js';
import type { ChannelName } from './sample.js';

/** Inputs, by their names in the board file. */
export const SHOWN_LINES = [...SAFETY_LINES, 'master-relay-closed', 'safe-enabled', 'arm-button'] as const;
export type ShownLine = (typeof SHOWN_LINES)[number];

/** Chips that are read, by their names in the board file, each with a channel that only it gives. */
export const CHIP_CHANNELS = {
  galvanostat: 'current_mA',
  thermometer: 'temperature_C',
  coolerMeter: 'peltier_A',
  housekeeping: 'hot_side_C',
  hydrogen: 'hydrogen_ppm',
  vent: 'vent_hydrogen_vol_percent',
  sweepFlow: 'sweep_mL_min',
  liquidFlow: 'flow_mL_min',
} as const satisfies Readonly<Record<string, ChannelName>>;
export type ReadChip = keyof typeof CHIP_CHANNELS;
export const READ_CHIPS = Object.keys(CHIP_CHANNELS) as ReadChip[];

/**
 * ok: its last value is fresh. silent: it does not answer. wrong: it answers, and not with a usable value. over-range: it is at
 * the end of its range. warming-up: its value will come. absent: this bench or reactor has none.
 */
export const CHIP_STATES = ['ok', 'silent', 'wrong', 'over-range', 'warming-up', 'absent'] as const;
export type ChipState = (typeof CHIP_STATES)[number];

/** Why a transfer failed, as the bus says it. */
export const BUS_REASONS = ['nack', 'timeout', 'crc', 'busy', 'gone', 'protocol'] as const;
export type BusReason = (typeof BUS_REASONS)[number];

/** The beat of the control cycle; null while no run is on, when there is none. */
export interface Beat {
  readonly cycles: number;
  readonly missedTicks: number;
  /** The latest that a cycle of this run has begun after its tick, ms. */
  readonly latest_ms: number;
}

export interface BenchState {
  /** As last seen; null: this bench has no such line. */
  readonly lines: Readonly<Record<ShownLine, boolean | null>>;
  readonly chips: Readonly<Record<ReadChip, ChipState>>;
  /** Transfers that failed since the run began, or since the bench was opened while idle. */
  readonly bus: Readonly<Record<BusReason, number>>;
  /** Share of the transfers of the last ten seconds that failed, 0 to 1. */
  readonly busFailedShare: number;
  /** What the actuators have refused since they last took everything; null: nothing. */
  readonly refused: string | null;
  /** null until the board has answered. */
  readonly board: {
    readonly armed: boolean;
    readonly outputOn: boolean;
    readonly compliance: boolean;
    readonly safeEnabled: boolean;
    /** Latched faults, first-out first. */
    readonly faults: readonly string[];
  } | null;
  readonly beat: Beat | null;
  /** What is broken on purpose on a simulated bench, in the operator's words. */
  readonly rehearsed: readonly string[];
}
