/**
 * What a hold lets go and what a resume brings back: the recipe's pause policy at work. Pure. Owns the order purge, flow,
 * temperature, then current; that the step is where it was; and that the current waits for all of them. Asking for the off,
 * and which event is heard in which state, are the machine's.
 */
import type { Observation } from '../model/observation.js';
import type { LeafStep, Plan, PlanStep } from '../model/plan.js';
import { afterHold } from './course.js';
import { journal, prepend, same, to } from './outcome.js';
import { judge } from './steps.js';
import {
  CONDITIONS,
  type Condition,
  conditionOf,
  type Demand,
  NEW_STEP,
  type Outcome,
  type Pause,
  type ProcedureState,
  type StepProgress,
} from './types.js';

/** A stop brings the current to zero in this time, and so does the guard's hold at the latest; a trip does not ramp. */
export const RAMP_DOWN_S = 2;

export const NOTHING_OWED: Pause = { swept_s: 0, owed: [], progress: NEW_STEP };

/** Ramps from the step's own current, so that a ramp within a ramp is no slower than one at full current. */
export function rampedDown(state: ProcedureState, down_s: number): Pick<Demand, 'current_mA' | 'currentRamp_mA_s'> {
  const from = Math.abs(state.stepDemand.current_mA);
  return { current_mA: 0, currentRamp_mA_s: from > 0 && down_s > 0 ? from / down_s : Infinity };
}

/** A hold ramps as the recipe says; what the guard holds for does not wait for that. */
export function holdRamp_s(plan: Plan, actor: string): number {
  const { down_s } = plan.pause.current;
  return actor === 'guard' ? Math.min(down_s, RAMP_DOWN_S) : down_s;
}

/** The off of a hold is measured: from now on the policy's share is let go. */
export function letGo(plan: Plan, state: ProcedureState): Outcome {
  const gone = goneBy(plan, state);
  const owed = CONDITIONS.filter((condition) => gone.includes(condition) || state.pause.owed.includes(condition));
  const held = { ...state, demand: without(state.demand, gone), pause: { ...NOTHING_OWED, owed } };
  const outcome = to(held, 'held', state.reason ?? 'held', 'procedure');
  if (gone.length === 0) return outcome;
  const texts = gone.map((condition) => (condition === 'flow' ? 'the pump stops' : 'the Peltier is off'));
  return {
    ...outcome,
    intents: [...outcome.intents, journal('note', 'procedure', `while held ${texts.join(' and ')}`, {})],
  };
}

/**
 * What keeps the current from coming back with a resume: sweep or flow that was kept while held and is gone. The guard
 * asks for both only while current flows; what the policy let go is waited for instead.
 */
export function unmet(plan: Plan, { demand, stepDemand, pause }: ProcedureState, seen: Observation): string[] {
  if (stepDemand.current_mA === 0) return [];
  const { sweepMin_mL_min, flowMin_mL_min } = plan.limits;
  const short = (what: string, measured: number | null, least: number): string[] =>
    (measured ?? NaN) >= least
      ? []
      : [`${what} ${measured === null ? 'is not measured' : `${measured.toFixed(1)} mL/min`}, needs ${least} mL/min`];
  const sweeps = sweepMin_mL_min > 0 && !demand.sweepShut && !pause.owed.includes('purge');
  const flows = flowMin_mL_min !== null && !pause.owed.includes('flow');
  return [
    ...(sweeps ? short('sweep gas', seen.sweep_mL_min, sweepMin_mL_min) : []),
    ...(flows ? short('flow', seen.flow_mL_min, flowMin_mL_min) : []),
  ];
}

/** Held, `dt_s` later: the nitrogen is shut once it has swept for the policy's time, as measured. */
export function heldTick(plan: Plan, state: ProcedureState, seen: Observation, dt_s: number): Outcome {
  const stopAfter_s = plan.pause.purgeStopAfter_s;
  if (stopAfter_s === null || state.demand.sweepShut || finishes(plan, state)) return same(state);
  const least_mL_min = plan.limits.sweepMin_mL_min;
  const sweeps = least_mL_min === 0 || (seen.sweep_mL_min !== null && seen.sweep_mL_min >= least_mL_min);
  const swept_s = state.pause.swept_s + (sweeps ? dt_s : 0);
  if (!(swept_s >= stopAfter_s)) return same({ ...state, pause: { ...state.pause, swept_s } });
  const owed = CONDITIONS.filter((condition) => condition === 'purge' || state.pause.owed.includes(condition));
  const text = `nitrogen shut after ${Math.round(swept_s)} s of sweep while held`;
  return {
    state: { ...state, demand: { ...state.demand, sweepShut: true }, pause: { ...state.pause, swept_s, owed } },
    intents: [journal('note', 'procedure', text, {})],
  };
}

/**
 * Going on gives the step its time limit anew: whoever resumes has seen why it ran out. A step whose own condition was let
 * go begins to wait for it anew. With nothing owed the current comes at once.
 */
export function unhold(plan: Plan, state: ProcedureState, actor: string): Outcome {
  const progress = begunAnew(plan.steps[state.step], state.progress, state.pause.owed);
  const resumed = to({ ...state, progress, reason: null }, 'unholding', 'resumed', actor);
  return prepend(resumed.intents, bringBack(plan, { ...resumed.state, pause: { ...state.pause, swept_s: 0 } }));
}

function begunAnew(step: PlanStep | undefined, progress: StepProgress, owed: readonly Condition[]): StepProgress {
  if (step === undefined) return progress;
  const condition = conditionOf(step);
  const lost = condition !== null && owed.includes(condition);
  return {
    ...progress,
    active_s: 0,
    met_s: lost ? 0 : progress.met_s,
    answered: progress.answered || step.kind === 'hold',
    ...(progress.course === undefined ? {} : { course: afterHold(progress.course) }),
    tracks:
      step.kind !== 'parallel'
        ? progress.tracks
        : progress.tracks.map((at, index) => ({
            ...at,
            progress: begunAnew(step.tracks[index]?.[at.step], at.progress, owed),
          })),
  };
}

