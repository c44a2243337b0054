/**
 * What is told of a plan before and while it runs. A root, because it joins the numbers of the checker to a payload of
 * telemetry. It says nothing of a run's progress: that is state and sample.
 */
import type { Plan } from './model/plan.js';
import { conditionsOf } from './recipe/conditions.js';
import { ceilingsOf } from './recipe/further-numbers.js';
import { perchlorate_g } from './recipe/weighing.js';
import type { Announcement, Ceilings } from './telemetry/procedure.js';

/** `run`: null while the plan waits for its start. */
export function announcementOf(plan: Plan, phase: Announcement['phase'], run: string | null): Announcement {
  return { phase, run, plan, perchlorate_g: perchlorate_g(plan.weighing), ceilings: ceilingsTold(plan) };
}

function ceilingsTold(plan: Plan): Ceilings | null {
  const found = ceilingsOf(conditionsOf(plan));
  if (found === null) return null;
  return {
    hydrogenOfSubstrate_umol: found.hydrogen_of_substrate_umol,
    hydrogenOfProduct_umol: found.at_full_yield.hydrogen_of_product_umol,
    product_percent: found.at_full_yield.efficiency_1e_percent,
  };
}
