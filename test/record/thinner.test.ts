import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, type EventKind } from '../../src/model/event.js';
import { opensWindow, Thinner, WINDOW_s } from '../../src/record/thinner.js';
import { sampleOf, TICK_s } from './samples.js';

interface Happening {
  /** After which cycle. */
  readonly after: number;
  readonly kind: EventKind;
}

/** The cycles that are kept of `cycles`, and how they came out, one list a call. */
function thinned(rate_Hz: number, cycles: number, happenings: readonly Happening[]): number[][] {
  const calls: number[][] = [];
  const thinner = new Thinner(rate_Hz, ({ seq }) => calls.at(-1)?.push(seq));
  for (let seq = 1; seq <= cycles; seq++) {
    calls.push([]);
    thinner.sample(sampleOf(seq));
    for (const { kind } of happenings.filter(({ after }) => after === seq)) {
      calls.push([]);
      thinner.event({ kind, elapsed_s: seq * TICK_s });
    }
  }
  return calls;
}

const happening = fc.record({ after: fc.integer({ min: 1, max: 6000 }), kind: fc.constantFrom(...EVENT_KINDS) });
const history = fc.tuple(fc.integer({ min: 1, max: 6000 }), fc.array(happening, { maxLength: 4 }));

describe('what the record keeps', () => {
  it('is one of four cycles at rest, from the first on', () => {
    expect(thinned(5, 40, []).flat()).toEqual([1, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40]);
  });

  it('is every cycle of the minute before and after an alarm, at once', () => {
    const calls = thinned(5, 6000, [{ after: 3000, kind: 'alarm' }]);
    const kept = new Set(calls.flat());
    for (let seq = 3000 - 1200; seq <= 3000 + 1200; seq++) expect(kept.has(seq), `cycle ${seq}`).toBe(true);
    expect(kept.has(1799)).toBe(false);
    expect(kept.has(4201)).toBe(false);
    // 1501 on the grid, 2401 in the window, 601 of them both.
    expect(calls.flat()).toHaveLength(1501 + 2401 - 601);
  });

  it('has no cycle twice, all in order within a call, and is what a look at the whole run would choose', () => {
    fc.assert(
      fc.property(history, ([cycles, happenings]) => {
        const calls = thinned(5, cycles, happenings);
        for (const call of calls.filter(({ length }) => length > 1))
          expect(call).toEqual(call.toSorted((a, b) => a - b));
        const windows = happenings.filter(({ after, kind }) => after <= cycles && opensWindow(kind));
        const expected: number[] = [];
        for (let seq = 1; seq <= cycles; seq++) {
          const at_s = seq * TICK_s;
          const nearEvent = windows.some(
            ({ after }) => at_s >= after * TICK_s - WINDOW_s && at_s <= after * TICK_s + WINDOW_s,
          );
          if (seq === 1 || seq % 4 === 0 || nearEvent) expected.push(seq);
        }
        expect(calls.flat().toSorted((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('is everything at a rate of the tick or more, and after a time that is no number', () => {
    expect(thinned(20, 500, []).flat()).toHaveLength(500);
    const kept: number[] = [];
    const thinner = new Thinner(5, ({ seq }) => kept.push(seq));
    thinner.sample(sampleOf(4));
    thinner.event({ kind: 'trip', elapsed_s: NaN });
    for (let seq = 5; seq <= 5000; seq++) thinner.sample(sampleOf(seq));
    for (let seq = 5001; seq <= 5010; seq++) thinner.sample(sampleOf(seq, { elapsed_s: NaN }));
    expect(kept).toHaveLength(5007);
  });

  it('forgets the oldest when the board’s time stands still, and keeps a bounded number', () => {
    const kept: number[] = [];
    const thinner = new Thinner(5, ({ seq }) => kept.push(seq));
    for (let seq = 1; seq <= 10_000; seq++) thinner.sample(sampleOf(seq, { elapsed_s: 7 }));
    expect(kept).toEqual([1]);
    thinner.event({ kind: 'trip', elapsed_s: 7 });
    expect(kept).toEqual([1, ...Array.from({ length: 2400 }, (_, place) => 7601 + place)]);
  });

  it('opens its window for what acts or warns, not for the diary', () => {
    expect(EVENT_KINDS.filter(opensWindow)).toEqual(['state', 'step', 'command', 'alarm', 'trip']);
  });
});
