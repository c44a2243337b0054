/**
 * The steps of a plan, in plain numbers with their units in the keys: what the procedure executes one after the other, or
 * in tracks at once. Only data; it must not know how a recipe writes them.
 */
import type { AnswerForm } from './answer.js';
import type { ElectrolysisCourse } from './plan-electrolysis.js';

/** `id` is the kind, numbered from the second of a kind on (`prompt`, `prompt-2`), as in the journal. */
interface Named {
  readonly id: string;
  readonly title: string;
}

/** What is asked, and what counts as an answer. */
interface Asking {
  readonly text: string;
  /** Under which the answer is kept; the step's id where the recipe names none. */
  readonly key?: string;
  /** Absent: that somebody confirms. */
  readonly answer?: AnswerForm;
}

/** A ramped set point counts as arrived within this of its target: its taper never quite ends. */
export const RAMP_ARRIVED_K = 0.002;

interface Tempering {
  readonly target_C: number;
  readonly ramp_K_min: number;
  /** The step ends when the liquid has stayed within this of the target for `hold_s`. */
  readonly band_K: number;
  readonly hold_s: number;
  /** Not there by then: the run is held. */
  readonly timeout_s: number;
}

/** A sample that is asked for while the current flows. Exactly one of charge and time is a number. */
export interface Aliquot extends Asking {
  /** Of its prompt. */
  readonly id: string;
  /** Charge since the electrolysis began at which it is asked for, C. */
  readonly at_C: number | null;
  /** Time with the current flowing, s. */
  readonly at_s: number | null;
  /** The run is held until the answer is there. */
  readonly wait: boolean;
}

type Prompting = Named & { readonly kind: 'prompt' } & Asking;
type Purging = Named & { readonly kind: 'purge'; readonly sweep_mL_min: number; readonly duration_s: number };
type Cooling = Named & { readonly kind: 'cool' } & Tempering;
type Heating = Named & { readonly kind: 'heat' } & Tempering;
type Flowing = Named & {
  readonly kind: 'flow';
  readonly flow_mL_min: number;
  readonly settle_s: number;
  readonly tolerance_percent: number;
};
type Waiting = Named & { readonly kind: 'wait'; readonly duration_s: number };

/** Steps that may run beside others: none of them passes a current. */
export type TrackStep = Prompting | Purging | Cooling | Heating | Flowing | Waiting;
export type TrackKind = TrackStep['kind'];

type Electrolysing = Named &
  ElectrolysisCourse & {
    readonly kind: 'electrolyse';
    /** The largest of its stages; of a current that follows the flow, that at the planned flow. */
    readonly current_mA: number;
    /** Linear ramp from zero; it adds half of itself to charge over current. */
    readonly ramp_s: number;
    /** The step ends when the ledger has counted this. */
    readonly charge_C: number;
    /** Guard, not a stop criterion: 1.05 charge/current, and the ramp. */
    readonly timeMax_s: number;
    /** In the order in which they come due. */
    readonly samples?: readonly Aliquot[];
  };

/** A step that is written as one. */
export type LeafStep =
  | TrackStep
  | Electrolysing
  | (Named & { readonly kind: 'hold' } & Asking)
  | (Named & { readonly kind: 'sample' } & Asking)
  | (Named & { readonly kind: 'finish'; readonly sweep_s: number; readonly holdTemperature: boolean });

/** Tracks that run at once; done when all of them are. */
type Parallel = Named & { readonly kind: 'parallel'; readonly tracks: readonly (readonly TrackStep[])[] };

export type PlanStep = LeafStep | Parallel;
export type StepKind = PlanStep['kind'];
