/**
 * The recipe file as an operator writes it: every field, its kind of unit and what it is for. One schema gives the type,
 * the checks of form and the texts for help. Quantities are texts with units and come out as `Quantity`.
 *
 * Must not know a reactor, a board or whether the numbers make sense together: that is the checker's.
 */
import { z } from 'zod';
import type { CellMode, StepKind, Waiver } from './plan.js';
import { type Kind, parseQuantity, type Quantity, unitsOf } from './units.js';
import { fields, said } from './validate.js';

export const stepsMax = 1000;

/** A quantity of one kind. All but temperatures must be above zero; `orZero` allows zero. */
function quantityOf<K extends Kind>(kind: K, sign: 'positive' | 'orZero' | 'any' = 'positive') {
  const { example } = unitsOf(kind);
  return z
    .string({
      error: (issue) => {
        const parsed = parseQuantity(kind, issue.input);
        return parsed.ok ? undefined : said(parsed.message, parsed.hint);
      },
    })
    .transform((text, context): Quantity<K> => {
      const parsed = parseQuantity(kind, text);
      const refuse = (message: string, hint: string): never => {
        context.addIssue({ code: 'custom', message: said(message, hint) });
        return z.NEVER;
      };
      if (!parsed.ok) return refuse(parsed.message, parsed.hint);
      const { value } = parsed.quantity;
      if (sign === 'positive' && !(value > 0)) return refuse(`"${text}" is not above zero`, example);
      if (sign === 'orZero' && !(value >= 0)) return refuse(`"${text}" is below zero`, example);
      return parsed.quantity;
    });
}

const text = z
  .string({ error: () => said('is not a text', 'words') })
  .min(1, { error: () => said('is empty', 'words') });

function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: () => said('is not one of the values known here', values.join(', ')) });
}

/** Names become file names and topics, so they hold nothing that a path or a topic could mean. */
const name = z
  .string({ error: () => said('is not a name', 'small letters, digits and hyphens, at most 64') })
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {
    error: () => said('is not a name', 'small letters, digits and hyphens, at most 64; no path'),
  });

const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, { error: () => said('is not a short name', 'letters, digits, - and _') });

const electrode = (which: string) =>
  fields({
    material: text,
    area: quantityOf('area').describe('Geometric area of one face.'),
  }).describe(`The ${which}.`);

const modes = ['batch', 'recirculating', 'single-pass'] as const satisfies readonly CellMode[];
const waivers = ['cooling', 'purge', 'hydrogen'] as const satisfies readonly Waiver[];

const basis = fields({
  limiting: id.describe('Key of the limiting reagent among the reagents.'),
  amount: quantityOf('amount').describe('Amount of it.'),
  charge: quantityOf('chargePerMole').describe('Charge per mole of it, over all electrolyses of the recipe.'),
});

const reagent = fields({
  name: text,
  role: oneOf(['substrate', 'limiting', 'catalyst', 'electrolyte', 'reagent']),
  molar_mass: quantityOf('molarMass'),
  equivalents: quantityOf('equivalents').describe('Against the limiting reagent.'),
  mass: quantityOf('mass')
    .optional()
    .describe('As the source gives it; must agree with the equivalents to its last digit.'),
});

const cell = fields({
  reactor: name.describe('File in boards/reactors, without its ending.'),
  mode: oneOf(modes),
  cathode: electrode('cathode'),
  anode: electrode('anode'),
  gap: quantityOf('length').describe('Distance of the electrodes.'),
  solvent: text,
  volume: quantityOf('volume').describe('Volume of the solution.'),
});

const limits = fields({
  voltage: quantityOf('voltage').optional().describe('Largest cell voltage; the board ends the run there.'),
  current_density: quantityOf('currentDensity').optional().describe('Largest current over the smaller electrode.'),
  temperature_min: quantityOf('temperature', 'any')
    .optional()
    .describe('Lowest cell temperature of the whole procedure.'),
  temperature_max: quantityOf('temperature', 'any')
    .optional()
    .describe('Highest cell temperature of the whole procedure.'),
  band_warn: quantityOf('temperatureDifference')
    .optional()
    .describe('Error of the temperature that warns while current flows.'),
  band_hold: quantityOf('temperatureDifference').optional().describe('Error of the temperature that holds the run.'),
  hydrogen_warn: quantityOf('gasFraction').optional().describe('Hydrogen in the air of the canopy that warns.'),
  hydrogen_trip: quantityOf('gasFraction').optional().describe('Hydrogen in the air of the canopy that ends the run.'),
  sweep_hydrogen: quantityOf('gasFraction')
    .optional()
    .describe('Largest hydrogen in the swept line, all current taken as hydrogen.'),
  flow_min: quantityOf('flow').optional().describe('Least flow of the liquid while current flows.'),
});

const purge = fields({
  sweep: quantityOf('flow').describe('Nitrogen, from here to the end.'),
  for: quantityOf('time'),
});

const cool = fields({
  to: quantityOf('temperature', 'any'),
  ramp: quantityOf('temperatureRamp').optional().describe("Default: the reactor's."),
  band: quantityOf('temperatureDifference').optional().describe("Settled within this. Default: the reactor's."),
  hold: quantityOf('time').optional().describe("Settled for so long. Default: the reactor's."),
  at_most: quantityOf('time').describe('Not settled by then: the run is held.'),
});

const flow = fields({
  rate: quantityOf('flow'),
  settle: quantityOf('time').describe('Within the tolerance for so long.'),
  tolerance: quantityOf('share'),
});

const electrolyse = fields({
  current: quantityOf('current'),
  time: quantityOf('time').optional().describe('Current times time is the charge.'),
  charge: quantityOf('charge').optional().describe('The charge, or with a time a cross-check of it.'),
  ramp: quantityOf('time').optional().describe("From zero to the current. Default: the reactor's."),
});

