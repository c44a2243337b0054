/**
 * A current that follows the flow at a constant charge per mole: I = z F c Q with the measured flow, filtered and limited;
 * no flow, no current. Pure; knows no step. What passes meanwhile is counted, and with it the charge per mole.
 */
import type { Observation } from '../model/observation.js';
import type { FlowFollowing } from '../model/plan-electrolysis.js';

/** The set point moves when it is off by more than this share: less is noise, and a set point at rest can be trimmed. */
const MOVES_SHARE = 0.002;
/** Below this share of the least flow the filter is not waited for. */
const GONE_SHARE = 0.5;

export interface FlowFollowed {
  /** null: none measured yet, or none since the flow was lost. */
  readonly filtered_mL_min: number | null;
  /** Liquid that was measured while the step ran, mL. */
  readonly passed_mL: number;
}

export const NOTHING_PASSED: FlowFollowed = { filtered_mL_min: null, passed_mL: 0 };

export interface Followed {
  readonly flow: FlowFollowed;
  readonly current_mA: number;
  readonly isLost: boolean;
}

export function followed(
  rule: FlowFollowing,
  before: FlowFollowed,
  present_mA: number,
  seen: Observation,
  dt_s: number,
): Followed {
  const flow_mL_min = seen.flow_mL_min;
  const passed_mL = before.passed_mL + ((flow_mL_min ?? 0) / 60) * dt_s;
  const filtered_mL_min = flow_mL_min === null ? null : filtered(rule, before.filtered_mL_min, flow_mL_min, dt_s);
  const gone = !((flow_mL_min ?? NaN) >= GONE_SHARE * rule.flowMin_mL_min);
  if (gone || filtered_mL_min === null || !(filtered_mL_min >= rule.flowMin_mL_min))
    return { flow: { filtered_mL_min, passed_mL }, current_mA: 0, isLost: true };
  const wanted_mA = Math.min(rule.currentMax_mA, rule.perFlow_mA * filtered_mL_min);
  const current_mA = Math.abs(wanted_mA - present_mA) > MOVES_SHARE * wanted_mA ? wanted_mA : present_mA;
  return { flow: { filtered_mL_min, passed_mL }, current_mA, isLost: false };
}

/** Charge for each mole of what has passed; NaN before anything has. One mL is due 0.06 C for each mA of `perFlow_mA`. */
export function chargePassed_F_mol(rule: FlowFollowing, { passed_mL }: FlowFollowed, charge_C: number): number {
  const due_C = 0.06 * rule.perFlow_mA * passed_mL;
  return due_C > 0 ? (rule.charge_F_mol * charge_C) / due_C : NaN;
}

export function passed_mmol(rule: FlowFollowing, passed_mL: number): number {
  return (rule.concentration_mmol_L * passed_mL) / 1000;
}

function filtered(rule: FlowFollowing, before: number | null, now: number, dt_s: number): number {
  if (before === null || rule.filter_s <= 0) return now;
  return before + (now - before) * (1 - Math.exp(-dt_s / rule.filter_s));
}
