/**
 * Moving fluids: pump, nitrogen and canopy draw with their lags, and the diffusion films that flow or stirring keeps thin.
 * Owns what an actuator's demand becomes; knows no electrode.
 */
import type { Reactor } from '../../model/reactor.js';
import {
  bubbleClearance_mL_min,
  growingTransfer_cm_s,
  growthTime_s,
  settledTransfer,
  type Transfer,
} from '../../physics/transport.js';

/** Lags of first order, s, all estimates: a positive-displacement pump, a valve with its line, a small fan. */
const PUMP_LAG_S = 0.2;
const SWEEP_LAG_S = 0.5;
const CANOPY_LAG_S = 1;
/** Nothing moves: no film is kept. */
const STILL: Transfer = { imine_cm_s: 0, donor_cm_s: 0 };

export interface FlowDemand {
  readonly pump_mL_min: number;
  readonly stirring: boolean;
  readonly sweep_mL_min: number;
  readonly canopy_L_min: number;
}

export class Flows {
  pump_mL_min = 0;
  sweep_mL_min = 0;
  canopy_L_min = 0;
  clearance_mL_min: number;
  transfer: Transfer;
  /** The thinnest films that flow or stirrer have kept since they last grew. */
  private kept: Transfer;
  /** Time for which the films have grown from there. */
  private still_s = 0;
  /** Leveque coefficients of `settledFlow_mL_min`, renewed when the flow moves. */
  private settled: Transfer;
  private settledFlow_mL_min = -1;

  constructor(private readonly reactor: Reactor) {
    this.settled = settledTransfer(reactor);
    this.kept = this.settled;
    this.transfer = this.settled;
    this.clearance_mL_min = bubbleClearance_mL_min(reactor.transport, 0);
  }

  /** `carrying`: current passed in this step, so that films without flow grow; without current they recover as slowly. */
  advance(dt_s: number, demand: FlowDemand, carrying: boolean): void {
    this.pump_mL_min = approach(this.pump_mL_min, demand.pump_mL_min, dt_s, PUMP_LAG_S);
    this.sweep_mL_min = approach(this.sweep_mL_min, demand.sweep_mL_min, dt_s, SWEEP_LAG_S);
    this.canopy_L_min = approach(this.canopy_L_min, demand.canopy_L_min, dt_s, CANOPY_LAG_S);
    this.clearance_mL_min = bubbleClearance_mL_min(this.reactor.transport, this.pump_mL_min);
    this.film(dt_s, demand.stirring, carrying);
  }

  /**
   * A film grows no faster than diffusion lets it, and never beyond what the present motion keeps. Growth counts from the
   * thinnest film since: a slow change of flow follows Leveque, a stopped pump gives the growing film, and a lag in
   * between does not start the count anew.
   */
  private film(dt_s: number, stirring: boolean, carrying: boolean): void {
    const settled = this.settledNow(stirring);
    if (settled.imine_cm_s >= this.kept.imine_cm_s) {
      this.kept = settled;
      this.transfer = settled;
      this.still_s = 0;
      return;
    }
    const { imineDiffusion_cm2_s, donorDiffusion_cm2_s } = this.reactor.transport;
    this.still_s = carrying ? this.still_s + dt_s : Math.max(0, this.still_s - dt_s);
    const imine_cm_s = growingTransfer_cm_s(this.kept.imine_cm_s, imineDiffusion_cm2_s, this.still_s);
    if (settled.imine_cm_s > imine_cm_s) {
      this.still_s = growthTime_s(this.kept.imine_cm_s, settled.imine_cm_s, imineDiffusion_cm2_s);
      this.transfer = settled;
      return;
    }
    this.transfer = {
      imine_cm_s,
      donor_cm_s: growingTransfer_cm_s(this.kept.donor_cm_s, donorDiffusion_cm2_s, this.still_s),
    };
  }

  /** Coefficients that the present motion keeps in the long run. */
  private settledNow(stirring: boolean): Transfer {
    if (this.reactor.transport.kind === 'stirred') return stirring ? this.settled : STILL;
    if (Math.abs(this.pump_mL_min - this.settledFlow_mL_min) > 1e-6) {
      this.settledFlow_mL_min = this.pump_mL_min;
      this.settled = settledTransfer(this.reactor, this.pump_mL_min);
    }
    return this.settled;
  }
}

/** One exact step of a first-order lag towards a constant; what is left of it at 1e-9 of the unit is dropped. */
function approach(value: number, target: number, dt_s: number, lag_s: number): number {
  const gap = value - target;
  return Math.abs(gap) < 1e-9 ? target : target + gap * Math.exp(-dt_s / lag_s);
}
