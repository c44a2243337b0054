import { readFile } from 'node:fs/promises';
import { asyncScheduler, concatMap, firstValueFrom, interval, lastValueFrom, take, timeout, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ticks } from '../../src/model/clock.js';
import { seeded } from '../../src/model/random.js';
import { Stalled, VirtualClock, type Drain } from '../../src/model/virtual-clock.js';
import { expectedInstants_ns, perform, randomTask } from '../support/programs.js';
import { collected, PROGRAMS } from './timed-programs.js';

const DRAINS: readonly Drain[] = ['immediate', 'tick'];

describe.each(DRAINS)('virtual time, drain %s', (drain) => {
  it.each(PROGRAMS)('$name', async ({ run, answer }) => {
    const clock = new VirtualClock({ drain });
    expect(await clock.run(() => run(clock))).toEqual(answer);
  });

  it('runs what is due at one instant in the order it was asked for', async () => {
    const clock = new VirtualClock({ drain });
    const order: string[] = [];
    await clock.run(async () => {
      clock.at(5, () => order.push('at 5, first'));
      clock.after(5, () => order.push('after 5'));
      clock.at(2, () => clock.after(3, () => order.push('from 2')));
      clock.at(5, () => order.push('at 5, second'));
      await clock.sleep(6);
    });
    expect(order).toEqual(['at 5, first', 'after 5', 'at 5, second', 'from 2']);
  });

  it('stands still while something outside is held, however long it takes', async () => {
    const clock = new VirtualClock({ drain });
    const seen = await clock.run(async () => {
      for (let k = 1; k <= 50; k++) clock.after(2 + k, () => undefined);
      await clock.sleep(2);
      const text = await clock.hold(readFile(new URL('../../package.json', import.meta.url), 'utf8'));
      return [text.includes('galvanode'), clock.now()];
    });
    expect(seen).toEqual([true, 2]);
  });

  it('moves again after a hold that failed, and passes its error on', async () => {
    const clock = new VirtualClock({ drain });
    const seen = await clock.run(async () => {
      const failed = await clock.hold(Promise.reject(new Error('no such file'))).catch((error: Error) => error.message);
      await clock.sleep(3);
      return [failed, clock.now()];
    });
    expect(seen).toEqual(['no such file', 3]);
  });

  it('ends with Stalled when nothing could ever finish the program', async () => {
    const clock = new VirtualClock({ drain });
    const stalled = clock.run(async () => {
      await clock.sleep(7);
      await new Promise(() => undefined);
    });
    await expect(stalled).rejects.toThrow(Stalled);
    expect(clock.now()).toBe(7);
  });

  it('never reaches infinity', async () => {
    const clock = new VirtualClock({ drain });
    await expect(clock.run(() => clock.sleep(Infinity))).rejects.toThrow(Stalled);
    expect(clock.now()).toBe(0);
  });

  it('ends with the error that a timer threw', async () => {
    const clock = new VirtualClock({ drain });
    const failed = clock.run(async () => {
      clock.after(4, () => {
        throw new Error('thrown by a timer');
      });
      await clock.sleep(10);
    });
    await expect(failed).rejects.toThrow('thrown by a timer');
    expect(clock.now()).toBe(4);
  });

  it('wraps what is no Error, and keeps it as the cause', async () => {
    const clock = new VirtualClock({ drain });
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what is tried here is a careless rejection
    await expect(clock.run(() => Promise.reject('a word'))).rejects.toMatchObject({ cause: 'a word' });
  });

  it('can run again after a run has ended', async () => {
    const clock = new VirtualClock({ drain });
    await clock.run(() => clock.sleep(5));
    await clock.run(() => clock.sleep(6));
    expect(clock.now()).toBe(11);
  });
});

describe('both drains', () => {
  const traceOf = async (drain: Drain, seed: number): Promise<{ instants: number[][]; order: string[] }> => {
    const clock = new VirtualClock({ drain });
    const order: string[] = [];
    const tasks = tasksOf(seed);
    const instants = await clock.run(() => Promise.all(tasks.map((task, k) => perform(clock, task, `${k}`, order))));
    return { instants, order };
  };
  const tasksOf = (seed: number): ReturnType<typeof randomTask>[] => {
    const random = seeded(seed);
    return ['a', 'b', 'c', 'd'].map((name) => randomTask(random.fork(name)));
  };

  it('agree with arithmetic and with one another on 60 random programs', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const expected = tasksOf(seed).map((task) => expectedInstants_ns(task));
      const immediate = await traceOf('immediate', seed);
      const tick = await traceOf('tick', seed);
      expect(immediate.instants, `seed ${seed}, immediate`).toEqual(expected);
      expect(tick.instants, `seed ${seed}, tick`).toEqual(expected);
      expect(tick.order, `seed ${seed}, order`).toEqual(immediate.order);
    }
  });
});

