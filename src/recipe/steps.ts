/** The recipe's steps as the procedure executes them: plain numbers, the reactor's where the recipe is silent. */
import { NO_ANSWER } from '../model/answer.js';
import type { LeafStep, PlanStep, TrackStep } from '../model/plan.js';
import { type LeafKind, type Step, type StepBodies, stepIds } from '../model/recipe.js';
import type { Case } from './case.js';
import type { Electrolysis } from './charge.js';
import { planElectrolysis } from './electrolysis-step.js';
import { firstSentence, time } from './words.js';

export function planSteps(one: Case): PlanStep[] {
  const { recipe } = one;
  const ids = stepIds(recipe.steps.map(({ kind }) => kind));
  const planned = recipe.steps.map((step, index) => {
    const electrolysis = one.electrolyses.find((part) => part.index === index);
    return planStep(one, step, ids[index] ?? step.kind, electrolysis);
  });
  return together(recipe.steps, planned);
}

/** Steps of one parallel stand one after the other in the recipe, each with its track; in the plan they are one step. */
function together(steps: readonly Step[], planned: readonly LeafStep[]): PlanStep[] {
  const joined: PlanStep[] = [];
  for (const [index, step] of planned.entries()) {
    const at = steps[index]?.track;
    if (at === undefined) joined.push(step);
    else if (steps[index - 1]?.track?.parallel !== at.parallel)
      joined.push(parallelOf(at.parallel, tracksOf(steps, planned, at.parallel)));
  }
  return joined;
}

function parallelOf(count: number, tracks: readonly (readonly TrackStep[])[]): PlanStep {
  const id = count === 0 ? 'parallel' : `parallel-${count + 1}`;
  const kinds = tracks.map((track) => track.map(({ id: step }) => step).join(', '));
  return { id, title: `At once: ${kinds.join(' | ')}`, kind: 'parallel', tracks };
}

function tracksOf(steps: readonly Step[], planned: readonly LeafStep[], parallel: number): TrackStep[][] {
  const tracks: TrackStep[][] = [];
  for (const [index, step] of planned.entries()) {
    const at = steps[index]?.track;
    if (at?.parallel !== parallel || !runsBeside(step)) continue;
    const track = tracks[at.track] ?? [];
    track.push(step);
    tracks[at.track] = track;
  }
  return tracks;
}

function runsBeside(step: LeafStep): step is TrackStep {
  return !['electrolyse', 'hold', 'sample', 'finish'].includes(step.kind);
}

function planStep(one: Case, step: Step, id: string, electrolysis: Electrolysis | undefined): LeafStep {
  switch (step.kind) {
    case 'prompt':
    case 'sample':
      return { ...asking(step.body, id), kind: step.kind };
    case 'hold':
      return { id, title: firstSentence(step.body.ask), kind: 'hold', text: step.body.ask.trim() };
    case 'wait':
      return { id, title: `Wait for ${step.body.for.text}`, kind: 'wait', duration_s: step.body.for.value };
    case 'purge':
      return purging(step.body, id);
    case 'cool':
    case 'heat':
      return tempering(one, step.kind, step.body, id);
    case 'flow':
      return flowing(step.body, id);
    case 'electrolyse':
      return planElectrolysis(one, step.body, id, electrolysis);
    case 'finish': {
      const { sweep_for, hold_temperature } = step.body;
      const title = `Current off, sweep for ${time(sweep_for.value)}${hold_temperature ? ', hold the temperature' : ''}`;
      return { id, title, kind: 'finish', sweep_s: sweep_for.value, holdTemperature: hold_temperature };
    }
  }
}

type Body<K extends LeafKind> = StepBodies[K];

/** An answer is kept under the step's id where the recipe gives it no name; a mere confirmation has none. */
function asking({ ask, key, answer = NO_ANSWER }: Body<'prompt' | 'sample'>, id: string) {
  const kept = key ?? (answer.kind === 'none' ? undefined : id);
  const form = answer.kind === 'none' ? {} : { answer };
  return { id, title: firstSentence(ask), text: ask.trim(), ...form, ...(kept === undefined ? {} : { key: kept }) };
}

function purging({ sweep, for: duration }: Body<'purge'>, id: string): LeafStep {
  return {
    id,
    title: `Purge with ${sweep.text} of nitrogen for ${duration.text}`,
    kind: 'purge',
    sweep_mL_min: sweep.value,
    duration_s: duration.value,
  };
}

function tempering({ reactor }: Case, kind: 'cool' | 'heat', body: Body<'cool' | 'heat'>, id: string): LeafStep {
  const { temperature } = reactor.control;
  return {
    id,
    title: `${kind === 'cool' ? 'Cool' : 'Heat'} to ${body.to.text} and settle`,
    kind,
    target_C: body.to.value,
    ramp_K_min: body.ramp?.value ?? temperature.rampRate_K_min,
    band_K: body.band?.value ?? temperature.settleBand_K,
    hold_s: body.hold?.value ?? temperature.settle_s,
    timeout_s: body.at_most.value,
  };
}

function flowing({ rate, settle, tolerance }: Body<'flow'>, id: string): LeafStep {
  return {
    id,
    title: `Pump ${rate.text}`,
    kind: 'flow',
    flow_mL_min: rate.value,
    settle_s: settle.value,
    tolerance_percent: tolerance.value,
  };
}
