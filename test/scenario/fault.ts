/**
 * What a row of the table of faults is, and the words that rows share: how something is broken, times that the bench
 * takes to notice. Data; judges nothing.
 */
import type { Plan, StepKind } from '../../src/model/plan.js';
import type { RunState } from '../../src/model/state.js';
import type { Energy, Stage } from '../support/scenario.js';

/** What was broken, and how often that changed something. */
export interface Broken {
  readonly fired: number;
}

export interface Fault {
  readonly name: string;
  /** Row of the fault catalogue. */
  readonly catalogue: string;
  readonly plan?: Plan;
  readonly during?: StepKind;
  /** After the step began; 4 s by default: full current. */
  readonly breakAt_s?: number;
  /** Gives back what counts that it was felt; nothing for a hand, which is always felt. */
  readonly break: (stage: Stage) => Broken | void;
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

/** Cycle, the sensor's own period and what the bus takes. */
export const SEEN_S = 0.65;
/** The twin at rest feels a defect at its next step. */
export const CHUNK_S = 0.01;
/** A request waits for the next cycle, and is judged at the end of one: 200 ms and a cycle. */
export const ASKED_S = 0.06;
/** A hold ramps from the step's current to zero in this time. */
export const RAMP_DOWN_S = 2;

/** In the operator's words; of several the first is counted. */
export const injected =
  (fault: string, ...more: readonly string[]) =>
  (stage: Stage): Broken => {
    const broken = stage.inject(fault);
    for (const other of more) stage.inject(other);
    return broken;
  };

export const hand =
  (line: string) =>
  (stage: Stage): void =>
    stage.hand(line, false);

/** Faster than any fault of the plant, and slower than what is taken for a jump, K/s. */
export const DRIFT_K_S = 4;
const DRIFT_STEP_K = 0.5;

/** T2 drifts away from the truth by so much, in steps that no reading takes for a jump. */
export function thermometerDrifts(by_K: number): (stage: Stage) => Broken {
  return ({ inject, later }) => {
    const steps: Broken[] = [];
    for (let k = 0; k * DRIFT_STEP_K < Math.abs(by_K); k++)
      later((k * DRIFT_STEP_K) / DRIFT_K_S, () =>
        steps.push(inject(`thermometer:wrong=${Math.sign(by_K) * DRIFT_STEP_K}K`)),
      );
    return {
      get fired() {
        return steps.reduce((sum, { fired }) => sum + fired, 0);
      },
    };
  };
}
