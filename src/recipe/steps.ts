/** The recipe's steps as the procedure executes them: plain numbers, the reactor's where the recipe is silent. */
import type { PlanStep } from '../model/plan.js';
import { type Step, stepIds } from '../model/recipe.js';
import type { Case } from './case.js';
import type { Electrolysis } from './charge.js';
import { digits, firstSentence, tidy, time } from './words.js';

/** A charge counts as late at this share over charge/current. */
const lateShare = 1.05;

export function planSteps(one: Case): PlanStep[] {
  const { recipe } = one;
  const ids = stepIds(recipe.steps.map(({ kind }) => kind));
  return recipe.steps.map((step, index) =>
    planStep(
      one,
      step,
      ids[index] ?? step.kind,
      one.electrolyses.find((part) => part.index === index),
    ),
  );
}

function planStep({ reactor }: Case, step: Step, id: string, electrolysis: Electrolysis | undefined): PlanStep {
  const { temperature, currentRamp_s } = reactor.control;
  switch (step.kind) {
    case 'prompt':
      return { id, title: firstSentence(step.body), kind: 'prompt', text: step.body.trim() };
    case 'purge': {
      const { sweep, for: duration } = step.body;
      return {
        id,
        title: `Purge with ${sweep.text} of nitrogen for ${duration.text}`,
        kind: 'purge',
        sweep_mL_min: sweep.value,
        duration_s: duration.value,
      };
    }
    case 'cool':
      return {
        id,
        title: `Cool to ${step.body.to.text} and settle`,
        kind: 'cool',
        target_C: step.body.to.value,
        ramp_K_min: step.body.ramp?.value ?? temperature.rampRate_K_min,
        band_K: step.body.band?.value ?? temperature.settleBand_K,
        hold_s: step.body.hold?.value ?? temperature.settle_s,
        timeout_s: step.body.at_most.value,
      };
    case 'flow': {
      const { rate, settle, tolerance } = step.body;
      return {
        id,
        title: `Pump ${rate.text}`,
        kind: 'flow',
        flow_mL_min: rate.value,
        settle_s: settle.value,
        tolerance_percent: tolerance.value,
      };
    }
    case 'electrolyse': {
      const charge_C = tidy(electrolysis?.charge_C ?? 0);
      const ramp_s = step.body.ramp?.value ?? currentRamp_s;
      const timeMax_s = tidy(lateShare * (electrolysis?.duration_s ?? 0) + ramp_s);
      const title = `Electrolyse at ${step.body.current.text} to ${digits(charge_C, 5)} C`;
      return { id, title, kind: 'electrolyse', current_mA: step.body.current.value, ramp_s, charge_C, timeMax_s };
    }
    case 'finish': {
      const { sweep_for, hold_temperature } = step.body;
      const title = `Current off, sweep for ${time(sweep_for.value)}${hold_temperature ? ', hold the temperature' : ''}`;
      return { id, title, kind: 'finish', sweep_s: sweep_for.value, holdTemperature: hold_temperature };
    }
  }
}
