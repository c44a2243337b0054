import { Subscription, type SchedulerAction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { BaseClock, ticks, type Tick, type Timer } from '../../src/model/clock.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';

/** A clock whose timers come late by what the test says: the machine that virtual time never shows. */
class LateClock extends BaseClock {
  readonly virtual = false;
  private time = 0;
  private waiting: { readonly t: number; readonly fn: () => void } | undefined;

  now(): number {
    return this.time;
  }
  wallTime_ms(): number {
    return this.time;
  }
  at(t: number, fn: () => void): Timer {
    const timer = { t, fn };
    this.waiting = timer;
    return {
      cancel: () => {
        if (this.waiting === timer) this.waiting = undefined;
      },
    };
  }
  after(ms: number, fn: () => void): Timer {
    return this.at(this.time + ms, fn);
  }
  hold<T>(outside: PromiseLike<T>): Promise<T> {
    return Promise.resolve(outside);
  }
  /** Fires the timer that waits, so late; false when none waits. */
  fire(late_ms: number): boolean {
    const timer = this.waiting;
    if (timer === undefined) return false;
    this.waiting = undefined;
    this.time = Math.max(this.time, timer.t) + late_ms;
    timer.fn();
    return true;
  }
}

function ticksLateBy(lateness_ms: readonly number[], period_ms = 50): Tick[] {
  const clock = new LateClock();
  clock.after(0, () => undefined);
  clock.fire(3); // a start at 3 ms
  const seen: Tick[] = [];
  const subscription = ticks(clock, period_ms).subscribe({ next: (tick) => seen.push(tick) });
  for (const late of lateness_ms) clock.fire(late);
  subscription.unsubscribe();
  return seen;
}

describe('ticks', () => {
  it('come on absolute instants: a late tick does not move the next', () => {
    const seen = ticksLateBy([0.4, 12, 0, 49.9, 0.1]);
    expect(seen.map(({ due }) => due)).toEqual([53, 103, 153, 203, 253]);
    expect(seen.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5]);
    expect(seen.map(({ missed }) => missed)).toEqual([0, 0, 0, 0, 0]);
    for (const [k, late] of [0.4, 12, 0, 49.9, 0.1].entries()) expect(seen[k]?.late).toBeCloseTo(late, 9);
  });

  it('count the periods that were slept through, and keep their phase', () => {
    const seen = ticksLateBy([0, 130, 0]);
    expect(seen.map(({ index, due, missed }) => ({ index, due, missed }))).toEqual([
      { index: 1, due: 53, missed: 0 },
      { index: 2, due: 103, missed: 2 },
      { index: 5, due: 253, missed: 0 },
    ]);
  });

  it('do not drift in an hour', async () => {
    const clock = new VirtualClock({ drain: 'tick' });
    await clock.run(() => clock.sleep(1 / 3));
    const last = await clock.run(
      () =>
        new Promise<Tick>((resolve) => {
          ticks(clock, 100 / 3).subscribe({ next: (tick) => tick.index === 10_800 && resolve(tick) });
        }),
    );
    expect(last.due).toBeCloseTo(1 / 3 + 360_000, 6);
    expect(Math.abs(last.late)).toBeLessThan(1e-6);
  });

  it('end with their subscription', async () => {
    const clock = new LateClock();
    const seen: number[] = [];
    const subscription = ticks(clock, 50).subscribe({ next: ({ index }) => seen.push(index) });
    clock.fire(0);
    subscription.unsubscribe();
    expect(clock.fire(0)).toBe(false);
    expect(seen).toEqual([1]);
  });

  it('go on after a subscriber that unsubscribed within its tick, for the others', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    await clock.run(async () => {
      const first = new Subscription();
      first.add(
        ticks(clock, 10).subscribe({
          next: ({ index }) => {
            seen.push(`first ${index}`);
            first.unsubscribe();
          },
        }),
      );
      const second = ticks(clock, 10).subscribe({ next: ({ index }) => seen.push(`second ${index}`) });
      await clock.sleep(25);
      second.unsubscribe();
    });
    expect(seen).toEqual(['first 1', 'second 1', 'second 2']);
  });
});

describe('sleep', () => {
  it('ends at once with the reason of an abort, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const why = await clock.run(async () => {
      clock.after(3, () => abort.abort(new Error('no longer wanted')));
      return clock.sleep(1000, abort.signal).catch((error: Error) => `${error.message} at ${clock.now()}`);
    });
    expect(why).toBe('no longer wanted at 3');
    expect(clock.now()).toBe(3);
  });

  it('refuses a signal that was aborted before', async () => {
    const clock = new VirtualClock();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(clock.run(() => clock.sleep(5, signal))).rejects.toThrow('too late');
    expect(clock.now()).toBe(0);
  });

  it('does not hear an abort that comes after its end', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    await clock.run(async () => {
      await clock.sleep(5, abort.signal);
      abort.abort(new Error('nobody listens'));
      await clock.sleep(5);
    });
    expect(clock.now()).toBe(10);
  });
});

describe('the scheduler', () => {
  it('counts from the clock, not from the epoch', async () => {
    const clock = new VirtualClock({ epoch_ms: 1_700_000_000_000 });
    await clock.run(() => clock.sleep(12));
    expect(clock.scheduler.now()).toBe(12);
  });

  it('re-arms an action with its new state, and keeps an action that does not', async () => {
    const clock = new VirtualClock();
    const seen: [number | undefined, number][] = [];
    await clock.run(async () => {
      const work = function (this: SchedulerAction<number>, state?: number): void {
        seen.push([state, clock.now()]);
        if (state !== undefined && state < 2) this.schedule(state + 1, 4);
      };
      const action = clock.scheduler.schedule(work, 1, 0);
      await clock.sleep(20);
      expect(action.closed).toBe(false);
      action.unsubscribe();
    });
    expect(seen).toEqual([
      [0, 1],
      [1, 5],
      [2, 9],
    ]);
  });

  it('never fires at infinity, and not after an unsubscribe', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    await clock.run(async () => {
      clock.scheduler.schedule(() => fired++, Infinity);
      clock.scheduler.schedule(() => fired++, 5).unsubscribe();
      await clock.sleep(10);
    });
    expect(fired).toBe(0);
  });

  it('closes an action whose work threw, and gives the error to the clock', async () => {
    const clock = new VirtualClock();
    let action: Subscription | undefined;
    const failed = clock.run(async () => {
      action = clock.scheduler.schedule(() => {
        throw new Error('thrown in the work');
      }, 2);
      await clock.sleep(10);
    });
    await expect(failed).rejects.toThrow('thrown in the work');
    expect(action?.closed).toBe(true);
  });
});
