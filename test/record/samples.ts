/** Samples, events and headers for the tests of the record. */
import type { EventKind, RunEvent } from '../../src/model/event.js';
import type { Sample } from '../../src/model/sample.js';
import type { RunHeader, RunOutcome } from '../../src/record/run.js';

export const START_MS = Date.UTC(2026, 10, 22, 16, 15, 3);
export const TICK_s = 0.05;

/** Cycle `seq` of a run at 20 Hz and 18 mA. */
export function sampleOf(seq: number, changes: Partial<Sample> = {}): Sample {
  const elapsed_s = seq * TICK_s;
  return {
    seq,
    elapsed_s,
    state: 'execute',
    step: 4,
    setpoint_mA: 18,
    temperature_setpoint_C: 0,
    peltier_setpoint_A: 0.4,
    flow_setpoint_mL_min: null,
    current_mA: 18 + 0.001 * Math.sin(seq),
    return_current_mA: 18.001,
    voltage_V: 3.2 + seq / 1e6,
    temperature_C: 0.02,
    safety_temperature_C: null,
    board_temperature_C: 31.25,
    hot_side_C: 28.5,
    supply_V: 12.01,
    peltier_A: 0.41,
    hydrogen_ppm: 3.5,
    vent_hydrogen_vol_percent: 0.0675,
    sweep_mL_min: 200,
    flow_mL_min: null,
    charge_C: 0.018 * elapsed_s,
    absolute_charge_C: 0.018 * elapsed_s,
    board_charge_C: 0.018 * elapsed_s + 1e-5,
    charge_F_mol: (0.018 * elapsed_s) / 96485.33212 / 0.0005,
    progress: (0.018 * elapsed_s) / 194.4,
    eta_s: 10_800 - elapsed_s,
    expected_voltage_V: 3.21,
    expected_temperature_C: 0.01,
    expected_vent_hydrogen_vol_percent: 0.0671,
    faradaic_efficiency: 0.91,
    faradaic_efficiency_uncertainty: 0.09,
    invalid: '',
    ...changes,
  };
}

export function eventOf(elapsed_s: number, kind: EventKind = 'note', changes: Partial<RunEvent> = {}): RunEvent {
  return {
    t: START_MS + Math.round(1000 * elapsed_s),
    elapsed_s,
    kind,
    actor: 'procedure',
    text: `${kind} at ${elapsed_s} s`,
    data: {},
    ...changes,
  };
}

export function headerOf(changes: Partial<RunHeader> = {}): RunHeader {
  return {
    startedUtc_ms: START_MS,
    recipe: {
      name: 'general-procedure-3a',
      title: 'General procedure, 0.5 mmol',
      text: 'recipe: 1\n# a comment, "quoted"\n',
      sha256: 'ab'.repeat(32),
      overrides: ['basis.amount=0.5 mmol'],
    },
    board: { name: 'bench-sim', text: 'board: 1\n' },
    reactor: { name: 'batch-10ml', text: 'reactor: 1\n' },
    calibration: { shunt_ohm: 0.1 },
    programVersion: '0.1.0',
    firmware: { version: '1.0.0', serial: '17', bootCount: 4 },
    simulated: true,
    seed: 1,
    recordRate_Hz: 5,
    steps: [
      { id: 'prompt', kind: 'prompt', title: 'Charge the cell' },
      { id: 'electrolyse', kind: 'electrolyse', title: 'Electrolyse' },
    ],
    numbers: {
      charge_C: 194.4,
      charge_F_mol: 4.03,
      duration_s: 10_800,
      current_mA: 18,
      current_density_mA_cm2: 6.67,
      hydrogen_mL: 24.6,
      hydrogen_umol: 1007,
      hydrogen_rate_mL_min: 0.137,
      sweep_hydrogen_vol_percent: 0.068,
      cell_voltage_V: 3.3,
      heat_W: 0.06,
    },
    runTag: 1234,
    resumes: null,
    ...changes,
  };
}

export const OUTCOME: RunOutcome = {
  outcome: 'complete',
  reason: 'charge reached',
  elapsed_s: 10_812.5,
  charge_C: 194.4,
  absolute_charge_C: 194.41,
  board_charge_C: 194.39,
  charge_F_mol: 4.0296,
  figures: { hydrogen_made_umol: 995.2, faradaic_efficiency: null },
};
