/**
 * The beat of the control cycle: how long each took since the last, and which ticks were missed. Owns that counting alone;
 * what happens in a cycle is core.ts's.
 */
import type { Tick } from '../model/clock.js';

export class Cadence {
  /** Ticks that fell into a cycle which still ran, or that the process slept through. */
  missedTicks = 0;
  latest_ms = 0;
  private lastTick = 0;
  private cycle_ms = 0;
  /** The cycle was given up for the proof: ticks of that time were not missed. */
  private paused = false;

  begin(now_ms: number): void {
    this.cycle_ms = now_ms;
  }

  /** Takes a tick; gives the time since the last one, s. */
  take(tick: Tick, now_ms: number): number {
    const dt_s = (now_ms - this.cycle_ms) / 1000;
    this.cycle_ms = now_ms;
    if (!this.paused) this.missedTicks += Math.max(0, tick.index - this.lastTick - 1);
    this.paused = false;
    this.lastTick = tick.index;
    this.latest_ms = Math.max(this.latest_ms, tick.late);
    return dt_s;
  }

  /** The ticks of the proof are not missed ones, and no time of the guard's. */
  pausedUntil(now_ms: number): void {
    this.paused = true;
    this.cycle_ms = now_ms;
  }
}
