/**
 * What each kind of step asks for on entry, and when it is done. Pure: a rule sees its step, its progress and one
 * observation. It must not know of states such as held or aborting; the machine does.
 */
import type { Observation } from '../model/observation.js';
import type { PlanStep, Waiver } from '../model/plan.js';
import { RAMP_ARRIVED_K } from '../model/plan-steps.js';
import { judgeElectrolyse, judgeWarmUp } from './electrolyse.js';
import { judgeParallel, type TrackRules } from './parallel.js';
import type { Prompt, StepProgress } from './types.js';
import { type Entry, NO_CURRENT, STAY, type Step, type Verdict } from './verdict.js';

/** The sweep must come within this share of its nominal flow, and within this time. */
const SWEEP_SHARE = 0.9;
const SWEEP_TIMEOUT_S = 60;
const FLOW_TIMEOUT_S = 120;

const NOTHING: Entry = { demand: NO_CURRENT, prompt: null, off: null, stage: 'run' };

export function enter(step: PlanStep): Entry {
  switch (step.kind) {
    case 'prompt':
    case 'sample':
      return { ...NOTHING, prompt: questionOf(step) };
    case 'purge':
    case 'wait':
    case 'hold':
    case 'parallel':
      return NOTHING;
    case 'cool':
    case 'heat':
      return {
        ...NOTHING,
        demand: { ...NO_CURRENT, temperature_C: step.target_C, temperatureRamp_K_min: step.ramp_K_min },
      };
    case 'flow':
      return { ...NOTHING, demand: { ...NO_CURRENT, flow_mL_min: step.flow_mL_min } };
    case 'electrolyse':
      return { ...NOTHING, stage: 'warm-up' };
    case 'finish':
      return { ...NOTHING, off: 'the electrolysis is done', stage: 'off' };
  }
}

/** Judges a step after `dt_s` more of active time; `progress.active_s` already counts it. `waived`: see Plan. */
export function judge(
  step: PlanStep,
  progress: StepProgress,
  seen: Observation,
  dt_s: number,
  waived: readonly Waiver[],
): Verdict {
  switch (step.kind) {
    case 'prompt':
    case 'sample':
      return progress.answered ? { kind: 'done', text: 'answered' } : STAY;
    case 'hold':
      return progress.answered ? { kind: 'done', text: 'resumed' } : { kind: 'hold', reason: step.text };
    case 'wait':
      return held(true, progress, dt_s, step.duration_s, `waited for ${step.duration_s} s`);
    case 'parallel':
      return judgeParallel(step, progress, seen, dt_s, trackRules(waived));
    case 'purge':
      return judgePurge(step, progress, seen, dt_s);
    case 'cool':
    case 'heat':
      return judgeTemperature(step, progress, seen, dt_s);
    case 'flow':
      return judgeFlow(step, progress, seen, dt_s);
    case 'electrolyse':
      return progress.stage === 'warm-up'
        ? judgeWarmUp(step, progress, seen, waived)
        : judgeElectrolyse(step, progress, seen, dt_s);
    case 'finish':
      return judgeFinish(step, progress);
  }
}

/** The rules of single steps, as tracks see them. */
function trackRules(waived: readonly Waiver[]): TrackRules {
  return { enter, judge: (step, progress, seen, dt_s) => judge(step, progress, seen, dt_s, waived) };
}

function questionOf({ id, text, key, answer }: Step<'prompt'> | Step<'sample'>): Prompt {
  return { id, text, ...(key === undefined ? {} : { key }), ...(answer === undefined ? {} : { answer }) };
}

/** A condition that must hold without a break: counts its time, starts again when it breaks. */
function held(condition: boolean, progress: StepProgress, dt_s: number, enough_s: number, text: string): Verdict {
  if (!condition) return { kind: 'met', met_s: 0 };
  const met_s = progress.met_s + dt_s;
  return met_s >= enough_s ? { kind: 'done', text } : { kind: 'met', met_s };
}

function judgePurge(step: Step<'purge'>, progress: StepProgress, seen: Observation, dt_s: number): Verdict {
  const flow = seen.sweep_mL_min;
  const flows = flow !== null && flow >= SWEEP_SHARE * step.sweep_mL_min;
  if (!flows && progress.active_s > SWEEP_TIMEOUT_S + step.duration_s) {
    const shown = flow === null ? 'not measured' : `${flow.toFixed(1)} mL/min`;
    return {
      kind: 'hold',
      reason: `the sweep gas is ${shown}, not ${step.sweep_mL_min} mL/min: open the nitrogen supply`,
    };
  }
  return held(flows, progress, dt_s, step.duration_s, `swept for ${step.duration_s} s`);
}

function judgeTemperature(
  step: Step<'cool'> | Step<'heat'>,
  progress: StepProgress,
  seen: Observation,
  dt_s: number,
): Verdict {
  const setpoint = seen.temperature_setpoint_C;
  const arrived = setpoint !== null && Math.abs(setpoint - step.target_C) <= RAMP_ARRIVED_K;
  const error = seen.temperature_C === null ? null : Math.abs(seen.temperature_C - step.target_C);
  if (progress.active_s > step.timeout_s) {
    return {
      kind: 'hold',
      reason: `the cell was not within ${step.band_K} K of ${step.target_C} °C for ${step.hold_s} s by its time limit`,
    };
  }
  const inBand = arrived && error !== null && error <= step.band_K;
  return held(
    inBand,
    progress,
    dt_s,
    step.hold_s,
    `within ${step.band_K} K of ${step.target_C} °C for ${step.hold_s} s`,
  );
}

function judgeFlow(step: Step<'flow'>, progress: StepProgress, seen: Observation, dt_s: number): Verdict {
  const flow = seen.flow_mL_min;
  const allowed = (step.tolerance_percent / 100) * step.flow_mL_min;
  const there = flow !== null && Math.abs(flow - step.flow_mL_min) <= allowed;
  if (!there && progress.active_s > FLOW_TIMEOUT_S + step.settle_s) {
    const shown = flow === null ? 'not measured' : `${flow.toPrecision(3)} mL/min`;
    return { kind: 'hold', reason: `the flow is ${shown}, not ${step.flow_mL_min} mL/min: look at pump and lines` };
  }
  return held(there, progress, dt_s, step.settle_s, `flowing at ${step.flow_mL_min} mL/min`);
}

function judgeFinish(step: Step<'finish'>, progress: StepProgress): Verdict {
  switch (progress.stage) {
    case 'warm-up':
    case 'run':
    case 'off':
      return STAY; // the machine moves on when the off is measured
    case 'sweep':
      if (progress.active_s < step.sweep_s) return STAY;
      return step.holdTemperature
        ? { kind: 'stage', stage: 'hand-over', prompt: handOver(step), demand: {} }
        : { kind: 'done', text: 'swept' };
    case 'hand-over':
      return progress.answered ? { kind: 'done', text: 'taken over by the operator' } : STAY;
  }
}

function handOver(step: Step<'finish'>): Prompt {
  return {
    id: `${step.id}-hand-over`,
    text: 'The temperature is being held. Continue when you take over for the work-up: cooling and pump then stop.',
  };
}
