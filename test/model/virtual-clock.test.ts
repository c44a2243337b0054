import { readFile } from 'node:fs/promises';
import {
  asyncScheduler,
  auditTime,
  bufferTime,
  catchError,
  concatMap,
  debounceTime,
  defer,
  delay,
  exhaustMap,
  firstValueFrom,
  from,
  interval,
  lastValueFrom,
  map,
  mergeMap,
  of,
  retry,
  sampleTime,
  share,
  shareReplay,
  switchMap,
  take,
  throttleTime,
  timeInterval,
  timeout,
  timer,
  timestamp,
  toArray,
  type Observable,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ticks } from '../../src/model/clock.js';
import { seeded } from '../../src/model/random.js';
import { Stalled, VirtualClock, type Drain } from '../../src/model/virtual-clock.js';
import { expectedInstants_ns, nested, perform, randomTask } from '../support/programs.js';

const DRAINS: readonly Drain[] = ['immediate', 'tick'];

const collected = <T>(source: Observable<T>): Promise<T[]> => lastValueFrom(source.pipe(toArray()));
/** Virtual instants are whole nanoseconds; sums of milliseconds are not. */
const whole = (ms: number): number => Math.round(ms * 1e6) / 1e6;

/** A thenable of a foreign kind that takes `depth` turns to settle. */
function foreign(depth: number): PromiseLike<string> {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- what is tried here is a thenable that is no Promise
    then: (fulfilled, rejected) =>
      (depth > 0 ? foreign(depth - 1) : Promise.resolve('settled')).then(fulfilled, rejected),
  };
}

