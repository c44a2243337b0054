/**
 * The current's set point: ramp, and a slow integral trim on top of the board's own regulation. The board's analog loop
 * regulates; the trim only takes out what its calibration left between the DAC and the ADC.
 */
import { ramped } from './ramp.js';

/** Integral gain of the trim, 1/s, and its clamp as a share of the set point. */
const TRIM_PER_S = 0.2;
const TRIM_CLAMP = 0.01;

export class CurrentLoop {
  /** Ramped set point, mA, without the trim. */
  setpoint_mA = 0;
  private trim = 0;

  /**
   * The set point for the board, A, `dt_s` after the last. The trim integrates only at a steady set point while the board
   * regulates and the current is measured: in a ramp or at compliance an integral would only wind up.
   */
  next(target_mA: number, rate_mA_s: number, measured_mA: number | null, regulating: boolean, dt_s: number): number {
    const before = this.setpoint_mA;
    this.setpoint_mA = ramped(before, target_mA, { rate_per_s: rate_mA_s, taper_s: 0 }, dt_s);
    const steady = this.setpoint_mA === before && before !== 0;
    if (this.setpoint_mA === 0) this.trim = 0;
    else if (steady && regulating && measured_mA !== null) {
      const error = (this.setpoint_mA - measured_mA) / this.setpoint_mA;
      this.trim = Math.max(-TRIM_CLAMP, Math.min(TRIM_CLAMP, this.trim + TRIM_PER_S * error * dt_s));
    }
    return (this.setpoint_mA / 1000) * (1 + this.trim);
  }

  /** After an off at once: nothing of the last set point stays. */
  zero(): void {
    this.setpoint_mA = 0;
    this.trim = 0;
  }
}
