/** A flood of stops on its way to the control process: the first at once, ten a second, and the last one in any case. */
import type { Clock } from '../model/clock.js';

const PERIOD_MS = 100;

export interface Stop {
  readonly actor: string;
  /** Broker over which it came. */
  readonly via: string;
  /** How many were passed on, with this one. */
  readonly count: number;
}

export function stopper(clock: Clock, pass: (stop: Stop) => void): (actor: string, via: string) => void {
  let last_ms = -Infinity;
  let count = 0;
  let latest: { readonly actor: string; readonly via: string } | null = null;
  const passOn = (who: { readonly actor: string; readonly via: string }): void => {
    last_ms = clock.now();
    count += 1;
    pass({ ...who, count });
  };
  return (actor, via) => {
    const isWaiting = latest !== null;
    const wait_ms = last_ms + PERIOD_MS - clock.now();
    if (!isWaiting && !(wait_ms > 0)) return passOn({ actor, via });
    latest = { actor, via };
    if (isWaiting) return;
    clock.after(wait_ms, () => {
      if (latest !== null) passOn(latest);
      latest = null;
    });
  };
}
