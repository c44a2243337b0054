/**
 * The steps of a recipe as an operator writes them: each kind, its fields and what they are for. `repeat`, `include` and
 * `parallel` hold other steps and are made flat before anything is judged.
 *
 * Must not know a reactor, a board or whether the numbers make sense together: that is the checker's.
 */
import { z } from 'zod';
import type { LeafStep, TrackKind } from './plan-steps.js';
import { question } from './recipe-ask.js';
import { electrolyse } from './recipe-electrolyse.js';
import { id, quantityOf, text } from './recipe-quantities.js';
import { fields, said } from './validate.js';

/** Steps of a recipe when everything that repeats has been written out. */
export const stepsMax = 1000;

const purge = fields({
  sweep: quantityOf('flow').describe('Nitrogen, from here to the end.'),
  for: quantityOf('time', 'positive', '3 min').describe('Swept for so long without a break.'),
});

const target = (example: string) => quantityOf('temperature', 'any', example).describe('Temperature of the cell.');

const tempering = {
  ramp: quantityOf('temperatureRamp').optional().describe("Default: the reactor's."),
  band: quantityOf('temperatureDifference').optional().describe("Settled within this. Default: the reactor's."),
  hold: quantityOf('time', 'positive', '5 min').optional().describe("Settled for so long. Default: the reactor's."),
  at_most: quantityOf('time', 'positive', '60 min').describe('Not settled by then: the run is held.'),
};

const flow = fields({
  rate: quantityOf('flow').describe('Of the liquid.'),
  settle: quantityOf('time', 'positive', '30 s').describe('Within the tolerance for so long.'),
  tolerance: quantityOf('share').describe('Of the rate.'),
});

const finish = fields({
  sweep_for: quantityOf('time', 'positive', '10 min').describe('Nitrogen after the current has ended.'),
  hold_temperature: z
    .boolean({ error: () => said('is neither true nor false', 'true or false') })
    .describe('Hold the temperature until the operator takes over.'),
});

/** A prompt may be a text alone. */
const prompt = z.union([text.transform((ask): z.infer<typeof question> => ({ ask })), question], {
  error: (issue) => (issue.input === '' ? said('is empty', 'words') : said('is not a text', 'words')),
});

const trackBodies = {
  prompt: prompt.describe('Asks the operator, who answers.'),
  purge: purge.describe('Nitrogen through the headspace.'),
  cool: fields({ to: target('0 degC'), ...tempering }).describe(
    'Brings the cell down to a temperature and waits until it has settled.',
  ),
  heat: fields({ to: target('20 degC'), ...tempering }).describe(
    'Brings the cell up to a temperature and waits until it has settled.',
  ),
  flow: flow.describe('Starts the pump and waits for the flow.'),
  wait: fields({ for: quantityOf('time', 'positive', '48 h').describe('So long.') }).describe(
    'Waits, with all as it is and no current.',
  ),
} satisfies Record<TrackKind, z.ZodType>;

const leafBodies = {
  ...trackBodies,
  electrolyse: electrolyse.describe('Current until the charge is reached.'),
  hold: fields({ ask: question.shape.ask }).describe('Holds the run by itself; the operator resumes it.'),
  sample: question.describe('Asks for a sample between two steps, with no current.'),
  finish: finish.describe('Current off and measured, sweep, hand over to the operator.'),
} satisfies Record<LeafKind, z.ZodType>;

export type LeafKind = LeafStep['kind'];
export type StepBodies = { [K in LeafKind]: z.infer<(typeof leafBodies)[K]> };

type OfKind<K extends LeafKind> = { [L in K]: { readonly kind: L; readonly body: StepBodies[L] } }[K];

/** Place of a step in tracks that run at once; both numbers from 0, the first counts the parallels of the recipe. */
export interface Track {
  readonly parallel: number;
  readonly track: number;
}

/** A step that is run: its kind is the one key, its body what stands under it. */
export type Step = OfKind<LeafKind> & { readonly track?: Track };

