import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/model/observation.js';
import type { PlanStep } from '../../src/model/plan.js';
import { enter, judge } from '../../src/procedure/steps.js';
import { NEW_STEP, type StepProgress } from '../../src/procedure/types.js';
import { seen, without } from '../support/observation.js';
import { ALL_STEPS, ASK, COOL, ELECTROLYSE, FINISH, FLOW, planOf, PURGE } from '../support/plan.js';
import { answerTo, OFF_MEASURED, Rehearsal } from '../support/procedure.js';

const FRESH: StepProgress = NEW_STEP;

/** Runs a step's rule second by second over what `see` shows, until it says more than "wait"; at most `longest_s`. */
function watch(
  step: PlanStep,
  see: (second: number) => Partial<Observation>,
  longest_s: number,
): { kind: string; at_s: number } {
  let progress = FRESH;
  for (let second = 1; second <= longest_s; second++) {
    progress = { ...progress, active_s: second };
    const verdict = judge(step, progress, seen(see(second)), 1, []);
    if (verdict.kind === 'met') progress = { ...progress, met_s: verdict.met_s };
    else if (verdict.kind !== 'stay') return { kind: verdict.kind, at_s: second };
  }
  return { kind: 'waits', at_s: longest_s };
}

const COLD = { temperature_C: 0, temperature_setpoint_C: 0 };

describe('purge', () => {
  it('ends after its time of sweep', () => {
    expect(watch(PURGE, () => ({ sweep_mL_min: 100 }), 100)).toEqual({ kind: 'done', at_s: 10 });
  });
  it('takes nine tenths of the flow for enough, not less', () => {
    expect(watch(PURGE, () => ({ sweep_mL_min: 90 }), 100)).toEqual({ kind: 'done', at_s: 10 });
    expect(watch(PURGE, () => ({ sweep_mL_min: 89.9 }), 60).kind).toBe('waits');
  });
  it('counts anew when the gas stops', () => {
    const gap = (second: number): Partial<Observation> => ({ sweep_mL_min: second === 8 ? 0 : 100 });
    expect(watch(PURGE, gap, 100)).toEqual({ kind: 'done', at_s: 18 });
  });
  it('holds the run when no gas comes within a minute beyond its own time', () => {
    expect(watch(PURGE, () => ({ sweep_mL_min: 0 }), 200)).toEqual({ kind: 'hold', at_s: 71 });
  });
  it.each([null, NaN])('takes %s for no gas', (sweep_mL_min) => {
    expect(watch(PURGE, () => ({ sweep_mL_min }), 200)).toEqual({ kind: 'hold', at_s: 71 });
  });
});

describe('cool', () => {
  it('ends when set point and liquid have been there for the time asked', () => {
    expect(watch(COOL, () => COLD, 100)).toEqual({ kind: 'done', at_s: 5 });
  });
  it('does not count while the set point still ramps, though the liquid be in band', () => {
    const ramping = { temperature_C: 0, temperature_setpoint_C: 0.003 };
    expect(watch(COOL, (second) => (second < 10 ? ramping : COLD), 100)).toEqual({ kind: 'done', at_s: 14 });
  });
  it('counts anew when the liquid leaves the band', () => {
    const out = (second: number): Partial<Observation> => ({ ...COLD, temperature_C: second === 4 ? 0.11 : 0.1 });
    expect(watch(COOL, out, 100)).toEqual({ kind: 'done', at_s: 9 });
  });
  it('holds the run at its time limit', () => {
    expect(watch(COOL, () => ({ ...COLD, temperature_C: 5 }), 200)).toEqual({ kind: 'hold', at_s: 61 });
  });
  it.each([
    { ...COLD, temperature_C: null },
    { ...COLD, temperature_C: NaN },
    { ...COLD, temperature_setpoint_C: null },
    { ...COLD, temperature_setpoint_C: NaN },
  ])('never counts %o as in band', (blind) => {
    expect(watch(COOL, () => blind, 200)).toEqual({ kind: 'hold', at_s: 61 });
    expect(watch(COOL, (second) => (second === 4 ? blind : COLD), 100)).toEqual({ kind: 'done', at_s: 9 });
  });
  it('asks for target and ramp, and for no current', () => {
    expect(enter(COOL).demand).toEqual({
      current_mA: 0,
      currentRamp_mA_s: Infinity,
      temperature_C: 0,
      temperatureRamp_K_min: 2,
    });
  });
});

