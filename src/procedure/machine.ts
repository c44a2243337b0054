/**
 * The ISA-88 state machine of one run: (plan, state, event, now) -> state and intents. Pure; it owns which state may
 * follow which, and that an abort is heard everywhere. It must not know of clocks, buses or loops.
 */
import type { EventData, EventKind } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import type { Plan, PlanStep } from '../model/plan.js';
import { FINAL_STATES, type RunState } from '../model/state.js';
import { enter, judge, type Verdict } from './steps.js';
import {
  REST,
  type Intent,
  type Outcome,
  type ProcedureEvent,
  type ProcedureState,
  type StepProgress,
} from './types.js';

/** A hold or stop brings the current to zero in this time; a trip does not ramp. */
const RAMP_DOWN_S = 2;

type StageVerdict = Extract<Verdict, { kind: 'stage' }>;

const NEW_STEP: StepProgress = { active_s: 0, met_s: 0, chargeAtStart_C: 0, stage: 'run', answered: false };

export function idle(): ProcedureState {
  return {
    run: 'idle',
    step: 0,
    progress: NEW_STEP,
    demand: REST,
    stepDemand: REST,
    prompt: null,
    now_s: 0,
    reason: null,
    offPending: false,
  };
}

/**
 * The next state and what to do for it. An event that the present state does not take changes nothing. Within execute
 * only ticks move the step's clock, so that no event between two of them takes time from a time limit.
 */
export function advance(plan: Plan, state: ProcedureState, event: ProcedureEvent, now_s: number): Outcome {
  const next = handle(plan, state, event, now_s);
  const between = state.run === 'execute' && event.kind !== 'tick';
  return { state: { ...next.state, now_s: between ? state.now_s : now_s }, intents: next.intents };
}

function handle(plan: Plan, state: ProcedureState, event: ProcedureEvent, now_s: number): Outcome {
  switch (event.kind) {
    case 'start':
      return state.run === 'idle'
        ? to(state, 'starting', `started by ${event.actor}`, event.actor, [{ kind: 'arm' }])
        : same(state);
    case 'armed':
      return state.run === 'starting' ? enterStep(plan, { ...state, run: 'execute' }, 0, 0) : same(state);
    case 'arm-failed':
      return state.run === 'starting' ? abort(state, 'board', event.reason) : same(state);
    case 'tick':
      return onTick(plan, state, event, now_s);
    case 'off-measured':
      return onOffMeasured(plan, state);
    case 'off-unconfirmed':
      return offUnconfirmed(state, event.detail);
    case 'answer':
      return onAnswer(state, event);
    case 'hold':
      return canHold(state.run) ? hold(state, event.actor, event.reason) : same(state);
    case 'unhold':
      return state.run === 'held' ? unhold(state, event.actor) : same(state);
    case 'stop':
      return isEnding(state.run) ? same(state) : stop(state, event.actor, event.reason);
    case 'abort':
      return FINAL_STATES.has(state.run) || state.run === 'aborting'
        ? same(state)
        : abort(state, event.actor, event.reason);
    case 'clear':
      return state.run === 'aborted' ? to(state, 'stopped', `cleared by ${event.actor}`, event.actor) : same(state);
    case 'reset':
      return state.run === 'stopped' || state.run === 'complete' ? same(idle()) : same(state);
  }
}

function onTick(
  plan: Plan,
  state: ProcedureState,
  event: Extract<ProcedureEvent, { kind: 'tick' }>,
  now_s: number,
): Outcome {
  const seen = event.observation;
  switch (state.run) {
    case 'execute':
      return executeTick(plan, state, event, now_s);
    case 'holding':
    case 'stopping':
      return seen.setpoint_mA === 0 && !state.offPending ? askOff(state, state.reason ?? state.run) : same(state);
    case 'unholding':
      return seen.setpoint_mA === state.demand.current_mA || isDone(plan, state, seen)
        ? to(state, 'execute', 'goes on', 'procedure')
        : same(state);
    case 'idle':
    case 'starting':
    case 'held':
    case 'completing':
    case 'complete':
    case 'stopped':
    case 'aborting':
    case 'aborted':
    case 'clearing':
    case 'resetting':
      return same(state);
  }
}

