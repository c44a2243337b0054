/**
 * What an answer does to the run: the step that waited for it goes on, and a hold for a sample ends. Pure; which question it
 * answers, and whether it is an answer, are the questions'.
 */
import type { Plan, PlanStep } from '../model/plan.js';
import { prepend, same } from './outcome.js';
import { answeredTrack } from './parallel.js';
import { answer } from './questions.js';
import type { Outcome, ProcedureEvent, ProcedureState, Prompt } from './types.js';

/** The answer that a hold waits for resumes it, once the current is off. */
export function onAnswer(
  plan: Plan,
  state: ProcedureState,
  event: Extract<ProcedureEvent, { kind: 'answer' }>,
): Outcome {
  const { outcome, answered } = answer(state, event);
  if (answered === null) return outcome;
  const step = plan.steps[state.step];
  const heard = hearAnswer(outcome.state, step, answered);
  if (state.heldFor?.prompt !== answered.id) return { state: heard, intents: outcome.intents };
  const waits = { ...heard, heldFor: { ...state.heldFor, answeredBy: event.actor } };
  return prepend(outcome.intents, state.run === 'held' ? goesOn(waits) : same(waits));
}

/** Held for a sample that is answered: the resume is asked for like a person's, so that the guard has its word. */
function goesOn(state: ProcedureState): Outcome {
  const actor = state.heldFor?.answeredBy ?? null;
  if (actor === null) return same(state);
  return { state: { ...state, heldFor: null }, intents: [{ kind: 'resume', actor }] };
}

export function goesOnFrom({ state, intents }: Outcome): Outcome {
  return prepend(intents, goesOn(state));
}

/** A step that waits for this answer hears of it; a sample's tells nobody. */
function hearAnswer(state: ProcedureState, step: PlanStep | undefined, { id, asked_C }: Prompt): ProcedureState {
  if (asked_C !== undefined || step === undefined) return state;
  const progress =
    step.kind === 'parallel' ? answeredTrack(step, state.progress, id) : { ...state.progress, answered: true };
  return { ...state, progress };
}
