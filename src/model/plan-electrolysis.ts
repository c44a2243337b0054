/**
 * How the current of an electrolysis runs and what ends it, in plain numbers: stages, alternating polarity, end conditions
 * and a current that follows the flow. Only data; it must not know how a recipe writes them.
 */

/** One current of several, one after the other. What has passed says which one it is. */
export interface CurrentStage {
  readonly current_mA: number;
  /** From the current before it. */
  readonly ramp_s: number;
  readonly charge_C: number;
}

/** The electrodes change places. The charge counts without its sign, and the first half wave is positive. */
export interface Alternation {
  /** From one reversal to the next: ramp up, current, ramp down, and no current for the dead time. */
  readonly halfPeriod_s: number;
  readonly deadTime_s: number;
  /** Ramp of a reversal, mA/s. */
  readonly ramp_mA_s: number;
  /** What recharging the felt's double layer takes at each reversal, C; no chemistry comes of it. */
  readonly reversal_C: number;
  /** The same of the other electrode, which is the cathode of the positive half waves. Absent: nothing. */
  readonly counterReversal_C?: number;
}

/** I = z F c Q with the measured flow of the liquid. */
export interface FlowFollowing {
  readonly charge_F_mol: number;
  readonly concentration_mmol_L: number;
  /** Current for each mL/min of flow: z F c, mA. */
  readonly perFlow_mA: number;
  /** Time constant of the filter on the measured flow. */
  readonly filter_s: number;
  readonly currentMax_mA: number;
  /** The current moves no faster than this, mA/s. */
  readonly rate_mA_s: number;
  /** Below this flow there is no current. */
  readonly flowMin_mL_min: number;
}

/** done: the step ends. hold: the run is held, and goes on with the step when it is resumed. */
export type EndAction = 'done' | 'hold';

export type EndCondition =
  | { readonly kind: 'charge'; readonly charge_C: number }
  /** Time with the current asked for, dead times included, holds not. */
  | { readonly kind: 'time'; readonly time_s: number }
  | Threshold
  | Trend;

/** Exactly one of `above` and `below` is a number: V without its sign, degC, or vol% in the vent line. */
export interface Threshold {
  readonly kind: 'threshold';
  readonly of: 'voltage' | 'temperature' | 'hydrogen';
  readonly above: number | null;
  readonly below: number | null;
  /** True for so long without a break. */
  readonly for_s: number;
  readonly action: EndAction;
}

/** Slope of a straight line through the last `over_s`. */
export interface Trend {
  readonly kind: 'trend';
  readonly of: 'voltage' | 'temperature';
  /** Rises by more than this when positive, falls by more than its amount when negative; V/min or K/min. */
  readonly slope_per_min: number;
  readonly over_s: number;
  readonly for_s: number;
  readonly action: EndAction;
}

/** What an electrolysis may have beside its current and its charge. */
export interface ElectrolysisCourse {
  /** Absent: one current from beginning to end. */
  readonly stages?: readonly CurrentStage[];
  readonly polarity?: Alternation;
  /** Beside the charge of the step, which is always an end. */
  readonly until?: readonly EndCondition[];
  readonly followFlow?: FlowFollowing;
}
