/**
 * The Clock of the page: ages of values, the double press of Esc, the time of day. Owns the browser's timers. The program's
 * own real clock needs shared memory, which a page does not have.
 */
import { BaseClock, type Timer } from '../../../model/clock.js';

export class BrowserClock extends BaseClock {
  readonly virtual = false;

  now(): number {
    return performance.now();
  }

  wallTime_ms(): number {
    return Date.now();
  }

  at(t: number, fn: () => void): Timer {
    return this.after(t - this.now(), fn);
  }

  after(ms: number, fn: () => void): Timer {
    const timeout = setTimeout(fn, Math.max(0, ms));
    return { cancel: () => clearTimeout(timeout) };
  }

  hold<T>(outside: PromiseLike<T>): Promise<T> {
    return Promise.resolve(outside);
  }
}
