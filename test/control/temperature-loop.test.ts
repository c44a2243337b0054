import { describe, expect, it } from 'vitest';
import { TemperatureLoop } from '../../src/control/temperature-loop.js';
import type { TemperatureControl } from '../../src/model/reactor.js';
import { reactorFile } from '../support/plan.js';

/** One ampere for each kelvin, 10 s of integral time, no feed-forward: answers by mental arithmetic. */
const PLAIN: TemperatureControl = {
  period_s: 1,
  gain_A_K: 1,
  integralTime_s: 10,
  currentMin_A: 0,
  currentMax_A: 3,
  heatForward_A_W: 0,
  ambientForward_A_K: 0,
  rampForward_A_s_K: 0,
  rampRate_K_min: 2,
  taper_s: 0,
  settleBand_K: 0.1,
  settle_s: 300,
};
const AT_ONCE = 1e9;

const plain = (changes: Partial<TemperatureControl> = {}): TemperatureLoop =>
  new TemperatureLoop({ ...PLAIN, ...changes }, 22);
/** Runs a loop at a measured temperature, once a second. */
function run(loop: TemperatureLoop, measured_C: number, seconds: number, power_W = 0): number {
  let current_A = loop.current_A;
  for (let k = 0; k < seconds; k++) current_A = loop.next(0, AT_ONCE, measured_C, power_W, 1);
  return current_A;
}

describe('temperature loop', () => {
  it('cools in proportion, and integrates', () => {
    const loop = plain();
    expect(run(loop, 1, 1)).toBeCloseTo(1, 12);
    expect(run(loop, 1, 1)).toBeCloseTo(1.1, 12);
    expect(run(loop, 1, 5)).toBeCloseTo(1.6, 12);
  });

  it('stays between its clamps', () => {
    expect(run(plain(), 50, 100)).toBe(3);
    expect(run(plain(), -50, 100)).toBe(0);
  });

  it('does not wind up at either clamp: it leaves it as soon as the error allows', () => {
    const hot = plain();
    run(hot, 50, 1000);
    expect(run(hot, 1, 1)).toBeCloseTo(1, 12);
    const cold = plain();
    run(cold, -50, 1000);
    expect(run(cold, 1, 1)).toBeCloseTo(1, 12);
  });

  it('integrates at the clamp where that leads away from it', () => {
    const loop = plain();
    run(loop, 2, 5); // the integral is 1 A, the demand at the upper clamp
    run(loop, -0.5, 4); // 0.2 A of it go
    expect(run(loop, 1, 1)).toBeCloseTo(1 + 0.8, 12);
  });

  it('adds what it knows beforehand: heat of the cell, the room, the ramp', () => {
    const none = { gain_A_K: 1e-12 };
    expect(run(plain({ ...none, heatForward_A_W: 0.06 }), 0, 1, 1.44)).toBeCloseTo(0.0864, 9);
    expect(run(plain({ ...none, ambientForward_A_K: 0.0859 }), 0, 1)).toBeCloseTo(0.0859 * 22, 9);
    const ramping = plain({ ...none, rampForward_A_s_K: 12 });
    expect(ramping.next(0, 2, 22, 0, 1)).toBeCloseTo((12 * 2) / 60, 9);
  });

  it('runs at its own period, whatever the cycle', () => {
    const loop = plain();
    const currents = Array.from({ length: 400 }, () => loop.next(0, AT_ONCE, 0.01, 0, 0.05));
    const steps = currents.filter((current_A, k) => current_A !== currents[k - 1]).length;
    expect(steps).toBeGreaterThanOrEqual(20);
    expect(steps).toBeLessThanOrEqual(21);
    expect(currents.at(-1)).toBeCloseTo(0.01 + 0.001 * (steps - 1), 9);
  });

  it('begins its ramp where the cell is', () => {
    const loop = plain();
    loop.next(0, 2, 21.5, 0, 0.05);
    expect(loop.setpoint_C).toBeCloseTo(21.5 - 2 / 60, 9);
    for (let k = 0; k < 200; k++) loop.next(0, 2, 21, 0, 0.05);
    expect(loop.setpoint_C).toBeCloseTo(21.5 - (11 * 2) / 60, 9);
  });

  it('keeps its last current while nothing is measured', () => {
    const loop = plain();
    const before_A = run(loop, 1, 3);
    for (let k = 0; k < 50; k++) expect(loop.next(0, AT_ONCE, null, 5, 1)).toBe(before_A);
    expect(run(loop, 1, 1)).toBeCloseTo(before_A + 0.1, 12);
  });

  it('is off without a target, and begins anew after it', () => {
    const loop = plain();
    run(loop, 1, 20);
    expect(loop.next(null, AT_ONCE, 1, 5, 1)).toBe(0);
    expect(loop.setpoint_C).toBeNull();
    expect(run(loop, 1, 1)).toBeCloseTo(1, 12);
  });
});

/**
 * The batch reactor's gains on one heat capacity: the one that its feed-forward of the ramp assumes, but cooled a tenth
 * better than its feed-forward of the room assumes, so that the integral has something to do.
 */
function coolDown(minutes: number): { readonly temperatures_C: number[]; readonly currents_A: number[] } {
  const { control, heat } = reactorFile('batch-10ml');
  const loop = new TemperatureLoop(control.temperature, heat.ambient_C);
  const loss_W_K = 0.24;
  const assumed_W_A = loss_W_K / control.temperature.ambientForward_A_K;
  const capacity_J_K = assumed_W_A * control.temperature.rampForward_A_s_K;
  const cooling_W_A = 1.1 * assumed_W_A;
  let temperature_C = heat.ambient_C;
  const temperatures_C: number[] = [];
  const currents_A: number[] = [];
  for (let second = 0; second < minutes * 60; second++) {
    const current_A = loop.next(0, control.temperature.rampRate_K_min, temperature_C, 0, 1);
    temperature_C += (loss_W_K * (heat.ambient_C - temperature_C) - cooling_W_A * current_A) / capacity_J_K;
    temperatures_C.push(temperature_C);
    currents_A.push(current_A);
  }
  return { temperatures_C, currents_A };
}

describe('temperature loop on a cell of one heat capacity', () => {
  const { temperatures_C, currents_A } = coolDown(60);

  it('is within 0.1 K after 20 min, and stays there', () => {
    expect(Math.max(...temperatures_C.slice(20 * 60).map(Math.abs))).toBeLessThan(0.1);
    expect(Math.abs(temperatures_C.at(-1) ?? NaN)).toBeLessThan(0.002);
  });

  it('never goes more than 0.1 K below its target', () => {
    expect(Math.min(...temperatures_C)).toBeGreaterThan(-0.1);
  });

  it('never leaves its clamp, and does not oscillate at the end', () => {
    expect(Math.max(...currents_A)).toBeLessThanOrEqual(3);
    expect(Math.min(...currents_A)).toBeGreaterThanOrEqual(0);
    const last = currents_A.slice(-600);
    expect(Math.max(...last) - Math.min(...last)).toBeLessThan(0.005);
  });
});
