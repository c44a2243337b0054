/** From one cycle's observation to the sample that the record keeps. Pure. */
import type { Observation } from '../model/observation.js';
import type { Plan, PlanStep } from '../model/plan.js';
import { countedCharge_C } from '../model/counted-charge.js';
import { CHANNELS, type Sample } from '../model/sample.js';
import { charge_F_mol } from '../physics/charge.js';
import { timeLeft_s } from '../procedure/electrolyse.js';
import type { ProcedureState } from '../procedure/types.js';
import type { Efficiency } from './efficiency.js';
import type { Expected } from './expectation.js';

/** What the run is held against, and what is made of its vent line. */
export interface Findings {
  readonly expected: Expected | null;
  readonly efficiency: Efficiency | null;
}

export const NO_FINDINGS: Findings = { expected: null, efficiency: null };

export interface LoopOutputs {
  readonly setpoint_mA: number;
  readonly temperature_setpoint_C: number | null;
  readonly peltier_A: number;
}

export function sampleOf(
  seq: number,
  plan: Plan,
  state: ProcedureState,
  seen: Observation,
  loops: LoopOutputs,
  { expected, efficiency }: Findings = NO_FINDINGS,
): Sample {
  const counted_C = countedCharge_C(plan, seen.charge_C, seen.absolute_charge_C);
  return {
    seq,
    elapsed_s: seen.elapsed_s,
    state: state.run,
    step: state.step,
    setpoint_mA: loops.setpoint_mA,
    current_mA: seen.current_mA,
    return_current_mA: seen.return_current_mA,
    voltage_V: seen.voltage_V,
    temperature_setpoint_C: loops.temperature_setpoint_C,
    temperature_C: seen.temperature_C,
    safety_temperature_C: seen.safety_temperature_C,
    board_temperature_C: seen.board_temperature_C,
    hot_side_C: seen.hot_side_C,
    supply_V: seen.supply_V,
    peltier_setpoint_A: loops.peltier_A,
    peltier_A: seen.peltier_A,
    hydrogen_ppm: seen.hydrogen_ppm,
    vent_hydrogen_vol_percent: seen.vent_hydrogen_vol_percent,
    sweep_mL_min: seen.sweep_mL_min,
    flow_setpoint_mL_min: plan.limits.flowMin_mL_min === null ? null : state.demand.flow_mL_min,
    flow_mL_min: seen.flow_mL_min,
    charge_C: seen.charge_C,
    absolute_charge_C: seen.absolute_charge_C,
    board_charge_C: seen.board_charge_C,
    charge_F_mol: charge_F_mol(counted_C, plan.basis_mmol),
    progress: plan.numbers.charge_C > 0 ? Math.max(0, Math.min(1, counted_C / plan.numbers.charge_C)) : 0,
    expected_voltage_V: expected?.voltage_V ?? null,
    expected_temperature_C: expected?.temperature_C ?? null,
    expected_vent_hydrogen_vol_percent: expected?.vent_hydrogen_vol_percent ?? null,
    faradaic_efficiency: efficiency?.value ?? null,
    faradaic_efficiency_uncertainty: efficiency?.uncertainty ?? null,
    eta_s: remaining_s(plan.steps[state.step], state, seen),
    invalid: invalid(seen),
  };
}

/** Time to the end of the electrolysis at its set current, s; null outside of one. */
function remaining_s(step: PlanStep | undefined, state: ProcedureState, seen: Observation): number | null {
  if (step?.kind !== 'electrolyse' || step.current_mA === 0) return null;
  return timeLeft_s(step, state.progress, seen);
}

function invalid(seen: Observation): string {
  let text = '';
  for (const name of CHANNELS) {
    const quality = seen.quality[name];
    if (quality === 'good' || quality === 'absent') continue;
    text += `${text === '' ? '' : ' '}${name}:${quality}`;
  }
  return text;
}