/** A step as written. */
export type WrittenStep =
  | OfKind<LeafKind>
  | { readonly kind: 'repeat'; readonly body: { readonly times: number; readonly steps: readonly WrittenStep[] } }
  | { readonly kind: 'include'; readonly body: { readonly recipe: string; readonly steps?: readonly string[] } }
  | { readonly kind: 'parallel'; readonly body: readonly (readonly OfKind<TrackKind>[])[] };

export type WrittenKind = WrittenStep['kind'];

/** What stands in a dash of the list: one key, the kind, with its body. */
function oneKind<Written extends { readonly kind: string }>(bodies: Record<Written['kind'], z.ZodType>) {
  const kinds = Object.keys(bodies);
  const known = `one of ${kinds.join(', ')}`;
  const shape = Object.fromEntries(Object.entries<z.ZodType>(bodies).map(([kind, body]) => [kind, body.optional()]));
  const error = (issue: { code?: string | undefined }): string =>
    issue.code === 'unrecognized_keys'
      ? said('this step is not known', known)
      : said('is not a step', `\`- kind: ...\` with ${known}`);
  const one = z.strictObject(shape, { error }).meta({ minProperties: 1, maxProperties: 1 });
  return one.transform((written, context): Written => {
    const found = kinds.filter((kind) => written[kind] !== undefined);
    const [only, second] = found;
    if (only !== undefined && second === undefined) return { kind: only, body: written[only] } as unknown as Written;
    const message = only === undefined ? 'this step is empty' : `one step holds ${found.join(' and ')}`;
    context.addIssue({ code: 'custom', message: said(message, `one kind a step: ${known}`) });
    return z.NEVER;
  });
}

const trackStep: z.ZodType<OfKind<TrackKind>> = oneKind<OfKind<TrackKind>>(trackBodies);

const nested: z.ZodType<WrittenStep> = z.lazy(() => writtenStep);

const someSteps = z
  .array(nested, { error: () => said('is not a list of steps', '`- prompt: ...`, one step a dash') })
  .min(1, { error: () => said('has no step', 'one at least') })
  .max(stepsMax, { error: () => said(`has more than ${stepsMax} steps`, `at most ${stepsMax}`) });

const times = z
  .int({ error: () => said('is not a whole number', '3') })
  .min(1, { error: () => said('is less than once', 'at least 1') })
  .max(stepsMax, { error: () => said('is too often', `at most ${stepsMax}`) });

const wholeBodies = {
  ...leafBodies,
  repeat: fields({ times: times.describe('How often.'), steps: someSteps.describe('What is repeated.') }).describe(
    'Steps several times over.',
  ),
  include: fields({
    recipe: text.describe('A file in the folder of this one or below it.'),
    steps: z
      .array(id, { error: () => said('is not a list of steps', '[purge, cool]') })
      .min(1, { error: () => said('names no step', '[purge, cool]') })
      .optional()
      .describe('Names of its steps that are taken, such as prompt-2. Default: all.'),
  }).describe("Another recipe's steps in this place."),
  parallel: z
    .array(
      z
        .array(trackStep, { error: () => said('is not a list of steps', '`- purge: ...`, one step a dash') })
        .min(1, { error: () => said('has no step', 'one at least') }),
      { error: () => said('are not tracks', '[[steps], [steps]]') },
    )
    .min(2, { error: () => said('is one track alone', 'two tracks at least') })
    .max(8, { error: () => said('are too many tracks', 'at most 8') })
    .describe('Tracks of steps that run at once, without current; done when all are.'),
} satisfies Record<WrittenKind, z.ZodType>;

export const writtenStep: z.ZodType<WrittenStep> = oneKind<WrittenStep>(wholeBodies);

/** Every kind of step that a recipe may hold, in the order in which help tells of them. */
export const stepKinds = [
  'prompt',
  'purge',
  'cool',
  'heat',
  'flow',
  'electrolyse',
  'wait',
  'hold',
  'sample',
  'repeat',
  'include',
  'parallel',
  'finish',
] as const satisfies readonly WrittenKind[];

/** Ids of steps: the kind, numbered from the second of a kind on. */
export function stepIds(kinds: readonly WrittenKind[]): string[] {
  const seen = new Map<WrittenKind, number>();
  return kinds.map((kind) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count === 1 ? kind : `${kind}-${count}`;
  });
}
