/**
 * When a free-running converter has a new result. Owns the count of conversions; knows no chip.
 * Evaluated only when somebody looks, so that hours without a read cost nothing: the plant is then sampled once, at the
 * look, which is at most one conversion later than the real chip would have sampled.
 */
export class FreeRunning {
  private period_s = Number.POSITIVE_INFINITY;
  private start_s: number | undefined;
  private ended = 0;

  /** Begins anew with conversions of `period_s`; without an instant, at the next look. Infinity: shut down. */
  restart(period_s: number, now_s?: number): void {
    this.period_s = period_s;
    this.start_s = now_s;
    this.ended = 0;
  }

  /** True once for each look that finds at least one conversion ended since the last such look. */
  look(now_s: number): boolean {
    this.start_s ??= now_s;
    const ended = Math.floor((now_s - this.start_s) / this.period_s);
    if (!(ended > this.ended)) return false;
    this.ended = ended;
    return true;
  }
}
