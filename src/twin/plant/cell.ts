/**
 * The cell under the galvanostat: two double layers, the resistance between them, and the stage that drives them. Owns
 * the fast part of the plant and the count of charge by route; must not know what the charge does to the solution.
 *
 * Stage: I = min(Iset, root of Vcell(I) = Vout - |I| Rsh), mirrored for a negative set point; COMPL when the cell takes
 * more than `complianceShare` of what the stage has left. The outer loop of the board settles within 3 ms and is taken
 * as instantaneous.
 */
import type { Reactor } from '../../model/reactor.js';
import { seriesResistance_ohm } from '../../physics/cell.js';
import {
  electrodeCoefficients,
  thermalKinetics,
  type ElectrodeCoefficients,
  type Composition,
  type ThermalKinetics,
} from '../../physics/kinetics.js';
import type { Transfer } from '../../physics/transport.js';
import { Electrode } from './electrode.js';

/**
 * Charge by route since the start, C, on both electrodes together; each route counts positive in its own direction. In
 * normal operation `oxidation_C` is the anode's and the others are the cathode's.
 */
export interface RouteCharges {
  catalytic_C: number;
  hydrogen_C: number;
  pinacol1a_C: number;
  pinacol2a_C: number;
  /** Reduction of solvent and electrolyte. */
  background_C: number;
  /** Oxidation of the solvent. */
  oxidation_C: number;
}

export function noCharges(): RouteCharges {
  return { catalytic_C: 0, hydrogen_C: 0, pinacol1a_C: 0, pinacol2a_C: 0, background_C: 0, oxidation_C: 0 };
}

/** What the slow part of the plant tells the cell. */
export interface CellSurroundings {
  readonly temperature_C: number;
  readonly composition: Composition;
  readonly transfer: Transfer;
  readonly voidFraction: number;
  readonly film_ohm_cm2: number;
}

export interface Drive {
  readonly setCurrent_A: number;
  readonly connected: boolean;
  readonly shunt_ohm: number;
}

/** A step is cut so that no potential is expected to move further than this, V ... */
const MOVE_V = 1e-3;
/** ... but not below this, s: backward Euler is within 2 mV there in the steepest rise of the reference cells. */
const STEP_MIN_S = 1e-3;
/** Kinetics are renewed when the temperature has moved by this, K: 4 ppm of b, 2 uV. */
const RENEW_K = 1e-3;
/** The compliance search ends this close to the rail, V, or after as many trials as bisection alone would need. */
const RAIL_V = 1e-8;
const TRIALS_MAX = 100;

export class Cell {
  readonly anode: Electrode;
  readonly cathode: Electrode;
  readonly charges: RouteCharges = noCharges();
  current_A = 0;
  /** Between the leads, at the end of the last step as the current is. */
  voltage_V: number;
  compliance = false;
  /** Output of the stage beyond its shunt: the cell's voltage, or the rail when the relay is open under a set point. */
  stage_V = 0;
  netCharge_C = 0;
  absoluteCharge_C = 0;
  /** Electrical energy into the cell. */
  energy_J = 0;
  /** Added in the lead, for a corroded or open contact. */
  extraSeries_ohm = 0;
  /** Of what touches across the leads; Infinity: nothing does. */
  short_ohm = Infinity;
  resistance_ohm: number;
  private thermal: ThermalKinetics;
  private thermal_C: number;

  constructor(
    private readonly reactor: Reactor,
    surroundings: CellSurroundings,
  ) {
    const { cell, kinetics } = reactor;
    const { anodeCapacitance_mF, cathodeCapacitance_mF, anodeStart_V, cathodeStart_V, area_cm2 } = cell;
    this.thermal_C = surroundings.temperature_C;
    this.thermal = thermalKinetics(kinetics, this.thermal_C);
    const coefficients = this.coefficients(surroundings);
    this.anode = new Electrode(anodeCapacitance_mF * 1e-3, area_cm2, anodeStart_V, coefficients);
    this.cathode = new Electrode(cathodeCapacitance_mF * 1e-3, area_cm2, cathodeStart_V, coefficients);
    this.resistance_ohm = this.resistanceIn(surroundings);
    this.voltage_V = anodeStart_V - cathodeStart_V;
  }

  /** Takes over temperature, solution and bubbles; they hold until the next call. */
  surround(surroundings: CellSurroundings): void {
    if (!(Math.abs(surroundings.temperature_C - this.thermal_C) < RENEW_K)) {
      this.thermal_C = surroundings.temperature_C;
      this.thermal = thermalKinetics(this.reactor.kinetics, this.thermal_C);
    }
    const coefficients = this.coefficients(surroundings);
    this.anode.coefficients = coefficients;
    this.cathode.coefficients = coefficients;
    this.resistance_ohm = this.resistanceIn(surroundings);
  }

  private coefficients({ composition, transfer }: CellSurroundings): ElectrodeCoefficients {
    return electrodeCoefficients(this.reactor.kinetics, this.thermal, composition, transfer);
  }

  private resistanceIn({ temperature_C, voidFraction, film_ohm_cm2 }: CellSurroundings): number {
    return seriesResistance_ohm(this.reactor.cell, temperature_C, voidFraction, film_ohm_cm2);
  }

