/** What one seed asks of the bench: which faults, in which state, and what people do meanwhile. Data only. */
import type { FaultVerb } from '../../src/twin/faults/order.js';
import type { Length } from './plans.js';

/**
 * Where a run can be when something happens. `idle`: opened, before arming. `warm-up`: the electrolysis waits for the
 * hydrogen sensor. `ended`: after the end, whichever it was.
 */
export const PHASES = [
  'idle',
  'starting',
  'purge',
  'flow',
  'cool',
  'warm-up',
  'ramp',
  'steady',
  'holding',
  'held',
  'unholding',
  'stopping',
  'finish',
  'ended',
] as const;
export type Phase = (typeof PHASES)[number];

/** So long after a phase was first reached, s. */
export interface When {
  readonly phase: Phase;
  readonly after_s: number;
}

export interface PlannedFault {
  readonly target: string;
  readonly verb: FaultVerb;
  readonly amount: number | null;
  readonly when: When;
  /** null: to the end. */
  readonly for_s: number | null;
}

export const ACTS = ['hold', 'resume', 'stop', 'abort', 'acknowledge'] as const;
export type ActKind = (typeof ACTS)[number];

export interface Act {
  readonly kind: ActKind;
  readonly when: When;
}

export interface Case {
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
  readonly acts: readonly Act[];
  /** Until the hydrogen sensor gives its first value, s: long where the warm-up must be met. */
  readonly warmUp_s: number;
  readonly plan: Length;
}

/** As the command line and a report name a fault. */
export const nameOf = ({ target, verb, amount }: Pick<PlannedFault, 'target' | 'verb' | 'amount'>): string =>
  `${target}:${verb}${amount === null ? '' : `=${amount}`}`;
