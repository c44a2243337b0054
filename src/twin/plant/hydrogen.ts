/**
 * Hydrogen from the electrode to the two sensors: dissolved, free, in the headspace, along the vent line, and the share
 * that leaks into the canopy. Owns amounts and shares of gas; knows no electrode. Volumes at 25 degC and 1 atm.
 *
 * Each balance is one implicit (backward Euler) step of a linear first-order equation, so that any flow is stable.
 */
import type { Reactor } from '../../model/reactor.js';
import { T90_PER_TAU } from '../../physics/constants.js';
import { gasFlow_mL_min, voidFraction } from '../../physics/gas.js';

/** The vent line as stirred tanks in a row: the spread of a gas plug in a narrow tube (estimate). */
const LINE_TANKS = 5;

export interface GasDemand {
  readonly sweep_mL_min: number;
  readonly canopy_L_min: number;
  readonly clearance_mL_min: number;
  /** Share of the free gas that leaks into the canopy. */
  readonly leakShare: number;
}

export class HydrogenPath {
  made_mol = 0;
  dissolved_mol = 0;
  released_mol = 0;
  /** Free gas out of the liquid, mL/min. */
  gas_mL_min = 0;
  /** Share of bubbles between the electrodes. */
  voidFraction = 0;
  headspace = 0;
  /** Shares at the sensors, behind their response. */
  ventSensor = 0;
  ambientSensor: number;
  /** Share in the canopy itself, above the background. */
  canopy = 0;
  private readonly line = new Float64Array(LINE_TANKS);
  private leak_mL_min = 0;
  private readonly saturation_mol: number;
  private readonly background: number;

  constructor(
    private readonly hydrogen: Reactor['hydrogen'],
    liquid_mL: number,
  ) {
    this.saturation_mol = hydrogen.saturation_mM * liquid_mL * 1e-6;
    this.background = hydrogen.ambientBackground_ppm * 1e-6;
    this.ambientSensor = this.background;
  }

  /** `made_mol` is the running total made at the electrode. */
  advance(dt_s: number, made_mol: number, demand: GasDemand): void {
    this.release(dt_s, made_mol - this.made_mol);
    this.made_mol = made_mol;
    this.voidFraction = voidFraction(this.gas_mL_min, demand.clearance_mL_min);
    this.vent(dt_s, (1 - demand.leakShare) * this.gas_mL_min, demand.sweep_mL_min);
    this.escape(dt_s, demand.leakShare * this.gas_mL_min, demand.canopy_L_min);
  }

  /** dn/dt = r - kb max(0, n - ns). */
  private release(dt_s: number, made_mol: number): void {
    const supply = this.dissolved_mol + made_mol;
    const excess = Math.max(0, supply - this.saturation_mol);
    const share = this.hydrogen.release_per_s * dt_s;
    const released = (excess * share) / (1 + share);
    this.dissolved_mol = supply - released;
    this.released_mol += released;
    this.gas_mL_min = gasFlow_mL_min(released / dt_s);
  }

  /** Vh dx/dt = q (1 - x) - qs x, then the line and the sensor. */
  private vent(dt_s: number, gas_mL_min: number, sweep_mL_min: number): void {
    const { headspace_mL, line_mL, ventSensor_t90_s } = this.hydrogen;
    const minutes = dt_s / 60;
    const flow_mL_min = gas_mL_min + sweep_mL_min;
    this.headspace = (headspace_mL * this.headspace + gas_mL_min * minutes) / (headspace_mL + flow_mL_min * minutes);
    const exchange = (flow_mL_min * minutes * LINE_TANKS) / line_mL;
    let share = this.headspace;
    for (let i = 0; i < LINE_TANKS; i++) {
      share = relaxed(this.line[i] ?? 0, share, exchange);
      this.line[i] = share;
    }
    this.ventSensor = relaxed(this.ventSensor, share, (dt_s * T90_PER_TAU) / ventSensor_t90_s);
  }

  /** Leak through the mixing lag into the canopy: Vc dx/dt = q - D x. */
  private escape(dt_s: number, leak_mL_min: number, draw_L_min: number): void {
    const { leakMixing_s, canopy_L, ambientSensor_t90_s } = this.hydrogen;
    const minutes = dt_s / 60;
    this.leak_mL_min = relaxed(this.leak_mL_min, leak_mL_min, dt_s / leakMixing_s);
    this.canopy = (canopy_L * this.canopy + this.leak_mL_min * 1e-3 * minutes) / (canopy_L + draw_L_min * minutes);
    this.ambientSensor = relaxed(
      this.ambientSensor,
      this.canopy + this.background,
      (dt_s * T90_PER_TAU) / ambientSensor_t90_s,
    );
  }
}

/** One implicit step of dx/dt = rate (target - x), `exchange` = rate times step. */
function relaxed(value: number, target: number, exchange: number): number {
  return (value + exchange * target) / (1 + exchange);
}
