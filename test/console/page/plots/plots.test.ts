import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mark, SeriesAnswer } from '../../../../src/console/api/series.js';
import { ELAPSED, localTime, runTime, secondOfDay } from '../../../../src/console/page/plots/axis.js';
import { renewal_ms, wantedOf } from '../../../../src/console/page/plots/curves.js';
import { csvOf, marksOf, stitched, summaryOf, valueAt } from '../../../../src/console/page/plots/drawn.js';
import { barsOf } from '../../../../src/console/page/plots/envelope.js';
import { dragged } from '../../../../src/console/page/plots/hand.js';
import { PANELS, panelsNamed, signalsOf } from '../../../../src/console/page/plots/panels.js';
import { around, lengthOf, newest, panned, serves, within, zoomed } from '../../../../src/console/page/plots/span.js';
import { pinsOf, pinText } from '../../../../src/console/page/plots/strip.js';

const RUN = { from_s: 0, to_s: 108_000 };

function answerOf(changes: Partial<SeriesAnswer> = {}): SeriesAnswer {
  return {
    run: 'R',
    title: 'T',
    started: Date.UTC(2026, 10, 22, 16, 15, 3),
    simulated: true,
    ended: true,
    first_s: 0,
    last_s: 100,
    from_s: 0,
    to_s: 100,
    step_s: 20,
    t_s: [10, 30, 50, 70, 90],
    signals: { voltage_V: { low: [1, 2, 3, 4, 5], high: [2, 3, 9, 5, 6] } },
    marks: [],
    more_marks: false,
    ...changes,
  };
}

const NEAR = answerOf({
  from_s: 40,
  to_s: 60,
  step_s: 0,
  t_s: [40, 45, 50, 55, 60],
  signals: { voltage_V: { low: [3, null, 9, 3, 3] } },
});

const markAt = (seq: number, t_s: number, kind = 'step'): Mark => ({
  seq,
  t_s,
  kind,
  actor: 'procedure',
  text: `m${seq}`,
});

const spans = fc
  .tuple(fc.double({ min: 0, max: 100_000, noNaN: true }), fc.double({ min: 5, max: 108_000, noNaN: true }))
  .map(([from_s, length]) => within({ from_s, to_s: from_s + length }, RUN));

describe('the piece of time that is seen', () => {
  it('stays in the run, however it is moved', () => {
    fc.assert(
      fc.property(
        spans,
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        (seen, by, factor) => {
          for (const moved of [panned(seen, by, RUN), zoomed(seen, factor, 0.3, RUN)]) {
            expect(moved.from_s).toBeGreaterThanOrEqual(0);
            expect(moved.to_s).toBeLessThanOrEqual(RUN.to_s + 1e-6);
            expect(lengthOf(moved)).toBeGreaterThanOrEqual(5 - 1e-6);
          }
        },
      ),
    );
  });

  it('keeps its length when it is panned, and the place under the hand when it is zoomed', () => {
    const seen = { from_s: 1000, to_s: 2000 };
    expect(panned(seen, 0.5, RUN)).toEqual({ from_s: 1500, to_s: 2500 });
    const closer = zoomed(seen, 0.5, 0.25, RUN);
    expect(closer).toEqual({ from_s: 1125, to_s: 1625 });
    expect(newest(600, RUN)).toEqual({ from_s: 107_400, to_s: 108_000 });
    expect(newest(null, RUN)).toBe(RUN);
  });

  it('goes with one finger, and with two grows and shrinks about the middle between them', () => {
    const seen = { from_s: 10_000, to_s: 20_000 };
    expect(dragged(seen, [0.5], [0.75], 0.05, RUN)).toEqual({ from_s: 7500, to_s: 17_500 });
    expect(dragged(seen, [0.25, 0.75], [0, 1], 0.05, RUN)).toEqual({ from_s: 12_500, to_s: 17_500 });
    const together = dragged(seen, [0.25, 0.75], [0.5, 0.5], 0.05, RUN);
    expect(lengthOf(together)).toBeCloseTo(100_000, 3);
  });

  it('is fetched with as much again at both sides, and then served while it is panned', () => {
    fc.assert(
      fc.property(spans, fc.double({ min: -0.9, max: 0.9, noNaN: true }), (seen, by) => {
        const points = 3600;
        const fetched = around(seen, RUN);
        const step_s = 2 ** Math.max(0, Math.ceil(Math.log2(lengthOf(fetched) / points)));
        const held = { ...fetched, step_s: lengthOf(fetched) / points < 1 ? 0 : step_s };
        expect(serves(held, seen, points, RUN)).toBe(true);
        expect(serves(held, panned(seen, by, RUN), points, RUN)).toBe(true);
      }),
    );
  });
});

