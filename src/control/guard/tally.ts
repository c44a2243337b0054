/** Share of the transfers that failed in the last ten seconds. Owns its ring of seconds; allocates nothing after the start. */

const WINDOW_S = 10;
/** Fewer than this in the window say nothing: three chips in a second make more. */
const ENOUGH = 200;

export class TransferTally {
  private readonly sent = new Float64Array(WINDOW_S);
  private readonly failed = new Float64Array(WINDOW_S);
  private second = NaN;

  add(now_s: number, sent: number, failed: number): void {
    const second = Math.floor(now_s);
    if (second !== this.second) this.turn(second);
    const at = second % WINDOW_S;
    this.sent[at] = (this.sent[at] ?? 0) + sent;
    this.failed[at] = (this.failed[at] ?? 0) + failed;
  }

  /** 0 to 1; 0 while there were too few. */
  get share(): number {
    let sent = 0;
    let failed = 0;
    for (let at = 0; at < WINDOW_S; at++) {
      sent += this.sent[at] ?? 0;
      failed += this.failed[at] ?? 0;
    }
    return sent < ENOUGH ? 0 : failed / sent;
  }

  /** Seconds that passed without a transfer count as empty. */
  private turn(second: number): void {
    const steps = Number.isNaN(this.second) ? WINDOW_S : Math.min(WINDOW_S, second - this.second);
    for (let back = 0; back < steps; back++) {
      this.sent[(second - back) % WINDOW_S] = 0;
      this.failed[(second - back) % WINDOW_S] = 0;
    }
    this.second = second;
  }
}
