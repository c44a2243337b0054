/**
 * Whether a control cycle fits the bus: wire time of the fullest cycle, with sensors staggered as Senses staggers them.
 * Pure; knows transfers and periods, no chip.
 */
import { type Transfer, wireTime_s } from '../bus/i2c.js';

/** A sensor as the cycle sees it: its transfers every `period_s`. */
export interface Polled {
  readonly period_s: number;
  readonly transfers: readonly Transfer[];
}

export interface CycleDemand {
  /** In every cycle: the galvanostat's read and write. */
  readonly always: readonly Transfer[];
  /** In their order of turn. */
  readonly sensors: readonly Polled[];
  /** Writes that may all fall due together. */
  readonly actuators: readonly Transfer[];
}

/** Sensors have turns that repeat after this many cycles at most. */
const HORIZON_CYCLES = 1000;
/** Of the period: the rest is for a retry, for what a chip that was reset needs, and for the host itself. */
const USABLE_SHARE = 0.85;

const wire_s = (transfers: readonly Transfer[], rate_Hz: number): number =>
  transfers.reduce((sum, transfer) => sum + wireTime_s(transfer, rate_Hz), 0);

/** Wire time of the fullest cycle, s. */
export function fullestCycle_s({ always, sensors, actuators }: CycleDemand, period_s: number, rate_Hz: number): number {
  const turns = sensors.map((sensor, place) => {
    const every = Math.max(1, Math.round(sensor.period_s / period_s));
    return { every, phase: (place + 1) % every, wire_s: wire_s(sensor.transfers, rate_Hz) };
  });
  let fullest_s = 0;
  for (let tick = 0; tick < HORIZON_CYCLES; tick++) {
    const due_s = turns.reduce((sum, turn) => sum + (tick % turn.every === turn.phase ? turn.wire_s : 0), 0);
    fullest_s = Math.max(fullest_s, due_s);
  }
  return fullest_s + wire_s(always, rate_Hz) + wire_s(actuators, rate_Hz);
}

/** Throws RangeError, with both times and the rate that would fit, when the cycle does not fit its period. */
export function mustFit(demand: CycleDemand, period_s: number, rate_Hz: number): void {
  const needed_s = fullestCycle_s(demand, period_s, rate_Hz);
  if (needed_s <= USABLE_SHARE * period_s) return;
  const ms = (time_s: number): string => (time_s * 1000).toFixed(1);
  throw new RangeError(
    `a control cycle needs ${ms(needed_s)} ms of the bus at ${rate_Hz / 1000} kHz, of ${ms(USABLE_SHARE * period_s)} ms ` +
      `usable in a period of ${ms(period_s)} ms (would be right: control_Hz up to ${Math.floor(USABLE_SHARE / needed_s)})`,
  );
}
