/**
 * The course of a current that is not simply constant: stages, half waves, or the flow that it follows, and the end
 * conditions beside the charge. Pure: what came before and one observation give what to ask for next. It must not know of
 * states such as held; its clocks run only when it is called.
 */
import type { EventData } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import type { Alternation, EndCondition } from '../model/plan-electrolysis.js';
import { firstHalf, recharging_C, turned, type HalfWave } from './alternation.js';
import type { CourseProgress } from './course-progress.js';
import { judgeConditions, notMet, type Ended, type Met } from './end-conditions.js';
import { chargePassed_F_mol, followed, NOTHING_PASSED, passed_mmol, type FlowFollowed } from './flow-following.js';
import type { Demand } from './types.js';
import type { Step } from './verdict.js';

/** What a tick makes of a course. */
export interface Advanced {
  readonly course: CourseProgress;
  readonly demand: Partial<Demand> | null;
  readonly stepDemand: Partial<Demand> | null;
  readonly note: string | null;
  readonly ended: Ended | null;
}

type Electrolysis = Step<'electrolyse'>;

/** A set point within this share of what was asked for stands. */
const STANDS_SHARE = 0.02;
/** What has passed is noted so often, s. */
const ACCOUNT_S = 600;

export function hasCourse({ stages, polarity, until, followFlow }: Electrolysis): boolean {
  return [stages, polarity, until, followFlow].some((part) => part !== undefined);
}

/** The course at its beginning, and the first current. */
export function beginCourse(
  step: Electrolysis,
  seen: Observation,
): { course: CourseProgress; demand: Partial<Demand> } {
  const first = step.stages?.[0];
  const begun: CourseProgress = {
    time_s: 0,
    absoluteAtStart_C: seen.absolute_charge_C,
    current_mA: 0,
    ramp_mA_s: Infinity,
    steady_s: 0,
    stage: 0,
    half: firstHalf(seen),
    flow: NOTHING_PASSED,
    met: notMet(step.until),
  };
  const wanted = wantedOf(step, begun, 0, seen, 0);
  const ramp_s = first?.ramp_s ?? step.ramp_s;
  const rise_mA_s = ramp_s > 0 ? Math.abs(wanted.current_mA) / ramp_s : Infinity;
  const ramp_mA_s = step.polarity?.ramp_mA_s ?? step.followFlow?.rate_mA_s ?? rise_mA_s;
  const { current_mA } = wanted;
  return {
    course: { ...begun, current_mA, ramp_mA_s, flow: wanted.flow },
    demand: { current_mA, currentRamp_mA_s: ramp_mA_s },
  };
}

/** `dt_s` later; `passed_C` counts towards the step's charge. */
export function advanceCourse(
  step: Electrolysis,
  before: CourseProgress,
  passed_C: number,
  seen: Observation,
  dt_s: number,
): Advanced {
  const time_s = before.time_s + dt_s;
  const stands =
    before.current_mA !== 0 &&
    Math.abs(seen.setpoint_mA - before.current_mA) <= STANDS_SHARE * Math.abs(before.current_mA);
  const steady_s = stands ? before.steady_s + dt_s : 0;
  const { met, ended } = judgeConditions(step.until ?? [], before.met, { seen, time_s, passed_C, steady_s, dt_s });
  const wanted = wantedOf(step, before, passed_C, seen, dt_s);
  const { current_mA, ramp_mA_s, stage, half, flow } = wanted;
  const course = { ...before, time_s, steady_s, met, current_mA, ramp_mA_s, stage, half, flow };
  const changed = current_mA !== before.current_mA || ramp_mA_s !== before.ramp_mA_s;
  return {
    course,
    demand: changed ? { current_mA, currentRamp_mA_s: ramp_mA_s } : null,
    stepDemand: changed ? { current_mA: wanted.returns_mA, currentRamp_mA_s: wanted.returnRamp_mA_s } : null,
    note: noteOf(step, before, course, passed_C, seen),
    ended,
  };
}

