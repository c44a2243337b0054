/** The plans of the campaign: the rehearsals' short run, one long enough for what takes a minute, and hours of routine. */
import type { Plan } from '../../src/model/plan.js';
import { COLDER, SHORT } from '../scenario/plans.js';
import { planOf, reactorFile } from '../support/plan.js';

export const LENGTHS = ['short', 'longer', 'hours'] as const;
export type Length = (typeof LENGTHS)[number];

/** Two hours at 80 mA, C. */
const ROUTINE_C = 576;

/** As an operator runs it: the reactor file's own gains and taper, the recipe's usual bands. */
const ROUTINE: Plan = {
  ...SHORT,
  reactor: reactorFile('flow-12cm2'),
  limits: planOf().limits,
  steps: SHORT.steps.map((step) => {
    switch (step.kind) {
      case 'purge':
        return { ...step, duration_s: 120 };
      case 'cool':
        return { ...step, target_C: 10, ramp_K_min: 1.2, band_K: 0.1, hold_s: 60, timeout_s: 3600 };
      case 'electrolyse':
        return { ...step, ramp_s: 20, charge_C: ROUTINE_C, timeMax_s: 1.05 * 7220 };
      case 'finish':
        return { ...step, sweep_s: 120 };
      case 'flow':
      case 'prompt':
      case 'heat':
      case 'wait':
      case 'hold':
      case 'sample':
      case 'parallel':
        return step;
    }
  }),
  envelope: { ...SHORT.envelope, charge_C: 1.01 * ROUTINE_C, duration_s: 8000 },
};

/**
 * With the time after which a run that has not ended never will, s. A hydrogen sensor that gives no value is waited for 420 s
 * without any current, and again after each of two resumes.
 */
export const PLANS: Readonly<Record<Length, { readonly plan: Plan; readonly limit_s: number }>> = {
  short: { plan: SHORT, limit_s: 1500 },
  longer: { plan: COLDER, limit_s: 1700 },
  hours: { plan: ROUTINE, limit_s: 12_000 },
};
