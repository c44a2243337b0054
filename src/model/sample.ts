/**
 * What one control cycle saw and did. The record keeps it, telemetry shows it. Flat, unit in the key; a value that is
 * not good is null, and `invalid` says which and why.
 */
import type { RunState } from './state.js';

/** The measured channels, each with an age and a quality of its own. */
export const CHANNELS = [
  'current_mA',
  'return_current_mA',
  'voltage_V',
  'temperature_C',
  'safety_temperature_C',
  'board_temperature_C',
  'hot_side_C',
  'supply_V',
  'peltier_A',
  'hydrogen_ppm',
  'vent_hydrogen_vol_percent',
  'sweep_mL_min',
  'flow_mL_min',
] as const;
export type ChannelName = (typeof CHANNELS)[number];

/**
 * good: renewed within its time. stale: the last value is older than that. invalid: the chip answers, but not with a
 * usable value. over-range: the chip is at the end of its range, in the dangerous direction. warming-up: the chip says
 * that its value will come. absent: this bench or reactor has no such channel.
 */
export type Quality = 'good' | 'stale' | 'invalid' | 'over-range' | 'warming-up' | 'absent';

export type ChannelValues = { readonly [K in ChannelName]: number | null };

export interface Sample extends ChannelValues {
  /** Control cycle since the run began, from 1. */
  readonly seq: number;
  /** The board's time since the run began, s. */
  readonly elapsed_s: number;
  readonly state: RunState;
  /** Index of the present step in the plan, from 0. */
  readonly step: number;
  readonly setpoint_mA: number;
  readonly temperature_setpoint_C: number | null;
  readonly peltier_setpoint_A: number;
  readonly flow_setpoint_mL_min: number | null;
  /** Host ledger, C; net and absolute since the run began, carried over a resume. */
  readonly charge_C: number;
  readonly absolute_charge_C: number;
  /** The board's own counter, C. */
  readonly board_charge_C: number | null;
  readonly charge_F_mol: number;
  /** Share of the planned charge, 0 to 1. */
  readonly progress: number;
  /** Time to the planned end of the electrolysis, s; null when not known. */
  readonly eta_s: number | null;
  /** What a nominal twin, driven by the measured current, would show; null where none runs or it says nothing. */
  readonly expected_voltage_V: number | null;
  readonly expected_temperature_C: number | null;
  readonly expected_vent_hydrogen_vol_percent: number | null;
  /** Hydrogen found over Q/2F, 0 to 1, and its uncertainty (k = 2, the same unit); null until it means something. */
  readonly faradaic_efficiency: number | null;
  readonly faradaic_efficiency_uncertainty: number | null;
  /** Channels that are not good and are not simply absent: `hydrogen_ppm:stale`, joined by spaces; empty when all is well. */
  readonly invalid: string;
}
