/**
 * The words between the machine and the rules of the steps: what a step asks for on entry, and what a rule says of it at a
 * tick. Data only.
 */
import type { EventData } from '../model/event.js';
import type { PlanStep } from '../model/plan.js';
import type { CourseProgress } from './course-progress.js';
import type { Demand, Intent, Prompt, StepProgress } from './types.js';

export type Step<K extends PlanStep['kind']> = Extract<PlanStep, { kind: K }>;

export interface Entry {
  /** What changes of the demand; the rest stays as the step before left it. */
  readonly demand: Partial<Demand>;
  readonly prompt: Prompt | null;
  readonly off: string | null;
  readonly stage: StepProgress['stage'];
}

/**
 * 'hold' asks the machine to hold the run with a reason that a person can act on. A verdict of 'stage' carries the
 * prompt that the new stage asks.
 */
export type Verdict =
  | { readonly kind: 'stay' }
  | { readonly kind: 'met'; readonly met_s: number }
  | {
      readonly kind: 'stage';
      readonly stage: StepProgress['stage'];
      readonly prompt: Prompt | null;
      readonly demand: Partial<Demand>;
      /** Of an electrolysis that begins to pass current. */
      readonly course?: CourseProgress;
    }
  /** The step goes on with another course; `demand` is null where nothing changes of it. */
  | {
      readonly kind: 'course';
      readonly course: CourseProgress;
      readonly demand: Partial<Demand> | null;
      /** What a resume brings back, where that is not the demand: in a dead time the current is zero for a moment only. */
      readonly stepDemand: Partial<Demand> | null;
      readonly note: string | null;
    }
  /** Goes on, with something changed on the way: set points, progress, questions, notes. */
  | {
      readonly kind: 'go-on';
      readonly progress: Partial<StepProgress>;
      readonly demand: Partial<Demand>;
      readonly asks: readonly Prompt[];
      readonly notes: readonly Intent[];
    }
  | { readonly kind: 'done'; readonly text: string; readonly data?: EventData }
  | { readonly kind: 'hold'; readonly reason: string };

export const STAY: Verdict = { kind: 'stay' };

/** Only an electrolysis passes a current: whatever else comes after one ends it. */
export const NO_CURRENT: Partial<Demand> = { current_mA: 0, currentRamp_mA_s: Infinity };