describe('what is fetched', () => {
  const held = { whole: answerOf({ last_s: 108_000, to_s: 108_000, step_s: 64 }), near: null };

  it('is all at first, and then only what is seen too coarsely', () => {
    expect(wantedOf(null, RUN, null, 3600, true)).toBe('all');
    expect(wantedOf(held, RUN, undefined, 3600, true)).toBeNull();
    expect(wantedOf(held, { from_s: 1000, to_s: 2000 }, undefined, 3600, true)).toEqual({ from_s: 0, to_s: 3000 });
  });

  it('is the end of a run that goes on, when it is followed and due', () => {
    const live = { ...held, whole: { ...held.whole, ended: false } };
    expect(wantedOf(live, RUN, 600, 3600, false)).toBeNull();
    expect(wantedOf(live, RUN, 600, 3600, true)).toEqual({ from_s: 106_800, to_s: 108_600 });
    expect(wantedOf(live, RUN, null, 3600, true)).toBe('all');
    expect(wantedOf(live, RUN, undefined, 3600, true)).toBeNull();
  });

  it('is asked for again when the curve has grown by a bucket', () => {
    expect(renewal_ms(answerOf({ step_s: 0 }), 1)).toBe(1000);
    expect(renewal_ms(answerOf({ step_s: 16 }), 1)).toBe(16_000);
    expect(renewal_ms(answerOf({ step_s: 16 }), 8)).toBe(2000);
    expect(renewal_ms(answerOf({ step_s: 640 }), 1)).toBe(30_000);
  });
});

describe('what is drawn', () => {
  it('has the lowest and the highest of a piece of time one after the other', () => {
    expect(stitched({ whole: answerOf(), near: null }, ['voltage_V'])).toEqual([
      [5, 15, 25, 35, 45, 55, 65, 75, 85, 95],
      [1, 2, 2, 3, 3, 9, 4, 5, 5, 6],
    ]);
  });

  it('has what is near in the middle of what is known from afar, in rising time', () => {
    const [times, volts] = stitched({ whole: answerOf(), near: NEAR }, ['voltage_V']);
    expect(times).toEqual([5, 15, 25, 35, 40, 45, 50, 55, 60, 65, 75, 85, 95]);
    expect(volts).toEqual([1, 2, 2, 3, 3, null, 9, 3, 3, 4, 5, 5, 6]);
  });

  it('rises in time wherever the near piece lies', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 60 }), (from_s, length) => {
        const t_s = Array.from({ length }, (_, n) => from_s + n);
        const near = answerOf({ from_s, to_s: from_s + length, step_s: 0, t_s, signals: { voltage_V: { low: t_s } } });
        const [times] = stitched({ whole: answerOf(), near }, ['voltage_V']);
        expect(times.every((t, place) => place === 0 || t > (times[place - 1] ?? NaN))).toBe(true);
        for (const t of t_s) expect(times).toContain(t);
      }),
    );
  });

  it('has an empty column for a signal that did not come', () => {
    expect(stitched({ whole: answerOf(), near: null }, ['charge_C'])[1]?.every((value) => value === null)).toBe(true);
  });

  it('reads the value at or before the cursor', () => {
    expect(valueAt([0, 10, 20], [5, null, 7], 9.9)).toBe(5);
    expect(valueAt([0, 10, 20], [5, null, 7], 10)).toBeNull();
    expect(valueAt([0, 10, 20], [5, null, 7], 99)).toBe(7);
    expect(valueAt([0, 10, 20], [5, null, 7], -1)).toBeNull();
  });

  it('says a curve in words', () => {
    const span = { from_s: 0, to_s: 20 };
    expect(summaryOf([0, 10, 20, 30], [5, null, 7, 99], span, 1, 'V')).toBe('5.0 to 7.0 V, last 7.0 V');
    expect(summaryOf([0], [null], span, 1, 'V')).toBe('no value');
  });
});

