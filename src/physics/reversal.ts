/**
 * What the leads of a cell show while its current is turned round: two double layers that swing past each other, and the
 * resistance between them. Owns the time for which the voltage is near zero at a current, which a galvanostat board takes
 * for a short; knows no step, no board and no recipe.
 *
 * C dV/dt = I - i(V) at each electrode, both with the kinetics of the fresh electrolyte (models, 3a). Nickel swings in
 * C_c dV/I, the felt in twenty times that: near zero the voltage moves with I/C, and with R dI/dt of the ramp.
 */
import type { Reactor } from '../model/reactor.js';
import { seriesResistance_ohm } from './cell.js';
import {
  electrodeCoefficients,
  electrodeRates,
  type ElectrodeCoefficients,
  freshComposition,
  noElectrodeRates,
  thermalKinetics,
} from './kinetics.js';
import { settledTransfer } from './transport.js';

/** A current that goes from one value to another, or stays. */
export interface Stretch {
  readonly from_A: number;
  readonly to_A: number;
  readonly for_s: number;
}

export interface DoubleLayers {
  readonly anode_V: number;
  readonly cathode_V: number;
}

/** What counts as near zero: a voltage below the one at a current above the other. */
export interface NearZero {
  readonly voltage_V: number;
  readonly current_A: number;
}

export interface Swing extends DoubleLayers {
  /** Longest time near zero without a break. */
  readonly nearZero_s: number;
}

/** Near zero and where a potential moves: the time near zero is known to this. */
const FINE_S = 2e-3;
/** A step grows while no potential moves by more than this in it. */
const MOVE_V = 5e-3;
const GROWTH = 1.5;
/** Of a ramp, at least: its ohmic drop moves by millivolts in each. */
const RAMP_STEPS = 500;
/** Newton ends with a correction below this; 60 halvings are enough from any start. */
const CORRECTION_V = 1e-6;
const TRIALS_MAX = 80;

export class ReversedCell {
  private readonly coefficients: ElectrodeCoefficients;
  private readonly resistance_ohm: number;

  constructor(
    private readonly reactor: Reactor,
    temperature_C: number,
  ) {
    const thermal = thermalKinetics(reactor.kinetics, temperature_C);
    this.coefficients = electrodeCoefficients(
      reactor.kinetics,
      thermal,
      freshComposition(reactor),
      settledTransfer(reactor),
    );
    this.resistance_ohm = seriesResistance_ohm(reactor.cell, temperature_C);
  }

  get fresh(): DoubleLayers {
    const { anodeStart_V, cathodeStart_V } = this.reactor.cell;
    return { anode_V: anodeStart_V, cathode_V: cathodeStart_V };
  }

  /** Through the stretches, one after the other. */
  swing(start: DoubleLayers, stretches: readonly Stretch[], near: NearZero): Swing {
    let { anode_V, cathode_V } = start;
    let nearZero_s = 0;
    let since_s = 0;
    for (const { from_A, to_A, for_s } of stretches) {
      let done_s = 0;
      let dt_s = FINE_S;
      while (done_s < for_s - 1e-9) {
        dt_s = Math.min(dt_s, for_s - done_s);
        const current_A = from_A + ((to_A - from_A) * (done_s + dt_s)) / for_s;
        const moved = this.step({ anode_V, cathode_V }, current_A, dt_s);
        const move_V = Math.max(Math.abs(moved.anode_V - anode_V), Math.abs(moved.cathode_V - cathode_V));
        ({ anode_V, cathode_V } = moved);
        done_s += dt_s;
        const voltage_V = anode_V - cathode_V + current_A * this.resistance_ohm;
        const isNear = Math.abs(voltage_V) < near.voltage_V && Math.abs(current_A) > near.current_A;
        since_s = isNear ? since_s + dt_s : 0;
        nearZero_s = Math.max(nearZero_s, since_s);
        const isFine = move_V > MOVE_V || (current_A !== 0 && Math.abs(voltage_V) < 2 * near.voltage_V);
        dt_s = isFine
          ? FINE_S
          : Math.min(dt_s * GROWTH, from_A === to_A ? Infinity : Math.max(FINE_S, for_s / RAMP_STEPS));
      }
    }
    return { anode_V, cathode_V, nearZero_s };
  }

  private step({ anode_V, cathode_V }: DoubleLayers, current_A: number, dt_s: number): DoubleLayers {
    const { anodeCapacitance_mF, cathodeCapacitance_mF } = this.reactor.cell;
    return {
      anode_V: this.moved_V(anode_V, current_A, anodeCapacitance_mF * 1e-3, dt_s),
      cathode_V: this.moved_V(cathode_V, -current_A, cathodeCapacitance_mF * 1e-3, dt_s),
    };
  }

  /** Backward Euler, its one root kept between the start and where the double layer alone would go. */
  private moved_V(start_V: number, external_A: number, capacitance_F: number, dt_s: number): number {
    const { area_cm2 } = this.reactor.cell;
    const rates = noElectrodeRates();
    const storage_A_V = capacitance_F / dt_s;
    electrodeRates(start_V, this.coefficients, rates);
    let residual_A = external_A + area_cm2 * rates.total_A_cm2;
    const far_V = start_V + residual_A / storage_A_V;
    let low_V = Math.min(start_V, far_V);
    let high_V = Math.max(start_V, far_V);
    let value_V = start_V;
    for (let trial = 0; trial < TRIALS_MAX; trial++) {
      const correction_V = residual_A / (storage_A_V + area_cm2 * rates.slope_A_cm2_V);
      if (Math.abs(correction_V) < CORRECTION_V) return value_V + correction_V;
      const next_V = value_V + correction_V;
      value_V = next_V > low_V && next_V < high_V ? next_V : (low_V + high_V) / 2;
      electrodeRates(value_V, this.coefficients, rates);
      residual_A = external_A + area_cm2 * rates.total_A_cm2 - storage_A_V * (value_V - start_V);
      if (residual_A > 0) low_V = value_V;
      else high_V = value_V;
    }
    return value_V;
  }
}
