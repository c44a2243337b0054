import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunBuckets } from '../../src/workshop/buckets.js';

interface At {
  readonly t_s: number;
  readonly value: number | null;
}

/** Small integers: exact in the memory's single precision too. */
const samples = fc.array(
  fc.record({
    t_s: fc.double({ min: 0, max: 3000, noNaN: true }),
    value: fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: null }),
  }),
  { maxLength: 150 },
);
const spans = fc.tuple(fc.nat(2900), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 60 }));

/** A row for each sample, as SQLite would give one for each bucket. */
function bucketsOf(all: readonly At[], step_s = 1, most = 4096): RunBuckets {
  const buckets = new RunBuckets(1, step_s, most);
  for (const { t_s, value } of all) {
    const { step_s: now_s } = buckets;
    buckets.fold([[Math.floor(t_s / now_s), value, value]], now_s);
  }
  return buckets;
}

const valuesIn = (all: readonly At[], from: number, to: number): number[] =>
  all.flatMap(({ t_s, value }) => (t_s >= from && t_s < to && value !== null ? [value] : []));

describe('buckets', () => {
  it('keep the lowest and the highest of every piece of time, as a search through all samples finds them', () => {
    fc.assert(
      fc.property(samples, spans, (all, [from_s, length, points]) => {
        const { step_s, t_s, low, high } = bucketsOf(all).reduced({ from_s, to_s: from_s + length }, points, Infinity);
        t_s.forEach((middle, place) => {
          const inside = valuesIn(all, middle - step_s / 2, middle + step_s / 2);
          expect(low[0]?.[place]).toBe(inside.length === 0 ? null : Math.min(...inside));
          expect(high[0]?.[place]).toBe(inside.length === 0 ? null : Math.max(...inside));
        });
      }),
    );
  });

  it('lose no sample of the span, and are not many more than asked for', () => {
    fc.assert(
      fc.property(samples, spans, (all, [from_s, length, points]) => {
        const { step_s, t_s } = bucketsOf(all).reduced({ from_s, to_s: from_s + length }, points, Infinity);
        expect(t_s.length).toBeLessThanOrEqual(points + 2);
        for (const { t_s: at } of all.filter((one) => one.t_s >= from_s && one.t_s <= from_s + length))
          expect(t_s.some((middle) => Math.abs(at - middle) <= step_s / 2)).toBe(true);
      }),
    );
  });

  it('may be told the same twice', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const span = { from_s: 0, to_s: 3000 };
        const once = bucketsOf(all).reduced(span, 40, 100);
        expect(bucketsOf([...all, ...all]).reduced(span, 40, 100)).toEqual(once);
      }),
    );
  });

  it('widen when a run outgrows them, and lose no peak', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const few = bucketsOf(all, 1, 64);
        const { low, high } = few.reduced({ from_s: 0, to_s: 4096 }, 1, Infinity);
        const values = valuesIn(all, 0, 3001);
        expect(low[0]?.[0] ?? null).toBe(values.length === 0 ? null : Math.min(...values));
        expect(high[0]?.[0] ?? null).toBe(values.length === 0 ? null : Math.max(...values));
        expect(few.step_s * 64).toBeGreaterThan(Math.max(0, ...all.map(({ t_s }) => t_s)));
      }),
    );
  });

  it('stand still when the span moves', () => {
    const buckets = bucketsOf(Array.from({ length: 3000 }, (_, t_s) => ({ t_s, value: t_s % 97 })));
    for (const from_s of [0, 1, 7, 500, 1001]) {
      const { step_s, t_s } = buckets.reduced({ from_s, to_s: from_s + 1000 }, 100, Infinity);
      expect(step_s).toBe(16);
      for (const middle of t_s) expect((middle - 8) % 16).toBe(0);
    }
  });

  it('show a gap where samples are too far apart, and none where a sample just came late', () => {
    const buckets = bucketsOf([0, 1, 3, 4, 60, 61].map((t_s) => ({ t_s, value: 5 })));
    const { t_s, low } = buckets.reduced({ from_s: 0, to_s: 62 }, 62, 2.5);
    expect(t_s).toEqual([0.5, 1.5, 3.5, 4.5, 32.5, 60.5, 61.5]);
    expect(low[0]).toEqual([5, 5, 5, 5, null, 5, 5]);
  });

  it('take nothing of before the run, nor what is no number', () => {
    const buckets = new RunBuckets(2, 1);
    buckets.fold(
      [
        [-1, 1, 1, 1, 1],
        [NaN, 1, 1, 1, 1],
        [null, 1, 1, 1, 1],
        [2, null, null, 7, 9],
      ],
      1,
    );
    expect(buckets.reduced({ from_s: 0, to_s: 10 }, 10, 5)).toMatchObject({
      t_s: [2.5],
      low: [[null], [7]],
      high: [[null], [9]],
    });
  });
});
