/**
 * What an actuator's driver remembers of its demand: the code that the chip was seen to hold, and since when.
 * A demand counts only after the chip has read it back; a failed write is forgotten and so sent again.
 * Knows no chip; time comes from the clock it is given.
 */
import type { Clock } from '../model/clock.js';

export class Demand {
  private code: number | undefined;
  private proved_ms = Number.NEGATIVE_INFINITY;

  /** `refresh_s`: an unchanged demand is written and read back again after so long, to notice a chip that was reset. */
  constructor(
    private readonly clock: Clock,
    private readonly refresh_s: number,
  ) {}

  /** True when `code` must be written. */
  due(code: number): boolean {
    return code !== this.code || !(this.clock.now() - this.proved_ms < this.refresh_s * 1000);
  }

  proved(code: number): void {
    this.code = code;
    this.proved_ms = this.clock.now();
  }

  forget(): void {
    this.code = undefined;
  }
}
