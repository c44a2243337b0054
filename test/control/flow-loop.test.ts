import { describe, expect, it } from 'vitest';
import { FlowLoop } from '../../src/control/flow-loop.js';

const CYCLE_S = 0.05;

/** A pump worn to a share of its curve, with a sensor and line of 1 s. */
function pumped(share: number, target_mL_min: number, seconds: number): { flow_mL_min: number; speed: number } {
  const loop = new FlowLoop(50);
  let flow_mL_min = 0;
  let speed = 0;
  for (let k = 0; k < seconds / CYCLE_S; k++) {
    speed = loop.next(target_mL_min, flow_mL_min, CYCLE_S);
    flow_mL_min += (share * 50 * speed - flow_mL_min) * CYCLE_S;
  }
  return { flow_mL_min, speed };
}

describe('flow loop', () => {
  it('starts from the pump’s own curve', () => {
    expect(new FlowLoop(50).next(25, null, CYCLE_S)).toBe(0.5);
  });

  it.each([1, 0.8, 1.2])('brings a pump of %s of its curve to its flow', (share) => {
    expect(pumped(share, 25, 60).flow_mL_min).toBeCloseTo(25, 2);
  });

  it('corrects by no more than a quarter of what the curve asks for, and never beyond 1', () => {
    expect(pumped(0, 25, 100).speed).toBeCloseTo(0.625, 9);
    expect(pumped(0, 45, 100).speed).toBe(1);
    const loop = new FlowLoop(50);
    const speeds = Array.from({ length: 2000 }, () => loop.next(25, 50, CYCLE_S));
    expect(speeds.at(-1)).toBeCloseTo(0.375, 9);
  });

  it('says what flow it drives the pump for', () => {
    const loop = new FlowLoop(50);
    expect(loop.byCurve_mL_min).toBe(0);
    for (let k = 0; k < 2000; k++) loop.next(25, 50, CYCLE_S);
    expect(loop.byCurve_mL_min).toBeCloseTo(18.75, 9);
    for (let k = 0; k < 2000; k++) loop.next(45, 0, CYCLE_S);
    expect(loop.byCurve_mL_min).toBe(50);
    loop.next(0, 20, CYCLE_S);
    expect(loop.byCurve_mL_min).toBe(0);
  });

  it('rests its integral while nothing is measured', () => {
    const loop = new FlowLoop(50);
    for (let k = 0; k < 20; k++) loop.next(25, 20, CYCLE_S);
    const before = loop.next(25, null, CYCLE_S);
    for (let k = 0; k < 100; k++) expect(loop.next(25, null, CYCLE_S)).toBe(before);
    expect(before).toBeGreaterThan(0.5);
  });

  it('stands still at no flow, and forgets', () => {
    const loop = new FlowLoop(50);
    for (let k = 0; k < 200; k++) loop.next(25, 0, CYCLE_S);
    expect(loop.next(0, 20, CYCLE_S)).toBe(0);
    expect(loop.next(25, null, CYCLE_S)).toBe(0.5);
  });
});