describe('what tells the drains apart', () => {
  it('immediate waits for chains through process.nextTick as well', async () => {
    const clock = new VirtualClock({ drain: 'immediate' });
    const chained = (hops: number): Promise<void> =>
      hops === 0
        ? Promise.resolve()
        : new Promise((resolve) => process.nextTick(resolve)).then(() => chained(hops - 1));
    const at = await clock.run(async () => {
      for (const ms of [11, 12, 90]) clock.after(ms, () => undefined);
      await clock.sleep(10);
      await chained(20);
      return clock.now();
    });
    expect(at).toBe(10);
  });

  it('tick gives the event loop its turn now and then, by count and not by time', async () => {
    const turnAt = async (): Promise<number> => {
      const clock = new VirtualClock({ drain: 'tick' });
      let turn = -1;
      await clock.run(async () => {
        setImmediate(() => {
          turn = clock.events;
        });
        for (let k = 0; k < 2000; k++) await clock.sleep(1);
      });
      return turn;
    };
    const first = await turnAt();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(2000);
    expect(await turnAt()).toBe(first);
  });
});

describe('a loop at one instant', () => {
  it('is ended, not waited for', async () => {
    const clock = new VirtualClock({ drain: 'tick' });
    const loop = clock.run(async () => {
      await clock.sleep(3);
      const again = (): void => {
        clock.after(0, again);
      };
      again();
      await clock.sleep(1);
    });
    await expect(loop).rejects.toThrow('virtual time does not move at 3 ms');
  });

  it('does not arise from a positive delay below a nanosecond', async () => {
    const clock = new VirtualClock();
    await clock.run(async () => {
      for (let k = 0; k < 5; k++) await clock.sleep(1e-12);
    });
    expect(clock.now_ns()).toBe(5);
  });
});

describe('instants', () => {
  it('are refused when they are no number', () => {
    const clock = new VirtualClock();
    expect(() => clock.after(NaN, () => undefined)).toThrow(RangeError);
    expect(() => clock.at(NaN, () => undefined)).toThrow(RangeError);
  });

  it('in the past are now', async () => {
    const clock = new VirtualClock();
    const at = await clock.run(async () => {
      await clock.sleep(9);
      return new Promise<number>((resolve) => {
        clock.at(4, () => resolve(clock.now()));
      });
    });
    expect(at).toBe(9);
  });

  it('carry the wall time of the epoch as a label', async () => {
    const clock = new VirtualClock({ epoch_ms: 1_700_000_000_000 });
    await clock.run(() => clock.sleep(1500.7));
    expect(clock.wallTime_ms()).toBe(1_700_000_001_500);
  });
});

describe('cancelled timers', () => {
  it('leave at once: re-armed time-outs of an hour do not pile up nor hold time', async () => {
    const clock = new VirtualClock({ drain: 'tick' });
    const never = clock.run(async () => {
      await lastValueFrom(
        interval(50, clock.scheduler).pipe(take(2000), timeout({ each: 3_600_000, scheduler: clock.scheduler })),
      );
      await new Promise(() => undefined);
    });
    await expect(never).rejects.toThrow(Stalled);
    expect(clock.now()).toBe(2000 * 50);
    expect(clock.events).toBe(2000);
  });
});

