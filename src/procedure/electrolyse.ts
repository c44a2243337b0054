/**
 * The rules of an electrolysis: no current before the hydrogen sensor gives a value, and done when the charge has passed or
 * another end condition is true. What the current does on the way is its course's.
 * Pure: a rule sees its step, its progress and one observation. It must not know of states such as held or aborting.
 */
import type { Observation } from '../model/observation.js';
import type { Waiver } from '../model/plan.js';
import { accountOf, advanceCourse, beginCourse, courseTime_s, hasCourse } from './course.js';
import type { StepProgress } from './types.js';
import { STAY, type Step, type Verdict } from './verdict.js';

/** The hydrogen sensor warms up for five minutes; longer than this is a fault. */
const WARM_UP_TIMEOUT_S = 420;

function rampRate(step: Step<'electrolyse'>): number {
  return step.ramp_s > 0 ? Math.abs(step.current_mA) / step.ramp_s : Infinity;
}

/** No current before the hydrogen sensor gives a value: it warms up for five minutes after power-up. */
export function judgeWarmUp(
  step: Step<'electrolyse'>,
  progress: StepProgress,
  seen: Observation,
  waived: readonly Waiver[],
): Verdict {
  if (seen.quality.hydrogen_ppm === 'good' || waived.includes('hydrogen')) {
    if (hasCourse(step)) return { kind: 'stage', stage: 'run', prompt: null, ...beginCourse(step, seen) };
    const demand = { current_mA: step.current_mA, currentRamp_mA_s: rampRate(step) };
    return { kind: 'stage', stage: 'run', prompt: null, demand };
  }
  if (progress.active_s <= WARM_UP_TIMEOUT_S) return STAY;
  return { kind: 'hold', reason: 'the hydrogen sensor gives no value: check its supply and cable' };
}

/** What counts towards the charge of the step: of alternating directions, both. */
export function passedCharge_C(
  step: Step<'electrolyse'>,
  { course, chargeAtStart_C }: StepProgress,
  seen: Observation,
): number {
  return step.polarity === undefined
    ? Math.abs(seen.charge_C - chargeAtStart_C)
    : Math.abs(seen.absolute_charge_C - (course?.absoluteAtStart_C ?? seen.absolute_charge_C));
}

/** Judged with `dt_s` 0 it only says whether the charge has passed: no clock of the course runs then. */
export function judgeElectrolyse(
  step: Step<'electrolyse'>,
  progress: StepProgress,
  seen: Observation,
  dt_s: number,
): Verdict {
  const passed_C = passedCharge_C(step, progress, seen);
  if (passed_C >= step.charge_C) return done(step, progress, passed_C, seen, null);
  if (!(progress.active_s <= step.timeMax_s)) {
    return {
      kind: 'hold',
      reason: `${passed_C.toFixed(1)} of ${step.charge_C} C passed within the time limit of ${Math.round(step.timeMax_s)} s`,
    };
  }
  if (progress.course === undefined || dt_s <= 0) return STAY;
  const { ended, ...next } = advanceCourse(step, progress.course, passed_C, seen, dt_s);
  if (ended?.action === 'done') return done(step, progress, passed_C, seen, ended.text);
  if (ended?.action === 'hold') return { kind: 'hold', reason: ended.text };
  return { kind: 'course', ...next };
}

/** What a person ends before its charge, with what has passed until then. */
export function endedEarly(
  step: Step<'electrolyse'>,
  progress: StepProgress,
  seen: Observation,
  why: string,
): Extract<Verdict, { kind: 'done' }> {
  return done(step, progress, passedCharge_C(step, progress, seen), seen, why);
}

function done(
  step: Step<'electrolyse'>,
  { course }: StepProgress,
  passed_C: number,
  seen: Observation,
  early: string | null,
): Extract<Verdict, { kind: 'done' }> {
  const passed = `${passed_C.toFixed(2)} C passed`;
  const account = course === undefined ? null : accountOf(step, course, passed_C, seen);
  const text = [passed, early, account?.text ?? null].filter((part) => part !== null).join('; ');
  return account === null ? { kind: 'done', text } : { kind: 'done', text, data: account.data };
}

/** Time to the charge of the step at the currents that are still to come, s. */
export function timeLeft_s(step: Step<'electrolyse'>, progress: StepProgress, seen: Observation): number {
  const passed_C = passedCharge_C(step, progress, seen);
  const ramping_s = Math.max(0, step.ramp_s - progress.active_s) / 2;
  return courseTime_s(step, passed_C) + ramping_s;
}
