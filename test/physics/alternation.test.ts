import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conductingShare, feltShare, relaxation_V, reversalCharge_C } from '../../src/physics/alternation.js';

describe('the faradaic share of a felt that alternates', () => {
  it.each([
    [0.1, 0.0, 0.005],
    [0.5, 0.003, 0.0005],
    [1, 0.005, 0.0005],
    [5, 0.79, 0.005],
  ])('is that of the simulated pair at half periods of %f s', (half_s, share, within) => {
    expect(Math.abs(feltShare(6, 18, half_s) - share)).toBeLessThan(within);
  });

  it('is over 0.95 from 30 s on, and rises with half period and current', () => {
    expect(feltShare(6, 18, 30)).toBeGreaterThan(0.95);
    const some = fc.double({ min: 0.05, max: 100, noNaN: true });
    fc.assert(
      fc.property(some, some, some, (half_s, current_mA, capacitance_mF) => {
        const share = feltShare(capacitance_mF, current_mA, half_s);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThan(1);
        expect(feltShare(capacitance_mF, current_mA, half_s * 1.1)).toBeGreaterThanOrEqual(share);
        expect(feltShare(capacitance_mF, current_mA * 1.1, half_s)).toBeGreaterThanOrEqual(share);
        expect(feltShare(capacitance_mF * 1.1, current_mA, half_s)).toBeLessThanOrEqual(share);
      }),
    );
  });

  it('misses the charge that the double layer takes', () => {
    expect(reversalCharge_C(6)).toBeCloseTo(0.0189, 4);
    expect(feltShare(6, 18, 10)).toBeCloseTo(1 - 0.0189 / 0.18, 6);
  });
});

describe('a double layer left to itself', () => {
  it('falls as the logarithm of time: b for each factor of e', () => {
    // 18 mA held 1 s on 6 mF at b = 47 mV: 47 mV x ln(1 + 63.8).
    expect(relaxation_V(6, 18, 1, 0.047)).toBeCloseTo(0.196, 3);
    expect(relaxation_V(6, 18, 0, 0.047)).toBe(0);
  });
});

describe('the mean of an alternating current', () => {
  it('is the area under ramps, current and dead time', () => {
    // 80 mA at 50 mA/s: 1.6 s up, 25.8 s, 1.6 s down, 1 s of nothing.
    const area = 0.5 * 1.6 + 25.8 + 0.5 * 1.6;
    expect(conductingShare(30, 1, 80, 50)).toBeCloseTo(area / 30, 12);
    expect(conductingShare(2, 1, 80, 50)).toBe(0);
  });
});
