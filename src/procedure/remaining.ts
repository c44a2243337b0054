/**
 * What is left of a plan that was interrupted: a plan again, which passes the rest of the charge and no more. Pure. It
 * knows no record and no board; how much had passed is told to it, and `numbers` stay those of the whole.
 */
import type { Plan, PlanStep, StepKind } from '../model/plan.js';

/** Where a run ended before its time. */
export interface Interruption {
  /** Place of the step that was not finished; beyond the last one when all were. */
  readonly step: number;
  /** Charge that had passed in that step, of either sign, C. */
  readonly passed_C: number;
}

/** Id of the prompt with which a resumed run begins. */
export const RESUME_PROMPT = 'resume';

/** Each of these leaves the cell in a condition that an interruption undoes; the last of a kind is the one that holds. */
const CONDITIONS: ReadonlySet<StepKind> = new Set(['purge', 'cool', 'flow']);

type Electrolysis = Extract<PlanStep, { kind: 'electrolyse' }>;

/**
 * Conditions that held at the interruption are made anew and prompts that were answered are not asked again; what was
 * electrolysed is dropped, the interrupted electrolysis keeps its rest, and what came after it stays. A person confirms
 * first. With no electrolysis left only the finish is, and it holds no temperature: the cell has warmed up meanwhile.
 *
 * The charge of the envelope stays that of the whole, since the ledger goes on counting the whole; its time is of the rest.
 */
export function remaining(plan: Plan, at: Interruption): Plan {
  const rest = plan.steps.slice(at.step).flatMap((step, i) => (i === 0 ? unfinished(step, at.passed_C) : [step]));
  const steps = rest.some(isElectrolysis)
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
 * The step that was interrupted: any but an electrolysis from its beginning; that with its rest, and with its time limit
 * less the time that the current takes for what has passed. So it keeps all of the slack, and the ramp comes once more.
 */
function unfinished(step: PlanStep, passed_C: number): PlanStep[] {
  if (!isElectrolysis(step)) return [step];
  const left_C = step.charge_C - Math.abs(passed_C);
  if (!(left_C > 0)) return [];
  const passed_s = Math.abs(passed_C) / (Math.abs(step.current_mA) / 1000);
  return [{ ...step, charge_C: left_C, timeMax_s: step.timeMax_s - passed_s }];
}

/** The last of each kind before the interrupted step, in their order, without a kind that this step sets itself. */
function conditionsBefore(steps: readonly PlanStep[], interrupted: number): PlanStep[] {
  const before = steps.slice(0, interrupted);
  const own = steps[interrupted]?.kind;
  return before.filter(
    ({ kind }, i) => CONDITIONS.has(kind) && kind !== own && before.findLastIndex((step) => step.kind === kind) === i,
  );
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