  /** Moves the cell by `dt_s`, in as many steps as its double layers ask for. */
  advance(dt_s: number, drive: Drive): void {
    const target_A = drive.connected ? drive.setCurrent_A : 0;
    const jump_V = (Math.abs(target_A - this.current_A) * dt_s) / this.cathode.capacitance_F;
    const drift_V = Math.max(Math.abs(this.anode.rate_V_s), Math.abs(this.cathode.rate_V_s)) * dt_s;
    const wanted = Math.max(jump_V, drift_V) / MOVE_V;
    const steps = Math.max(1, Math.min(Math.ceil(wanted), Math.ceil(dt_s / STEP_MIN_S - 1e-9)));
    for (let i = 0; i < steps; i++) this.step(dt_s / steps, target_A, drive);
  }

  private step(dt_s: number, target_A: number, drive: Drive): void {
    if (this.short_ohm !== Infinity) {
      this.stepShorted(dt_s, target_A, drive);
      return;
    }
    const current_A = this.regulated_A(target_A, dt_s, drive.shunt_ohm);
    this.anode.commit(dt_s);
    this.cathode.commit(dt_s);
    const { anode, cathode } = this;
    this.current_A = current_A;
    this.voltage_V = anode.potential_V - cathode.potential_V + current_A * (this.resistance_ohm + this.extraSeries_ohm);
    this.judge(this.voltage_V, drive);
    this.count(current_A, this.voltage_V, dt_s);
  }

  /** All current takes the short, and none the electrodes: against them it is small. They relax by themselves. */
  private stepShorted(dt_s: number, target_A: number, drive: Drive): void {
    this.anode.solve(0, dt_s);
    this.cathode.solve(0, dt_s);
    this.anode.commit(dt_s);
    this.cathode.commit(dt_s);
    const path_ohm = this.short_ohm + this.extraSeries_ohm;
    const most_A = this.reactor.galvanostat.output_V / (path_ohm + drive.shunt_ohm);
    this.current_A = Math.sign(target_A) * Math.min(Math.abs(target_A), most_A);
    this.voltage_V = this.current_A * path_ohm;
    this.judge(this.voltage_V, drive);
    this.count(this.current_A, this.voltage_V, dt_s);
  }

  /** Solves both electrodes for the set point or, where the stage has not the voltage, for what it can drive. */
  private regulated_A(target_A: number, dt_s: number, shunt_ohm: number): number {
    const sign = Math.sign(target_A);
    let current = target_A;
    let low = 0;
    let high = Math.abs(target_A);
    if (this.excess_V(current, sign, dt_s, shunt_ohm) <= 0 || sign === 0) return current;
    // Newton from the last current; excess rises with |I|, and at zero the cell's own voltage is below the rail.
    current = sign * Math.min(Math.abs(this.current_A), high);
    const resistance = this.resistance_ohm + this.extraSeries_ohm + shunt_ohm;
    for (let trial = 0; trial < TRIALS_MAX; trial++) {
      const excess = this.excess_V(current, sign, dt_s, shunt_ohm);
      if (Math.abs(excess) < RAIL_V) break;
      const magnitude = Math.abs(current);
      if (excess > 0) high = magnitude;
      else low = magnitude;
      const correction = -excess / (resistance + this.anode.trialResponse_ohm + this.cathode.trialResponse_ohm);
      const next = magnitude + correction;
      current = sign * (next > low && next < high ? next : (low + high) / 2);
    }
    return current;
  }

  /** Voltage by which the cell at this current would exceed the stage, V; leaves the electrodes solved for it. */
  private excess_V(current_A: number, sign: number, dt_s: number, shunt_ohm: number): number {
    this.anode.solve(current_A, dt_s);
    this.cathode.solve(-current_A, dt_s);
    const cell_V = this.anode.trial_V - this.cathode.trial_V + current_A * (this.resistance_ohm + this.extraSeries_ohm);
    return sign * cell_V + Math.abs(current_A) * shunt_ohm - this.reactor.galvanostat.output_V;
  }

  private judge(voltage_V: number, drive: Drive): void {
    const { output_V, complianceShare } = this.reactor.galvanostat;
    // An open relay leaves the integrator without feedback: the output goes to the rail of the set point's sign.
    const railed = !drive.connected && drive.setCurrent_A !== 0;
    this.stage_V = railed ? Math.sign(drive.setCurrent_A) * output_V : drive.connected ? voltage_V : 0;
    this.compliance = !(
      Math.abs(this.stage_V) <=
      complianceShare * (output_V - Math.abs(this.current_A) * drive.shunt_ohm)
    );
  }

  private count(current_A: number, voltage_V: number, dt_s: number): void {
    this.countRoutes(this.anode, dt_s);
    this.countRoutes(this.cathode, dt_s);
    this.netCharge_C += current_A * dt_s;
    this.absoluteCharge_C += Math.abs(current_A) * dt_s;
    this.energy_J += current_A * voltage_V * dt_s;
  }

  private countRoutes({ rates, routeArea_cm2 }: Electrode, dt_s: number): void {
    const { charges } = this;
    const share = routeArea_cm2 * dt_s;
    charges.catalytic_C += rates.catalytic_A_cm2 * share;
    charges.hydrogen_C += rates.hydrogen_A_cm2 * share;
    charges.pinacol1a_C += rates.pinacol1a_A_cm2 * share;
    charges.pinacol2a_C += rates.pinacol2a_A_cm2 * share;
    charges.background_C += rates.background_A_cm2 * share;
    charges.oxidation_C += rates.oxidation_A_cm2 * share;
  }
}
