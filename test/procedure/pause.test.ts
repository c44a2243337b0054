/** What a hold lets go by the recipe's policy, and what a resume waits for before any current. */
import { describe, expect, it } from 'vitest';
import { KEEP_ALL, type PausePolicy, type Plan, type PlanStep } from '../../src/model/plan.js';
import type { Observation } from '../../src/model/observation.js';
import { unmet } from '../../src/procedure/pause.js';
import { seen } from '../support/observation.js';
import { ASK, COOL, ELECTROLYSE, FINISH, FLOW, planOf, PURGE } from '../support/plan.js';
import { ABORT, answerTo, HOLD, OFF_MEASURED, OFF_UNCONFIRMED, Rehearsal, STOP, UNHOLD } from '../support/procedure.js';

const OFF = { current_mA: 0, setpoint_mA: 0 };
const COLD = { temperature_C: 0, temperature_setpoint_C: 0 };
const RELEASE: Partial<PausePolicy> = { temperature: 'release' };
const STOP_FLOW: Partial<PausePolicy> = { flow: 'stop' };
const SHUT: Partial<PausePolicy> = { purgeStopAfter_s: 600 };
const ALL: Partial<PausePolicy> = { ...RELEASE, ...STOP_FLOW, ...SHUT };
const STEPS: readonly PlanStep[] = [PURGE, FLOW, COOL, ELECTROLYSE, FINISH];

function planWith(policy: Partial<PausePolicy>, steps: readonly PlanStep[] = STEPS): Plan {
  return { ...planOf(steps), pause: { ...KEEP_ALL, ...policy } };
}

/** In the electrolysis at its full current, with some charge passed. */
function passing(policy: Partial<PausePolicy>): Rehearsal {
  const begun = { charge_C: 0 };
  const run = new Rehearsal(planWith(policy))
    .begin()
    .ticks(13, begun)
    .ticks(5, { ...COLD, ...begun });
  run.tick(begun).tick({ charge_C: 5 });
  expect(run.state).toMatchObject({ run: 'execute', step: 3, demand: { current_mA: 80 } });
  return run;
}

const held = (run: Rehearsal): Rehearsal => run.hear(HOLD).tick(OFF).hear(OFF_MEASURED);
const notes = (run: Rehearsal): string[] =>
  run.intents.flatMap((intent) => (intent.kind === 'journal' && intent.event === 'note' ? [intent.text] : []));
/** One tick after the other, until it demands a current; gives how many it took. */
function secondsToCurrent(run: Rehearsal, see: (second: number) => Partial<Observation>): number {
  for (let second = 1; second < 2000; second++) {
    run.tick({ ...OFF, charge_C: 5, ...see(second) });
    if (run.state.demand.current_mA !== 0) return second;
  }
  return Infinity;
}

describe('the ramp down', () => {
  it.each([
    [{ down_s: 4, up_s: null }, 20],
    [{ down_s: 0, up_s: null }, Infinity],
    [KEEP_ALL.current, 40],
  ])('of %o', (current, rate) => {
    expect(passing({ current }).hear(HOLD).state.demand).toMatchObject({ current_mA: 0, currentRamp_mA_s: rate });
  });

  it('is never slower than 2 s where the guard holds', () => {
    const guard = { ...HOLD, actor: 'guard' };
    const slow = { current: { down_s: 10, up_s: null } };
    expect(passing(slow).hear(guard).state.demand.currentRamp_mA_s).toBe(40);
    expect(passing({ current: { down_s: 1, up_s: null } }).hear(guard).state.demand.currentRamp_mA_s).toBe(80);
    expect(passing(slow).hear(STOP).state.demand.currentRamp_mA_s).toBe(40);
  });

  it('ends where the charge of the step has passed', () => {
    const run = passing({ current: { down_s: 10, up_s: null } }).hear(HOLD);
    expect(run.tick({ setpoint_mA: 60, charge_C: 7.99 }).asked).toEqual([]);
    expect(run.tick({ setpoint_mA: 52, charge_C: 8 }).asked).toEqual(['off']);
    expect(run.hear(OFF_MEASURED).state.run).toBe('held');
    run.hear(UNHOLD).tick({ ...OFF, charge_C: 8 });
    expect(run.state).toMatchObject({ run: 'execute', step: 4, demand: { current_mA: 0 } });
    expect(run.asked).toContain('off');
  });
});

