/**
 * The charge ledger of the host: what passed through the cell, counted on the board's timestamps and cross-checked
 * with the board's own counter. Owns how gaps are bridged; knows nothing of recipes or limits.
 */

export interface BoardCount {
  readonly boardTime_ms: number;
  readonly current_A: number;
  /** The board's own counter since it was zeroed, C. */
  readonly netCharge_C: number;
  readonly absoluteCharge_C: number;
}

export interface Carried {
  readonly charge_C: number;
  readonly absolute_C: number;
}

/** What the board may count of a cap that holds for the whole: its own counter begins at zero. */
export function capLeft_C(cap_C: number, carried: Carried | undefined): number {
  return cap_C - (carried?.absolute_C ?? 0);
}

/**
 * Longer than this between two readings, the trapezoid between two currents says nothing: the board's counter, which
 * never stopped counting, fills the gap.
 */
const LONGEST_TRAPEZOID_MS = 250;

export class Ledger {
  charge_C: number;
  absolute_C: number;
  /** Time covered by the board's counter alone, s. */
  bridged_s = 0;
  private last: BoardCount | null = null;
  private boardZero_C = 0;
  private readonly carried_C: number;

  constructor(carried: Carried = { charge_C: 0, absolute_C: 0 }) {
    this.charge_C = carried.charge_C;
    this.absolute_C = carried.absolute_C;
    this.carried_C = carried.charge_C;
  }

  /** The board's counter since the run began, C; null before its first reading. */
  get board_C(): number | null {
    return this.last === null ? null : this.carried_C + this.last.netCharge_C - this.boardZero_C;
  }

  /** Host minus board, C. */
  get difference_C(): number {
    return this.board_C === null ? 0 : this.charge_C - this.board_C;
  }

  /** The counters were zeroed (a new envelope was loaded): the next reading is a new beginning. */
  restart(): void {
    this.last = null;
  }

  /** A reading that is no number is left out: the guard sees it, and the next good one closes the gap. */
  add(now: BoardCount): void {
    if (!finite(now)) return;
    const last = this.last;
    this.last = now;
    if (last === null) {
      this.boardZero_C = now.netCharge_C - (this.charge_C - this.carried_C);
      return;
    }
    const dt_ms = now.boardTime_ms - last.boardTime_ms;
    // The same sample once more, or a board that began anew: the guard sees that.
    if (!(dt_ms > 0) || now.absoluteCharge_C < last.absoluteCharge_C) return;
    if (dt_ms > LONGEST_TRAPEZOID_MS) {
      this.charge_C += now.netCharge_C - last.netCharge_C;
      this.absolute_C += now.absoluteCharge_C - last.absoluteCharge_C;
      this.bridged_s += dt_ms / 1000;
      return;
    }
    this.charge_C += ((last.current_A + now.current_A) / 2) * (dt_ms / 1000);
    this.absolute_C += ((Math.abs(last.current_A) + Math.abs(now.current_A)) / 2) * (dt_ms / 1000);
  }
}

function finite({ boardTime_ms, current_A, netCharge_C, absoluteCharge_C }: BoardCount): boolean {
  return [boardTime_ms, current_A, netCharge_C, absoluteCharge_C].every(Number.isFinite);
}
