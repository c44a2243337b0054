/**
 * Tells a jump of a reading from a change of the plant: a value that moved faster than the plant can is left out, until
 * so many in a row say the same that it must be believed. Pure memory of one channel; knows no chip and no clock.
 */

/** A reversed Peltier moves 10 mL by 2.6 K/s; what is faster is no temperature (faults, M3). */
export const FASTEST_K_S = 5;
/** A heat sink of 100 J/K that gets all of a Peltier's 120 W; real ones are heavier. */
export const HOT_SIDE_FASTEST_K_S = 1.5;
/** Readings in a row that are left out; the interlock trips with the last of them. */
export const DROPPED_READINGS = 3;
/** After a longer gap nothing can be said about a rate, s. */
const FORGOTTEN_S = 10;

export class JumpFilter {
  /** Readings in a row that were left out. */
  dropped = 0;
  private last = NaN;
  private at_s = -Infinity;

  constructor(private readonly fastest_K_s = FASTEST_K_S) {}

  /** Whether the value may be used. */
  accepts(value: number, now_s: number): boolean {
    const gap_s = now_s - this.at_s;
    const moved = Math.abs(value - this.last);
    const jumped = gap_s <= FORGOTTEN_S && moved > this.fastest_K_s * gap_s;
    if (jumped && this.dropped < DROPPED_READINGS) {
      this.dropped++;
      return false;
    }
    this.dropped = 0;
    this.last = value;
    this.at_s = now_s;
    return true;
  }
}
