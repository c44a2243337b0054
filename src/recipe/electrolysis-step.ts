/** An electrolysis of a recipe as the procedure executes it: its charge, its guard of time, its samples. Judges nothing. */
import { NO_ANSWER } from '../model/answer.js';
import type { ElectrolysisCourse } from '../model/plan-electrolysis.js';
import type { Aliquot, LeafStep } from '../model/plan.js';
import type { StepBodies } from '../model/recipe.js';
import { charge_C } from '../physics/charge.js';
import type { Case } from './case.js';
import type { Electrolysis } from './charge.js';
import { planCourse } from './electrolysis-course.js';
import { pausePolicy } from './pause.js';
import { digits, tidy } from './words.js';

/** A charge counts as late at this share over charge/current. */
const lateShare = 1.05;
/** The output relay and the first readings take part of a second of any current: of a short one more than that share. */
const lateLeast_s = 2;

type Body = StepBodies['electrolyse'];

export function planElectrolysis(one: Case, body: Body, id: string, electrolysis: Electrolysis | undefined): LeafStep {
  const passed_C = tidy(electrolysis?.charge_C ?? 0);
  const course = planCourse(one, body, electrolysis);
  const ramp_s = rampOf(one, body, course);
  const ramps_s = ramp_s + (course.stages ?? []).reduce((sum, stage) => sum + stage.ramp_s, 0);
  const slowest = slowestShare(course, body);
  const samples = aliquots(one, body, id);
  const holds_s = samples.filter(({ wait }) => wait).length * breakOf_s(one, ramp_s);
  const slowest_s = (electrolysis?.duration_s ?? 0) / slowest;
  const late_s = Math.max(lateShare * slowest_s, slowest_s + lateLeast_s);
  const timeMax_s = tidy(late_s + ramps_s + holds_s);
  const title = `Electrolyse ${howOf(body)} to ${digits(passed_C, 5)} C${endsText(body)}`;
  const step = {
    id,
    title,
    kind: 'electrolyse',
    current_mA: body.current.value,
    ramp_s,
    charge_C: passed_C,
    timeMax_s,
    ...course,
  } as const;
  return samples.length === 0 ? step : { ...step, samples };
}

/** What a hold for a sample takes of the time with the output on: down, and up again. */
function breakOf_s({ recipe }: Case, ramp_s: number): number {
  const { down_s, up_s } = pausePolicy(recipe).current;
  return down_s + (up_s ?? ramp_s);
}

/** A reversal has a ramp of its own, the first rise too; and so has a current that follows the flow. */
function rampOf({ reactor }: Case, { ramp, current }: Body, { polarity, followFlow }: ElectrolysisCourse): number {
  if (polarity) return current.value / polarity.ramp_mA_s;
  if (followFlow) return current.value / followFlow.rate_mA_s;
  return ramp?.value ?? reactor.control.currentRamp_s;
}

/** Where a current follows the flow, the least flow makes it last longest. */
function slowestShare({ followFlow }: ElectrolysisCourse, { current }: Body): number {
  if (followFlow === undefined) return 1;
  const least_mA = followFlow.perFlow_mA * followFlow.flowMin_mL_min;
  return least_mA > 0 ? Math.min(1, least_mA / current.value) : 0.5;
}

function howOf({ current, stages, polarity, follow_flow }: Body): string {
  if (follow_flow) return `as it flows, at ${follow_flow.charge.text}`;
  const at = stages ? `in ${stages.length} stages up to ${current.text}` : `at ${current.text}`;
  return polarity ? `${at}, reversed every ${polarity.half_period.text},` : at;
}

/** What else may end it, as it is written. */
function endsText({ until, time, charge, stages }: Body): string {
  if (until === undefined) return '';
  const isStated = time !== undefined || charge !== undefined || stages !== undefined;
  const threshold = (name: 'voltage' | 'temperature' | 'hydrogen'): string[] => {
    const { above, below, for: lasting, on } = until[name] ?? {};
    const limit = above === undefined ? below && `below ${below.text}` : `above ${above.text}`;
    return limit === undefined ? [] : [`${name} ${limit}${lasting ? ` for ${lasting.text}` : ''}${holds(on)}`];
  };
  const { trend } = until;
  const slope = trend?.rises_by ? `rising by ${trend.rises_by.text}` : `falling by ${trend?.falls_by?.text ?? ''}`;
  const ends = [
    ...(isStated && until.charge ? [until.charge.text] : []),
    ...(isStated && until.charge_per_mole ? [until.charge_per_mole.text] : []),
    ...(until.time ? [until.time.text] : []),
    ...(['voltage', 'temperature', 'hydrogen'] as const).flatMap(threshold),
    ...(trend ? [`${trend.of} ${slope} over ${trend.over.text}${holds(trend.on)}`] : []),
  ];
  return ends.length === 0 ? '' : `, or to ${ends.join(', or to ')}`;
}

function holds(on: 'done' | 'hold' | undefined): string {
  return on === 'hold' ? ' (held there)' : '';
}

/** Samples in their order; a charge per mole is of the limiting reagent. */
export function aliquots({ recipe }: Pick<Case, 'recipe'>, { samples }: Body, id: string): Aliquot[] {
  if (samples === undefined) return [];
  const { at, ask, key, answer = NO_ANSWER, wait = false } = samples;
  return at.map((due, index) => ({
    id: `${id}-sample-${index + 1}`,
    text: `${ask.trim()} (at ${due.text})`,
    key: at.length === 1 ? (key ?? `${id}-sample`) : `${key ?? `${id}-sample`}-${index + 1}`,
    answer,
    at_C:
      due.kind === 'time'
        ? null
        : tidy(due.kind === 'charge' ? due.value : charge_C(due.value, recipe.basis.amount.value)),
    at_s: due.kind === 'time' ? due.value : null,
    wait,
  }));
}
