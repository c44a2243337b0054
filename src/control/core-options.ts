/**
 * What one run of the control core is given, and what it says at its end. Types only: the cycle is core.ts's, what is
 * made of the options is its callers'.
 */
import type { Bench } from '../device/ports.js';
import type { Clock } from '../model/clock.js';
import type { GasMetering } from '../model/gas-metering.js';
import type { Plan } from '../model/plan.js';
import type { ReadinessFacts } from '../model/proof-test.js';
import type { RunState } from '../model/state.js';
import type { Expectation } from './expectation.js';
import type { Interlock } from './guard/interlock.js';
import type { Carried } from './ledger.js';

export interface CoreOptions {
  readonly clock: Clock;
  readonly bench: Bench;
  readonly plan: Plan;
  /** Identifies the run to the board, 1 to 65535. */
  readonly runTag: number;
  /** Period of the loop, s. */
  readonly period_s: number;
  /** Flow of the pump at full speed, mL/min. */
  readonly pumpFull_mL_min: number;
  /** How well the bench meters the gas that leaves it; as usual when not given. */
  readonly gasMetering?: GasMetering;
  /** The operator asked for it: faults that the board has latched are cleared before arming. */
  readonly clearFirst?: boolean;
  /** What else has to be in order before anything is armed: disk, clock, proof tests. Asked once, before the proof. */
  readonly readiness?: ReadinessFacts;
  /** Charge carried over from an interrupted run. */
  readonly carried?: Carried;
  /** Why the record cannot be written, or null. */
  readonly recordFailure: () => string | null;
  /** Share of the record's buffer that waits for the disk, 0 to 1; 0 when not given. */
  readonly recordBacklog?: () => number;
  /** What a person should look at in the record, or null. */
  readonly recordWarning?: () => string | null;
  /** A nominal plant beside the run: what it shows is kept with every sample, and the guard judges the difference. */
  readonly expectation?: Expectation;
  /** What guards the run; the registry when not given. */
  readonly interlocks?: readonly Interlock[];
  /**
   * Called once, right before anything is decided, with the UTC at which `elapsed_s` is 0, ms. Until it settles nothing is
   * decided and nothing is told; what it rejects with ends the run before anything was driven.
   */
  readonly begins?: (started_ms: number) => Promise<void>;
}

export interface CoreResult {
  readonly outcome: RunState;
  readonly reason: string;
  readonly charge_C: number;
  readonly absolute_charge_C: number;
  readonly board_charge_C: number | null;
  readonly elapsed_s: number;
  readonly cycles: number;
  /** Ticks that fell into a cycle which still ran, or that the process slept through. */
  readonly missedTicks: number;
  readonly latest_ms: number;
  readonly busFaults: number;
}
