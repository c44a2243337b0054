/**
 * Virtual time for previews, tests and sped-up runs. Owns the drain rule: time moves only when no promise reaction waits
 * and nothing is held. Knows nothing of benches: a bus transfer is a timer at the end of its wire time.
 *
 * The rule rests on a closed world: in virtual mode a promise settles only through a timer of this clock, through other
 * promises, or through `hold`. Then an empty microtask queue and no holds mean that nothing is pending.
 */
import { asyncScheduler } from 'rxjs';
import { BaseClock, type Timer } from './clock.js';
import { HeapEntry, TimerHeap } from './timer-heap.js';

/**
 * How to see an empty microtask queue. `immediate` (a macrotask) is right for promises and process.nextTick both.
 * `tick` (process.nextTick asked for from a microtask) is right for promises only and spares the event loop, which is
 * about a third faster; it needs a program that does not itself hop through process.nextTick, as sockets and streams do.
 */
export type Drain = 'immediate' | 'tick';

export interface VirtualClockOptions {
  readonly drain?: Drain;
  /** Virtual seconds a wall second; absent: as fast as it goes. Pacing changes nothing but wall time. */
  readonly speed?: number;
  /**
   * With a speed: time waits for the wall at multiples of this only, and goes from one to the next in one go, ms. Coarse:
   * a bench among many works longer in warm caches, and what it says comes later by as much at most. A clock that is
   * behind lets the others have their turn between two of them. Absent: each event waits by itself.
   */
  readonly grain_ms?: number;
  /** With a speed: a clock that fell further behind the wall than this does not race to catch up, ms; 250 when absent. */
  readonly catchesUp_ms?: number;
  /** UTC of the start, ms; a label only. */
  readonly epoch_ms?: number;
}

/** Nothing is left that could ever finish the program: no timer, no hold, and it has not ended. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

const NS_PER_MS = 1e6;
/** `tick` yields to the event loop after so many events, so that rejections are reported; counted, not timed, to replay exactly. */
const YIELD_EVERY = 1024;
/** So many events at one instant are a loop that never lets time move. */
const ZENO_EVENTS = 1_000_000;
/** For people: a bench on the screen that was held up goes on from where it was. */
const CATCHES_UP_MS = 250;

/** Its reactions are microtasks as those of queueMicrotask are, without the asynchronous resource that Node makes for each. */
const SETTLED = Promise.resolve();
/** A timer at infinity: it never fires and there is nothing to cancel. */
const NEVER: Timer = { cancel: () => undefined };

/** How many virtual clocks run now: the real scheduler is given back when the last one ends. */
let running = 0;

function forbidRealScheduler(): () => void {
  if (running++ === 0) {
    // An own property that hides the prototype's method; deleting it gives the method back.
    asyncScheduler.schedule = () => {
      throw new Error('a timed RxJS operator was used without the clock’s scheduler in virtual time');
    };
  }
  return () => {
    if (--running === 0) Reflect.deleteProperty(asyncScheduler, 'schedule');
  };
}

interface Pump {
  resolve(): void;
  reject(error: Error): void;
}

export class VirtualClock extends BaseClock {
  readonly virtual = true;
  /** Events run so far. */
  events = 0;
  private time_ns = 0;
  private order = 0;
  private holds = 0;
  private scheduled = false;
  private eventsAtInstant = 0;
  private readonly heap = new TimerHeap();
  private readonly drain: Drain;
  private readonly epoch_ms: number;
  private pump: Pump | undefined;
  private pacing: NodeJS.Timeout | undefined;
  private speed: number | undefined;
  private readonly grain_ns: number;
  private readonly catchesUp_ms: number;
  /** End of the grain under way. */
  private grainEnd_ns = 0;
  private paceWall_ms = 0;
  private paceTime_ns = 0;

  constructor(options: VirtualClockOptions = {}) {
    super();
    this.drain = options.drain ?? 'immediate';
    this.speed = options.speed;
    this.grain_ns = Math.round((options.grain_ms ?? 0) * NS_PER_MS);
    this.catchesUp_ms = options.catchesUp_ms ?? CATCHES_UP_MS;
    this.epoch_ms = options.epoch_ms ?? 0;
  }

  now(): number {
    return this.time_ns / NS_PER_MS;
  }

  /** Nanoseconds since the start, exact. */
  now_ns(): number {
    return this.time_ns;
  }

  wallTime_ms(): number {
    return this.epoch_ms + Math.floor(this.time_ns / NS_PER_MS);
  }

  at(t: number, fn: () => void): Timer {
    if (Number.isNaN(t)) throw new RangeError('an instant must be a number of milliseconds, not NaN');
    return this.insert(Math.max(this.time_ns, Math.round(t * NS_PER_MS)), fn);
  }

  /**
   * A positive delay is at least 1 ns: RxJS compares rounded sums of now() and would otherwise re-arm for ever at one
   * instant (seen with debounceTime at 134 of 100,000 wire instants).
   */
  after(ms: number, fn: () => void): Timer {
    if (Number.isNaN(ms)) throw new RangeError('a delay must be a number of milliseconds, not NaN');
    return this.insert(this.time_ns + (ms > 0 ? Math.max(1, Math.round(ms * NS_PER_MS)) : 0), fn);
  }