/** After a hold every condition is waited for anew: whoever resumes has seen why it came true. */
export function afterHold(course: CourseProgress): CourseProgress {
  const met = course.met.map(({ live }): Met => ({ for_s: 0, live, window: null }));
  return { ...course, steady_s: 0, met };
}

interface Wanted {
  readonly current_mA: number;
  readonly ramp_mA_s: number;
  readonly returns_mA: number;
  readonly returnRamp_mA_s: number;
  readonly stage: number;
  readonly half: HalfWave;
  readonly flow: FlowFollowed;
}

function wantedOf(
  step: Electrolysis,
  before: CourseProgress,
  passed_C: number,
  seen: Observation,
  dt_s: number,
): Wanted {
  if (step.followFlow !== undefined) return followingFlow(step.followFlow, step.current_mA, before, seen, dt_s);
  const staged = stagedCurrent(step, before, passed_C);
  const { half, flow } = before;
  if (step.polarity === undefined) {
    const { amplitude_mA, ramp_mA_s, stage } = staged;
    return {
      current_mA: amplitude_mA,
      ramp_mA_s,
      returns_mA: amplitude_mA,
      returnRamp_mA_s: ramp_mA_s,
      stage,
      half,
      flow,
    };
  }
  const { ramp_mA_s } = step.polarity;
  const turn = turned(step.polarity, staged.amplitude_mA, half, seen, dt_s);
  return { ...turn, ramp_mA_s, returnRamp_mA_s: ramp_mA_s, stage: staged.stage, flow };
}

function followingFlow(
  rule: NonNullable<Electrolysis['followFlow']>,
  planned_mA: number,
  before: CourseProgress,
  seen: Observation,
  dt_s: number,
): Wanted {
  const { flow, current_mA, isLost } = followed(rule, before.flow, before.current_mA, seen, dt_s);
  const { stage, half } = before;
  return {
    current_mA,
    ramp_mA_s: isLost ? Infinity : rule.rate_mA_s,
    returns_mA: isLost ? planned_mA : current_mA, // a run without flow still waits for a current: the guard looks on
    returnRamp_mA_s: rule.rate_mA_s,
    stage,
    half,
    flow,
  };
}

/** The stage that the passed charge lies in; the last one once all has passed. */
export function stageAt(stages: readonly { readonly charge_C: number }[], passed_C: number): number {
  let until_C = 0;
  const found = stages.findIndex(({ charge_C }) => {
    until_C += charge_C;
    return passed_C < until_C;
  });
  return found < 0 ? stages.length - 1 : found;
}

function stagedCurrent(
  { stages, current_mA }: Electrolysis,
  before: CourseProgress,
  passed_C: number,
): { amplitude_mA: number; ramp_mA_s: number; stage: number } {
  const present = { amplitude_mA: current_mA, ramp_mA_s: before.ramp_mA_s, stage: before.stage };
  if (stages === undefined) return present;
  const stage = stageAt(stages, passed_C);
  const now = stages[stage];
  if (now === undefined) return present;
  if (stage === before.stage) return { ...present, amplitude_mA: now.current_mA };
  const step_mA = Math.abs(now.current_mA - (stages[before.stage]?.current_mA ?? 0));
  const ramp_mA_s = now.ramp_s > 0 && step_mA > 0 ? step_mA / now.ramp_s : Infinity;
  return { amplitude_mA: now.current_mA, ramp_mA_s, stage };
}

function noteOf(
  step: Electrolysis,
  before: CourseProgress,
  course: CourseProgress,
  passed_C: number,
  seen: Observation,
): string | null {
  if (course.stage !== before.stage) {
    const stages = step.stages ?? [];
    const { current_mA } = stages[course.stage] ?? step;
    return `stage ${course.stage + 1} of ${stages.length}: ${current_mA} mA after ${passed_C.toFixed(2)} C`;
  }
  if (step.followFlow !== undefined && before.time_s > 0 && (course.current_mA === 0) !== (before.current_mA === 0)) {
    return course.current_mA === 0
      ? 'no flow to follow: no current'
      : `the flow is back: ${course.current_mA.toFixed(2)} mA`;
  }
  const due = Math.floor(course.time_s / ACCOUNT_S) > Math.floor(before.time_s / ACCOUNT_S);
  return due ? accountOf(step, course, passed_C, seen).text : null;
}