describe('the ramp back', () => {
  it('is the policy’s, then the step’s own again', () => {
    const run = held(passing({ current: { down_s: 2, up_s: 160 } })).hear(UNHOLD);
    expect(run.state.demand).toMatchObject({ current_mA: 80, currentRamp_mA_s: 0.5 });
    expect(run.tick({ setpoint_mA: 79, charge_C: 5 }).state.run).toBe('unholding');
    run.tick({ setpoint_mA: 80, charge_C: 5 });
    expect(run.state).toMatchObject({ run: 'execute', demand: { current_mA: 80, currentRamp_mA_s: 4 } });
  });
});

describe('temperature: release', () => {
  it('has the Peltier off only once the current is measured off', () => {
    const run = passing(RELEASE).hear(HOLD).tick(OFF);
    expect(run.state.demand.temperature_C).toBe(0);
    run.hear(OFF_MEASURED);
    expect(run.state).toMatchObject({
      run: 'held',
      demand: { temperature_C: null, flow_mL_min: 25, sweepShut: false },
    });
    expect(notes(run)).toEqual(['while held the Peltier is off']);
  });

  it('waits for the band and its hold time before any current', () => {
    const run = held(passing(RELEASE)).hear(UNHOLD);
    expect(run.state).toMatchObject({ run: 'unholding', step: 3, demand: { current_mA: 0, temperature_C: 0 } });
    const warm = { temperature_C: 8, temperature_setpoint_C: 8 };
    expect(secondsToCurrent(run, (second) => (second <= 40 ? warm : COLD))).toBe(45);
    expect(run.tick({ setpoint_mA: 80, charge_C: 5 }).state).toMatchObject({ run: 'execute', step: 3 });
  });

  it('is held again with the reason when the band does not come', () => {
    const run = held(passing(RELEASE)).hear(UNHOLD);
    expect(secondsToCurrent(run, () => ({ temperature_C: 8, temperature_setpoint_C: 0 }))).toBe(Infinity);
    expect(run.state.run).toBe('holding');
    run.hear(OFF_MEASURED);
    expect(run.state).toMatchObject({
      run: 'held',
      reason: 'the cell was not within 0.1 K of 0 °C for 5 s by its time limit',
      demand: { temperature_C: null },
    });
    expect(secondsToCurrent(run.hear(UNHOLD), () => COLD)).toBe(5);
  });
});

describe('flow: stop', () => {
  it('stops the pump, and waits for the flow before any current', () => {
    const run = held(passing(STOP_FLOW));
    expect(run.state.demand).toMatchObject({ flow_mL_min: 0, temperature_C: 0 });
    run.hear(UNHOLD);
    expect(run.state.demand).toMatchObject({ flow_mL_min: 25, current_mA: 0 });
    expect(secondsToCurrent(run, (second) => ({ flow_mL_min: second < 7 ? 12 : 25 }))).toBe(9);
  });

  it('is held again when the flow does not come', () => {
    const run = held(passing(STOP_FLOW)).hear(UNHOLD);
    expect(secondsToCurrent(run, () => ({ flow_mL_min: null }))).toBe(Infinity);
    expect(run.state.reason).toBe('the flow is not measured, not 25 mL/min: look at pump and lines');
    expect(run.hear(OFF_MEASURED).state).toMatchObject({ run: 'held', demand: { flow_mL_min: 0 } });
  });
});

