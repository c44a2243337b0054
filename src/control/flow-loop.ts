/** The pump's speed for a flow: the pump's own curve as feed-forward, and an integral that takes out its wear. */

/** Integral time of the flow loop, s: slower than the flow sensor and the line, faster than a person. */
const INTEGRAL_TIME_S = 4;
/** The integral may correct so much of full speed. */
const CLAMP = 0.3;

export class FlowLoop {
  private integral = 0;

  /** @param full_mL_min flow at full speed by the pump's curve */
  constructor(private readonly full_mL_min: number) {}

  /** Speed as a share of full, 0 to 1. Without a measured flow the integral rests and the curve alone drives. */
  next(target_mL_min: number, measured_mL_min: number | null, dt_s: number): number {
    if (target_mL_min <= 0) {
      this.integral = 0;
      return 0;
    }
    if (measured_mL_min !== null) {
      const error = (target_mL_min - measured_mL_min) / this.full_mL_min;
      this.integral = Math.max(-CLAMP, Math.min(CLAMP, this.integral + (error * dt_s) / INTEGRAL_TIME_S));
    }
    return Math.max(0, Math.min(1, target_mL_min / this.full_mL_min + this.integral));
  }
}
