/**
 * An electrode: the potential of its double layer under an external current, one implicit step at a time. Owns the
 * solution of C dV/dt = I_ext - i(V); knows no cell, no solution and no clock. i and I_ext count positive when they
 * oxidise. Felt and nickel differ in capacitance alone, so that a reversed current swaps their parts.
 *
 * Nickel relaxes in under a millisecond, so the step is backward Euler: C (V - V0)/dt + i(V) = I_ext. i rises with V,
 * hence one root, which lies between V0 and V0 + dt (I_ext - i(V0))/C; Newton's method is kept inside that bracket.
 */
import {
  electrodeRates,
  noElectrodeRates,
  type ElectrodeCoefficients,
  type ElectrodeRates,
} from '../../physics/kinetics.js';

/** Newton ends with a correction below this, V: the error left is its square over 2b, 1e-11 V. */
const CORRECTION_V = 1e-6;
/** Bisection alone would need 45 steps from 30 V to 1e-12 V. */
const ITERATIONS_MAX = 80;

export class Electrode {
  /** Potential against ferrocene at the end of the last committed step. */
  potential_V: number;
  /** Rate of the last committed step, V/s. */
  rate_V_s = 0;
  /** Of the trial: end potential, and how much the potential gives for a change of I_ext, V/A. */
  trial_V: number;
  trialResponse_ohm = 0;
  /** Routes at the last evaluation; `routeArea_cm2` brings them to the end of the trial. */
  readonly rates: ElectrodeRates = noElectrodeRates();
  /** Correction to the currents of the last evaluation that the last Newton step implies, as a factor. */
  private trialScale = 1;
  /** Set by `evaluate`. */
  private faradaic_A = 0;
  private slope_A_V = 0;

  constructor(
    readonly capacitance_F: number,
    private readonly area_cm2: number,
    start_V: number,
    /** Kinetics in the present solution; both electrodes share them. */
    public coefficients: ElectrodeCoefficients,
  ) {
    this.potential_V = start_V;
    this.trial_V = start_V;
  }

  /** Ampere for each A/cm2 of `rates`, such that the routes sum to the current of the step. */
  get routeArea_cm2(): number {
    return this.area_cm2 * this.trialScale;
  }

  /** Solves one step without taking it, so that the galvanostat may look for its current. */
  solve(external_A: number, dt_s: number): void {
    const start = this.potential_V;
    const storage_A_V = this.capacitance_F / dt_s;
    let potential = start;
    this.evaluate(potential);
    let residual = external_A - this.faradaic_A;
    let low = Math.min(start, start + residual / storage_A_V);
    let high = Math.max(start, start + residual / storage_A_V);
    let correction = 0;
    for (let i = 0; i < ITERATIONS_MAX; i++) {
      correction = residual / (storage_A_V + this.slope_A_V);
      if (Math.abs(correction) < CORRECTION_V) {
        potential += correction;
        break;
      }
      const next = potential + correction;
      potential = next > low && next < high ? next : (low + high) / 2;
      this.evaluate(potential);
      residual = external_A - this.faradaic_A - storage_A_V * (potential - start);
      if (residual > 0) low = potential;
      else high = potential;
    }
    this.trial_V = potential;
    this.trialScale = currentScale(correction * this.slope_A_V, this.faradaic_A);
    this.trialResponse_ohm = 1 / (storage_A_V + this.slope_A_V);
  }

  /** Takes the step that was solved last. */
  commit(dt_s: number): void {
    this.rate_V_s = (this.trial_V - this.potential_V) / dt_s;
    this.potential_V = this.trial_V;
  }

  /** Sets faradaic_A and slope_A_V at a potential. */
  private evaluate(potential_V: number): void {
    electrodeRates(potential_V, this.coefficients, this.rates);
    this.faradaic_A = -this.area_cm2 * this.rates.total_A_cm2;
    this.slope_A_V = this.area_cm2 * this.rates.slope_A_cm2_V;
  }
}

/**
 * Factor that brings currents evaluated before the last Newton correction to those after it. The correction changes them
 * by parts in 1e5 at most; where anodic and cathodic currents cancel the ratio means nothing and is bounded.
 */
function currentScale(change_A: number, evaluated_A: number): number {
  if (evaluated_A === 0) return 1;
  return Math.min(1.001, Math.max(0.999, 1 + change_A / evaluated_A));
}
