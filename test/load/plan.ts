/** What a reactor of the load generator runs: either an electrolysis that is longer than the measurement, or a question. */
import type { Plan } from '../../src/model/plan.js';
import { ASK, ELECTROLYSE, FINISH, FLOW, planOf, PURGE } from '../support/plan.js';

/** Before the current: gas, then liquid; and what is to spare at the end, s. */
const AROUND_S = 600;

/** Electrolyses at 80 mA with pump and sweep gas on, or asks the operator, who is not there, with the loop running. */
export function loadPlan(running: boolean, seconds: number): Plan {
  const duration_s = seconds + AROUND_S;
  const charge_C = (ELECTROLYSE.current_mA / 1000) * duration_s;
  const electrolyse = { ...ELECTROLYSE, ramp_s: 1, charge_C, timeMax_s: 2 * duration_s };
  const flowing = [{ ...PURGE, duration_s: 1 }, { ...FLOW, settle_s: 1 }, electrolyse, FINISH];
  const plan = planOf(running ? flowing : [ASK, ...flowing]);
  return {
    ...plan,
    numbers: { ...plan.numbers, charge_C },
    envelope: { ...plan.envelope, charge_C: 1.1 * charge_C, duration_s: 3 * duration_s },
  };
}
