/** The words in which the machine answers: unchanged, another state, a note in the journal. Pure; decides nothing. */
import type { EventData, EventKind } from '../model/event.js';
import type { RunState } from '../model/state.js';
import type { Intent, Outcome, ProcedureState } from './types.js';

export function journal(event: EventKind, actor: string, text: string, data: EventData): Intent {
  return { kind: 'journal', event, actor, text, data };
}

export function same(state: ProcedureState): Outcome {
  return { state, intents: [] };
}

export function prepend(intents: readonly Intent[], outcome: Outcome): Outcome {
  return { state: outcome.state, intents: [...intents, ...outcome.intents] };
}

export function to(
  state: ProcedureState,
  run: RunState,
  text: string,
  actor: string,
  intents: readonly Intent[] = [],
): Outcome {
  const noted = journal('state', actor, text, { from: state.run, to: run });
  return { state: { ...state, run }, intents: [noted, ...intents] };
}