function executeTick(
  plan: Plan,
  state: ProcedureState,
  event: Extract<ProcedureEvent, { kind: 'tick' }>,
  now_s: number,
): Outcome {
  const step = plan.steps[state.step];
  if (step === undefined) return complete(state);
  if (state.offPending) return same(state); // a step begins when the current before it has been measured off
  // A hold came before the finish was measured off: its off was the hold's, and is asked for once more.
  if (state.progress.stage === 'off') return askOff(state, 'the electrolysis is done');
  const dt_s = Math.max(0, now_s - state.now_s);
  const progress = { ...state.progress, active_s: state.progress.active_s + dt_s };
  const verdict = judge(step, progress, event.observation, dt_s, plan.waived);
  return applyVerdict(plan, { ...state, progress }, step, verdict, event.observation.charge_C);
}

/** A hold late in an electrolysis may leave less charge than the ramp up to its current passes. */
function isDone(plan: Plan, state: ProcedureState, seen: Observation): boolean {
  const step = plan.steps[state.step];
  return step !== undefined && judge(step, state.progress, seen, 0, plan.waived).kind === 'done';
}

function applyVerdict(plan: Plan, state: ProcedureState, step: PlanStep, verdict: Verdict, charge_C: number): Outcome {
  switch (verdict.kind) {
    case 'stay':
      return same(state);
    case 'met':
      return same({ ...state, progress: { ...state.progress, met_s: verdict.met_s } });
    case 'stage':
      return changeStage(state, verdict);
    case 'hold':
      return hold(state, 'procedure', verdict.reason);
    case 'done': {
      const ended = journal('step', 'procedure', `${step.title}: ${verdict.text}`, { step: step.id, ended: true });
      return prepend([ended], enterStep(plan, state, state.step + 1, charge_C));
    }
  }
}

function enterStep(plan: Plan, state: ProcedureState, index: number, charge_C: number): Outcome {
  const step = plan.steps[index];
  if (step === undefined) return complete(state);
  const entry = enter(step);
  const demand = { ...state.demand, ...entry.demand };
  const intents: Intent[] = [
    journal('step', 'procedure', `${step.title}: begins`, { step: step.id, index, ended: false }),
  ];
  const off =
    entry.off ?? (state.demand.current_mA !== 0 && demand.current_mA === 0 ? 'the step passes no current' : null);
  if (off !== null) intents.push({ kind: 'off', reason: off });
  if (entry.prompt !== null) intents.push({ kind: 'ask', prompt: entry.prompt });
  const progress = { ...NEW_STEP, chargeAtStart_C: charge_C, stage: entry.stage };
  const next: ProcedureState = {
    ...state,
    run: 'execute',
    step: index,
    progress,
    demand,
    stepDemand: demand,
    prompt: entry.prompt,
    offPending: off !== null,
  };
  return { state: next, intents };
}

function changeStage(state: ProcedureState, to: Pick<StageVerdict, 'stage' | 'prompt' | 'demand'>): Outcome {
  const progress = { ...state.progress, stage: to.stage, active_s: 0, met_s: 0, answered: false };
  const demand = { ...state.demand, ...to.demand };
  const intents: Intent[] = to.prompt === null ? [] : [{ kind: 'ask', prompt: to.prompt }];
  return { state: { ...state, progress, demand, stepDemand: demand, prompt: to.prompt }, intents };
}

function onOffMeasured(plan: Plan, state: ProcedureState): Outcome {
  if (!state.offPending) return same(state);
  const off = { ...state, offPending: false };
  switch (state.run) {
    case 'holding':
      return to(off, 'held', state.reason ?? 'held', 'procedure');
    case 'stopping':
      return to(off, 'stopped', state.reason ?? 'stopped', 'procedure', [{ kind: 'disarm' }]);
    case 'aborting':
      return to(off, 'aborted', state.reason ?? 'aborted', 'procedure', [{ kind: 'disarm' }]);
    case 'execute': {
      const step = plan.steps[state.step];
      return step?.kind === 'finish' ? changeStage(off, { stage: 'sweep', prompt: null, demand: {} }) : same(off);
    }
    case 'idle':
    case 'starting':
    case 'held':
    case 'unholding':
    case 'completing':
    case 'complete':
    case 'stopped':
    case 'aborted':
    case 'clearing':
    case 'resetting':
      return same(off);
  }
}