const finish = fields({
  sweep_for: quantityOf('time').describe('Nitrogen after the current has ended.'),
  hold_temperature: z
    .boolean({ error: () => said('is neither true nor false', 'true or false') })
    .describe('Hold the temperature until the operator takes over.'),
});

/** A word instead of something longer. What is wrong with the latter is said as if the word were not there. */
function wordOr<const W extends string, S extends z.ZodType>(word: W, schema: S) {
  return z.unknown().transform((input, context): W | z.infer<S> => {
    if (input === word) return word;
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    for (const { path, message, ...issue } of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys') context.addIssue({ ...issue, path, message, input: {} });
      else context.addIssue({ code: 'custom', path, message });
    }
    return z.NEVER;
  });
}

const pause = fields({
  current: fields({
    down: wordOr('at once', quantityOf('time')).optional().describe('Ramp to zero when the run is held. Default: 2 s.'),
    up: quantityOf('time').optional().describe("Ramp back over when it is resumed. Default: the step's own ramp."),
  }).optional(),
  temperature: oneOf(['keep', 'release'])
    .optional()
    .describe('release: Peltier off while held; the current waits until the last cool step is met again.'),
  flow: oneOf(['keep', 'stop'])
    .optional()
    .describe('stop: pump off while held; the current waits until the last flow step is met again.'),
  purge: wordOr('keep', fields({ stop_after: quantityOf('time') }))
    .optional()
    .describe('stop_after: nitrogen shut when it has swept for so long while held; the last purge step is repeated.'),
});

const stepBodies = { prompt: text, purge, cool, flow, electrolyse, finish } satisfies Record<StepKind, z.ZodType>;

export type StepBodies = { [K in StepKind]: z.infer<(typeof stepBodies)[K]> };

/** A step as written: its kind is the one key, its body what stands under it. */
export type Step = { [K in StepKind]: { readonly kind: K; readonly body: StepBodies[K] } }[StepKind];

export const stepKinds = [
  'prompt',
  'purge',
  'cool',
  'flow',
  'electrolyse',
  'finish',
] as const satisfies readonly StepKind[];
const known = `one of ${stepKinds.join(', ')}`;

const step = z
  .strictObject(
    {
      prompt: stepBodies.prompt.optional().describe('Asks the operator, who confirms.'),
      purge: purge.optional().describe('Nitrogen through the headspace.'),
      cool: cool.optional().describe('Brings the cell to a temperature and waits until it has settled.'),
      flow: flow.optional().describe('Starts the pump and waits for the flow.'),
      electrolyse: electrolyse.optional().describe('Constant current until the charge is reached.'),
      finish: finish.optional().describe('Current off and measured, sweep, hand over to the operator.'),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? said('this step is not known', known)
          : said('is not a step', `\`- kind: ...\` with ${known}`),
    },
  )
  .transform((written, context): Step => {
    const found = stepKinds.flatMap((kind) => tagged(kind, written[kind]));
    const [only, second] = found;
    if (only !== undefined && second === undefined) return only;
    const message =
      only === undefined ? 'this step is empty' : `one step holds ${found.map(({ kind }) => kind).join(' and ')}`;
    context.addIssue({ code: 'custom', message: said(message, `one kind a step: ${known}`) });
    return z.NEVER;
  });

/** The union member of a kind, when that key was written. */
function tagged<K extends StepKind>(kind: K, body: StepBodies[K] | undefined): Step[] {
  return body === undefined ? [] : [{ kind, body } as Step];
}

export const recipeSchema = fields({
  recipe: z.literal(1, { error: () => said('this version of a recipe is not known', '1') }),
  name,
  title: text,
  source: fields({
    doi: z
      .string()
      .regex(/^10\.\d{4,9}\/\S+$/, { error: () => said('is not a DOI', '10.1038/s41467-025-63914-0') })
      .optional(),
    note: text.describe('What of the source this is.'),
  }),
  basis,
  reagents: z.record(id, reagent, { error: () => said('are not named reagents', 'a name for each, then its fields') }),
  cell,
  limits: limits.optional(),
  waive: fields({
    cooling: text.optional(),
    purge: text.optional(),
    hydrogen: text.optional().describe('Current flows although the hydrogen sensor gives no value yet.'),
  })
    .optional()
    .describe('What is left out, and the reason.'),
  pause: pause.optional().describe('What hold and resume do with each actuator. Default: all but the current is kept.'),
  record_rate: quantityOf('rate').optional().describe('Samples kept a second.'),
  provenance: z
    .record(
      z.string(),
      fields({ derived: z.literal(true, { error: () => said('only derived fields are listed', 'true') }), from: text }),
    )
    .optional()
    .describe('Path of a field that the source does not give, and where it comes from.'),
  steps: z
    .array(step, { error: () => said('is not a list of steps', '`- prompt: ...`, one step a dash') })
    .min(1, { error: () => said('has no step', 'electrolyse and finish at least') })
    .max(stepsMax, { error: () => said(`has more than ${stepsMax} steps`, `at most ${stepsMax}`) }),
});

export type Recipe = z.infer<typeof recipeSchema>;
export type RecipeLimits = NonNullable<Recipe['limits']>;

/** What a recipe may waive, in the order in which it is told. */
export const waiverKinds: readonly Waiver[] = waivers;

/** Ids of steps: the kind, numbered from the second of a kind on. */
export function stepIds(kinds: readonly StepKind[]): string[] {
  const seen = new Map<StepKind, number>();
  return kinds.map((kind) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count === 1 ? kind : `${kind}-${count}`;
  });
}
