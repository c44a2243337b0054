import { describe, expect, it } from 'vitest';
import { CurrentLoop } from '../../src/control/current-loop.js';

const CYCLE_S = 0.05;
const AT_ONCE = Infinity;

/** A loop that has stood at a set point, its current measured as a share of it. */
function settled(loop: CurrentLoop, target_mA: number, share: number, seconds: number): number {
  let setpoint_A = loop.next(target_mA, AT_ONCE, 0, true, CYCLE_S);
  for (let k = 0; k < seconds / CYCLE_S; k++)
    setpoint_A = loop.next(target_mA, AT_ONCE, target_mA * share, true, CYCLE_S);
  return setpoint_A;
}

describe('current loop', () => {
  it('ramps its set point and gives it in ampere', () => {
    const loop = new CurrentLoop();
    expect(loop.next(80, 4, 0, true, CYCLE_S)).toBeCloseTo(0.0002, 12);
    for (let k = 1; k < 401; k++) loop.next(80, 4, loop.setpoint_mA, true, CYCLE_S);
    expect(loop.setpoint_mA).toBe(80);
    expect(loop.next(80, 4, 80, true, CYCLE_S)).toBe(0.08);
  });

  it('trims a board that gives 0.5 % too little until the cell gets its current', () => {
    const loop = new CurrentLoop();
    let cell_mA = 0;
    for (let k = 0; k < 30 / CYCLE_S; k++) cell_mA = 995 * loop.next(80, AT_ONCE, cell_mA, true, CYCLE_S);
    expect(cell_mA).toBeCloseTo(80, 2);
  });

  it.each([80, -80])('trims %s mA by no more than 1 %, whatever is measured', (target_mA) => {
    expect(settled(new CurrentLoop(), target_mA, 0, 100)).toBeCloseTo((target_mA / 1000) * 1.01, 12);
    expect(settled(new CurrentLoop(), target_mA, 2, 100)).toBeCloseTo((target_mA / 1000) * 0.99, 12);
    expect(settled(new CurrentLoop(), target_mA, -1, 100)).toBeCloseTo((target_mA / 1000) * 1.01, 12);
  });

  it('leaves the trim alone at compliance, and while nothing is measured', () => {
    const loop = new CurrentLoop();
    const before_A = settled(loop, 80, 0.999, 2);
    for (let k = 0; k < 100; k++) expect(loop.next(80, AT_ONCE, 20, false, CYCLE_S)).toBe(before_A);
    for (let k = 0; k < 100; k++) expect(loop.next(80, AT_ONCE, null, true, CYCLE_S)).toBe(before_A);
    expect(loop.next(80, AT_ONCE, 79, true, CYCLE_S)).toBeGreaterThan(before_A);
  });

  it('leaves the trim alone in a ramp', () => {
    const loop = new CurrentLoop();
    for (let k = 0; k < 100; k++) {
      const setpoint_A = loop.next(80, 1, 0, true, CYCLE_S);
      expect(setpoint_A).toBe(loop.setpoint_mA / 1000);
    }
  });

  it('forgets the trim at zero, by a ramp as by an off', () => {
    const ramped = new CurrentLoop();
    settled(ramped, 80, 0.99, 20);
    expect(ramped.next(0, AT_ONCE, 80, true, CYCLE_S)).toBe(0);
    expect(ramped.next(80, AT_ONCE, 0, true, CYCLE_S)).toBe(0.08);
    const cut = new CurrentLoop();
    settled(cut, 80, 0.99, 20);
    cut.zero();
    expect(cut.setpoint_mA).toBe(0);
    expect(cut.next(80, AT_ONCE, 0, true, CYCLE_S)).toBe(0.08);
  });

  it('demands nothing but zero at rest', () => {
    const loop = new CurrentLoop();
    for (const measured_mA of [0, 5, -5, null]) expect(loop.next(0, AT_ONCE, measured_mA, true, CYCLE_S)).toBe(0);
  });
});