/** The run ends aborted all the same, and says so: a person must take the energy away. */
function offUnconfirmed(state: ProcedureState, detail: string): Outcome {
  if (FINAL_STATES.has(state.run)) return same(state);
  const reason = `${state.reason ?? state.run}; off not confirmed: ${detail}`;
  return to({ ...state, demand: REST, reason, prompt: null, offPending: false }, 'aborted', reason, 'guard', [
    { kind: 'disarm' },
    { kind: 'withdraw-prompt' },
  ]);
}

function onAnswer(state: ProcedureState, event: Extract<ProcedureEvent, { kind: 'answer' }>): Outcome {
  if (state.prompt === null || state.prompt.id !== event.prompt) return same(state);
  const answered = journal('answer', event.actor, event.text, { prompt: event.prompt });
  return {
    state: { ...state, prompt: null, progress: { ...state.progress, answered: true } },
    intents: [answered, { kind: 'withdraw-prompt' }],
  };
}

function hold(state: ProcedureState, actor: string, reason: string): Outcome {
  return to({ ...state, demand: { ...state.demand, ...rampedDown(state) }, reason }, 'holding', reason, actor);
}

/** Going on gives the step its time limit anew: whoever resumes has seen why it ran out. */
function unhold(state: ProcedureState, actor: string): Outcome {
  const progress = { ...state.progress, active_s: 0 };
  return to({ ...state, progress, demand: state.stepDemand, reason: null }, 'unholding', 'resumed', actor);
}

function stop(state: ProcedureState, actor: string, reason: string): Outcome {
  const stopping = {
    ...state,
    demand: { ...state.demand, ...rampedDown(state) },
    reason,
    prompt: null,
    offPending: false,
  };
  return to(stopping, 'stopping', reason, actor, [{ kind: 'withdraw-prompt' }]);
}

function abort(state: ProcedureState, actor: string, reason: string): Outcome {
  const demand = { ...state.demand, current_mA: 0, currentRamp_mA_s: Infinity };
  const aborting = { ...state, demand, reason, prompt: null, offPending: true };
  return to(aborting, 'aborting', reason, actor, [{ kind: 'off', reason }, { kind: 'withdraw-prompt' }]);
}

function complete(state: ProcedureState): Outcome {
  return to({ ...state, demand: REST, reason: 'all steps done' }, 'complete', 'all steps done', 'procedure', [
    { kind: 'disarm' },
  ]);
}

function askOff(state: ProcedureState, reason: string): Outcome {
  return { state: { ...state, offPending: true }, intents: [{ kind: 'off', reason }] };
}

/** Ramps from the step's own current, so that a stop within a ramp is no slower than one at full current. */
function rampedDown(state: ProcedureState): { current_mA: number; currentRamp_mA_s: number } {
  const from = Math.abs(state.stepDemand.current_mA);
  return { current_mA: 0, currentRamp_mA_s: from > 0 ? from / RAMP_DOWN_S : Infinity };
}

function canHold(run: RunState): boolean {
  return run === 'execute' || run === 'unholding';
}

function isEnding(run: RunState): boolean {
  return run === 'stopping' || run === 'aborting' || FINAL_STATES.has(run) || run === 'idle';
}

function journal(event: EventKind, actor: string, text: string, data: EventData): Intent {
  return { kind: 'journal', event, actor, text, data };
}

function same(state: ProcedureState): Outcome {
  return { state, intents: [] };
}

function prepend(intents: readonly Intent[], outcome: Outcome): Outcome {
  return { state: outcome.state, intents: [...intents, ...outcome.intents] };
}

function to(
  state: ProcedureState,
  run: RunState,
  text: string,
  actor: string,
  intents: readonly Intent[] = [],
): Outcome {
  const noted = journal('state', actor, text, { from: state.run, to: run });
  return { state: { ...state, run }, intents: [noted, ...intents] };
}
