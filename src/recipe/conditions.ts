/**
 * What the further numbers of a run are computed from: the conditions at its largest current, taken from a plan. Judges
 * nothing, and computes nothing but amounts over volumes.
 */
import type { LeafStep, Plan } from '../model/plan.js';
import type { Reactor } from '../model/reactor.js';

export interface RunConditions {
  readonly reactor: Reactor;
  readonly charge_C: number;
  readonly duration_s: number;
  /** Largest current; 0 in a recipe without current. */
  readonly current_mA: number;
  /** Of the first electrolysis. */
  readonly temperature_C: number;
  /** Slowest flow of the liquid; null when nothing is pumped. */
  readonly flow_mL_min: number | null;
  readonly limiting_mmol: number;
  readonly reagents: readonly RunReagent[];
}

export interface RunReagent {
  readonly id: string;
  readonly role: string;
  readonly amount_mmol: number;
}

export function conditionsOf(plan: Plan): RunConditions {
  const { numbers, reactor, basis_mmol, weighing } = plan;
  const steps = plan.steps.flatMap((step): readonly LeafStep[] =>
    step.kind === 'parallel' ? step.tracks.flat() : [step],
  );
  const first = steps.findIndex(({ kind }) => kind === 'electrolyse');
  const targets_C = steps
    .slice(0, first === -1 ? steps.length : first)
    .flatMap((step) => (step.kind === 'cool' || step.kind === 'heat' ? [step.target_C] : []));
  const flows_mL_min = steps.flatMap((step) => (step.kind === 'flow' ? [step.flow_mL_min] : []));
  return {
    reactor,
    charge_C: numbers.charge_C,
    duration_s: numbers.duration_s,
    current_mA: numbers.current_mA,
    temperature_C: targets_C.at(-1) ?? reactor.heat.ambient_C,
    flow_mL_min: flows_mL_min.length === 0 ? null : Math.min(...flows_mL_min),
    limiting_mmol: basis_mmol,
    reagents: weighing.map(({ id, role, amount_mmol }) => ({ id, role, amount_mmol })),
  };
}
