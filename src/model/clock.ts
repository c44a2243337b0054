/**
 * The one way to time. Owns the `Clock` port, the RxJS scheduler built on it, and the control tick.
 * Control and charge use this monotonic time; wall time is a label that only `wallTime_ms` gives.
 */
import { Observable, Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  readonly virtual: boolean;
  /** Milliseconds since the clock began, monotonic; never the epoch, whose double has only 0.2 µs left. */
  now(): number;
  /** UTC in ms of this instant: a label for people and files, never an input to control. */
  wallTime_ms(): number;
  /** Calls `fn` once, at or after `t` ms. Calls due at one instant run in the order they were asked for. */
  at(t: number, fn: () => void): Timer;
  after(ms: number, fn: () => void): Timer;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Awaits something that this clock cannot see (a file, a child process). Virtual time stands still until it settles. */
  hold<T>(outside: PromiseLike<T>): Promise<T>;
  /** For every timed RxJS operator, always. */
  readonly scheduler: SchedulerLike;
}

/** What both clocks share: sleeping and the scheduler, in terms of `at` and `after`. */
export abstract class BaseClock implements Clock {
  abstract readonly virtual: boolean;
  abstract now(): number;
  abstract wallTime_ms(): number;
  abstract at(t: number, fn: () => void): Timer;
  abstract after(ms: number, fn: () => void): Timer;
  abstract hold<T>(outside: PromiseLike<T>): Promise<T>;

  readonly scheduler: SchedulerLike = {
    now: () => this.now(),
    schedule: <S>(work: (this: SchedulerAction<S>, state?: S) => void, delay?: number, state?: S) =>
      new ClockAction<S>(this, work).schedule(state, delay ?? 0),
  };

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        timer.cancel();
        reject(signal?.reason as Error);
      };
      const timer = this.after(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

/**
 * RxJS's action contract on a Clock: `schedule` re-arms and keeps its state, Infinity never fires, and an error in the
 * work closes the action and goes on to the clock. (RxJS does not export its own AsyncAction.)
 */
class ClockAction<S> extends Subscription implements SchedulerAction<S> {
  private timer: Timer | undefined;
  private state: S | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly work: (this: SchedulerAction<S>, state?: S) => void,
  ) {
    super();
  }

  schedule(state?: S, delay = 0): Subscription {
    if (this.closed) return this;
    this.state = state;
    this.timer?.cancel();
    this.timer = delay === Infinity ? undefined : this.clock.after(delay, this.fire);
    return this;
  }

  private readonly fire = (): void => {
    this.timer = undefined;
    try {
      this.work.call(this, this.state);
    } catch (error) {
      this.unsubscribe();
      throw error;
    }
  };

  override unsubscribe(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.state = undefined;
    super.unsubscribe();
  }
}

/** One control tick: its number, when it was due, how late it came (ms), and how many whole periods were lost before it. */
export interface Tick {
  readonly index: number;
  readonly due: number;
  readonly late: number;
  readonly missed: number;
}

/**
 * Ticks on the absolute instants start + k·period. RxJS `interval` re-arms from now(), so that each lateness stays in
 * the phase for good (43.7 ms after 200 ticks of 50 ms, measured); a dose counted with it would drift.
 */
export function ticks(clock: Clock, period_ms: number): Observable<Tick> {
  return new Observable((subscriber) => {
    const start = clock.now();
    let index = 1;
    let timer: Timer;
    const arm = (): void => {
      timer = clock.at(start + index * period_ms, () => {
        const due = start + index * period_ms;
        const late = clock.now() - due;
        const missed = Math.max(0, Math.floor(late / period_ms));
        const tick: Tick = { index, due, late, missed };
        index += 1 + missed;
        arm(); // before next(): a subscriber that throws does not stop time
        subscriber.next(tick);
      });
    };
    arm();
    return () => timer.cancel();
  });
}
