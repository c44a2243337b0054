/** The vocabulary of the procedure: what it hears, what it wants, what it remembers. Data, and how it begins. */
import type { AnswerForm } from '../model/answer.js';
import type { EventData, EventKind } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import type { PlanStep } from '../model/plan.js';
import type { RunState } from '../model/state.js';
import type { CourseProgress } from './course-progress.js';

/** What the loops shall follow. Ramps are the loops' work; the procedure says how fast. */
export interface Demand {
  readonly current_mA: number;
  /** Infinity: at once. */
  readonly currentRamp_mA_s: number;
  /** null: Peltier off. */
  readonly temperature_C: number | null;
  readonly temperatureRamp_K_min: number;
  readonly flow_mL_min: number;
  /** The nitrogen valve is shut: only while held, by the recipe's pause policy. */
  readonly sweepShut: boolean;
}

/** Nothing driven. The sweep gas is open whenever nobody shuts it: its valve is normally open. */
export const REST: Demand = {
  current_mA: 0,
  currentRamp_mA_s: Infinity,
  temperature_C: null,
  temperatureRamp_K_min: 1,
  flow_mL_min: 0,
  sweepShut: false,
};

/** A question to the operator. */
export interface Prompt {
  readonly id: string;
  readonly text: string;
  /** Under which the answer is kept; absent: only who confirmed is. */
  readonly key?: string;
  /** What counts as an answer; absent: that somebody confirms. */
  readonly answer?: AnswerForm;
  /** A sample's: nothing waits for it, and it stays until it is answered or the run ends. Ledger when it was asked, C. */
  readonly asked_C?: number;
  /** Of a sample: the run is held until it is answered. */
  readonly waits?: true;
}

/** What the procedure wants done outside of itself. */
export type Intent =
  | { readonly kind: 'arm' }
  /** Current off at once, relay open, and the off measured; `off-measured` answers. */
  | { readonly kind: 'off'; readonly reason: string }
  | { readonly kind: 'disarm' }
  | { readonly kind: 'ask'; readonly prompt: Prompt }
  | { readonly kind: 'withdraw-prompt' }
  /** What the run was held for is done: it asks to be resumed, as a person would. */
  | { readonly kind: 'resume'; readonly actor: string }
  | {
      readonly kind: 'journal';
      readonly event: EventKind;
      readonly actor: string;
      readonly text: string;
      readonly data: EventData;
    };

export type ProcedureEvent =
  | { readonly kind: 'start'; readonly actor: string }
  | { readonly kind: 'armed' }
  | { readonly kind: 'arm-failed'; readonly reason: string }
  | { readonly kind: 'tick'; readonly observation: Observation }
  | { readonly kind: 'off-measured' }
  /** Neither the board nor the master relay brought the current to a measured zero. */
  | { readonly kind: 'off-unconfirmed'; readonly detail: string }
  | {
      readonly kind: 'answer';
      readonly prompt: string;
      readonly text: string;
      readonly actor: string;
      /** Of the file that a photo's path names, by whoever has read it. */
      readonly photo_sha256?: string;
    }
  | { readonly kind: 'hold'; readonly actor: string; readonly reason: string }
  | { readonly kind: 'unhold'; readonly actor: string }
  /** The electrolysis ends now as if its charge had passed, and the closing steps follow. */
  | { readonly kind: 'finish'; readonly actor: string }
  /** `atOnce`: without a ramp, for who cannot see the bench; it ends in order all the same. */
  | { readonly kind: 'stop'; readonly actor: string; readonly reason: string; readonly atOnce?: boolean }
  /** A trip: current off at once, whatever the state. */
  | { readonly kind: 'abort'; readonly actor: string; readonly reason: string }
  | { readonly kind: 'clear'; readonly actor: string }
  | { readonly kind: 'reset'; readonly actor: string };

/** How far the present step has come. Clocks run only while the run executes: a hold stops them. */
export interface StepProgress {
  readonly active_s: number;
  /**
   * Time in its stage since it began; unlike `active_s` a resume does not begin it anew. Of an electrolysis the ramps of a hold
   * count by the share of the current that flows in them.
   */
  readonly spent_s: number;
  /** How long the step's end condition has held without a break, s. */
  readonly met_s: number;
  /** Ledger when the step began, C. */
  readonly chargeAtStart_C: number;
  /** `electrolyse` begins in 'warm-up'; `finish` goes through 'off', 'sweep', 'hand-over'; the others stay in 'run'. */
  readonly stage: 'warm-up' | 'run' | 'off' | 'sweep' | 'hand-over';
  readonly answered: boolean;
  /** Samples of an electrolysis that have been asked for. */
  readonly samples: number;
  /** Of `parallel`: how far each track has come; empty until they have begun. */
  readonly tracks: readonly TrackProgress[];
  /** Of an electrolysis with stages, reversals, end conditions or a flow to follow, once it passes current. */
  readonly course?: CourseProgress;
}

export interface TrackProgress {
  /** Place of its present step; beyond the last one when the track is done. */
  readonly step: number;
  readonly progress: StepProgress;
}

export const NEW_STEP: StepProgress = {
  active_s: 0,
  spent_s: 0,
  met_s: 0,
  chargeAtStart_C: 0,
  stage: 'run',
  answered: false,
  samples: 0,
  tracks: [],
};

/** What a hold may let go beside the current, in the order in which a resume brings it back. */
export const CONDITIONS = ['purge', 'flow', 'cool'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** The condition that a step brings the cell into; cooling and heating are one. */
export function conditionOf({ kind }: Pick<PlanStep, 'kind'>): Condition | null {
  if (kind === 'heat') return 'cool';
  return kind === 'purge' || kind === 'flow' || kind === 'cool' ? kind : null;
}

export interface Pause {
  /** How long nitrogen has swept since the off of the present hold was measured, s. */
  readonly swept_s: number;
  /** Let go and not yet met again, in order. A resume brings back the first of them; more than one hold may lie between. */
  readonly owed: readonly Condition[];
  /** How far the first of them has come. */
  readonly progress: StepProgress;
}

export interface ProcedureState {
  readonly run: RunState;
  /** Index of the present step. */
  readonly step: number;
  readonly progress: StepProgress;
  readonly demand: Demand;
  /** The step's demand, kept while the run is held. */
  readonly stepDemand: Demand;
  /** The question that is shown. */
  readonly prompt: Prompt | null;
  /** Others that are not answered yet, the next to be shown first. */
  readonly unanswered: readonly Prompt[];
  /** The sample for which the run is held, and who has answered it: an answer resumes the run once the current is off. */
  readonly heldFor: { readonly prompt: string; readonly answeredBy: string | null } | null;
  /** Ledger at the last tick, C. */
  readonly charge_C: number;
  /** Time of the last event, s; gives the time between ticks. */
  readonly now_s: number;
  /** Why the run was held or ended, and by whom; null while all goes to plan. */
  readonly reason: string | null;
  /** The off of a hold, stop or finish was asked for and is not yet measured. */
  readonly offPending: boolean;
  readonly pause: Pause;
  /** Who asked for a finish that the next tick makes; null: nobody. */
  readonly finishBy: string | null;
  /** How the electrolysis was finished before its end, in words; null: it was not. */
  readonly finished: string | null;
}

export interface Outcome {
  readonly state: ProcedureState;
  readonly intents: readonly Intent[];
}
