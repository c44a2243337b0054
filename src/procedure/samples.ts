/**
 * Samples that come due while an electrolysis passes its current. Pure. What a sample holds the run for, and what is asked,
 * is said here; holding is the machine's.
 */
import type { Observation } from '../model/observation.js';
import type { Aliquot, PlanStep } from '../model/plan.js';
import { passedCharge_C } from './electrolyse.js';
import { journal } from './outcome.js';
import type { Intent, Prompt, StepProgress } from './types.js';

/** The next sample, when it is due; null: none is. */
export function dueSample(step: PlanStep, progress: StepProgress, seen: Observation): Aliquot | null {
  if (step.kind !== 'electrolyse' || step.samples === undefined || progress.stage !== 'run') return null;
  const next = step.samples[progress.samples];
  if (next === undefined) return null;
  const passed_C = passedCharge_C(step, progress, seen);
  const isDue = next.at_C === null ? progress.spent_s >= (next.at_s ?? Infinity) : passed_C >= next.at_C;
  return isDue ? next : null;
}

export function promptOf({ id, text, key, answer, wait }: Aliquot, charge_C: number): Prompt {
  return {
    id,
    text,
    ...(key === undefined ? {} : { key }),
    ...(answer === undefined ? {} : { answer }),
    asked_C: charge_C,
    ...(wait ? { waits: true } : {}),
  };
}

/** Samples of an electrolysis that ended before their charge or time: the journal says that none was taken. */
export function neverDue(step: PlanStep | undefined, { samples }: StepProgress): Intent[] {
  if (step?.kind !== 'electrolyse') return [];
  return (step.samples ?? []).slice(samples).map(({ id, key = id, at_C, at_s }) => {
    const at = at_C === null ? `${at_s ?? 0} s` : `${at_C} C`;
    const text = `${key} never came due: the electrolysis ended before ${at}`;
    return journal('note', 'procedure', text, { prompt: id, key, missed: 'never due' });
  });
}
