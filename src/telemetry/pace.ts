/**
 * Which samples telemetry shows: one a second of run time, and at most ten a second of wall time when the run is sped up.
 * Pure; the caller gives both times.
 */

/** Shortest distance of two samples on the wall clock, ms. */
export const WALL_PERIOD_MS = 100;

export type Verdict =
  /** Show it now. */
  | { readonly kind: 'now' }
  /** Due in run time, too early on the wall: the latest such sample may be shown after `wait_ms`. */
  | { readonly kind: 'later'; readonly wait_ms: number }
  /** Its second of run time was already shown. */
  | { readonly kind: 'skip' };

export class Pace {
  private shownSecond = -1;
  private shownWall_ms = -Infinity;

  /** @param elapsed_s run time of the sample; a fall back means a new run. @param wall_ms monotonic wall time. */
  judge(elapsed_s: number, wall_ms: number): Verdict {
    const second = Math.floor(elapsed_s);
    if (second === this.shownSecond) return { kind: 'skip' };
    const wait_ms = this.shownWall_ms + WALL_PERIOD_MS - wall_ms;
    return wait_ms > 0 ? { kind: 'later', wait_ms } : { kind: 'now' };
  }

  shown(elapsed_s: number, wall_ms: number): void {
    this.shownSecond = Math.floor(elapsed_s);
    this.shownWall_ms = wall_ms;
  }
}
