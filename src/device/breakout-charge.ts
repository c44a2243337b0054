/**
 * Charge through the breakout's cell, counted by the host. Owns the trapezoid on the host's clock, and where it does not
 * hold: a gap, and a cycle in which the current jumped. These take the ammeter's own counter, which saw it all. Pure.
 *
 * The counter runs on the chip's oscillator, good to about 1 %: enough for a cycle now and then, no measure of a run, but
 * its witness. A count that is out by more than that says that host or chip lost time.
 */

/** Longer than this between two readings, a trapezoid says nothing, s. */
const LONGEST_TRAPEZOID_S = 0.25;
/** A change by more between two readings is a jump, whose instant a trapezoid does not know. */
const JUMP_SHARE = 0.02;
const JUMP_A = 0.1e-3;
/** Oscillator, and what a start can differ by. */
const WITNESS_SHARE = 0.02;
const WITNESS_C = 0.05;

export class BreakoutCharge {
  net_C = 0;
  absolute_C = 0;
  /** The chip's counter at the last reading. */
  private counted_C = 0;
  private last: { readonly time_s: number; readonly current_A: number } | null = null;

  /** Everything from zero: the chip's counter was zeroed too. */
  zero(): void {
    this.net_C = this.absolute_C = this.counted_C = 0;
    this.last = null;
  }

  /** A reading: current with its sign, and the chip's counter, which knows amounts only. */
  add(time_s: number, current_A: number, counted_C: number): void {
    const { last } = this;
    this.last = { time_s, current_A };
    const counter_C = counted_C - this.counted_C;
    this.counted_C = counted_C;
    if (last === null) return;
    const dt_s = time_s - last.time_s;
    const jumped =
      Math.abs(current_A - last.current_A) >
      JUMP_A + JUMP_SHARE * Math.max(Math.abs(current_A), Math.abs(last.current_A));
    if (dt_s <= LONGEST_TRAPEZOID_S && !jumped) {
      this.net_C += ((last.current_A + current_A) / 2) * dt_s;
      this.absolute_C += ((Math.abs(last.current_A) + Math.abs(current_A)) / 2) * dt_s;
      return;
    }
    const gap_C = Math.max(0, counter_C); // a chip that was reset counts from zero
    this.net_C += last.current_A + current_A < 0 ? -gap_C : gap_C;
    this.absolute_C += gap_C;
  }

  /** True when the chip's counter bears the host's count out. */
  get witnessed(): boolean {
    return Math.abs(this.absolute_C - this.counted_C) <= WITNESS_C + WITNESS_SHARE * this.absolute_C;
  }
}