  async hold<T>(outside: PromiseLike<T>): Promise<T> {
    this.holds++;
    try {
      return await outside;
    } finally {
      this.holds--;
      this.schedule();
    }
  }

  /** Changes the pace from here on: a factor, or undefined for as fast as it goes. */
  setSpeed(speed: number | undefined): void {
    this.speed = speed;
    this.startPacing();
    if (this.pacing) this.resumeNow(); // the wait under way was for the old pace
  }

  /**
   * Runs `main` in virtual time and settles with it. Rejects with Stalled when nothing could ever finish it, and with
   * whatever a timer's function throws. RxJS's real-time scheduler throws meanwhile: a forgotten scheduler argument
   * must not reach a real timer.
   */
  async run<T>(main: () => Promise<T>): Promise<T> {
    const release = forbidRealScheduler();
    try {
      return await this.pumpUntil(main);
    } finally {
      release();
    }
  }

  private async pumpUntil<T>(main: () => Promise<T>): Promise<T> {
    this.startPacing();
    const pumping = new Promise<void>((resolve, reject) => {
      this.pump = { resolve, reject };
    });
    let outcome: { readonly value: T } | undefined;
    main().then(
      (value) => {
        outcome = { value };
        this.stop();
      },
      (error: unknown) => this.stop(error),
    );
    this.schedule();
    await pumping;
    if (outcome === undefined) {
      throw new Stalled(
        `virtual time stalled at ${this.now()} ms: no timer is set, nothing is held, and the program has not ended`,
      );
    }
    return outcome.value;
  }

  private startPacing(): void {
    this.paceWall_ms = performance.now();
    this.paceTime_ns = this.time_ns;
  }

  private stop(error?: unknown): void {
    const pump = this.pump;
    this.pump = undefined;
    if (this.pacing) this.resumeNow();
    if (error === undefined) pump?.resolve();
    else
      pump?.reject(
        error instanceof Error ? error : new Error('virtual time ended by a value that is no Error', { cause: error }),
      );
  }

  private insert(time_ns: number, fn: () => void): Timer {
    if (time_ns === Infinity) return NEVER;
    const entry = new HeapEntry(this.heap, time_ns, this.order++, fn);
    this.heap.push(entry);
    if (this.pacing && this.heap.peek() === entry)
      this.resumeNow(); // somebody acted while the clock was waiting for the wall
    else this.schedule();
    return entry;
  }

  private schedule(): void {
    if (this.scheduled || !this.pump) return;
    this.scheduled = true;
    if (this.drain === 'immediate' || this.events % YIELD_EVERY === YIELD_EVERY - 1) setImmediate(this.afterMacrotask);
    else void SETTLED.then(this.hop);
  }

  private readonly afterMacrotask = (): void => {
    if (this.drain === 'immediate') this.step();
    else void SETTLED.then(this.hop);
  };

  /** A tick asked for from a microtask runs when the microtask queue is empty, and not before. */
  private readonly hop = (): void => process.nextTick(this.step);

  private resumeNow(): void {
    clearTimeout(this.pacing);
    this.resume();
  }

  private readonly resume = (): void => {
    this.pacing = undefined;
    this.scheduled = false;
    this.schedule();
  };

  /** Here no promise reaction waits: the next timer may run. */
  private readonly step = (): void => {
    this.scheduled = false;
    if (!this.pump || this.holds > 0) return; // a hold schedules again when it is let go
    const entry = this.heap.peek();
    if (!entry) return this.stop();
    if (this.waitsForWall(entry)) return;
    this.countInstant(entry);
    if (!this.pump) return;
    this.heap.remove(entry);
    this.time_ns = entry.time_ns;
    this.events++;
    try {
      entry.fn();
    } catch (error) {
      return this.stop(error);
    }
    this.schedule();
  };

  private countInstant(entry: HeapEntry): void {
    this.eventsAtInstant = entry.time_ns === this.time_ns ? this.eventsAtInstant + 1 : 0;
    if (this.eventsAtInstant > ZENO_EVENTS) this.stop(new Stalled(`virtual time does not move at ${this.now()} ms`));
  }

  private waitsForWall(entry: HeapEntry): boolean {
    if (this.speed === undefined) return false;
    const due_ns = this.grain_ns > 0 ? Math.ceil(entry.time_ns / this.grain_ns) * this.grain_ns : entry.time_ns;
    const turn = this.grain_ns > 0 && due_ns > this.grainEnd_ns;
    const dueWall_ms = this.paceWall_ms + (due_ns - this.paceTime_ns) / NS_PER_MS / this.speed;
    const wait_ms = dueWall_ms - performance.now();
    if (wait_ms < -this.catchesUp_ms) this.paceWall_ms -= wait_ms;
    if (!(wait_ms > 1) && !turn) return false;
    this.grainEnd_ns = due_ns;
    this.scheduled = true;
    this.pacing = setTimeout(this.resume, Math.max(0, wait_ms));
    return true;
  }
}
