import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostCurrentLoop } from '../../src/control/host-current-loop.js';

const DT_S = 0.02;
const TOLERANCE = 0.02;

interface Stage {
  readonly gain: number;
  readonly offset_A: number;
  /** Size of a count of the converter, A. */
  readonly count_A?: number;
}

/** Currents cycle by cycle: each reading is of the command before. */
function run(loop: HostCurrentLoop, stage: Stage, setpoints_A: readonly number[]): number[] {
  const { gain, offset_A, count_A = 0 } = stage;
  let current_A = 0;
  return setpoints_A.map((setpoint_A) => {
    const wanted_A = loop.next(setpoint_A, current_A, DT_S);
    const set_A = count_A === 0 ? wanted_A : Math.round(wanted_A / count_A) * count_A;
    current_A = set_A === 0 ? 0 : Math.max(0, set_A * gain + offset_A);
    return current_A;
  });
}

const steady = (setpoint_A: number, cycles: number): number[] => Array<number>(cycles).fill(setpoint_A);
const gains = fc.double({ min: 1 - TOLERANCE, max: 1 + TOLERANCE, noNaN: true });
const offsets_A = fc.double({ min: -0.15e-3, max: 0.15e-3, noNaN: true });
const setpoints_A = fc.double({ min: 0.018, max: 0.25, noNaN: true });

describe('the current loop of the host', () => {
  it('closes from below to 0.1 % within 300 ms, past it by no more than the offset, for every stage in tolerance', () => {
    fc.assert(
      fc.property(gains, offsets_A, setpoints_A, (gain, offset_A, setpoint_A) => {
        const currents = run(new HostCurrentLoop(TOLERANCE), { gain, offset_A }, steady(setpoint_A, 60));
        for (const current_A of currents) expect(current_A / setpoint_A - 1).toBeLessThan(0.01);
        for (const current_A of currents.slice(15)) expect(Math.abs(current_A / setpoint_A - 1)).toBeLessThan(1.01e-3);
      }),
    );
  });

  it('has no error in the mean although the converter has counts', () => {
    fc.assert(
      fc.property(gains, offsets_A, (gain, offset_A) => {
        const currents = run(new HostCurrentLoop(TOLERANCE), { gain, offset_A, count_A: 6.25e-6 }, steady(0.018, 900));
        const late = currents.slice(300);
        const mean = late.reduce((sum, current_A) => sum + current_A, 0) / late.length;
        expect(Math.abs(mean / 0.018 - 1)).toBeLessThan(2e-5);
      }),
      { numRuns: 30 },
    );
  });

  it('does not overshoot the next step, whatever it learnt at a smaller or larger current', () => {
    fc.assert(
      fc.property(gains, offsets_A, setpoints_A, setpoints_A, (gain, offset_A, first_A, second_A) => {
        const loop = new HostCurrentLoop(TOLERANCE);
        run(loop, { gain, offset_A }, steady(first_A, 60));
        loop.rest();
        const currents = run(loop, { gain, offset_A }, steady(second_A, 60));
        for (const current_A of currents) expect(current_A / second_A - 1).toBeLessThan(0.02);
        expect(Math.abs((currents.at(-1) ?? 0) / second_A - 1)).toBeLessThan(1e-3);
      }),
    );
  });

  it('takes a correction upwards for an offset, which weighs less at a larger current', () => {
    const loop = new HostCurrentLoop(TOLERANCE);
    const stage = { gain: 1, offset_A: -0.15e-3 };
    run(loop, stage, steady(0.002, 60)); // corrects by 7.5 %
    const [first = 0] = run(loop, stage, [0.18]);
    expect(first / 0.18).toBeLessThan(1.001);
  });

  it('does not wind up on a cell that cannot, and needs no time to come back', () => {
    const loop = new HostCurrentLoop(TOLERANCE);
    run(loop, { gain: 1, offset_A: 0 }, steady(0.018, 200));
    for (let cycle = 0; cycle < 500; cycle++) loop.next(0.018, 0.009, DT_S);
    expect(loop.next(0.018, 0.018, DT_S)).toBeCloseTo(0.018, 5);
  });

  it('follows a ramp without an error of its own', () => {
    const loop = new HostCurrentLoop(TOLERANCE);
    const ramp = Array.from({ length: 400 }, (_, cycle) => 0.01 + cycle * 2e-5);
    const currents = run(loop, { gain: 1.015, offset_A: 0 }, ramp);
    expect((currents.at(-1) ?? 0) / (ramp.at(-1) ?? 1)).toBeCloseTo(1, 4);
  });

  it('asks for nothing at zero or at no number, goes by what it knows without a reading, and forgets when told', () => {
    const loop = new HostCurrentLoop(TOLERANCE);
    expect(loop.next(0, 0.018, DT_S)).toBe(0);
    expect(loop.next(Number.NaN, 0.018, DT_S)).toBe(0);
    expect(loop.next(0.1, null, DT_S)).toBeCloseTo(0.098, 12);
    expect(loop.next(0.1, null, DT_S)).toBeCloseTo(0.098, 12);
    run(loop, { gain: 0.99, offset_A: 0 }, steady(0.1, 200));
    loop.rest();
    expect(loop.next(0.1, 0, DT_S)).toBeCloseTo(0.1 / 0.99, 5);
    loop.forget();
    expect(loop.next(0.1, 0, DT_S)).toBeCloseTo(0.098, 12);
    expect(() => new HostCurrentLoop(0.2)).toThrow(RangeError);
    expect(() => new HostCurrentLoop(Number.NaN)).toThrow(RangeError);
  });
});