describe('purge: stop_after', () => {
  const shutRun = (): Rehearsal => held(passing(SHUT)).ticks(600, OFF);

  it('shuts the nitrogen when it has swept for so long, counted from the measured off', () => {
    const run = held(passing(SHUT)).ticks(599, OFF);
    expect(run.state.demand.sweepShut).toBe(false);
    expect(run.tick(OFF).state.demand.sweepShut).toBe(true);
    expect(notes(run)).toEqual(['nitrogen shut after 600 s of sweep while held']);
    expect(run.tick({ ...OFF, sweep_mL_min: 0 }).intents).toEqual([]);
  });

  it.each([0, 69.9, null, NaN])('does not count a sweep of %s', (sweep_mL_min) => {
    const run = held(passing(SHUT)).ticks(5000, { ...OFF, sweep_mL_min });
    expect(run.state.demand.sweepShut).toBe(false);
    expect(run.ticks(600, OFF).state.demand.sweepShut).toBe(true);
  });

  it('opens it at once on a resume, and repeats the purge before any current', () => {
    const run = shutRun().hear(UNHOLD);
    expect(run.state.demand).toMatchObject({ sweepShut: false, current_mA: 0 });
    expect(secondsToCurrent(run, (second) => ({ sweep_mL_min: second < 4 ? 50 : 100 }))).toBe(13);
  });

  it('is held again when no nitrogen comes, and still owes the purge afterwards', () => {
    const run = shutRun().hear(UNHOLD);
    expect(secondsToCurrent(run, () => ({ sweep_mL_min: 0 }))).toBe(Infinity);
    expect(run.hear(OFF_MEASURED).state.reason).toBe(
      'the sweep gas is 0.0 mL/min, not 100 mL/min: open the nitrogen supply',
    );
    expect(run.state.demand.sweepShut).toBe(false);
    expect(secondsToCurrent(run.hear(UNHOLD), () => ({}))).toBe(10);
  });

  it('is not shut, and needs no purge, after a hold that was short', () => {
    const run = held(passing(SHUT)).ticks(300, OFF).hear(UNHOLD);
    expect(run.state.demand.current_mA).toBe(80);
  });

  it.each([
    ['a stop', STOP],
    ['an abort', ABORT],
    ['an off that is not confirmed', OFF_UNCONFIRMED],
  ])('%s opens it', (_, event) => {
    expect(shutRun().hear(event).state.demand.sweepShut).toBe(false);
  });
});

describe('all of them', () => {
  it('come back in the order purge, flow, temperature, current', () => {
    const run = held(passing(ALL)).ticks(600, OFF).hear(UNHOLD);
    const order: object[] = [];
    const seconds = secondsToCurrent(run, () => {
      const { sweepShut, flow_mL_min, temperature_C } = run.state.demand;
      const last = { sweepShut, flow_mL_min, temperature_C };
      if (JSON.stringify(order.at(-1)) !== JSON.stringify(last)) order.push(last);
      return COLD;
    });
    expect(order).toEqual([
      { sweepShut: false, flow_mL_min: 0, temperature_C: null },
      { sweepShut: false, flow_mL_min: 25, temperature_C: null },
      { sweepShut: false, flow_mL_min: 25, temperature_C: 0 },
    ]);
    expect(seconds).toBe(10 + 3 + 5);
  });

  it('a hold on the way back lets go again and forgets nothing', () => {
    const run = held(passing(ALL))
      .ticks(600, OFF)
      .hear(UNHOLD)
      .ticks(12, { ...OFF, ...COLD, charge_C: 5 });
    expect(run.state.demand.flow_mL_min).toBe(25);
    expect(run.hear(HOLD).state.run).toBe('holding');
    expect(run.tick(OFF).asked).toEqual(['off']);
    run.hear(OFF_MEASURED);
    expect(run.state).toMatchObject({ run: 'held', demand: { flow_mL_min: 0, temperature_C: null } });
    expect(secondsToCurrent(run.hear(UNHOLD), () => COLD)).toBe(3 + 5);
  });

  it('a request on the way back takes no time from what is waited for', () => {
    const run = held(passing(RELEASE)).hear(UNHOLD);
    for (let k = 0; k < 4; k++) {
      run.tick({ ...OFF, ...COLD, charge_C: 5 });
      run.now_s += 0.5;
      run.hear(UNHOLD).hear(answerTo('nobody'));
      run.now_s -= 0.5;
    }
    expect(run.state.demand.current_mA).toBe(0);
    expect(run.tick({ ...OFF, ...COLD, charge_C: 5 }).state.demand.current_mA).toBe(80);
  });

  it('are not waited for when no current follows any more', () => {
    const run = passing(ALL)
      .hear(HOLD)
      .tick({ ...OFF, charge_C: 8 });
    run
      .hear(OFF_MEASURED)
      .hear(UNHOLD)
      .tick({ ...OFF, charge_C: 8 });
    expect(run.state).toMatchObject({ run: 'execute', step: 4, pause: { owed: [] } });
    expect(run.state.demand).toMatchObject({ current_mA: 0, temperature_C: 0, flow_mL_min: 25, sweepShut: false });
  });

  it('are kept while the run finishes', () => {
    const run = passing(ALL).tick({ charge_C: 8 }).hear(OFF_MEASURED).tick(OFF);
    held(run).ticks(1000, OFF);
    expect(run.state).toMatchObject({ run: 'held', step: 4 });
    expect(run.state.demand).toMatchObject({ temperature_C: 0, flow_mL_min: 25, sweepShut: false });
  });
});