/** Each program has an answer known from the sum of its sleeps. */
interface Program {
  readonly name: string;
  readonly run: (clock: VirtualClock) => Promise<unknown>;
  readonly answer: unknown;
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'a few awaits do not move time past a timer that is due later',
    run: async (clock) => {
      await clock.sleep(4);
      clock.after(3, () => undefined);
      await nested(5);
      const after = clock.now();
      await clock.sleep(6);
      return [after, clock.now()];
    },
    answer: [4, 10],
  },
  {
    name: '250 awaits beside a metronome of 2 µs',
    run: async (clock) => {
      let beating = true;
      const beat = (): void => {
        if (beating) clock.after(0.002, beat);
      };
      beat();
      await clock.sleep(3);
      await nested(250);
      const after = whole(clock.now());
      await clock.sleep(2);
      beating = false;
      return [after, whole(clock.now())];
    },
    answer: [3, 5],
  },
  {
    name: 'work of 8 ms and 60 awaits wins against 8.0005 ms',
    run: (clock) =>
      Promise.race([
        clock
          .sleep(8)
          .then(() => nested(60))
          .then(() => 'work'),
        clock.sleep(8.0005).then(() => 'limit'),
      ]),
    answer: 'work',
  },
  {
    name: 'the loser of a race of sleeps is not waited for',
    run: async (clock) => {
      await Promise.race([clock.sleep(7), clock.sleep(70)]);
      await nested(8);
      return clock.now();
    },
    answer: 7,
  },
  {
    name: 'all, allSettled and an async generator',
    run: async (clock) => {
      async function* rounds(): AsyncGenerator<number> {
        for (const round of [1, 2, 3]) {
          await Promise.all([clock.sleep(3), clock.sleep(6), nested(7 * round)]);
          yield round;
        }
      }
      const instants: number[] = [];
      for await (const round of rounds()) {
        await Promise.allSettled([clock.sleep(round), Promise.reject(new Error('no matter')), nested(15)]);
        instants.push(clock.now());
      }
      return instants;
    },
    answer: [6 + 1, 7 + 6 + 2, 15 + 6 + 3],
  },
  {
    name: 'foreign thenables 25 deep',
    run: async (clock) => {
      clock.after(5.2, () => undefined);
      await clock.sleep(5);
      return [await foreign(25), clock.now()];
    },
    answer: ['settled', 5],
  },
  {
    name: 'exhaustMap leaves out what comes while it works',
    run: (clock) =>
      collected(
        interval(20, clock.scheduler).pipe(
          take(5),
          exhaustMap(async (k) => {
            await clock.sleep(11);
            await nested(30);
            await clock.sleep(14);
            return [k, clock.now()];
          }),
        ),
      ),
    answer: [
      [0, 45],
      [2, 85],
      [4, 125],
    ],
  },
  {
    name: 'concatMap falls behind by the work that is left',
    run: (clock) =>
      collected(
        interval(10, clock.scheduler).pipe(
          take(3),
          concatMap(async (k) => {
            await clock.sleep(16);
            await nested(20);
            return [k, clock.now()];
          }),
        ),
      ),
    answer: [
      [0, 26],
      [1, 42],
      [2, 58],
    ],
  },
  {
    name: 'switchMap drops only what is not ready',
    run: (clock) =>
      collected(
        interval(40, clock.scheduler).pipe(
          take(3),
          switchMap((k) =>
            defer(async () => {
              await clock.sleep(k === 1 ? 41 : 39.5);
              await nested(25);
              return [k, whole(clock.now())];
            }),
          ),
        ),
      ),
    answer: [
      [0, 79.5],
      [2, 159.5],
    ],
  },
  {
    name: 'a timeout of 30 ms over 29.9995 ms of work and 45 awaits',
    run: (clock) =>
      collected(
        defer(async () => {
          await clock.sleep(29.9995);
          await nested(45);
          return whole(clock.now());
        }).pipe(
          timeout({ each: 30, scheduler: clock.scheduler }),
          catchError((error: Error) => of(error.name)),
        ),
      ),
    answer: [29.9995],
  },
  {
    name: 'debounceTime behind asynchronous work',
    run: (clock) =>
      collected(
        from([0, 3, 6, 40, 44]).pipe(
          mergeMap(async (at) => {
            await clock.sleep(at);
            await nested(12);
            return at;
          }),
          debounceTime(8, clock.scheduler),
          timestamp(clock.scheduler),
          map(({ value, timestamp: at }) => [value, at]),
        ),
      ),
    answer: [
      [6, 14],
      [44, 44], // the source completes: the last value goes out at once
    ],
  },
  {
    name: 'bufferTime cuts on its own instants',
    run: (clock) =>
      collected(
        interval(4, clock.scheduler).pipe(
          mergeMap((k) => nested(20).then(() => k)),
          bufferTime(10, clock.scheduler),
          take(3),
        ),
      ),
    answer: [
      [0, 1], // 4, 8
      [2, 3], // 12, 16; the 20 ms value is asked for after the cut at 20 ms
      [4, 5, 6], // 20, 24, 28
    ],
  },
  {
    name: 'delay, throttleTime, auditTime, sampleTime, timeInterval',
    run: (clock) => {
      const source = interval(10, clock.scheduler).pipe(
        take(5),
        concatMap((k) => nested(9).then(() => k)),
        share(),
      );
      const instants = <T>(shaped: Observable<T>): Promise<(T | number)[][]> =>
        collected(shaped.pipe(map((value) => [value, clock.now()])));
      return Promise.all([
        instants(source.pipe(delay(4, clock.scheduler))),
        instants(source.pipe(throttleTime(15, clock.scheduler))),
        instants(source.pipe(auditTime(12, clock.scheduler))),
        instants(source.pipe(sampleTime(17, clock.scheduler))),
        collected(
          source.pipe(
            timeInterval(clock.scheduler),
            map(({ interval: since }) => since),
          ),
        ),
      ]);
    },
    answer: [
      [0, 1, 2, 3, 4].map((k) => [k, 14 + 10 * k]),
      [
        [0, 10],
        [2, 30],
        [4, 50],
      ],
      [
        [1, 22], // opened at 10
        [3, 42], // opened at 30
        [4, 62], // opened at 50, where the source ends: the last window is still waited for
      ],
      [
        [0, 17],
        [2, 34],
      ],
      [10, 10, 10, 10, 10],
    ],
  },
  {
    name: 'retry with a delay, and the window of shareReplay',
    run: async (clock) => {
      let attempt = 0;
      const retried = await collected(
        defer(async () => {
          await clock.sleep(3);
          await nested(6);
          if (++attempt < 4) throw new Error('not yet');
          return clock.now();
        }).pipe(retry({ delay: (_, count) => timer(5 * count, clock.scheduler) })),
      );
      const replayed = interval(4, clock.scheduler).pipe(
        take(6),
        shareReplay({ bufferSize: 6, windowTime: 9.5, refCount: false, scheduler: clock.scheduler }),
      );
      replayed.subscribe({ error: () => undefined });
      await clock.sleep(17); // values came 4, 8, 12 and 16 ms in; the window reaches back to 7.5
      return [retried, await collected(replayed.pipe(take(3)))];
    },
    answer: [[4 * 3 + 5 + 10 + 15], [1, 2, 3]],
  },
  {
    name: 'ticks at 20 Hz with six transfers of 1.71 ms in each',
    run: (clock) =>
      collected(
        ticks(clock, 50).pipe(
          take(3),
          exhaustMap(async ({ index, due, late, missed }) => {
            for (let transfer = 0; transfer < 6; transfer++) {
              await clock.sleep(1.71);
              await nested(4);
            }
            return [index, due, late, missed, whole(clock.now())];
          }),
        ),
      ),
    answer: [
      [1, 50, 0, 0, 60.26],
      [2, 100, 0, 0, 110.26],
      [3, 150, 0, 0, 160.26],
    ],
  },
];

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
