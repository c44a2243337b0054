/** How a run ends: stopped in order, aborted at once, complete. Pure; which event ends it is the machine's. */
import { FINAL_STATES } from '../model/state.js';
import { same, to } from './outcome.js';
import { RAMP_DOWN_S, rampedDown } from './pause.js';
import { withdrawAll } from './questions.js';
import { REST, type Outcome, type ProcedureEvent, type ProcedureState } from './types.js';

/** The run ends aborted all the same, and says so: a person must take the energy away. */
export function offUnconfirmed(state: ProcedureState, detail: string): Outcome {
  if (FINAL_STATES.has(state.run)) return same(state);
  const reason = `${state.reason ?? state.run}; off not confirmed: ${detail}`;
  const over = withdrawAll(state);
  const aborted = { ...over.state, demand: REST, reason, offPending: false };
  return to(aborted, 'aborted', reason, 'guard', [{ kind: 'disarm' }, ...over.intents]);
}

type Stop = Pick<Extract<ProcedureEvent, { kind: 'stop' }>, 'actor' | 'reason' | 'atOnce'>;

export function stop(state: ProcedureState, { actor, reason, atOnce = false }: Stop): Outcome {
  const over = withdrawAll(state);
  const demand = { ...state.demand, ...rampedDown(state, atOnce ? 0 : RAMP_DOWN_S), sweepShut: false };
  return to({ ...over.state, demand, reason, offPending: false }, 'stopping', reason, actor, over.intents);
}

/** Before the start there is no ramp and no tick; the start that still waits finds a run that has ended. */
export function stopUnbegun(state: ProcedureState, actor: string, reason: string): Outcome {
  return to({ ...state, reason, offPending: true }, 'stopping', reason, actor, [{ kind: 'off', reason }]);
}

export function abort(state: ProcedureState, actor: string, reason: string): Outcome {
  const demand = { ...state.demand, current_mA: 0, currentRamp_mA_s: Infinity, sweepShut: false };
  const over = withdrawAll(state);
  const aborting = { ...over.state, demand, reason, offPending: true };
  return to(aborting, 'aborting', reason, actor, [{ kind: 'off', reason }, ...over.intents]);
}

export function complete(state: ProcedureState): Outcome {
  const over = state.prompt === null ? same(state) : withdrawAll(state);
  const reason = state.finished ?? 'all steps done';
  return to({ ...over.state, demand: REST, reason }, 'complete', reason, 'procedure', [
    { kind: 'disarm' },
    ...over.intents,
  ]);
}