describe('a line with more points than pixels', () => {
  it('is a bar from its highest to its lowest in each column of pixels, without holes between them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 300 }), (ys) => {
        const points = ys.map((y, place) => [place / 7, y] as const);
        const bars = barsOf(points);
        expect(bars.map(({ x }) => x)).toEqual([...new Set(points.map(([x]) => Math.round(x)))]);
        bars.forEach(({ x, top, bottom }, place) => {
          const inside = points.flatMap(([at, y]) => (Math.round(at) === x ? [y] : []));
          expect(top).toBeLessThanOrEqual(Math.min(...inside));
          expect(bottom).toBeGreaterThanOrEqual(Math.max(...inside));
          const before = bars[place - 1];
          if (before !== undefined) {
            expect(top).toBeLessThanOrEqual(before.bottom);
            expect(bottom).toBeGreaterThanOrEqual(before.top);
          }
        });
        expect(Math.min(...bars.map(({ top }) => top))).toBe(Math.min(...ys));
        expect(Math.max(...bars.map(({ bottom }) => bottom))).toBe(Math.max(...ys));
      }),
    );
  });

  it('has a gap where there is no value', () => {
    expect(
      barsOf([
        [0, 5],
        [1, null],
        [2, 9],
        [2.2, 4],
      ]),
    ).toEqual([
      { x: 0, top: 5, bottom: 5 },
      { x: 2, top: 4, bottom: 9 },
    ]);
  });
});

describe('CSV of what is seen', () => {
  it('has units in its names, UTC, and lowest and highest of each piece', () => {
    expect(csvOf(answerOf(), ['voltage_V', 'charge_C'], { from_s: 40, to_s: 80 })).toBe(
      'elapsed_s,utc,voltage_V_min,voltage_V_max,charge_C_min,charge_C_max\r\n' +
        '50,2026-11-22T16:15:53.000Z,3,9,,\r\n70,2026-11-22T16:16:13.000Z,4,5,,\r\n',
    );
  });

  it('has one value where these are the samples themselves', () => {
    expect(csvOf(NEAR, ['voltage_V'], { from_s: 44, to_s: 50 })).toBe(
      'elapsed_s,utc,voltage_V\r\n45,2026-11-22T16:15:48.000Z,\r\n50,2026-11-22T16:15:53.000Z,9\r\n',
    );
  });
});

describe('marks', () => {
  it('come from near by where that is known, each once', () => {
    const whole = answerOf({ marks: [markAt(1, 5), markAt(2, 50), markAt(4, 80)] });
    const near = { ...NEAR, marks: [markAt(2, 50), markAt(3, 52)] };
    expect(marksOf({ whole, near }).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('stand as one where they would stand upon each other, the gravest in front', () => {
    const marks = [
      markAt(1, 10),
      markAt(2, 10.5, 'alarm'),
      markAt(3, 11, 'note'),
      markAt(4, 90, 'note'),
      markAt(5, 200),
    ];
    const pins = pinsOf(marks, { from_s: 0, to_s: 100 }, 10);
    expect(pins.map(({ mark, weight, others }) => [mark.seq, weight, others])).toEqual([
      [2, 'grave', 2],
      [4, 'slight', 0],
    ]);
    const [first] = pins;
    expect(first === undefined ? '' : pinText(first, runTime)).toBe('0:00:10.5 alarm: m2 (and 2 more close by)');
  });
});

describe('times below the curves', () => {
  it('are run time, with seconds when one looks closely', () => {
    expect(ELAPSED.places(10, 130, 60)).toEqual([60, 120]);
    expect(ELAPSED.label(5400, 600)).toBe('1:30');
    expect(ELAPSED.label(65, 5)).toBe('0:01:05');
    expect(runTime(-5)).toBe('\u22120:00:05');
    expect(runTime(0.4)).toBe('0:00:00.4');
  });

  it('stand at whole minutes of the local time of day, whenever the run began', () => {
    const started = Date.UTC(2026, 10, 22, 16, 15, 3, 500);
    expect(secondOfDay(started, 'Europe/Berlin')).toBe(17 * 3600 + 15 * 60 + 3.5);
    const axis = localTime(started, 'Europe/Berlin');
    const [first = NaN] = axis.places(0, 3600, 600);
    expect(first).toBe(4 * 60 + 56.5);
    expect(axis.label(first, 600)).toBe('17:20');
    expect(axis.exact(0)).toBe('17:15:03');
    const midnight = axis.places(0, 40_000, 21_600).find((t) => t > 20_000) ?? NaN;
    expect(axis.label(midnight, 21_600)).toMatch(/23.*00:00/);
  });
});

describe('panels', () => {
  it('are those that the address names, or all', () => {
    expect(panelsNamed('charge,voltage,none').map(({ id }) => id)).toEqual(['voltage', 'charge']);
    expect(panelsNamed('none')).toBe(PANELS);
    expect(panelsNamed(undefined)).toBe(PANELS);
    expect(new Set(signalsOf(PANELS)).size).toBe(signalsOf(PANELS).length);
  });
});
