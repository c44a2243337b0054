/** So many at once, then so many a second. Knows no clock: the time is handed in, ms of a monotonic one. */
export class Allowance {
  private left: number;
  private seen_ms: number;

  constructor(
    private readonly burst: number,
    private readonly rate_Hz: number,
    now_ms: number,
  ) {
    this.left = burst;
    this.seen_ms = now_ms;
  }

  has(now_ms: number, count = 1): boolean {
    this.left = Math.min(this.burst, this.left + ((now_ms - this.seen_ms) / 1000) * this.rate_Hz);
    this.seen_ms = now_ms;
    return this.left >= count;
  }

  take(count = 1): void {
    this.left -= count;
  }
}
