/**
 * The plant: cell, solution, heat and hydrogen of one reactor, moved together in simulated time. Owns the truth that the
 * simulated chips measure; must not know chips, buses, boards or control. It draws no random numbers: noise belongs to
 * the chip that measures.
 *
 * Two rates. The double layers move with every call, in steps that they choose themselves. Solution, films, heat and gas
 * move in steps of 50 ms on a grid of their own, whatever the calls are: how the time is cut changes nothing there.
 */
import type { Reactor } from '../model/reactor.js';
import { FARADAY_C_MOL } from '../physics/constants.js';
import { carrierLimit_A_cm2 } from '../physics/cell.js';
import { Cell, type CellSurroundings, type RouteCharges } from './plant/cell.js';
import { Flows, type FlowDemand } from './plant/flow.js';
import { healthy, unpowered, type PlantDefects, type PlantInputs } from './plant/inputs.js';
import { HeatPath } from './plant/heat.js';
import { HydrogenPath } from './plant/hydrogen.js';
import { Solution } from './plant/solution.js';

export type { PlantDefects, PlantInputs } from './plant/inputs.js';

/** Mean current density above which films without flow grow: far below any limit, above the offset of a stage at zero. */
const CARRYING_A_CM2 = 1e-5;
/** Period of the slow part, s: a tenth of its fastest time constant that is not solved exactly (a tank of the vent line). */
const SLOW_S = 0.05;
/** Times closer than this are the same instant, s. */
const INSTANT_S = 1e-9;

export class Plant {
  /** As without power: relay open, nothing driven, the normally-open nitrogen valve open. */
  readonly inputs: PlantInputs;
  readonly defects: PlantDefects;
  private readonly cell: Cell;
  private readonly solution: Solution;
  private readonly flows: Flows;
  private readonly heat: HeatPath;
  private readonly hydrogen: HydrogenPath;
  private slowSteps = 0;
  private sinceSlow_s = 0;
  private energySeen_J = 0;
  private chargeSeen_C = 0;

  constructor(readonly reactor: Reactor) {
    this.inputs = unpowered(reactor);
    this.defects = healthy(reactor);
    this.flows = new Flows(reactor);
    this.heat = new HeatPath(reactor.heat);
    this.hydrogen = new HydrogenPath(reactor.hydrogen, reactor.cell.liquid_mL);
    this.solution = new Solution(reactor);
    this.cell = new Cell(reactor, this.surroundings());
  }

  /** Moves the plant by `dt_s`. Throws RangeError for a time that is negative or not a number. */
  advance(dt_s: number): void {
    if (!(dt_s >= 0 && dt_s < Infinity)) throw new RangeError(`the plant cannot move by ${dt_s} s`);
    this.cell.extraSeries_ohm = this.defects.extraSeries_ohm;
    this.cell.short_ohm = this.defects.short_ohm;
    let left_s = dt_s;
    while (left_s > INSTANT_S) {
      const step_s = Math.min(left_s, SLOW_S - this.sinceSlow_s);
      this.cell.advance(step_s, this.inputs);
      left_s -= step_s;
      this.sinceSlow_s += step_s;
      if (this.sinceSlow_s > SLOW_S - INSTANT_S) this.moveSlow();
    }
  }

  /** One step of everything but the double layers, fed by what the cell passed since the last. */
  private moveSlow(): void {
    const { inputs, defects, cell, reactor } = this;
    const passed_C = cell.absoluteCharge_C - this.chargeSeen_C;
    const energy_J = cell.energy_J - this.energySeen_J;
    this.chargeSeen_C = cell.absoluteCharge_C;
    this.energySeen_J = cell.energy_J;
    this.sinceSlow_s = 0;
    this.slowSteps += 1;

    const carrying = passed_C > CARRYING_A_CM2 * reactor.cell.area_cm2 * SLOW_S;
    this.flows.advance(SLOW_S, this.flowDemand(), carrying);
    this.solution.advance(SLOW_S, cell.charges);
    this.hydrogen.advance(SLOW_S, this.hydrogenMade_mol, {
      sweep_mL_min: this.flows.sweep_mL_min,
      canopy_L_min: this.flows.canopy_L_min,
      clearance_mL_min: this.flows.clearance_mL_min,
      leakShare: defects.leakShare,
    });
    const { hotSide_K_W, hotSideFanStopped_K_W } = reactor.heat;
    this.heat.advance(SLOW_S, {
      peltier_A: inputs.peltier_A * defects.peltierSign,
      hotSide_K_W: (this.hotSideFanTurning ? hotSide_K_W : hotSideFanStopped_K_W) + defects.hotSideExtra_K_W,
      cell_W: energy_J / SLOW_S,
    });
    cell.surround(this.surroundings());
  }

  private flowDemand(): FlowDemand {
    const { inputs, defects } = this;
    const { hydrogen } = this.reactor;
    return {
      pump_mL_min: inputs.pump_mL_min * defects.pumpShare,
      stirring: inputs.stirring,
      sweep_mL_min: inputs.sweepOpen ? hydrogen.sweep_mL_min * defects.sweepShare : 0,
      canopy_L_min: inputs.canopyFan
        ? Math.max(hydrogen.canopyStill_L_min, hydrogen.canopy_L_min * defects.canopyShare)
        : hydrogen.canopyStill_L_min,
    };
  }

