/**
 * The current loop of a galvanostat that has none of its own: feed-forward through the calibrated stage, and an integral
 * on the ammeter's reading. Pure; knows no converter and no chip. Amounts only: the direction is a relay's.
 *
 * The stage answers within a millisecond, long before the next reading, so the plant of this loop is a gain g near 1 and
 * one cycle of delay: y[k+1] = g s[k] (1 + c[k]). With c[k+1] = c[k] + a (s[k] - y[k+1]) / s[k] the error has the one pole
 * 1 - a g: it never overshoots for a g < 1. A step begins by the tolerance of the calibration too low and closes from
 * below. Each reading is compared with the set point that drove it, so that a ramp is no error.
 */

/** Time constants of the integral: far from the set point, and near it, where noise is all there is, s. */
const FAST_S = 0.025;
const SLOW_S = 0.15;
/** "Near", as a share of the set point. */
const NEAR = 1e-3;
/** A reading further off than this is no error of the stage but a cell that cannot, or a set point that just moved. */
const CAPTURE = 0.1;

export class HostCurrentLoop {
  /** What is asked of the stage beyond the set point, as a share of it. Kept from one set point to the next. */
  private correction: number;
  /** The set point of the cycle before; 0 after rest. */
  private driven_A = 0;

  /** `tolerance`: what the calibration of the stage leaves, as a share. Throws RangeError outside 0 to 0.1. */
  constructor(private readonly tolerance: number) {
    if (!(tolerance >= 0 && tolerance <= CAPTURE))
      throw new RangeError(`a tolerance of ${tolerance} is not a share of 0 to ${CAPTURE}`);
    this.correction = -tolerance;
  }

  /** What to ask of the stage, A, `dt_s` after the last cycle; null when the current was not measured. */
  next(setpoint_A: number, measured_A: number | null, dt_s: number): number {
    if (!(setpoint_A > 0)) {
      this.rest();
      return 0;
    }
    if (this.driven_A > 0) {
      if (measured_A !== null) this.integrate((this.driven_A - measured_A) / this.driven_A, dt_s);
      // A correction upwards may be an offset, which weighs less at a larger current; too little of it is only a step
      // that closes from below.
      if (this.correction > 0 && setpoint_A > this.driven_A) this.correction *= this.driven_A / setpoint_A;
    }
    this.driven_A = setpoint_A;
    return setpoint_A * (1 + this.correction);
  }

  /** No current is driven: the next reading says nothing about the stage. What was learnt of it stays. */
  rest(): void {
    this.driven_A = 0;
  }

  /** Another calibration, another stage: nothing that was learnt holds. */
  forget(): void {
    this.rest();
    this.correction = -this.tolerance;
  }

  private integrate(error: number, dt_s: number): void {
    if (!(Math.abs(error) <= CAPTURE)) return;
    const share = 1 - Math.exp(-dt_s / (Math.abs(error) > NEAR ? FAST_S : SLOW_S));
    this.correction = Math.max(-CAPTURE, Math.min(CAPTURE, this.correction + share * error));
  }
}
