/**
 * What the simulated bench really does, as one flat record: for tests, previews and the journal of a live bench. Never
 * an input to control, which sees the bench through its chips alone.
 */
import type { World } from './world.js';

export interface Truth {
  /** Instant of this record on the board's clock: milliseconds since the bench was switched on. */
  readonly board_ms: number;
  readonly current_mA: number;
  readonly voltage_V: number;
  readonly charge_C: number;
  readonly absoluteCharge_C: number;
  /** Contacts of the output relay. */
  readonly relayClosed: boolean;
  readonly masterRelayClosed: boolean;
  readonly safeEnabled: boolean;
  readonly liquid_C: number;
  readonly probe_C: number;
  readonly hotSide_C: number;
  readonly peltier_A: number;
  readonly pump_mL_min: number;
  readonly flow_mL_min: number;
  readonly sweep_mL_min: number;
  readonly hydrogen_ppm: number;
  readonly ventHydrogen_vol_percent: number;
  readonly hydrogenMade_umol: number;
  readonly supply_V: number;
  /** What hands have done; the contacts may say something else. */
  readonly eStopPressed: boolean;
  readonly doorOpen: boolean;
  /** What the wires of the emergency stop and of the door say. */
  readonly eStopClosed: boolean;
  readonly doorClosed: boolean;
  readonly canopyFanTurning: boolean;
  /** In force now, as `target:verb`. */
  readonly faults: readonly string[];
}

export function truthOf({ plant, wiring, settled_ms, faults }: World): Truth {
  return {
    board_ms: settled_ms,
    current_mA: plant.current_A * 1000,
    voltage_V: plant.voltage_V,
    charge_C: plant.charge_C,
    absoluteCharge_C: plant.absoluteCharge_C,
    relayClosed: wiring.outputConnected,
    masterRelayClosed: wiring.powered,
    safeEnabled: wiring.safeEnabled,
    liquid_C: plant.liquid_C,
    probe_C: plant.probe_C,
    hotSide_C: plant.hotSide_C,
    peltier_A: plant.inputs.peltier_A,
    pump_mL_min: plant.inputs.pump_mL_min,
    flow_mL_min: plant.flow_mL_min,
    sweep_mL_min: plant.sweep_mL_min,
    hydrogen_ppm: plant.ambientHydrogen_ppm,
    ventHydrogen_vol_percent: plant.ventHydrogen_vol_percent,
    hydrogenMade_umol: plant.hydrogenMade_mol * 1e6,
    supply_V: wiring.railVoltage_V,
    eStopPressed: wiring.handOn('e-stop-closed') === false,
    doorOpen: wiring.handOn('door-closed') === false,
    eStopClosed: wiring.level('e-stop-closed'),
    doorClosed: wiring.level('door-closed'),
    canopyFanTurning: plant.canopyFanTurning,
    faults: [...faults].map(({ target, verb }) => `${target}:${verb}`),
  };
}