/** What has passed, in words and numbers; an empty text where the charge alone says it. */
export function accountOf(
  step: Electrolysis,
  course: CourseProgress,
  passed_C: number,
  seen: Observation,
): { text: string | null; data: EventData } {
  if (step.polarity !== undefined) {
    const lost_C = recharging_C(course.half, seen, step.polarity);
    const faradaic_C = Math.max(0, passed_C - lost_C);
    const text = `${course.half.count} reversals; ${passed_C.toFixed(2)} C without sign, about ${faradaic_C.toFixed(2)} C of it faradaic; net of the run ${seen.charge_C.toFixed(2)} C`;
    return { text, data: { absolute_C: passed_C, net_C: seen.charge_C, faradaic_estimate_C: faradaic_C } };
  }
  if (step.followFlow !== undefined) {
    const amount_mmol = passed_mmol(step.followFlow, course.flow.passed_mL);
    const each_F_mol = chargePassed_F_mol(step.followFlow, course.flow, passed_C);
    const shown = Number.isFinite(each_F_mol) ? each_F_mol : null;
    const text = `${shown === null ? 'no' : shown.toFixed(3)} F/mol on ${amount_mmol.toFixed(4)} mmol that flowed through`;
    return { text, data: { flowed_mL: course.flow.passed_mL, flowed_mmol: amount_mmol, flowed_F_mol: shown } };
  }
  return { text: null, data: {} };
}

/** Time that the rest of the charge takes, at the mean current of each stage, s. */
export function courseTime_s({ stages, polarity, current_mA, charge_C }: Electrolysis, passed_C: number): number {
  const plain = [{ current_mA, charge_C }];
  let before_C = 0;
  let time_s = 0;
  for (const stage of stages ?? plain) {
    const left_C = Math.min(stage.charge_C, Math.max(0, before_C + stage.charge_C - passed_C));
    before_C += stage.charge_C;
    time_s +=
      left_C /
      ((Math.abs(stage.current_mA) / 1000) * (polarity === undefined ? 1 : shareOn(polarity, stage.current_mA)));
  }
  return time_s;
}

/** Mean of an alternating current over its amplitude: the dead time and half of each ramp are missing. */
export function shareOn(polarity: Alternation, amplitude_mA: number): number {
  const ramp_s = Math.abs(amplitude_mA) / polarity.ramp_mA_s;
  return Math.max(0, polarity.halfPeriod_s - polarity.deadTime_s - ramp_s) / polarity.halfPeriod_s;
}

/**
 * The course that is left when so much had passed before an interruption: the rest of the present stage and those after it,
 * and of the end conditions on charge and time what is not used up. Half waves begin anew.
 */
export function courseLeft(step: Electrolysis, passed_C: number): Pick<Electrolysis, 'stages' | 'until'> {
  const { stages, until } = step;
  const spent_s = courseTime_s(step, 0) - courseTime_s(step, passed_C);
  let before_C = 0;
  const left = stages?.flatMap((stage) => {
    before_C += stage.charge_C;
    const charge_C = Math.min(stage.charge_C, before_C - passed_C);
    return charge_C > 0 ? [{ ...stage, charge_C }] : [];
  });
  const ends = until?.map((end): EndCondition => {
    if (end.kind === 'charge') return { ...end, charge_C: Math.max(0, end.charge_C - passed_C) };
    return end.kind === 'time' ? { ...end, time_s: Math.max(0, end.time_s - spent_s) } : end;
  });
  return { ...(left === undefined ? {} : { stages: left }), ...(ends === undefined ? {} : { until: ends }) };
}
