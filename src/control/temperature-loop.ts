/**
 * PI control of the cell's temperature by the Peltier current, with feed-forward of the cell's heat, of the room and of
 * the ramp, and conditional anti-windup. Gains come from the reactor file.
 */
import type { TemperatureControl } from '../model/reactor.js';
import { ramped } from './ramp.js';

/** The ramp ends here: closer than the thermometer resolves (TMP117: 7.8 mK). */
const NEAR_K = 0.001;

export class TemperatureLoop {
  /** Ramped set point, °C; null while nothing is demanded. */
  setpoint_C: number | null = null;
  /** Peltier current of the last step, A; positive cools. */
  current_A = 0;
  private integral_A = 0;
  private due_s = 0;

  constructor(
    private readonly control: TemperatureControl,
    private readonly ambient_C: number,
  ) {}

  /**
   * The Peltier current, A. Runs at its own period whatever the caller's; between two runs the last current stands. The
   * set point starts at the measured temperature, so that a ramp begins without a step.
   */
  next(target_C: number | null, rate_K_min: number, measured_C: number | null, power_W: number, dt_s: number): number {
    if (target_C === null) return this.off();
    if (measured_C === null) return this.current_A; // the guard decides what a missing temperature means
    this.due_s -= dt_s;
    if (this.due_s > 0) return this.current_A;
    this.due_s += this.control.period_s;
    const before = this.setpoint_C ?? measured_C;
    const limits = { rate_per_s: rate_K_min / 60, taper_s: this.control.taper_s };
    this.setpoint_C = ramped(before, target_C, limits, this.control.period_s, NEAR_K);
    const fall_K_s = (before - this.setpoint_C) / this.control.period_s;
    this.current_A = this.regulate(measured_C - this.setpoint_C, this.feedForward(this.setpoint_C, fall_K_s, power_W));
    return this.current_A;
  }

  private off(): number {
    this.setpoint_C = null;
    this.integral_A = 0;
    this.due_s = 0;
    this.current_A = 0;
    return 0;
  }

  private feedForward(setpoint_C: number, fall_K_s: number, power_W: number): number {
    const c = this.control;
    return (
      c.heatForward_A_W * power_W +
      c.ambientForward_A_K * (this.ambient_C - setpoint_C) +
      c.rampForward_A_s_K * fall_K_s
    );
  }

  /** Integrates unless at the clamp and pushing into it. */
  private regulate(error_K: number, forward_A: number): number {
    const c = this.control;
    const wanted = forward_A + c.gain_A_K * error_K + this.integral_A;
    const clamped = Math.max(c.currentMin_A, Math.min(c.currentMax_A, wanted));
    const pushes = (wanted > c.currentMax_A && error_K > 0) || (wanted < c.currentMin_A && error_K < 0);
    if (!pushes) this.integral_A += (c.gain_A_K / c.integralTime_s) * error_K * c.period_s;
    return clamped;
  }
}
