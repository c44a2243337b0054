/**
 * Samples that come due while an electrolysis passes its current. Pure. What a sample holds the run for, and what is asked,
 * is said here; holding is the machine's.
 */
import type { Observation } from '../model/observation.js';
import type { Aliquot, PlanStep } from '../model/plan.js';
import { passedCharge_C } from './electrolyse.js';
import { journal } from './outcome.js';
import type { Intent, ProcedureState, Prompt, StepProgress } from './types.js';

/** The next sample, when it is due; null: none is. */
export function dueSample(step: PlanStep, progress: StepProgress, seen: Observation): Aliquot | null {
  if (step.kind !== 'electrolyse' || step.samples === undefined || progress.stage !== 'run') return null;
  const next = step.samples[progress.samples];
  if (next === undefined) return null;
  const passed_C = passedCharge_C(step, progress, seen);
  const isDue = next.at_C === null ? progress.spent_s >= (next.at_s ?? Infinity) : passed_C >= next.at_C;
  return isDue ? next : null;
}

/**
 * In the ramps of a hold the clock of samples runs as fast as charge passes: standing still, many short holds would pass the
 * charge before the last of the samples comes due; at full speed, it would be due too soon.
 */
export function countRamp(state: ProcedureState, step: PlanStep | undefined, seen: Observation, dt_s: number) {
  const full_mA = Math.abs(state.stepDemand.current_mA);
  if (step?.kind !== 'electrolyse' || state.progress.stage !== 'run' || !(full_mA > 0)) return state;
  const spent_s = state.progress.spent_s + dt_s * Math.min(1, Math.abs(seen.setpoint_mA) / full_mA);
  return { ...state, progress: { ...state.progress, spent_s } };
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