describe('flow', () => {
  it('ends when the flow has settled within its tolerance', () => {
    expect(watch(FLOW, () => ({ flow_mL_min: 27.4 }), 100)).toEqual({ kind: 'done', at_s: 3 });
    expect(watch(FLOW, () => ({ flow_mL_min: 22.6 }), 100)).toEqual({ kind: 'done', at_s: 3 });
  });
  it('counts anew when the flow leaves it', () => {
    const gap = (second: number): Partial<Observation> => ({ flow_mL_min: second === 3 ? 28 : 25 });
    expect(watch(FLOW, gap, 100)).toEqual({ kind: 'done', at_s: 6 });
  });
  it.each([0, null, NaN])('holds the run when the flow is %s', (flow_mL_min) => {
    expect(watch(FLOW, () => ({ flow_mL_min }), 200)).toEqual({ kind: 'hold', at_s: 124 });
  });
});

describe('electrolyse', () => {
  const verdict = (charge_C: number, active_s: number, chargeAtStart_C = 0): string =>
    judge(ELECTROLYSE, { ...FRESH, active_s, chargeAtStart_C }, seen({ charge_C }), 1, []).kind;

  it.each([
    [ELECTROLYSE, { current_mA: 80, currentRamp_mA_s: 4 }],
    [
      { ...ELECTROLYSE, current_mA: -80 },
      { current_mA: -80, currentRamp_mA_s: 4 },
    ],
    [
      { ...ELECTROLYSE, ramp_s: 0 },
      { current_mA: 80, currentRamp_mA_s: Infinity },
    ],
  ])('asks for its current, ramped from zero in its time (%#)', (step, demand) => {
    const run = new Rehearsal(planOf([step])).begin();
    expect(run.state.demand.current_mA).toBe(0);
    expect(run.tick().state.demand).toMatchObject(demand);
  });
  it('passes none before the hydrogen sensor gives a value, and holds the run if it never does', () => {
    const warming = without('hydrogen_ppm', 'warming-up');
    const run = new Rehearsal(planOf([ELECTROLYSE])).begin().ticks(300, warming);
    expect(run.state).toMatchObject({ run: 'execute', demand: { current_mA: 0 } });
    expect(run.tick().state).toMatchObject({ demand: { current_mA: 80 }, progress: { active_s: 0 } });
    const blind = new Rehearsal(planOf([ELECTROLYSE])).begin().ticks(420, without('hydrogen_ppm', 'invalid'));
    expect(blind.state.run).toBe('execute');
    expect(blind.tick(without('hydrogen_ppm', 'invalid')).state.run).toBe('holding');
  });
  it('does not wait for a hydrogen sensor that the recipe waives', () => {
    const plan = { ...planOf([ELECTROLYSE]), waived: ['hydrogen' as const] };
    const run = new Rehearsal(plan).begin().tick(without('hydrogen_ppm', 'absent'));
    expect(run.state.demand.current_mA).toBe(80);
  });
  it('ends at its charge, counted from where it began, whichever way the current goes', () => {
    expect(verdict(7.999, 50)).toBe('stay');
    expect(verdict(8, 50)).toBe('done');
    expect(verdict(-8, 50)).toBe('done');
    expect(verdict(11, 50, 5)).toBe('stay');
    expect(verdict(13, 50, 5)).toBe('done');
  });
  it('holds the run at its time limit, but ends first if the charge is there', () => {
    expect(verdict(7, 120)).toBe('stay');
    expect(verdict(7, 120.1)).toBe('hold');
    expect(verdict(8, 500)).toBe('done');
  });
  it('holds when its time is no number', () => {
    expect(verdict(7, NaN)).toBe('hold');
  });
});

