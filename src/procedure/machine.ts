/**
 * The ISA-88 state machine of one run: (plan, state, event, now) -> state and intents. Pure; it owns which state may
 * follow which, and that an abort is heard everywhere. It must not know of clocks, buses or loops.
 */
import type { Observation } from '../model/observation.js';
import type { Aliquot, Plan, PlanStep } from '../model/plan.js';
import { FINAL_STATES, type RunState } from '../model/state.js';
import { goesOnFrom, onAnswer } from './answering.js';
import { abort, complete, offUnconfirmed, stop, stopUnbegun } from './ending.js';
import { askFinish, closingStep, finished, finishesNow } from './finishing.js';
import { journal, prepend, same, to } from './outcome.js';
import { heldTick, holdRamp_s, letGo, mustWait, NOTHING_OWED, rampedDown, restore, returned, unhold } from './pause.js';
import { ask, askAll, keepSamples } from './questions.js';
import { holdAgain, unholdRefused } from './refusals.js';
import { countRamp, dueSample, neverDue, promptOf } from './samples.js';
import { enter, judge } from './steps.js';
import {
  NEW_STEP,
  REST,
  type Intent,
  type Outcome,
  type ProcedureEvent,
  type ProcedureState,
  type Prompt,
} from './types.js';
import type { Verdict } from './verdict.js';

type StageVerdict = Extract<Verdict, { kind: 'stage' }>;

export function idle(): ProcedureState {
  return {
    run: 'idle',
    step: 0,
    progress: NEW_STEP,
    demand: REST,
    stepDemand: REST,
    prompt: null,
    unanswered: [],
    heldFor: null,
    charge_C: 0,
    now_s: 0,
    reason: null,
    offPending: false,
    pause: NOTHING_OWED,
    finishBy: null,
    finished: null,
  };
}

/**
 * The next state and what to do for it. An event that the present state does not take changes nothing. Within execute
 * and unholding only ticks move the clocks of steps, so that no event between two of them takes time from a time limit.
 */
