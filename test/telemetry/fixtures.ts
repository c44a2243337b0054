/** One status, one sample, one event, one alarm, one procedure: what tests of telemetry tell. */
import type { BenchState } from '../../src/model/bench-state.js';
import type { Alarm, RunEvent } from '../../src/model/event.js';
import type { Sample } from '../../src/model/sample.js';
import type { ReactorStatus } from '../../src/telemetry/payloads.js';
import type { Announcement } from '../../src/telemetry/procedure.js';
import { planOf } from '../support/plan.js';

export const STARTED_MS = Date.UTC(2026, 10, 22, 8);

export function status(change: Partial<ReactorStatus> = {}): ReactorStatus {
  return {
    state: 'execute',
    since_ms: STARTED_MS + 5000,
    run: 'r1',
    started_ms: STARTED_MS,
    recipe: 'general-procedure-3a',
    step: 3,
    steps: 6,
    stepName: 'electrolyse until 194.4 C',
    plannedCharge_C: 194.4,
    plannedCharge_F_mol: 4.03,
    simulated: true,
    speed: 240,
    ...change,
  };
}

export function sample(change: Partial<Sample> = {}): Sample {
  return {
    seq: 20,
    elapsed_s: 1,
    state: 'execute',
    step: 3,
    setpoint_mA: 18,
    temperature_setpoint_C: 0,
    peltier_setpoint_A: 1.2,
    flow_setpoint_mL_min: null,
    current_mA: 17.999,
    return_current_mA: 18.001,
    voltage_V: 5.25,
    temperature_C: -0.012,
    safety_temperature_C: 0.03,
    board_temperature_C: 30,
    hot_side_C: 36,
    supply_V: 24,
    peltier_A: 1.19,
    hydrogen_ppm: 220,
    vent_hydrogen_vol_percent: 0.07,
    sweep_mL_min: null,
    flow_mL_min: null,
    charge_C: 12.3456789,
    absolute_charge_C: 12.3456789,
    board_charge_C: 12.345,
    charge_F_mol: 0.256,
    progress: 0.0635,
    eta_s: 10_114,
    expected_voltage_V: 5.2,
    expected_temperature_C: 0.004,
    expected_vent_hydrogen_vol_percent: 0.068,
    faradaic_efficiency: null,
    faradaic_efficiency_uncertainty: null,
    invalid: 'sweep_mL_min:stale',
    ...change,
  };
}

export function runEvent(change: Partial<RunEvent> = {}): RunEvent {
  return {
    t: STARTED_MS + 1000,
    elapsed_s: 1,
    kind: 'note',
    actor: 'program',
    text: 'something happened',
    data: {},
    ...change,
  };
}

export function alarm(change: Partial<Alarm> = {}): Alarm {
  return {
    id: 'band-warn',
    state: 'active',
    severity: 'warning',
    firstOut: true,
    since_s: 4000,
    text: 'the cell is warmer than asked for',
    cause: 'the hot side is warm',
    consequence: 'the run is held when it gets worse',
    action: 'look at the fan',
    safeState: 'W',
    shares: [],
    group: null,
    members: [],
    shelved: null,
    count: 1,
    ...change,
  };
}

/** 332 mg to be weighed, and a liquid, before a bench test of six steps. */
export function announcement(change: Partial<Announcement> = {}): Announcement {
  const row = { role: 'substrate', equivalents: 3, balance_mg: 0.1, isPerchlorate: false };
  const weighing = [
    {
      ...row,
      id: '1a',
      name: 'imine',
      amount_mmol: 1.5,
      mass_mg: 331.95,
      weighed_mg: 332,
      error_eq: 5e-4,
      volume_uL: null,
    },
    { ...row, id: 'D2O', name: 'heavy water', amount_mmol: 3, mass_mg: 60, weighed_mg: 60, error_eq: 0, volume_uL: 54 },
  ];
  return {
    phase: 'started',
    run: 'r1',
    plan: { ...planOf(), weighing, warnings: ['the sweep is near its least'] },
    perchlorate_g: 0,
    ceilings: { hydrogenOfSubstrate_umol: 750, hydrogenOfProduct_umol: 250, product_percent: 24.8 },
    ...change,
  };
}

/** An armed bench in good order, with a vent sensor that is silent. */
export function benchOf(change: Partial<BenchState> = {}): BenchState {
  return {
    lines: {
      'e-stop-closed': true,
      'door-closed': true,
      'tray-dry': true,
      'thermal-cutout-closed': true,
      'canopy-fan-turning': true,
      'hot-side-fan-turning': true,
      'master-relay-closed': true,
      'safe-enabled': true,
      'arm-button': null,
    },
    chips: {
      galvanostat: 'ok',
      thermometer: 'ok',
      coolerMeter: 'ok',
      housekeeping: 'ok',
      hydrogen: 'warming-up',
      vent: 'silent',
      sweepFlow: 'ok',
      liquidFlow: 'absent',
    },
    bus: { nack: 0, timeout: 0, crc: 0, busy: 0, gone: 0, protocol: 0 },
    busFailedShare: 0,
    refused: null,
    board: { armed: true, outputOn: true, compliance: false, safeEnabled: true, faults: [] },
    beat: { cycles: 20, missedTicks: 0, latest_ms: 1.5 },
    rehearsed: [],
    ...change,
  };
}
