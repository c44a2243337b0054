import { describe, expect, it } from 'vitest';
import { Watch, type Situation } from '../../src/control/watch.js';
import type { Observation } from '../../src/model/observation.js';
import { seen, without, withLine } from '../support/observation.js';
import { planOf } from '../support/plan.js';

const RUNNING: Situation = {
  run: 'execute',
  armed: true,
  energised: true,
  temperatureTarget_C: 0,
  flowTarget_mL_min: 25,
  chargeDifference_C: 0,
  recordFailure: null,
};

/** What a watch raised and cleared in so many seconds, in cycles of 50 ms. */
function watched(
  watch: Watch,
  seconds: number,
  changes: Partial<Observation> = {},
  situation: Partial<Situation> = {},
): string[] {
  const said: string[] = [];
  for (let k = 1; k <= Math.round(seconds / 0.05); k++)
    for (const { interlock, change } of watch.judge(seen(changes), 0.05, { ...RUNNING, ...situation }))
      said.push(`${interlock.id} ${change}`);
  return said;
}

/** Both thermometers in the liquid. */
const both = (temperature_C: number): Partial<Observation> => ({ temperature_C, safety_temperature_C: temperature_C });

describe('the watch over a run', () => {
  it('says nothing in a healthy run', () => {
    expect(watched(new Watch(planOf()), 100)).toEqual([]);
  });

  it('keeps the alarms, and marks which came first also within one cycle', () => {
    const watch = new Watch(planOf());
    const judged = watch.judge(seen({ ...withLine('e-stop-closed', false), absolute_charge_C: 99 }), 0.05, RUNNING);
    expect(judged.map(({ alarm }) => [alarm.id, alarm.firstOut])).toEqual([
      ['charge-cap', true],
      ['e-stop-closed', false],
    ]);
    expect(watch.alarms.get('e-stop-closed')?.state).toBe('active');
  });

  it('gives the pump 5 s after a new target before it misses the flow', () => {
    const watch = new Watch(planOf());
    expect(watched(watch, 20, { flow_mL_min: 25 })).toEqual([]);
    expect(watched(watch, 7.7, { flow_mL_min: 5 }, { flowTarget_mL_min: 40 })).toEqual([]);
    expect(watched(watch, 0.3, { flow_mL_min: 5 }, { flowTarget_mL_min: 40 })).toEqual(['flow-lost raised']);
  });

  it('sees a Peltier that warms: more than 1 K above the coldest, 1.9 s long, while told to cool', () => {
    const watch = new Watch(planOf());
    const off = { energised: false };
    for (const temperature_C of [12, 11, 12]) expect(watched(watch, 10, both(temperature_C), off)).toEqual([]);
    expect(watched(watch, 1.8, both(12.1), off)).toEqual([]);
    expect(watched(watch, 0.2, both(12.1), off)).toEqual(['cooling-wrong-way raised']);
  });

  it('measures the warming anew for a new target', () => {
    const watch = new Watch(planOf());
    const off = { energised: false };
    watched(watch, 5, both(0), off);
    expect(watched(watch, 10, both(4), { ...off, temperatureTarget_C: 5 })).toEqual([]);
    expect(watched(watch, 10, both(4), { ...off, temperatureTarget_C: null })).toEqual([]);
  });

  it('does not take a lost thermometer for a warm or a cold one', () => {
    const watch = new Watch(planOf());
    watched(watch, 5);
    expect(watched(watch, 1, without('temperature_C'), { energised: false })).toEqual(['no-temperature-c raised']);
  });
});

describe('a reset by a person', () => {
  it('is refused while the cause stands', () => {
    const watch = new Watch(planOf());
    watched(watch, 1, withLine('door-closed', false));
    expect(watch.reset()).toEqual({ standing: ['door-closed'], cleared: [] });
    expect(watched(watch, 1, withLine('door-closed', false))).toEqual([]);
  });

  it('clears what has gone, so that it can be raised anew', () => {
    const watch = new Watch(planOf());
    watched(watch, 1, withLine('door-closed', false));
    watched(watch, 1);
    const { standing, cleared } = watch.reset();
    expect(standing).toEqual([]);
    expect(cleared.map(({ id, state }) => [id, state])).toEqual([['door-closed', 'cleared-unacknowledged']]);
    expect(watched(watch, 1, withLine('door-closed', false))).toEqual(['door-closed raised']);
  });

  it('is not kept from going on by what only warns', () => {
    const watch = new Watch(planOf());
    expect(watched(watch, 3, { hydrogen_ppm: 500 })).toEqual(['hydrogen-warn raised']);
    expect(watch.reset()).toEqual({ standing: [], cleared: [] });
    expect(watched(watch, 1)).toEqual(['hydrogen-warn cleared']);
  });
});
