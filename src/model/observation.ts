/** What one control cycle knows of the plant, before anybody judges it: the input of guard, procedure and loops. */
import type { ChannelName, ChannelValues, Quality } from './sample.js';

/** Inputs that are read as levels every cycle. True is the healthy state: closed, dry, turning. */
export const SAFETY_LINES = [
  'e-stop-closed',
  'door-closed',
  'tray-dry',
  'thermal-cutout-closed',
  'canopy-fan-turning',
  'hot-side-fan-turning',
] as const;
export type SafetyLine = (typeof SAFETY_LINES)[number];

export interface BoardStatus {
  readonly armed: boolean;
  readonly outputOn: boolean;
  readonly compliance: boolean;
  readonly safeEnabled: boolean;
  /** Latched faults, first-out first. */
  readonly faults: readonly string[];
}

/** Channel values are null unless their quality is good. Times in seconds of the run. */
export interface Observation extends ChannelValues {
  /** The host's monotonic time since the run began. */
  readonly now_s: number;
  /** The board's time since the run began; stands still while the board does not answer. */
  readonly elapsed_s: number;
  readonly quality: Readonly<Record<ChannelName, Quality>>;
  /** null until the board has answered; the last status afterwards, with `boardAge_s` saying how old it is. */
  readonly board: BoardStatus | null;
  /** Time since the board's sample counter last moved, s. */
  readonly boardAge_s: number;
  /** Host ledger since the run began, C. */
  readonly charge_C: number;
  readonly absolute_charge_C: number;
  readonly board_charge_C: number | null;
  /** Set points as ramped in the cycle before this one. */
  readonly setpoint_mA: number;
  readonly temperature_setpoint_C: number | null;
  readonly lines: Readonly<Record<SafetyLine, boolean>>;
  /** Contact of the master relay as it reads back; null where the bench has no such line. */
  readonly masterRelayClosed: boolean | null;
  /** SAFE_EN on its wire, as against what the board says of it; null where the bench has no such line. */
  readonly safeEnabledLine: boolean | null;
  /** Readings of T2 in a row that jumped further than the plant can move, and were left out. */
  readonly temperatureJumps: number;
  /** The same of the hot side. */
  readonly hotSideJumps: number;
  /** Share of the transfers of the last ten seconds that failed, 0 to 1. */
  readonly busFailedShare: number;
}
