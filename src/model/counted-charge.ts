/** Which of the two charges of a run counts towards its plan. Knows no ledger. */
import type { Plan } from './plan.js';

/**
 * With its sign; without it where directions alternate, since what passed one way and the other adds up for the chemistry and
 * cancels in the net.
 */
export function countedCharge_C(plan: Pick<Plan, 'steps'>, net_C: number, absolute_C: number): number {
  return alternates(plan) ? absolute_C : net_C;
}

export function alternates({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.some((step) => step.kind === 'electrolyse' && step.polarity !== undefined);
}
