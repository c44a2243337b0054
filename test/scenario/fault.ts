/**
 * What a row of the table of faults is, and the words that rows share: chips by their place on the bus, times that the
 * bench takes to notice. Data; judges nothing.
 */
import type { Plan, StepKind } from '../../src/model/plan.js';
import type { RunState } from '../../src/model/state.js';
import type { Energy, Stage } from '../support/scenario.js';
import type { Tampering } from './tampering.js';

export interface Fault {
  readonly name: string;
  /** Row of the fault catalogue. */
  readonly catalogue: string;
  readonly plan?: Plan;
  readonly during?: StepKind;
  /** After the step began; 4 s by default: full current. */
  readonly breakAt_s?: number;
  /** Gives back what counts that it was felt, where a defect of the plant does not speak for itself. */
  readonly break: (stage: Stage) => Tampering | void;
  /** Ids of which one must be the first-out: two inputs that open together are seen in the order of their reading. */
  readonly firstOut: readonly string[];
  /** In the journal's words for the trip that ends it. */
  readonly says: RegExp;
  /** What is on when it breaks; all three by default. */
  readonly live?: readonly Energy[];
  /** From the break to a true current of none, s. */
  readonly within_s: number;
  /** From the break to an open master relay, s, where that is the way to off. */
  readonly powerWithin_s?: number;
  readonly end: Extract<RunState, 'aborted' | 'held'>;
  /** Where the reason does not begin with the interlock: how the run describes its end. */
  readonly reason?: RegExp;
  /** What this fault leaves on, in the words of the check: a contact that is welded stays closed. */
  readonly leaves?: readonly string[];
}

export const ADDRESS = {
  galvanostat: 0x2c,
  thermometer: 0x48,
  hydrogen: 0x74,
  sweep: 0x2a,
  flow: 0x08,
  housekeeping: 0x49,
};
/** Cycle, the sensor's own period and what the bus takes. */
export const SEEN_S = 0.65;
/** The twin at rest feels a defect at its next step. */
export const CHUNK_S = 0.01;
/** A request waits for the next cycle, and is judged at the end of one: 200 ms and a cycle. */
export const ASKED_S = 0.06;
/** A hold ramps from the step's current to zero in this time. */
export const RAMP_DOWN_S = 2;

/** In the operator's words. */
export const injected =
  (fault: string) =>
  (stage: Stage): Tampering =>
    stage.inject(fault);

export const silent =
  (chip: keyof typeof ADDRESS, trouble: 'nack' | 'flip' | 'hang' = 'nack') =>
  ({ bus }: Stage): void =>
    bus.strikeChip(ADDRESS[chip], trouble);

export const hand =
  (line: string) =>
  (stage: Stage): void =>
    stage.hand(line, false);

/** Faster than any fault of the plant, and slower than what is taken for a jump, K/s. */
export const DRIFT_K_S = 4;

/** The result register of the TMP117 and no other, which goes from the truth to that value. */
export function thermometerDrifts(temperature_C: number): (stage: Stage) => void {
  return ({ bus, clock, world }) => {
    const began_ms = clock.now();
    const from_C = world.plant.probe_C;
    bus.strike(({ address, write }) => {
      if (address !== ADDRESS.thermometer || write?.[0] !== 0) return null;
      const moved_K = (DRIFT_K_S * (clock.now() - began_ms)) / 1000;
      const whole_K = temperature_C - from_C;
      const code = Math.round(128 * (from_C + Math.sign(whole_K) * Math.min(Math.abs(whole_K), moved_K))) & 0xffff;
      return () => Uint8Array.of(code >> 8, code & 0xff);
    });
  };
}

/** The same register, at that value from one reading to the next. */
export function thermometerReads(temperature_C: number): (stage: Stage) => void {
  const code = Math.round(temperature_C * 128) & 0xffff;
  return ({ bus }) =>
    bus.strike(({ address, write }) =>
      address === ADDRESS.thermometer && write?.[0] === 0 ? () => Uint8Array.of(code >> 8, code & 0xff) : null,
    );
}
