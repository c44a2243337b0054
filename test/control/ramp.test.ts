import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ramped, type RampLimits } from '../../src/control/ramp.js';

const level = fc.double({ min: -200, max: 200, noNaN: true });
const limits: fc.Arbitrary<RampLimits> = fc.record({
  rate_per_s: fc.oneof(fc.double({ min: 0.01, max: 1000, noNaN: true }), fc.constant(Infinity)),
  taper_s: fc.oneof(fc.constant(0), fc.double({ min: 0.5, max: 60, noNaN: true })),
});
const step_s = fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 5, noNaN: true }));

describe('ramp', () => {
  it('goes towards its target, never beyond it, and never faster than its rate', () => {
    fc.assert(
      fc.property(level, level, limits, step_s, (from, to, ramp, dt_s) => {
        const next = ramped(from, to, ramp, dt_s);
        expect(Math.abs(to - next)).toBeLessThanOrEqual(Math.abs(to - from));
        expect(next).toBeGreaterThanOrEqual(Math.min(from, to));
        expect(next).toBeLessThanOrEqual(Math.max(from, to));
        const most = ramp.rate_per_s === Infinity ? Infinity : ramp.rate_per_s * dt_s;
        expect(Math.abs(next - from)).toBeLessThanOrEqual(most * (1 + 1e-12) + 1e-12);
      }),
    );
  });

  it('reaches its target exactly, in distance over rate, when nothing tapers it', () => {
    fc.assert(
      fc.property(level, level, fc.double({ min: 0.1, max: 100, noNaN: true }), (from, to, rate_per_s) => {
        const steps = Math.ceil(Math.abs(to - from) / (rate_per_s * 10)) + 1;
        let value = from;
        for (let k = 0; k < steps; k++) value = ramped(value, to, { rate_per_s, taper_s: 0 }, 10);
        expect(value).toBe(to);
      }),
    );
  });

  it('is there at once at an infinite rate, also in no time at all', () => {
    for (const dt_s of [0, 0.05]) expect(ramped(3, 80, { rate_per_s: Infinity, taper_s: 0 }, dt_s)).toBe(80);
  });

  it('takes 20 s for 80 mA at 4 mA/s, in cycles of 50 ms', () => {
    let value = 0;
    let cycles = 0;
    for (; value !== 80; cycles++) value = ramped(value, 80, { rate_per_s: 4, taper_s: 0 }, 0.05);
    expect(cycles * 0.05).toBeCloseTo(20, 1);
  });

  it('glides in with a taper: the rate is the distance over the taper time, and below `near` it is there', () => {
    const taper = { rate_per_s: 2 / 60, taper_s: 60 };
    expect(ramped(1, 0, taper, 1)).toBeCloseTo(Math.exp(-1 / 60), 12); // below 2 K the taper is slower than 2 K/min
    expect(ramped(10, 0, taper, 1)).toBeCloseTo(10 - 2 / 60, 12);
    expect(ramped(0.0009, 0, taper, 1, 0.001)).toBe(0);
    let value = 22;
    let seconds = 0;
    for (; value !== 0 && seconds < 5000; seconds++) value = ramped(value, 0, taper, 1, 0.001);
    // 20 K at 2 K/min, then an exponential of 60 s from 2 K to 1 mK.
    expect(seconds).toBeCloseTo(600 + 60 * Math.log(2000), -1);
  });

  it('gives the taper the same curve whatever the step', () => {
    const taper = { rate_per_s: Infinity, taper_s: 60 };
    let fine = 1;
    for (let k = 0; k < 100; k++) fine = ramped(fine, 0, taper, 0.05);
    expect(fine).toBeCloseTo(ramped(1, 0, taper, 5), 12);
  });
});
