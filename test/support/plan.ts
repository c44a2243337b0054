/** Plans for tests of procedure and control: short steps in round numbers over a real reactor file. Knows no recipe. */
import { readFileSync } from 'node:fs';
import { KEEP_ALL, type Plan, type PlanStep } from '../../src/model/plan.js';
import { parseReactor, type Reactor } from '../../src/model/reactor.js';

export function reactorFile(name: 'batch-10ml' | 'flow-12cm2'): Reactor {
  const url = new URL(`../../boards/reactors/${name}.yaml`, import.meta.url);
  return parseReactor(readFileSync(url, 'utf8'), `${name}.yaml`);
}

const FLOW_CELL = reactorFile('flow-12cm2');

export type Step<K extends PlanStep['kind']> = Extract<PlanStep, { kind: K }>;

export const ASK: Step<'prompt'> = { id: 'prompt', title: 'Ask', kind: 'prompt', text: 'Is the cell filled?' };
export const PURGE: Step<'purge'> = { id: 'purge', title: 'Purge', kind: 'purge', sweep_mL_min: 100, duration_s: 10 };
export const COOL: Step<'cool'> = {
  id: 'cool',
  title: 'Cool',
  kind: 'cool',
  target_C: 0,
  ramp_K_min: 2,
  band_K: 0.1,
  hold_s: 5,
  timeout_s: 60,
};
export const FLOW: Step<'flow'> = {
  id: 'flow',
  title: 'Flow',
  kind: 'flow',
  flow_mL_min: 25,
  settle_s: 3,
  tolerance_percent: 10,
};
export const ELECTROLYSE: Step<'electrolyse'> = {
  id: 'electrolyse',
  title: 'Electrolyse',
  kind: 'electrolyse',
  current_mA: 80,
  ramp_s: 20,
  charge_C: 8,
  timeMax_s: 120,
};
export const FINISH: Step<'finish'> = {
  id: 'finish',
  title: 'Finish',
  kind: 'finish',
  sweep_s: 30,
  holdTemperature: true,
};

/** All kinds of step, each once. */
export const ALL_STEPS: readonly PlanStep[] = [ASK, PURGE, COOL, FLOW, ELECTROLYSE, FINISH];

export function planOf(steps: readonly PlanStep[] = ALL_STEPS): Plan {
  return {
    recipe: 'bench-test',
    title: 'Bench test',
    source: 'made for a test',
    derived: [],
    reactor: FLOW_CELL,
    board: 'bench-sim',
    mode: 'recirculating',
    basis_mmol: 5,
    steps,
    numbers: {
      charge_C: 8,
      charge_F_mol: 0.0166,
      duration_s: 100,
      current_mA: 80,
      current_density_mA_cm2: 6.67,
      hydrogen_mL: 1.01,
      hydrogen_umol: 41.5,
      hydrogen_rate_mL_min: 0.609,
      sweep_hydrogen_vol_percent: 0.605,
      cell_voltage_V: 3.3,
      heat_W: 0.26,
    },
    weighing: [],
    envelope: {
      current_mA: 100,
      voltage_V: 4,
      charge_C: 10,
      duration_s: 200,
      temperatureMin_C: -10,
      temperatureMax_C: 30,
    },
    limits: {
      hydrogenWarn_ppm: 400,
      hydrogenTrip_ppm: 1000,
      sweepMin_mL_min: 70,
      flowMin_mL_min: 15,
      temperatureWarn_K: 0.2,
      temperatureHold_K: 0.5,
      hotSideWarn_C: 55,
      hotSideTrip_C: 60,
    },
    waived: [],
    pause: KEEP_ALL,
    recordRate_Hz: 5,
    partOf: null,
    warnings: [],
    overrides: [],
    text: '',
    files: { board: '', reactor: '' },
    sha256: '',
  };
}