  private surroundings(): CellSurroundings {
    return {
      temperature_C: this.heat.liquid_C,
      composition: this.solution.composition,
      transfer: this.flows.transfer,
      voidFraction: this.hydrogen.voidFraction,
      film_ohm_cm2: this.solution.film_ohm_cm2,
    };
  }

  get elapsed_s(): number {
    return this.slowSteps * SLOW_S + this.sinceSlow_s;
  }

  // Electrical.

  get current_A(): number {
    return this.cell.current_A;
  }

  /** Between the leads of the cell, whatever the relay does. */
  get voltage_V(): number {
    return this.cell.voltage_V;
  }

  /** At the output of the stage, beyond its shunt: what the board sees of the voltage. */
  get stageVoltage_V(): number {
    return this.cell.stage_V;
  }

  get compliance(): boolean {
    return this.cell.compliance;
  }

  get charge_C(): number {
    return this.cell.netCharge_C;
  }

  get absoluteCharge_C(): number {
    return this.cell.absoluteCharge_C;
  }

  get energy_J(): number {
    return this.cell.energy_J;
  }

  get anode_V(): number {
    return this.cell.anode.potential_V;
  }

  get cathode_V(): number {
    return this.cell.cathode.potential_V;
  }

  /** Ohmic resistance between the leads, film and bubbles included. */
  get resistance_ohm(): number {
    return this.cell.resistance_ohm + this.defects.extraSeries_ohm;
  }

  get filmResistance_ohm(): number {
    return this.solution.film_ohm_cm2 / this.reactor.cell.area_cm2;
  }

  /** Charge by route since the start. */
  get routes(): Readonly<RouteCharges> {
    return this.cell.charges;
  }

  /** Current over the sum of the limiting currents, with today's solution and films. */
  get transportRatio(): number {
    const limit_A_cm2 = carrierLimit_A_cm2(this.solution.composition, this.flows.transfer);
    return Math.abs(this.cell.current_A) / (this.reactor.cell.area_cm2 * limit_A_cm2);
  }

  // Solution.

  get imine1a_mol(): number {
    return this.solution.imine1a_mol;
  }

  get imine2a_mol(): number {
    return this.solution.imine2a_mol;
  }

  get product_mol(): number {
    return this.solution.product_mol;
  }

  get catalyst_mol(): number {
    return this.solution.catalyst_mol;
  }

  get donor_mol(): number {
    return this.solution.donor_mol;
  }

  get base_mol(): number {
    return this.solution.base_mol;
  }

  // Heat.

  /** Liquid, block and probe at one temperature: a plant that joins a bench which is as warm already. */
  settle(liquid_C: number): void {
    const { heat } = this;
    heat.liquid_C = heat.block_C = heat.probe_C = liquid_C;
  }

  get liquid_C(): number {
    return this.heat.liquid_C;
  }

  /** What a thermometer in its sheath would read, without its errors. */
  get probe_C(): number {
    return this.heat.probe_C;
  }

  get block_C(): number {
    return this.heat.block_C;
  }

  get hotSide_C(): number {
    return this.heat.hotSide_C;
  }

  get ambient_C(): number {
    return this.heat.ambient_C;
  }

  set ambient_C(value: number) {
    this.heat.ambient_C = value;
  }

  get hotSideFanTurning(): boolean {
    return this.inputs.hotSideFan && !this.defects.hotSideFanStalled;
  }

  // Flow and gas.

  get flow_mL_min(): number {
    return this.flows.pump_mL_min;
  }

  get sweep_mL_min(): number {
    return this.flows.sweep_mL_min;
  }

  get canopyFlow_L_min(): number {
    return this.flows.canopy_L_min;
  }

  get canopyFanTurning(): boolean {
    return this.inputs.canopyFan && this.defects.canopyShare > 0;
  }

  get hydrogenMade_mol(): number {
    const { catalytic_C, hydrogen_C } = this.cell.charges;
    return (catalytic_C + hydrogen_C) / (2 * FARADAY_C_MOL);
  }

  get hydrogenDissolved_mol(): number {
    return this.hydrogen.dissolved_mol;
  }

  /** Left the liquid as gas since the start. */
  get hydrogenReleased_mol(): number {
    return this.hydrogen.released_mol;
  }

  /** Free gas that leaves the liquid now. */
  get hydrogenGas_mL_min(): number {
    return this.hydrogen.gas_mL_min;
  }

  get headspaceHydrogen_vol_percent(): number {
    return this.hydrogen.headspace * 100;
  }

  /** At the vent sensor, behind line and response. */
  get ventHydrogen_vol_percent(): number {
    return this.hydrogen.ventSensor * 100 + this.defects.ventGas_vol_percent;
  }

  get canopyHydrogen_ppm(): number {
    return this.hydrogen.canopy * 1e6;
  }

  /** At the ambient sensor, background included, behind its response. */
  get ambientHydrogen_ppm(): number {
    return this.hydrogen.ambientSensor * 1e6 + this.defects.testGas_ppm;
  }
}
