/** What a person hears who asks for a hold, a resume or a finish that comes to nothing. Pure; the guard hears nothing, it asks anyway. */
import { journal, same } from './outcome.js';
import type { Outcome, ProcedureEvent, ProcedureState } from './types.js';

/** Somebody wants it held for another reason than its sample: then no answer resumes it. */
export function holdAgain(state: ProcedureState, event: Extract<ProcedureEvent, { kind: 'hold' }>): Outcome {
  if (state.heldFor === null || event.actor === 'guard') return holdRefused(state, event.actor);
  const text = `stays held: ${event.reason}`;
  const kept = { ...state, reason: event.reason, heldFor: null };
  return { state: kept, intents: [journal('command', event.actor, text, { verb: 'hold', ok: true })] };
}

/** A person hears why nothing came of it; the guard has said already what tripped, and asks for it in any state. */
function holdRefused(state: ProcedureState, actor: string): Outcome {
  const begun = state.run !== 'idle' && state.run !== 'starting';
  const held = state.run === 'holding' || state.run === 'held';
  const why = !begun ? 'nothing to hold yet' : held ? 'it is held already' : 'the run ends';
  return refused(state, actor, 'hold', why);
}

export function unholdRefused(state: ProcedureState, actor: string): Outcome {
  const why =
    state.run === 'holding'
      ? 'the current still ramps down'
      : state.run === 'held'
        ? 'the sample that it is held for is not answered yet'
        : 'the run is not held';
  return refused(state, actor, 'resume', why);
}

export function refused(state: ProcedureState, actor: string, verb: string, why: string): Outcome {
  if (actor === 'guard') return same(state);
  return { state, intents: [journal('command', actor, `${verb} refused: ${why}`, { verb, ok: false })] };
}
