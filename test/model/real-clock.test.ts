import { lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ticks } from '../../src/model/clock.js';
import { RealClock } from '../../src/model/real-clock.js';

const THIRTY_DAYS_MS = 30 * 86_400_000;

describe('real clock', () => {
  it('begins at zero, never goes back, and does not stand still', async () => {
    const clock = new RealClock();
    const begun = clock.now();
    expect(begun).toBeGreaterThanOrEqual(0);
    expect(begun).toBeLessThan(1000);
    let last = begun;
    for (let k = 0; k < 10_000; k++) {
      const now = clock.now();
      expect(now >= last).toBe(true);
      last = now;
    }
    await clock.sleep(3);
    expect(clock.now() - last).toBeGreaterThan(2);
    expect(clock.virtual).toBe(false);
  });

  it('labels instants with UTC', () => {
    expect(Math.abs(new RealClock().wallTime_ms() - Date.now())).toBeLessThan(1000);
  });

  it('does not fire at once what is due after 2^31 ms, nor at infinity', async () => {
    const clock = new RealClock();
    let fired = 0;
    const timers = [2 ** 31 + 5, THIRTY_DAYS_MS, Infinity].map((ms) => clock.after(ms, () => fired++));
    await clock.sleep(25);
    for (const timer of timers) timer.cancel();
    expect(fired).toBe(0);
  });

  it('arms a long delay in parts, each within what setTimeout takes', () => {
    const real = globalThis.setTimeout;
    const asked: number[] = [];
    globalThis.setTimeout = Object.assign((fn: () => void, ms?: number) => {
      asked.push(ms ?? 0);
      return real(fn, ms);
    }, real);
    try {
      new RealClock().after(THIRTY_DAYS_MS, () => undefined).cancel();
    } finally {
      globalThis.setTimeout = real;
    }
    expect(asked).toEqual([2 ** 31 - 1]);
  });

  it('refuses an instant that is no number', () => {
    const clock = new RealClock();
    expect(() => clock.after(NaN, () => undefined)).toThrow(RangeError);
    expect(() => clock.at(NaN, () => undefined)).toThrow(RangeError);
  });

  it('cancels', async () => {
    const clock = new RealClock();
    let fired = false;
    clock
      .after(2, () => {
        fired = true;
      })
      .cancel();
    await clock.sleep(6);
    expect(fired).toBe(false);
  });

  it.each([true, false])('with fine: %s, fires no earlier than asked but for half a millisecond', async (fine) => {
    const clock = new RealClock({ fine });
    const early: number[] = [];
    for (const ms of [0, 0.3, 1.7, 4.2, 7.9]) {
      const due = clock.now() + ms;
      await new Promise<void>((resolve) => {
        clock.at(due, resolve);
      });
      early.push(due - clock.now());
    }
    expect(Math.max(...early)).toBeLessThanOrEqual(fine ? 0 : 0.5);
  });

  it('ticks on absolute instants', async () => {
    const clock = new RealClock({ fine: true });
    const before = clock.now();
    const seen = await lastValueFrom(ticks(clock, 4).pipe(take(5), toArray()));
    const start = (seen[0]?.due ?? NaN) - 4;
    expect(start).toBeGreaterThanOrEqual(before);
    for (const { index, due, late } of seen) {
      expect(due).toBeCloseTo(start + 4 * index, 9);
      expect(late).toBeGreaterThanOrEqual(0);
    }
  });

  it('ends a sleep on an abort', async () => {
    const clock = new RealClock();
    const abort = new AbortController();
    clock.after(2, () => abort.abort(new Error('enough')));
    await expect(clock.sleep(60_000, abort.signal)).rejects.toThrow('enough');
    expect(clock.now()).toBeLessThan(10_000);
  });

  it('waits for what is outside without any ado', async () => {
    const clock = new RealClock();
    expect(await clock.hold(Promise.resolve(7))).toBe(7);
    await expect(clock.hold(Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });
});
