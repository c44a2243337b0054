/** What a press of the arm button is good for, and for how long, to the millisecond. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buttonPermit, PERMIT_MS, PressBook, standingPermit } from '../../src/station/permit.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';

describe('the book of a button', () => {
  it('gives nothing before a press', () => {
    const book = new PressBook();
    for (const now of [0, 1e9, -1, NaN, Infinity, -Infinity]) {
      expect(book.given('energise', now)).toBe(false);
      expect(book.take('answer', now)).toBe(false);
      expect(book.until_ms(now)).toBeNull();
    }
  });

  it('ends to the millisecond', () => {
    const book = new PressBook();
    book.press(1000);
    expect(book.given('energise', 1000)).toBe(true);
    expect(book.given('energise', 60_999)).toBe(true);
    expect(book.given('energise', 61_000)).toBe(false);
    expect(book.given('answer', 61_000)).toBe(false);
    expect(book.until_ms(60_999)).toBe(61_000);
    expect(book.until_ms(61_000)).toBeNull();
  });

  it('energises once, and lets every question of its minute be answered, after the start too', () => {
    const book = new PressBook();
    book.press(0);
    expect(book.take('answer', 1)).toBe(true);
    expect(book.take('energise', 2)).toBe(true);
    expect(book.take('energise', 3)).toBe(false);
    for (let ms = 4; ms < 9; ms++) expect(book.take('answer', ms)).toBe(true);
    book.press(10);
    expect(book.take('energise', 11)).toBe(true);
  });

  it('opens nothing at a time that is no number, nor before its press', () => {
    const book = new PressBook();
    book.press(1000);
    for (const now of [NaN, Infinity, -Infinity, 999]) expect(book.given('answer', now)).toBe(false);
    book.press(NaN);
    for (const now of [NaN, 0, 1000, 1e12]) expect(book.given('answer', now)).toBe(false);
  });

  it('energises at most once a press, whatever comes in whatever order', () => {
    const step = fc.record({ press: fc.boolean(), energise: fc.boolean(), ms: fc.integer({ min: 0, max: 40_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const book = new PressBook();
        let now = 0;
        let presses = 0;
        let energised = 0;
        let last = -Infinity;
        for (const { press, energise, ms } of steps) {
          now += ms;
          if (press) {
            book.press(now);
            presses += 1;
            last = now;
          }
          if (!energise || !book.take('energise', now)) continue;
          energised += 1;
          if (!(now - last < PERMIT_MS)) return false;
        }
        return energised <= presses;
      }),
    );
  });
});

describe('a permit', () => {
  it('of a button that stays down for 10 s counts from the press, and tells of its end', async () => {
    const clock = new VirtualClock();
    const told: [number, boolean][] = [];
    await clock.run(async () => {
      const permit = buttonPermit(clock);
      permit.changes$.subscribe(() => told.push([clock.now(), permit.given('answer')]));
      await clock.sleep(5000);
      permit.pressed();
      await clock.sleep(10_000); // the release is nothing that it hears of
      expect(permit.given('energise')).toBe(true);
      await clock.sleep(49_999);
      expect(permit.given('energise')).toBe(true);
      await clock.sleep(2);
      expect(permit.given('energise')).toBe(false);
    });
    expect(told).toEqual([
      [5000, true],
      [65_000, false],
    ]);
  });

  it('of a simulated bench is always there, and shows no end', () => {
    const permit = standingPermit();
    expect(permit.take('energise') && permit.take('energise') && permit.given('answer')).toBe(true);
    expect(permit.until_ms).toBeNull();
  });
});
