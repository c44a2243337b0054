/**
 * What may be broken on the simulated bench, how, when and for how long. Only the vocabulary and its data; how a fault
 * reaches a chip, a wire or the plant is inject.ts's.
 */

/** What a part of the bench can do wrong; the words are those of PX4's failure injection, and `intermittent`. */
export const PART_VERBS = ['off', 'stuck', 'garbage', 'wrong', 'slow', 'delayed', 'intermittent'] as const;
/** What a transfer on the bus can suffer. */
export const BUS_VERBS = ['nack', 'hang', 'flip', 'dup', 'replay', 'partial', 'shortread'] as const;
export type FaultVerb = (typeof PART_VERBS)[number] | (typeof BUS_VERBS)[number];

export interface FaultOrder {
  /** A part, a chip, a line or the bus, by its name on the bench: `thermometer`, `e-stop`, `bus`. */
  readonly target: string;
  readonly verb: FaultVerb;
  /** How much, in the unit that the target gives to the verb; null for its usual amount. */
  readonly amount: number | null;
  /** When it begins, s of the bench's time since the run began. */
  readonly at_s: number;
  /** How long it lasts, s; null: to the end. */
  readonly for_s: number | null;
}

/** A fault in force. */
export interface Injection {
  readonly order: FaultOrder;
  /** How often it has changed something so far: a fault that never fired has shown nothing. */
  readonly fired: number;
  /** It was taken away, or its time is up. */
  readonly over: boolean;
  /** Takes it away again; idempotent. */
  end(): void;
}
