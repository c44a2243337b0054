/**
 * Programs whose answer is known from arithmetic: virtual time is the sum of their sleeps, whatever hops promises make on
 * the way. A drain that lets time move too early gets some of them wrong.
 */
import {
  type Observable,
  auditTime,
  bufferTime,
  catchError,
  concatMap,
  debounceTime,
  defer,
  delay,
  exhaustMap,
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
} from 'rxjs';
import { ticks } from '../../src/model/clock.js';
import type { VirtualClock } from '../../src/model/virtual-clock.js';
import { nested } from '../support/programs.js';

export const collected = <T>(source: Observable<T>): Promise<T[]> => lastValueFrom(source.pipe(toArray()));
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
export interface Program {
  readonly name: string;
  readonly run: (clock: VirtualClock) => Promise<unknown>;
  readonly answer: unknown;
}

export const PROGRAMS: readonly Program[] = [
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
