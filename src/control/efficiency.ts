/**
 * Faradaic efficiency of hydrogen, live: what the vent line carries away, what is on its way there and what the liquid
 * holds, over Q/2F. Owns the sum and its uncertainty; fed once a cycle. From the sensor of the vent line and the sweep
 * flow alone, never from the safety sensor, and nothing is guarded by it.
 *
 *   FE = 2F (n_vent/(1 - phi) + n_way + n_sat) / Q
 *
 * n_vent: integral of the hydrogen that passes the sensor. n_way: bubbles, and what is in headspace, line and the
 * lag of the sensor, taken at the rate that the sensor shows. n_sat: dissolved; nothing comes out of a liquid that is not saturated, which is the
 * dead time at the start. phi: share that leaks into the canopy instead. Q: without its sign, since of a current that
 * alternates each half wave has its cathode; what recharges the double layers makes none and lowers FE.
 */
import { USUAL_GAS_METERING } from '../model/gas-metering.js';
import type { Reactor } from '../model/reactor.js';
import { T90_PER_TAU } from '../physics/constants.js';
import { faradaicEfficiency, hydrogenRate_umol_s } from '../physics/charge.js';
import { amountOf_umol, saturation_umol, sweptGas_mL_min } from '../physics/gas.js';

/** All uncertainties are half widths at k = 2; those of the gas meters come from the board file. */
const CHARGE_SHARE = 0.001;
/** Solubility of hydrogen in DMF is an estimate, and the bubbles in the liquid are counted nowhere. */
const SATURATION_SHARE = 0.25;
/** Headspace and line are not mixed as the sum takes them. */
const WAY_SHARE = 0.3;
/** The share that leaks is an estimate: it may be none, or twice as much. */
const LEAK_SHARE = 1;

/** Nothing is told before the uncertainty is below this; the unit is that of the efficiency. */
const MEANINGFUL = 0.15;
/** Charge below this is leakage of the stage, C. */
const LEAST_C = 0.1;
/** Below this nothing is carried to the sensor in any time that matters, mL/min. */
const LEAST_SWEEP_ML_MIN = 1;
/** So long after the current the sum ends: what the sweep strips out of the resting liquid is counted as dissolved, s. */
const COUNTS_ON_S = 900;

export interface Efficiency {
  /** 1: all charge made hydrogen. */
  readonly value: number;
  readonly uncertainty: number;
}

/** What the sum is fed with. */
export interface VentReading {
  readonly vent_hydrogen_vol_percent: number | null;
  readonly sweep_mL_min: number | null;
  readonly absolute_charge_C: number;
  readonly setpoint_mA: number;
}

export class EfficiencyTracker {
  /** null until it means something. */
  efficiency: Efficiency | null = null;
  private readonly saturation_umol: number;
  /** Time from the electrode to the reading, s: bubbles, headspace, line and the lag of the sensor. */
  private way_s: number;
  private startCharge_C: number | null = null;
  private idle_s = Infinity;
  private vented_umol = 0;
  private zeroError_umol = 0;
  private bridged_umol = 0;
  private last_umol_s = 0;

  /** `resumed`: the liquid may hold hydrogen of the run before. */
  constructor(
    private readonly hydrogen: Reactor['hydrogen'],
    liquid_mL: number,
    private readonly resumed = false,
    private readonly metering = USUAL_GAS_METERING,
  ) {
    this.saturation_umol = saturation_umol(hydrogen.saturation_mM, liquid_mL);
    this.way_s = this.wayAt(hydrogen.sweep_mL_min);
  }

  add(seen: VentReading, dt_s: number): void {
    this.startCharge_C ??= seen.absolute_charge_C;
    this.idle_s = seen.setpoint_mA === 0 ? this.idle_s + dt_s : 0;
    if (!(this.idle_s <= COUNTS_ON_S)) return;
    this.pass(seen, dt_s);
    this.efficiency = this.judged(seen.absolute_charge_C - this.startCharge_C, seen.setpoint_mA);
  }

  private wayAt(sweep_mL_min: number): number {
    const { headspace_mL, line_mL, ventSensor_t90_s, release_per_s } = this.hydrogen;
    const swept_s = (60 * (headspace_mL + line_mL)) / Math.max(LEAST_SWEEP_ML_MIN, sweep_mL_min);
    return swept_s + ventSensor_t90_s / T90_PER_TAU + 1 / release_per_s;
  }

  private pass(seen: VentReading, dt_s: number): void {
    const { vent_hydrogen_vol_percent: vent, sweep_mL_min } = seen;
    if (vent === null || sweep_mL_min === null || !Number.isFinite(vent + sweep_mL_min)) {
      this.bridge(seen.setpoint_mA, dt_s);
      return;
    }
    this.way_s = this.wayAt(sweep_mL_min);
    this.last_umol_s = amountOf_umol(sweptGas_mL_min(vent / 100, sweep_mL_min)) / 60;
    this.vented_umol += this.last_umol_s * dt_s;
    this.zeroError_umol += (amountOf_umol((this.metering.ventZero_vol_percent / 100) * sweep_mL_min) / 60) * dt_s;
  }

  /** Nobody knows what passes: the last value goes on, and all that the current can make meanwhile is uncertain. */
  private bridge(setpoint_mA: number, dt_s: number): void {
    this.vented_umol += this.last_umol_s * dt_s;
    this.bridged_umol += Math.max(this.last_umol_s, hydrogenRate_umol_s(Math.abs(setpoint_mA))) * dt_s;
  }

  private judged(charge_C: number, setpoint_mA: number): Efficiency | null {
    if (!(charge_C >= LEAST_C)) return null;
    const { leakShare } = this.hydrogen;
    const { ventShare, sweepShare } = this.metering;
    const way_umol = this.last_umol_s * this.way_s;
    const passed_umol = (this.vented_umol + way_umol) / (1 - leakShare);
    // Gas that has set out and not arrived: the sensor shows it late, and all of the current may be on its way.
    const unseen_umol = Math.max(0, hydrogenRate_umol_s(Math.abs(setpoint_mA)) * this.way_s - way_umol);
    // A liquid that gives off gas is saturated. One that was saturated before this run has taken nothing up.
    const dissolved_umol = this.resumed ? this.saturation_umol / 2 : this.saturation_umol;
    const found_umol = passed_umol + dissolved_umol;
    const spread_umol = Math.hypot(
      ventShare * passed_umol,
      sweepShare * passed_umol,
      this.zeroError_umol,
      this.bridged_umol,
      WAY_SHARE * way_umol,
      LEAK_SHARE * leakShare * passed_umol,
      this.resumed ? dissolved_umol : SATURATION_SHARE * dissolved_umol,
      CHARGE_SHARE * found_umol,
    );
    // One-sided, so that it is added: it goes as soon as the vent reads what the current makes.
    const uncertain_umol = spread_umol + unseen_umol;
    // Without gas at the vent the liquid need not be saturated: then it says nothing yet.
    if (!(passed_umol > uncertain_umol)) return null;
    const uncertainty = faradaicEfficiency(uncertain_umol, charge_C);
    return uncertainty <= MEANINGFUL ? { value: faradaicEfficiency(found_umol, charge_C), uncertainty } : null;
  }
}
