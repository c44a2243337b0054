/**
 * What is left of a plan that was interrupted: a plan again, which passes the rest of the charge and no more. Pure. It
 * knows no record and no board; how much had passed is told to it, and `numbers` stay those of the whole.
 */
import type { Aliquot, Plan, PlanStep } from '../model/plan.js';
import { courseLeft, courseTime_s } from './course.js';
import { leavesOf } from './pause.js';
import { conditionOf } from './types.js';

/** Where a run ended before its time. */
export interface Interruption {
  /** Place of the step that was not finished; beyond the last one when all were. */
  readonly step: number;
  /** Charge that had passed in that step, of either sign, C. */
  readonly passed_C: number;
  /** Of a wait: how long it had run, s. */
  readonly waited_s?: number;
}

/** Id of the prompt with which a resumed run begins. */
export const RESUME_PROMPT = 'resume';

type Electrolysis = Extract<PlanStep, { kind: 'electrolyse' }>;

/**
 * Conditions that held at the interruption are made anew and prompts that were answered are not asked again; what was
 * electrolysed is dropped, the interrupted electrolysis keeps its rest, and what came after it stays. A person confirms
 * first. With no electrolysis left only the finish is, and it holds no temperature: the cell has warmed up meanwhile.
 *
 * The charge of the envelope stays that of the whole, since the ledger goes on counting the whole; its time is of the rest.
 */
export function remaining(plan: Plan, at: Interruption): Plan {
  const rest = plan.steps.slice(at.step).flatMap((step, i) => (i === 0 ? unfinished(step, at) : [step]));
  const steps =
    rest.some(isElectrolysis) || plan.waived.includes('electrolysis')
      ? [askFirst(plan), ...conditionsBefore(plan.steps, at.step), ...withoutOldQuestion(rest)]
      : rest.filter((step) => step.kind === 'finish').map(withoutHolding);
  const duration_s = plan.envelope.duration_s * timeShare(plan.steps, steps);
  return { ...plan, steps, envelope: { ...plan.envelope, duration_s } };
}

/** Charge that the plan would still pass, of either sign, C. */
export function chargeLeft_C(plan: Pick<Plan, 'steps'>): number {
  return plan.steps.reduce((sum, step) => sum + (isElectrolysis(step) ? step.charge_C : 0), 0);
}

function isElectrolysis(step: PlanStep): step is Electrolysis {
  return step.kind === 'electrolyse';
}

/**
 * The step that was interrupted: an electrolysis with its rest, and with its time limit less the time that the current
 * takes for what has passed, so that it keeps all of the slack and the ramp comes once more; a wait with its rest, since what
 * reacted by then has reacted; any other from its beginning.
 */
function unfinished(step: PlanStep, { passed_C, waited_s = 0 }: Interruption): PlanStep[] {
  if (step.kind === 'wait') return [waitLeft(step, waited_s)];
  if (!isElectrolysis(step)) return [step];
  const left_C = step.charge_C - Math.abs(passed_C);
  if (!(left_C > 0)) return [];
  const passed_s = courseTime_s(step, 0) - courseTime_s(step, Math.abs(passed_C));
  const samples = samplesLeft(step.samples ?? [], Math.abs(passed_C), passed_s);
  const left = {
    ...step,
    ...courseLeft(step, Math.abs(passed_C)),
    charge_C: left_C,
    timeMax_s: step.timeMax_s - passed_s,
  };
  return [step.samples === undefined ? left : { ...left, samples }];
}

/** Never dropped, so that the places of steps say the same of every run of a chain. */
function waitLeft(step: Extract<PlanStep, { kind: 'wait' }>, waited_s: number): PlanStep {
  if (!(waited_s > 0)) return step;
  return { ...step, title: `${step.title}, the rest of it`, duration_s: Math.max(0, step.duration_s - waited_s) };
}

/** Samples that had come due are not asked for again; the others come as much sooner as had passed. */
function samplesLeft(samples: readonly Aliquot[], passed_C: number, passed_s: number): Aliquot[] {
  return samples
    .map((one) => ({
      ...one,
      at_C: one.at_C === null ? null : one.at_C - passed_C,
      at_s: one.at_s === null ? null : one.at_s - passed_s,
    }))
    .filter(({ at_C, at_s }) => (at_C ?? at_s ?? 0) > 0);
}

/**
 * The last step of each condition before the interrupted one, in their order, without a condition that this step sets
 * itself. What ran in tracks is made anew one after the other.
 */
function conditionsBefore(steps: readonly PlanStep[], interrupted: number): PlanStep[] {
  const before = leavesOf(steps.slice(0, interrupted));
  const own = leavesOf(steps.slice(interrupted, interrupted + 1)).map(conditionOf);
  return before.filter((step, i) => {
    const condition = conditionOf(step);
    if (condition === null || own.includes(condition)) return false;
    return before.findLastIndex((other) => conditionOf(other) === condition) === i;
  });
}

function askFirst(plan: Plan): PlanStep {
  return {
    id: RESUME_PROMPT,
    title: 'Go on after an interruption',
    kind: 'prompt',
    text:
      `${plan.title} goes on after an interruption. Continue when the cell, its lines and the nitrogen are as they were, ` +
      'nothing has been taken out or filled in, and the cause has been removed.',
  };
}

/** A resumed run that was interrupted before its own question was answered asks it once, not twice. */
function withoutOldQuestion(steps: readonly PlanStep[]): PlanStep[] {
  return steps.filter(({ id }) => id !== RESUME_PROMPT);
}

function withoutHolding(step: PlanStep): PlanStep {
  return step.kind === 'finish' ? { ...step, title: 'Current off and sweep', holdTemperature: false } : step;
}

/** Time limits of what remains over those of the plan. Where no current flows any more the board's limit can stay. */
function timeShare(planned: readonly PlanStep[], left: readonly PlanStep[]): number {
  return left.some(isElectrolysis) ? currentTime_s(left) / currentTime_s(planned) : 1;
}

function currentTime_s(steps: readonly PlanStep[]): number {
  return steps.reduce((sum, step) => sum + (isElectrolysis(step) ? step.timeMax_s : 0), 0);
}
