/** What boards, valves and faults do to the plant, as plain mutable fields. Owns no behaviour. */
import type { Reactor } from '../../model/reactor.js';

/** What boards and valves do to the plant. Mutable: a chip writes its own field. */
export interface PlantInputs {
  /** Current that the stage regulates to, A; positive as in a normal electrolysis. */
  setCurrent_A: number;
  /** All relays between stage and cell closed. */
  connected: boolean;
  /** Shunt of the range in use. */
  shunt_ohm: number;
  /** Positive cools, negative heats. */
  peltier_A: number;
  pump_mL_min: number;
  stirring: boolean;
  sweepOpen: boolean;
  canopyFan: boolean;
  hotSideFan: boolean;
}

/** What may be wrong with the plant. Mutable: at the values given here it is healthy. */
export interface PlantDefects {
  /** -1 where the Peltier leads are swapped. */
  peltierSign: number;
  /** Share of the nominal nitrogen that passes an open valve. */
  sweepShare: number;
  /** Share of the nominal draw that a running canopy fan reaches. */
  canopyShare: number;
  /** Share of its demand that the pump delivers. */
  pumpShare: number;
  /** The fan's supply is on, its rotor stands. */
  hotSideFanStalled: boolean;
  /** Share of the free hydrogen that leaks into the canopy. */
  leakShare: number;
  /** Hydrogen from a bottle at the ambient sensor's cell, ppm. */
  testGas_ppm: number;
  /** The same at the sensor of the vent line, vol%. */
  ventGas_vol_percent: number;
  /** Resistance of what touches across the leads, ohm; Infinity: nothing does. */
  short_ohm: number;
  /** Added in the cell's lead, ohm; 1e9 is a lead that fell off. */
  extraSeries_ohm: number;
  /** Added between hot side and air, K/W: clogged fins. */
  hotSideExtra_K_W: number;
}

/** Relay open, nothing driven, and the normally-open nitrogen valve open. */
export function unpowered(reactor: Reactor): PlantInputs {
  return {
    setCurrent_A: 0,
    connected: false,
    shunt_ohm: reactor.galvanostat.shunt_ohm,
    peltier_A: 0,
    pump_mL_min: 0,
    stirring: false,
    sweepOpen: true,
    canopyFan: false,
    hotSideFan: false,
  };
}

export function healthy(reactor: Reactor): PlantDefects {
  return {
    peltierSign: 1,
    sweepShare: 1,
    canopyShare: 1,
    pumpShare: 1,
    hotSideFanStalled: false,
    leakShare: reactor.hydrogen.leakShare,
    testGas_ppm: 0,
    ventGas_vol_percent: 0,
    short_ohm: Infinity,
    extraSeries_ohm: 0,
    hotSideExtra_K_W: 0,
  };
}