export function advance(plan: Plan, state: ProcedureState, event: ProcedureEvent, now_s: number): Outcome {
  const next = handle(plan, state, event, now_s);
  const between = (state.run === 'execute' || state.run === 'unholding') && event.kind !== 'tick';
  const missed = endsEarly(state.run, next.state.run) ? neverDue(plan.steps[state.step], state.progress) : [];
  const counts = event.kind === 'tick' && next.state.run !== 'idle';
  const charge_C = counts ? event.observation.charge_C : next.state.charge_C;
  return {
    state: { ...next.state, charge_C, now_s: between ? state.now_s : now_s },
    intents: [...next.intents, ...missed],
  };
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
      return onAnswer(plan, state, event);
    case 'hold':
      return canHold(state.run) ? hold(plan, state, event.actor, event.reason) : holdAgain(state, event);
    case 'unhold':
      return state.run === 'held' && (state.heldFor === null || state.heldFor.answeredBy !== null)
        ? unhold(plan, state, event.actor)
        : unholdRefused(state, event.actor);
    case 'finish':
      return askFinish(plan, state, event.actor);
    case 'stop':
      if (state.run === 'idle') return stopUnbegun(state, event.actor, event.reason);
      return isEnding(state.run) ? same(state) : stop(state, event);
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
  before: ProcedureState,
  event: Extract<ProcedureEvent, { kind: 'tick' }>,
  now_s: number,
): Outcome {
  const seen = event.observation;
  if (finishesNow(before)) return finish(plan, before, seen);
  const ramps = before.run === 'holding' || before.run === 'unholding';
  const dt_s = Math.max(0, now_s - before.now_s);
  const state = ramps ? countRamp(before, plan.steps[before.step], seen, dt_s) : before;
  switch (state.run) {
    case 'execute':
      return executeTick(plan, state, event, now_s);
    case 'holding':
    case 'stopping':
      // With its charge reached within the ramp the step is done, and no more is to pass.
      return !state.offPending && (seen.setpoint_mA === 0 || doneBy(plan, state, seen) !== null)
        ? askOff(state, state.reason ?? state.run)
        : same(state);
    case 'held':
      return heldTick(plan, state, seen, dt_s);
    case 'unholding':
      return unholdingTick(plan, state, seen, now_s);
    case 'idle':
    case 'starting':
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
  const { active_s, spent_s } = state.progress;
  const progress = { ...state.progress, active_s: active_s + dt_s, spent_s: spent_s + dt_s };
  const asked = askDue(step, { ...state, progress }, event.observation);
  const waited = dueSample(step, asked.state.progress, event.observation);
  const next =
    waited === null
      ? applyVerdict(
          plan,
          asked.state,
          step,
          judge(step, asked.state.progress, event.observation, dt_s, plan.waived),
          event.observation.charge_C,
        )
      : sampleHeld(plan, asked.state, waited, event.observation.charge_C);
  return prepend(asked.intents, next);
}

/** All samples that are due and that nothing waits for: a late tick may pass more than one, and the end of the charge. */
function askDue(step: PlanStep, state: ProcedureState, seen: Observation): Outcome {
  const due = dueSample(step, state.progress, seen);
  if (due === null || due.wait) return same(state);
  const asked = sampled(state, due, seen);
  return prepend(asked.intents, askDue(step, asked.state, seen));
}

function sampled(state: ProcedureState, due: Aliquot, { charge_C }: Pick<Observation, 'charge_C'>): Outcome {
  const progress = { ...state.progress, samples: state.progress.samples + 1 };
  return ask({ ...state, progress }, promptOf(due, charge_C));
}

function sampleHeld(plan: Plan, state: ProcedureState, due: Aliquot, charge_C: number): Outcome {
  const asked = sampled(state, due, { charge_C });
  const held = hold(plan, asked.state, 'procedure', `a sample is due: ${due.text}`);
  return prepend(asked.intents, { ...held, state: { ...held.state, heldFor: { prompt: due.id, answeredBy: null } } });
}

/** First what the hold let go, then the current; at the step's current, or when its charge has passed, the run goes on. */
function unholdingTick(plan: Plan, state: ProcedureState, seen: Observation, now_s: number): Outcome {
  if (mustWait(plan, state, seen)) {
    const restored = restore(plan, state, seen, Math.max(0, now_s - state.now_s));
    return 'holdFor' in restored ? hold(plan, state, 'procedure', restored.holdFor) : restored.outcome;
  }
  const done = doneBy(plan, state, seen);
  if (done === null && seen.setpoint_mA !== state.demand.current_mA) return same(state);
  const on = to({ ...state, demand: returned(state), pause: NOTHING_OWED }, 'execute', 'goes on', 'procedure');
  if (done === null) return on;
  return prepend(on.intents, applyVerdict(plan, on.state, done.step, done.verdict, seen.charge_C));
}

/** A hold late in an electrolysis may leave less charge than the ramp down from or up to its current passes. */
function doneBy(plan: Plan, state: ProcedureState, seen: Observation): { step: PlanStep; verdict: Verdict } | null {
  const step = plan.steps[state.step];
  if (step === undefined) return null;
  const verdict = judge(step, state.progress, seen, 0, plan.waived);
  return verdict.kind === 'done' ? { step, verdict } : null;
}

function applyVerdict(plan: Plan, state: ProcedureState, step: PlanStep, verdict: Verdict, charge_C: number): Outcome {
  switch (verdict.kind) {
    case 'stay':
      return same(state);
    case 'met':
      return same({ ...state, progress: { ...state.progress, met_s: verdict.met_s } });
    case 'stage':
      return changeStage(state, verdict);
    case 'go-on': {
      const demand = { ...state.demand, ...verdict.demand };
      const progress = { ...state.progress, ...verdict.progress };
      const asked = askAll({ ...state, progress, demand, stepDemand: demand }, verdict.asks);
      return { state: asked.state, intents: [...verdict.notes, ...asked.intents] };
    }
    case 'course':
      return followCourse(state, step, verdict);
    case 'hold':
      return hold(plan, state, 'procedure', verdict.reason);
    case 'done': {
      const data = { step: step.id, ended: true, ...verdict.data };
      const ended = journal('step', 'procedure', `${step.title}: ${verdict.text}`, data);
      const missed = neverDue(step, state.progress);
      return prepend([ended, ...missed], enterStep(plan, state, state.step + 1, charge_C));
    }
  }
}

/** `mustOff`: why there is an off whatever the step is. */
function enterStep(
  plan: Plan,
  state: ProcedureState,
  index: number,
  charge_C: number,
  mustOff: string | null = null,
): Outcome {
  const step = plan.steps[index];
  if (step === undefined) return complete(state);
  const entry = enter(step);
  const demand = { ...state.demand, ...entry.demand };
  const intents: Intent[] = [
    journal('step', 'procedure', `${step.title}: begins`, { step: step.id, index, ended: false }),
  ];
  const off =
    entry.off ??
    mustOff ??
    (state.demand.current_mA !== 0 && demand.current_mA === 0 ? 'the step passes no current' : null);
  if (off !== null) intents.push({ kind: 'off', reason: off });
  const progress = { ...NEW_STEP, chargeAtStart_C: charge_C, stage: entry.stage };
  const next: ProcedureState = {
    ...keepSamples(state),
    run: 'execute',
    step: index,
    progress,
    demand,
    stepDemand: demand,
    offPending: off !== null,
  };
  return asking(next, entry.prompt, intents);
}

type Changed = Pick<StageVerdict, 'stage' | 'prompt' | 'demand' | 'course'>;

function changeStage(state: ProcedureState, to: Changed): Outcome {
  const begun = { ...state.progress, stage: to.stage, active_s: 0, spent_s: 0, met_s: 0, answered: false };
  const progress = to.course === undefined ? begun : { ...begun, course: to.course };
  const demand = { ...state.demand, ...to.demand };
  return asking({ ...keepSamples(state), progress, demand, stepDemand: demand }, to.prompt, []);
}

function asking(state: ProcedureState, prompt: Prompt | null, before: readonly Intent[]): Outcome {
  if (prompt === null) return { state, intents: before };
  return prepend(before, ask(state, prompt));
}

/** A hold brings back `stepDemand`: in a dead time that is the current after it. */
function followCourse(
  state: ProcedureState,
  step: PlanStep,
  { course, demand, stepDemand, note }: Extract<Verdict, { kind: 'course' }>,
): Outcome {
  const next = {
    ...state,
    progress: { ...state.progress, course },
    demand: demand === null ? state.demand : { ...state.demand, ...demand },
    stepDemand: stepDemand === null ? state.stepDemand : { ...state.stepDemand, ...stepDemand },
  };
  const intents = note === null ? [] : [journal('note', 'procedure', `${step.title}: ${note}`, { step: step.id })];
  return { state: next, intents };
}

function onOffMeasured(plan: Plan, state: ProcedureState): Outcome {
  if (!state.offPending) return same(state);
  const off = { ...state, offPending: false };
  switch (state.run) {
    case 'holding':
      return goesOnFrom(letGo(plan, off));
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

function hold(plan: Plan, state: ProcedureState, actor: string, reason: string): Outcome {
  const demand = { ...state.demand, ...rampedDown(state, holdRamp_s(plan, actor)) };
  return to({ ...state, demand, reason }, 'holding', reason, actor);
}

/** From a hold too, where the current is off already: that is measured once more, and none comes back. */
function finish(plan: Plan, before: ProcedureState, seen: Observation): Outcome {
  const { state, intents } = finished(plan, before, seen);
  return prepend(intents, enterStep(plan, state, closingStep(plan), seen.charge_C, 'the electrolysis is finished'));
}

function askOff(state: ProcedureState, reason: string): Outcome {
  return { state: { ...state, offPending: true }, intents: [{ kind: 'off', reason }] };
}

function canHold(run: RunState): boolean {
  return run === 'execute' || run === 'unholding';
}

function endsEarly(before: RunState, after: RunState): boolean {
  return !isEnding(before) && isEnding(after) && after !== 'complete';
}

function isEnding(run: RunState): boolean {
  return run === 'stopping' || run === 'aborting' || FINAL_STATES.has(run);
}
