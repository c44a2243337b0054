/**
 * Finishing an electrolysis before its end because a person says so: whether that means anything now, what the journal says,
 * and with what state the closing steps begin. Pure. No current passes any more in a run that was finished: electrolyses that
 * were still to come are left out, with the steps between them. Entering a step is the machine's.
 */
import { countedCharge_C } from '../model/counted-charge.js';
import type { Observation } from '../model/observation.js';
import type { Plan } from '../model/plan.js';
import { FINAL_STATES, type RunState } from '../model/state.js';
import { endedEarly } from './electrolyse.js';
import { journal, prepend, same, to } from './outcome.js';
import { NOTHING_OWED } from './pause.js';
import { withdrawOwn } from './questions.js';
import { refused } from './refusals.js';
import { neverDue } from './samples.js';
import { NEW_STEP, type Intent, type Outcome, type ProcedureState } from './types.js';

/** A run is on and has not begun to end. */
const GOES_ON: ReadonlySet<RunState> = new Set(['execute', 'holding', 'held', 'unholding']);

/** Place of the first step after the last electrolysis: the work-up, the off, the sweep. 0: the plan has no electrolysis. */
export function closingStep({ steps }: Pick<Plan, 'steps'>): number {
  return steps.findLastIndex(({ kind }) => kind === 'electrolyse') + 1;
}

/** The next tick does it, since it brings the charge; a person whose finish comes to nothing hears why. */
export function askFinish(plan: Plan, state: ProcedureState, actor: string): Outcome {
  const why = whyNot(plan, state);
  return why === null ? same({ ...state, finishBy: actor }) : refused(state, actor, 'finish', why);
}

function whyNot(plan: Plan, { run, step, progress, finishBy }: ProcedureState): string | null {
  if (run === 'idle' || run === 'starting') return `nothing has begun yet ${STOP_INSTEAD}`;
  if (FINAL_STATES.has(run) || !GOES_ON.has(run)) return 'the run ends';
  const first = plan.steps.findIndex(({ kind }) => kind === 'electrolyse');
  if (first < 0) return `the recipe has no electrolysis ${STOP_INSTEAD}`;
  if (step >= closingStep(plan)) return 'the electrolysis is over already';
  if (step < first || (step === first && progress.stage === 'warm-up'))
    return `the electrolysis has not begun yet ${STOP_INSTEAD}`;
  return finishBy === null ? null : `${finishBy} asked for it already`;
}

const STOP_INSTEAD = '(would be right: stop)';

/** An off that is under way is measured first. */
export function finishesNow({ run, finishBy, offPending }: ProcedureState): boolean {
  return finishBy !== null && !offPending && GOES_ON.has(run);
}

/**
 * The state from which the closing steps begin, whatever a hold had let go: their demands are those of the step that ends, and
 * their own come on top. A sample stays open; what the step itself asked is gone.
 */
export function finished(plan: Plan, before: ProcedureState, seen: Observation): Outcome {
  const actor = before.finishBy ?? 'nobody';
  const said = `finished by ${actor} at ${account(plan, seen)}`;
  const withdrawn = withdrawOwn(before);
  const state = {
    ...withdrawn.state,
    demand: before.stepDemand,
    pause: NOTHING_OWED,
    heldFor: null,
    reason: null,
    finishBy: null,
    finished: said,
  };
  const intents = [...ended(plan, before, actor, said, seen), ...withdrawn.intents];
  return prepend(intents, executing(state, before.run, actor));
}

function executing(state: ProcedureState, run: RunState, actor: string): Outcome {
  if (run === 'execute') return same(state);
  const on = (from: ProcedureState): Outcome => to(from, 'execute', 'goes on with the closing steps', 'procedure');
  if (run === 'unholding') return on(state);
  const resumed = to(state, 'unholding', 'resumed to finish', actor);
  return prepend(resumed.intents, on(resumed.state));
}

function ended(plan: Plan, state: ProcedureState, actor: string, said: string, seen: Observation): Intent[] {
  const step = plan.steps[state.step];
  if (step === undefined) return [];
  const leftOut = plan.steps.slice(state.step + 1, closingStep(plan));
  const own =
    step.kind === 'electrolyse' ? endedEarly(step, state.progress, seen, said) : { text: said, data: undefined };
  const without = leftOut.length === 0 ? '' : `; left out: ${leftOut.map(({ title }) => title).join(', ')}`;
  const data = {
    step: step.id,
    ended: true,
    verb: 'finish',
    ok: true,
    charge_C: counted(plan, seen),
    charge_F_mol: counted_F_mol(plan, seen),
    planned_C: plan.numbers.charge_C,
    left_out: leftOut.map(({ id }) => id).join(' '),
    ...own.data,
  };
  const missed = leftOut.flatMap((later) => neverDue(later, NEW_STEP));
  return [
    journal('step', actor, `${step.title}: ${own.text}${without}`, data),
    ...neverDue(step, state.progress),
    ...missed,
  ];
}

function counted(plan: Plan, { charge_C, absolute_charge_C }: Observation): number {
  return countedCharge_C(plan, charge_C, absolute_charge_C);
}

/** By the plan's own two numbers, whose quotient is Faraday's constant times the amount. null: nothing was planned to pass. */
function counted_F_mol(plan: Plan, seen: Observation): number | null {
  const { charge_C, charge_F_mol } = plan.numbers;
  return charge_C > 0 ? (counted(plan, seen) * charge_F_mol) / charge_C : null;
}

function account(plan: Plan, seen: Observation): string {
  const { charge_C, charge_F_mol } = plan.numbers;
  const each = counted_F_mol(plan, seen);
  const passed = `${counted(plan, seen).toFixed(2)} of ${charge_C.toFixed(2)} C`;
  return each === null ? passed : `${passed}, ${each.toFixed(3)} of ${charge_F_mol.toFixed(3)} F/mol`;
}