/** What came of a tick while conditions are brought back. */
export type Restored = { readonly outcome: Outcome } | { readonly holdFor: string };

/** Unholding, `dt_s` later, with something owed. */
export function restore(plan: Plan, state: ProcedureState, seen: Observation, dt_s: number): Restored {
  const [first, ...rest] = state.pause.owed;
  const step = first === undefined ? undefined : lastOf(plan, state, first);
  if (step === undefined) return { outcome: bringBack(plan, state) };
  const progress = { ...state.pause.progress, active_s: state.pause.progress.active_s + dt_s };
  const verdict = judge(step, progress, seen, dt_s, plan.waived);
  switch (verdict.kind) {
    case 'hold':
      return { holdFor: verdict.reason };
    case 'done': {
      const met = journal('note', 'procedure', `${step.title}: ${verdict.text}, again`, { step: step.id });
      const next = { ...state, pause: { ...state.pause, owed: rest, progress: NEW_STEP } };
      return { outcome: prepend([met], bringBack(plan, next)) };
    }
    case 'met':
      return {
        outcome: same({ ...state, pause: { ...state.pause, progress: { ...progress, met_s: verdict.met_s } } }),
      };
    case 'stay':
    case 'stage':
    case 'go-on':
    case 'course':
      return { outcome: same({ ...state, pause: { ...state.pause, progress } }) };
  }
}

/** Demands what is owed next; a condition that no step has waited for yet is only demanded. At last, the current. */
function bringBack(plan: Plan, state: ProcedureState): Outcome {
  const at = state.pause.owed.findIndex((condition) => lastOf(plan, state, condition) !== undefined);
  const owed = at < 0 ? [] : state.pause.owed.slice(at);
  const [first, ...later] = owed;
  const pause = { ...state.pause, owed, progress: NEW_STEP };
  if (first === undefined) return same({ ...state, pause, demand: returning(plan, state) });
  const demand = { ...without(state.stepDemand, later), current_mA: 0, currentRamp_mA_s: Infinity };
  const waits = journal('note', 'procedure', `before any current: ${lastOf(plan, state, first)?.title ?? first}`, {});
  return { state: { ...state, pause, demand }, intents: [waits] };
}

/** The step's demand, with the current coming back as the policy says. */
function returning(plan: Plan, { stepDemand }: ProcedureState): Demand {
  const { up_s } = plan.pause.current;
  if (up_s === null || stepDemand.current_mA === 0) return stepDemand;
  return { ...stepDemand, currentRamp_mA_s: Math.abs(stepDemand.current_mA) / up_s };
}

/** The step's demand again; a current that has not come back by then does not. */
export function returned({ demand, stepDemand }: ProcedureState): Demand {
  return demand.current_mA === stepDemand.current_mA
    ? stepDemand
    : { ...stepDemand, current_mA: demand.current_mA, currentRamp_mA_s: demand.currentRamp_mA_s };
}

/** What the policy lets go just now. A finish keeps all: it has no current, and sweep and temperature are what it is for. */
function goneBy(plan: Plan, state: ProcedureState): Condition[] {
  if (finishes(plan, state)) return [];
  const { flow, temperature } = plan.pause;
  const gone: Condition[] = [];
  if (flow === 'stop' && state.stepDemand.flow_mL_min !== 0) gone.push('flow');
  if (temperature === 'release' && state.stepDemand.temperature_C !== null) gone.push('cool');
  return gone;
}

function without(demand: Demand, gone: readonly Condition[]): Demand {
  return {
    ...demand,
    flow_mL_min: gone.includes('flow') ? 0 : demand.flow_mL_min,
    temperature_C: gone.includes('cool') ? null : demand.temperature_C,
  };
}

/** The step whose condition is to be met again: the last before this one. None when the present step waits for it itself. */
function lastOf({ steps }: Plan, { step, progress }: ProcedureState, condition: Condition): LeafStep | undefined {
  const present = steps[step];
  if (present !== undefined && present.kind !== 'parallel' && conditionOf(present) === condition) return undefined;
  if (present?.kind === 'parallel') {
    if (present.tracks.some((track, i) => sets(track[progress.tracks[i]?.step ?? 0], condition))) return undefined;
    const done = present.tracks.flatMap((track, i) => track.slice(0, progress.tracks[i]?.step ?? 0));
    const met = done.findLast((one) => sets(one, condition));
    if (met !== undefined) return met;
  }
  return leavesOf(steps.slice(0, step)).findLast((one) => sets(one, condition));
}

function sets(step: LeafStep | undefined, condition: Condition): boolean {
  return step !== undefined && conditionOf(step) === condition;
}

/** Steps with those of their tracks, one after the other. */
export function leavesOf(steps: readonly PlanStep[]): LeafStep[] {
  return steps.flatMap((step) => (step.kind === 'parallel' ? step.tracks.flat() : [step]));
}

function finishes(plan: Plan, state: ProcedureState): boolean {
  return plan.steps[state.step]?.kind === 'finish';
}

/** Whether anything is to be waited for: something is owed, and there is still a current to wait with. */
export function mustWait(plan: Plan, state: ProcedureState, seen: Observation): boolean {
  if (state.pause.owed.length === 0) return false;
  const [present, ...later] = plan.steps.slice(state.step);
  if (later.some(({ kind }) => kind === 'electrolyse')) return true;
  return present?.kind === 'electrolyse' && judge(present, state.progress, seen, 0, plan.waived).kind !== 'done';
}
