/**
 * The planned procedure as a payload: what is weighed, which steps follow, what is asked of the charge. Pure, like
 * payloads.ts. It must not compute what a plan does not hold: the ceilings come with the announcement.
 */
import type { Plan } from '../model/plan.js';
import type { Stamp } from './payloads.js';
import { PAYLOAD_VERSION, type ProcedurePayload } from './topics.js';

/** What the planned charge can have made at most; null where the recipe has no such reagent. */
export interface Ceilings {
  readonly hydrogenOfSubstrate_umol: number | null;
  readonly hydrogenOfProduct_umol: number;
  /** Share of the charge in product at full yield and one electron each, percent. */
  readonly product_percent: number;
}

/** A plan, told before its first question, when its run begins and when that has ended. */
export interface Announcement {
  readonly phase: 'planned' | 'started' | 'ended';
  /** null until the run has begun. */
  readonly run: string | null;
  readonly plan: Plan;
  readonly perchlorate_g: number;
  /** null for a recipe without a current. */
  readonly ceilings: Ceilings | null;
}

const NOTHING_PLANNED = {
  phase: 'none',
  recipe: null,
  title: null,
  source: null,
  charge_C: null,
  charge_F_mol: null,
  duration_s: null,
  current_mA: null,
  cell_voltage_V: null,
  hydrogen_umol: null,
  hydrogen_of_substrate_umol: null,
  hydrogen_of_product_umol: null,
  product_percent: null,
  perchlorate_g: null,
  weighing: [],
  steps: [],
  warnings: [],
} satisfies Partial<ProcedurePayload>;

export function procedureMessage(announced: Announcement | null, stamp: Omit<Stamp, 'run'>): ProcedurePayload {
  if (announced === null) return { v: PAYLOAD_VERSION, ...stamp, run: null, ...NOTHING_PLANNED };
  const { phase, run, plan, perchlorate_g, ceilings } = announced;
  const { charge_C, charge_F_mol, duration_s, current_mA, cell_voltage_V, hydrogen_umol } = plan.numbers;
  return {
    v: PAYLOAD_VERSION,
    ...stamp,
    run,
    phase,
    recipe: plan.recipe,
    title: plan.title,
    source: plan.source,
    charge_C,
    charge_F_mol,
    duration_s,
    current_mA,
    cell_voltage_V,
    hydrogen_umol,
    hydrogen_of_substrate_umol: ceilings?.hydrogenOfSubstrate_umol ?? null,
    hydrogen_of_product_umol: ceilings?.hydrogenOfProduct_umol ?? null,
    product_percent: ceilings?.product_percent ?? null,
    perchlorate_g,
    weighing: plan.weighing.map(({ isPerchlorate, ...row }) => ({ ...row, perchlorate: isPerchlorate })),
    steps: plan.steps.map(({ id, title }) => ({ id, title })),
    warnings: [...plan.warnings],
  };
}