describe('a hold in the step that makes the condition', () => {
  it('has the step wait for it anew', () => {
    const run = new Rehearsal(planWith(RELEASE, [COOL, ELECTROLYSE, FINISH])).begin().ticks(4, COLD);
    held(run);
    expect(run.state.demand.temperature_C).toBeNull();
    run.hear(UNHOLD);
    expect(run.state.demand.temperature_C).toBe(0);
    expect(run.tick(OFF).state).toMatchObject({ run: 'execute', step: 0, progress: { met_s: 0 } });
    expect(run.ticks(4, COLD).state.step).toBe(0);
    expect(run.tick(COLD).state.step).toBe(1);
  });

  it('does not wait for the condition of the step before it, which is not to hold any more', () => {
    const warmer = { ...COOL, id: 'cool-2', target_C: 10 } as const;
    const run = new Rehearsal(planWith(RELEASE, [COOL, warmer, ELECTROLYSE, FINISH])).begin().ticks(5, COLD);
    held(run).hear(UNHOLD);
    expect(run.state.demand.temperature_C).toBe(10);
    expect(run.tick(OFF).state).toMatchObject({ run: 'execute', step: 1 });
  });

  it('before any step has made one, lets go of nothing that was not there', () => {
    const run = held(new Rehearsal(planWith(ALL, [ASK, ...STEPS])).begin());
    expect(run.state.pause.owed).toEqual([]);
    run.hear(answerTo('prompt')).ticks(600, OFF);
    expect(run.state.demand.sweepShut).toBe(true);
    run.hear(UNHOLD).tick(OFF);
    expect(run.state).toMatchObject({ run: 'execute', step: 1, demand: { sweepShut: false } });
  });

  it('in a later step that asks nothing, still brings back what came before', () => {
    const run = new Rehearsal(planWith(RELEASE, [COOL, ASK, ELECTROLYSE, FINISH])).begin().ticks(5, COLD);
    held(run).hear(answerTo('prompt')).hear(UNHOLD);
    expect(run.ticks(4, { ...OFF, ...COLD }).state).toMatchObject({ run: 'unholding', step: 1 });
    expect(run.tick({ ...OFF, ...COLD }).tick({ ...OFF, ...COLD }).state).toMatchObject({ run: 'execute', step: 2 });
  });
});

describe('what keeps the current from coming back', () => {
  const lacks = (run: Rehearsal, changes: Partial<Observation>, plan = planWith({})): string[] =>
    unmet(plan, run.state, seen({ ...OFF, ...changes }));

  it('is sweep and flow that were kept, and are too little or not measured', () => {
    const run = held(passing({}));
    expect(lacks(run, {})).toEqual([]);
    expect(lacks(run, { sweep_mL_min: 70, flow_mL_min: 15 })).toEqual([]);
    expect(lacks(run, { sweep_mL_min: 69.9, flow_mL_min: 14.9 })).toEqual([
      'sweep gas 69.9 mL/min, needs 70 mL/min',
      'flow 14.9 mL/min, needs 15 mL/min',
    ]);
    expect(lacks(run, { sweep_mL_min: null, flow_mL_min: NaN })).toEqual([
      'sweep gas is not measured, needs 70 mL/min',
      'flow NaN mL/min, needs 15 mL/min',
    ]);
  });

  it('is not what the policy let go: that is waited for', () => {
    expect(lacks(held(passing(STOP_FLOW)), { flow_mL_min: 0 })).toEqual([]);
    expect(lacks(held(passing(SHUT)).ticks(600, OFF), { sweep_mL_min: 0 })).toEqual([]);
  });

  it('is nothing where the recipe has no limit, or the step no current', () => {
    const run = held(passing({}));
    const nothing = { sweep_mL_min: 0, flow_mL_min: 0 };
    const unlimited = planWith({});
    const limits = { ...unlimited.limits, sweepMin_mL_min: 0, flowMin_mL_min: null };
    expect(lacks(run, nothing, { ...unlimited, limits })).toEqual([]);
    const flowing = held(new Rehearsal(planWith({})).begin().ticks(11, { charge_C: 0, flow_mL_min: 12 }));
    expect(flowing.state.stepDemand.current_mA).toBe(0);
    expect(lacks(flowing, nothing)).toEqual([]);
  });
});