describe('prompt', () => {
  it('asks, and waits for the answer to its own question', () => {
    const run = new Rehearsal(planOf([ASK, FINISH])).begin();
    expect(run.state.prompt).toEqual({ id: 'prompt', text: 'Is the cell filled?' });
    expect(run.asked).toEqual(['ask']);
    run.hear(answerTo('another')).ticks(1000);
    expect(run.state.step).toBe(0);
    run.hear(answerTo('prompt'));
    expect(run.asked).toEqual(['withdraw-prompt']);
    expect(run.tick().state.step).toBe(1);
  });
});

describe('finish', () => {
  const finishing = (step: PlanStep = FINISH): Rehearsal => new Rehearsal(planOf([step])).begin();

  it('waits for a measured off, sweeps, and holds the temperature until somebody takes over', () => {
    const run = finishing();
    expect(run.asked).toEqual(['off']);
    expect(run.ticks(100).state.progress.stage).toBe('off');
    expect(run.hear(OFF_MEASURED).state.progress.stage).toBe('sweep');
    expect(run.ticks(29).state.progress.stage).toBe('sweep');
    expect(run.tick().asked).toEqual(['ask']);
    expect(run.state).toMatchObject({ run: 'execute', prompt: { id: 'finish-hand-over' } });
    expect(run.ticks(1000).state.run).toBe('execute');
    expect(run.hear(answerTo('finish-hand-over')).tick().state.run).toBe('complete');
    expect(run.asked).toEqual(['disarm']);
  });
  it('ends after the sweep where nothing must be held', () => {
    const run = finishing({ ...FINISH, holdTemperature: false }).hear(OFF_MEASURED);
    expect(run.ticks(29).state.run).toBe('execute');
    expect(run.tick().state.run).toBe('complete');
  });
});

describe('the end of an electrolysis', () => {
  const after = (next: PlanStep): Rehearsal =>
    new Rehearsal(planOf([ELECTROLYSE, next, FINISH])).begin().tick().tick({ charge_C: 8 });

  it.each(ALL_STEPS)('is the end of its current: then $kind', (next) => {
    const run = after(next);
    expect(run.state).toMatchObject({ step: 1, demand: { current_mA: 0, currentRamp_mA_s: Infinity } });
    expect(run.asked).toContain('off');
  });
  it('is measured off before the next step goes on, whatever that step waits for', () => {
    const run = after({ ...ELECTROLYSE, id: 'electrolyse-2', current_mA: 40 });
    expect(run.ticks(10).state.demand.current_mA).toBe(0);
    expect(run.hear(OFF_MEASURED).tick().state).toMatchObject({ step: 1, demand: { current_mA: 40 } });
  });
});

it('a whole procedure goes through its steps in order', () => {
  const run = new Rehearsal(planOf()).begin();
  const steps: string[] = [];
  const OFF_FIRST = { setpoint_mA: 0, charge_C: 0, ...COLD };
  for (let second = 0; second < 400 && run.state.run === 'execute'; second++) {
    const step = run.plan.steps[run.state.step];
    if (step !== undefined && steps.at(-1) !== step.id) steps.push(step.id);
    if (run.state.prompt !== null) run.hear(answerTo(run.state.prompt.id));
    if (run.state.offPending) run.hear(OFF_MEASURED);
    run.tick({ ...OFF_FIRST, charge_C: run.state.demand.current_mA === 0 ? 0 : 0.08 * run.state.progress.active_s });
  }
  expect(steps).toEqual(['prompt', 'purge', 'cool', 'flow', 'electrolyse', 'finish']);
  expect(run.state.run).toBe('complete');
});
