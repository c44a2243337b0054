/** What the record keeps of a run as a whole: what it was started with and how it ended. Only data. */
import type { PlanNumbers, StepKind } from '../model/plan.js';

/** A file of the operator's as it was at the start. */
export interface KeptFile {
  readonly name: string;
  readonly text: string;
}

export interface RunHeader {
  /** UTC of `elapsed_s` 0, ms: with it every elapsed time becomes a date. */
  readonly startedUtc_ms: number;
  readonly recipe: KeptFile & {
    readonly title: string;
    readonly sha256: string;
    readonly overrides: readonly string[];
  };
  readonly board: KeptFile;
  readonly reactor: KeptFile;
  /** Calibration in force, unit in the key; empty when the board keeps its own. */
  readonly calibration: Readonly<Record<string, string | number>>;
  readonly programVersion: string;
  /** null when the board has no firmware of its own. `bootCount`: a board that was reset since has another. */
  readonly firmware: { readonly version: string; readonly serial: string; readonly bootCount: number } | null;
  readonly simulated: boolean;
  /** Seed of the simulated bench; null on a real one. */
  readonly seed: number | null;
  /** Samples a second that are kept when nothing happens. */
  readonly recordRate_Hz: number;
  /** `duration_s`: of a wait, which a resumed run may have to do the rest of only. */
  readonly steps: readonly {
    readonly id: string;
    readonly kind: StepKind;
    readonly title: string;
    readonly duration_s?: number;
  }[];
  /** What the checker derived from the recipe. */
  readonly numbers: PlanNumbers;
  /** By which the board knows the run: 1 to 65535, in the envelope that it is given. */
  readonly runTag: number;
  /** The run that this one goes on from; null when it begins at nothing. */
  readonly resumes: Resumption | null;
}

/** Where a run goes on from: what of the run before counts as done, and what it hands over. */
export interface Resumption {
  readonly run: string;
  /** Place of the interrupted step among that run's steps, and what had passed in it. */
  readonly step: number;
  readonly passed_C: number;
  /** Ledger of the whole so far, net and absolute. */
  readonly charge_C: number;
  readonly absolute_C: number;
}

export const OUTCOMES = ['complete', 'stopped', 'aborted'] as const;

export interface RunOutcome {
  readonly outcome: (typeof OUTCOMES)[number];
  /** One sentence for a person. */
  readonly reason: string;
  readonly elapsed_s: number;
  readonly charge_C: number;
  readonly absolute_charge_C: number;
  /** The board's own counter; null when it could not be read. */
  readonly board_charge_C: number | null;
  readonly charge_F_mol: number;
  /** What else was measured, unit in the key, such as `hydrogen_umol`. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/**
 * How a run stands: its outcome; `running` while its writer lives; `interrupted` when the writer went without ending it.
 */
export type RunStanding = RunOutcome['outcome'] | 'running' | 'interrupted';

/** Newest event of a run's hash chain; seq 0 is the run itself. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** `20261122-161503`, in UTC. */
export function utcStamp(utc_ms: number): string {
  return new Date(utc_ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

/**
 * A name that sorts by time and says what was run: `20261122-161503-general-procedure-3a`, in UTC. `clash` is 0, or which
 * further run began in the same second.
 */
export function runId(startedUtc_ms: number, recipe: string, clash: number): string {
  const name = recipe
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 48);
  return `${utcStamp(startedUtc_ms)}-${name || 'run'}${clash === 0 ? '' : `-${clash + 1}`}`;
}