describe('pacing', () => {
  const program = async (clock: VirtualClock): Promise<unknown> =>
    collected(
      ticks(clock, 50).pipe(
        take(40),
        concatMap(async ({ index, late }) => {
          await clock.sleep(7.3);
          return [index, late, clock.now_ns()];
        }),
      ),
    );

  it('changes wall time and nothing else', async () => {
    const free = new VirtualClock();
    const paced = new VirtualClock({ speed: 50 });
    const expected = await free.run(() => program(free));
    const begun = performance.now();
    expect(await paced.run(() => program(paced))).toEqual(expected);
    expect(performance.now() - begun).toBeGreaterThan((2000 / 50) * 0.9);
  });

  it('is cut short by input, which comes at the instant where time stands', async () => {
    const clock = new VirtualClock({ speed: 1e-3 });
    const begun = performance.now();
    const at = await clock.run(async () => {
      const input = new Promise<number>((resolve) => {
        setTimeout(() => clock.after(0, () => resolve(clock.now())), 5);
      });
      await clock.sleep(0.001);
      return Promise.race([input, clock.sleep(60_000).then(() => -1)]);
    });
    expect(at).toBe(0.001);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('follows a new speed at once, also in the middle of a wait', async () => {
    const clock = new VirtualClock({ speed: 1 });
    const begun = performance.now();
    await clock.run(async () => {
      setTimeout(() => clock.setSpeed(undefined), 5);
      await clock.sleep(600_000);
    });
    expect(clock.now()).toBe(600_000);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('goes from grain to grain in one go, and changes nothing', async () => {
    const free = new VirtualClock();
    const coarse = new VirtualClock({ speed: 50, grain_ms: 500 });
    expect(await coarse.run(() => program(coarse))).toEqual(await free.run(() => program(free)));
    const clock = new VirtualClock({ speed: 50, grain_ms: 500 });
    const begun = performance.now();
    const walls: number[] = [];
    await clock.run(async () => {
      for (let i = 1; i <= 10; i++) {
        await clock.sleep(100);
        walls.push(performance.now() - begun);
      }
    });
    // Nothing before the end of its grain: 500 ms and 1000 ms of its time at 50 times the pace.
    expect(Math.min(...walls.slice(0, 5))).toBeGreaterThan((500 / 50) * 0.9);
    expect(Math.min(...walls.slice(5))).toBeGreaterThan((1000 / 50) * 0.9);
  });

  it('that is behind goes on at the wall from where it is, or catches up, one turn of the event loop a grain', async () => {
    const heldUp = async (catchesUp_ms?: number): Promise<{ atEnd_ms: number; turns: number }> => {
      const clock = new VirtualClock({
        speed: 20,
        grain_ms: 100,
        ...(catchesUp_ms === undefined ? {} : { catchesUp_ms }),
      });
      let turns = 0;
      const begun = performance.now();
      await clock.run(async () => {
        await clock.sleep(100);
        for (const until = performance.now() + 60; performance.now() < until; );
        const count = (): void => {
          turns += 1;
          if (clock.now() < 1000) setImmediate(count);
        };
        setImmediate(count);
        for (let i = 0; i < 9; i++) await clock.sleep(100);
      });
      return { atEnd_ms: performance.now() - begun, turns };
    };
    const dropped = await heldUp(10);
    const caughtUp = await heldUp(Infinity);
    expect(dropped.atEnd_ms).toBeGreaterThan(5 + 60 + 8 * 5 - 10 - 5); // the grains after the hold at their pace again
    expect(caughtUp.turns).toBeGreaterThanOrEqual(9);
    expect(caughtUp.atEnd_ms).toBeLessThan(dropped.atEnd_ms);
  });

  it('leaves nothing behind when the program ends during a wait', async () => {
    const clock = new VirtualClock({ speed: 1 });
    await clock.run(async () => {
      clock.after(600_000, () => undefined);
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    clock.setSpeed(undefined);
    await clock.run(() => clock.sleep(1));
    expect(clock.now()).toBe(1);
  });
});

describe('a forgotten scheduler', () => {
  it('throws in virtual time and works again afterwards', async () => {
    const clock = new VirtualClock();
    const forgotten = clock.run(() => firstValueFrom(interval(1)));
    await expect(forgotten).rejects.toThrow('without the clock’s scheduler');
    expect(await firstValueFrom(timer(1))).toBe(0);
  });

  it('throws until the last of several virtual clocks has ended', async () => {
    const [first, second] = [new VirtualClock(), new VirtualClock()];
    await Promise.all([
      first.run(() => first.sleep(1)),
      second.run(async () => {
        for (let k = 0; k < 50; k++) await second.sleep(1);
        expect(() => asyncScheduler.schedule(() => undefined)).toThrow();
      }),
    ]);
    expect(Object.hasOwn(asyncScheduler, 'schedule')).toBe(false);
  });

  it('is not met by any program of this page: no real timer is set', async () => {
    const real = globalThis.setTimeout;
    let set = 0;
    globalThis.setTimeout = Object.assign((...args: Parameters<typeof setTimeout>) => {
      set++;
      return real(...args);
    }, real);
    try {
      for (const { run } of PROGRAMS) {
        const clock = new VirtualClock({ drain: 'tick' });
        await clock.run(() => run(clock));
      }
    } finally {
      globalThis.setTimeout = real;
    }
    expect(set).toBe(0);
  });
});
