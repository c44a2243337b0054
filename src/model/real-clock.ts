/** Real, monotonic time. Owns the hybrid wait that brings a control tick to about 0.1 ms without native code. */
import { BaseClock, type Timer } from './clock.js';

/** setTimeout's longest delay; longer ones fire at once (30 days fired after 19 ms, measured), so they are armed in parts. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** Sleep with setTimeout until this long before the instant, then block: the event loop is deaf for no longer than this. */
const BLOCK_MS = 2;
/** Atomics.wait is asked to end this much early; the rest is a short spin. */
const WAKE_EARLY_MS = 0.06;

export interface RealClockOptions {
  /** Blocks for the last 2 ms before an instant. For the one control tick of a process, not for every timer. */
  readonly fine?: boolean;
}

export class RealClock extends BaseClock {
  readonly virtual = false;
  private readonly start_ms = performance.now();
  private readonly fine: boolean;
  private readonly nobody = new Int32Array(new SharedArrayBuffer(4));

  constructor(options: RealClockOptions = {}) {
    super();
    this.fine = options.fine ?? false;
  }

  now(): number {
    return performance.now() - this.start_ms;
  }

  wallTime_ms(): number {
    return Date.now();
  }

  after(ms: number, fn: () => void): Timer {
    if (Number.isNaN(ms)) throw new RangeError('a delay must be a number of milliseconds, not NaN');
    return this.at(this.now() + Math.max(0, ms), fn);
  }

  at(t: number, fn: () => void): Timer {
    if (Number.isNaN(t)) throw new RangeError('an instant must be a number of milliseconds, not NaN');
    if (t === Infinity) return { cancel: () => undefined };
    let timeout: NodeJS.Timeout;
    const arm = (): void => {
      const left = t - this.now();
      const sleep = this.fine && left > BLOCK_MS + 0.5 ? Math.floor(left - BLOCK_MS) : Math.max(0, left);
      timeout = setTimeout(check, Math.min(LONGEST_TIMEOUT_MS, sleep));
    };
    const check = (): void => {
      const left = t - this.now();
      if (left > (this.fine ? BLOCK_MS + 1 : 0.5)) return arm();
      if (this.fine) this.block(t);
      fn();
    };
    arm();
    return { cancel: () => clearTimeout(timeout) };
  }

  hold<T>(outside: PromiseLike<T>): Promise<T> {
    return Promise.resolve(outside);
  }

  private block(t: number): void {
    for (let left = t - this.now(); left > 0; left = t - this.now()) {
      if (left > WAKE_EARLY_MS + 0.02) Atomics.wait(this.nobody, 0, 0, left - WAKE_EARLY_MS);
    }
  }
}
