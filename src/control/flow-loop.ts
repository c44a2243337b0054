/** The pump's speed for a flow: the pump's own curve as feed-forward, and an integral that takes out its wear. */

/** Integral time of the flow loop, s: slower than the flow sensor and the line, faster than a person. */
const INTEGRAL_TIME_S = 4;
/**
 * The integral may correct so much of what the curve asks for: a pump worn to 80 % of its curve still gives its flow, and
 * a meter that reads too much cannot slow such a pump below 60 %, where recipes lay their least flow.
 */
const TRIM_SHARE = 0.25;

export class FlowLoop {
  /** What a pump as new gives at the present speed, by its curve. */
  byCurve_mL_min = 0;
  private integral = 0;

  /** @param full_mL_min flow at full speed by the pump's curve */
  constructor(private readonly full_mL_min: number) {}

  /** Speed as a share of full, 0 to 1. Without a measured flow the integral rests and the curve alone drives. */
  next(target_mL_min: number, measured_mL_min: number | null, dt_s: number): number {
    if (target_mL_min <= 0) {
      this.integral = this.byCurve_mL_min = 0;
      return 0;
    }
    const curve = target_mL_min / this.full_mL_min;
    if (measured_mL_min !== null) {
      const error = (target_mL_min - measured_mL_min) / this.full_mL_min;
      const most = TRIM_SHARE * curve;
      this.integral = Math.max(-most, Math.min(most, this.integral + (error * dt_s) / INTEGRAL_TIME_S));
    }
    const speed = Math.max(0, Math.min(1, curve + this.integral));
    this.byCurve_mL_min = speed * this.full_mL_min;
    return speed;
  }
}
