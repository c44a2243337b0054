/**
 * The recipe file as an operator writes it: every field, its kind of unit and what it is for. One schema gives the type,
 * the checks of form and the texts for help. Quantities are texts with units and come out as `Quantity`.
 *
 * Must not know a reactor, a board or whether the numbers make sense together: that is the checker's.
 */
import { z } from 'zod';
import type { CellMode, Waiver } from './plan.js';
import { id, name, oneOf, quantityOf, source, text, wordOr } from './recipe-quantities.js';
import { type Step, stepsMax, writtenStep } from './recipe-steps.js';
import { partOf } from './series.js';
import { fields, said } from './validate.js';

export { stepIds, stepKinds, stepsMax } from './recipe-steps.js';
export type { LeafKind, Step, StepBodies, WrittenKind, WrittenStep } from './recipe-steps.js';

const electrode = (which: string) =>
  fields({
    material: text.describe('What it is made of.'),
    area: quantityOf('area').describe('Geometric area of one face.'),
  }).describe(`The ${which}.`);

const modes = ['batch', 'recirculating', 'single-pass'] as const satisfies readonly CellMode[];
const waivers = ['cooling', 'purge', 'hydrogen', 'electrolysis'] as const satisfies readonly Waiver[];

const basis = fields({
  limiting: id.describe('Key of the limiting reagent among the reagents.'),
  amount: quantityOf('amount').describe('Amount of it.'),
  charge: quantityOf('chargePerMole')
    .optional()
    .describe('Charge per mole of it, over all electrolyses of the recipe. Absent when the electrolysis is waived.'),
});

const reagent = fields({
  name: text.describe('Its chemical name.'),
  role: oneOf(['substrate', 'limiting', 'catalyst', 'electrolyte', 'reagent']).describe('What it is there for.'),
  formula: text.optional().describe('Sum formula, such as C11H15NOS; the molar mass must be of it.'),
  molar_mass: quantityOf('molarMass').describe('From which the mass is computed.'),
  equivalents: quantityOf('equivalents').describe('Against the limiting reagent.'),
  mass: quantityOf('mass')
    .optional()
    .describe('As the source gives it; must agree with the equivalents to its last digit.'),
  density: quantityOf('density', 'positive', '1.044 g/mL')
    .optional()
    .describe('Of a liquid; its volume is then told beside its mass.'),
  stable_for: quantityOf('time', 'positive', '48 h')
    .optional()
    .describe('How long it keeps once made up; the run must be over by then.'),
});

const cell = fields({
  reactor: name.describe('File in boards/reactors, without its ending.'),
  mode: oneOf(modes).describe(
    'batch: stirred. recirculating, single-pass: pumped through the cell, many times or once.',
  ),
  cathode: electrode('cathode'),
  anode: electrode('anode'),
  count: z
    .int({ error: () => said('is not a whole number', '10') })
    .min(2, { error: () => said('is not more than one cell', 'at least 2') })
    .max(1000, { error: () => said('are too many cells', 'at most 1000') })
    .optional()
    .describe(
      'Cells in parallel, each on a board of its own; every number of the recipe is that of one. Default: one.',
    ),
  gap: quantityOf('length', 'positive', '5 mm').describe('Distance of the electrodes.'),
  solvent: text.describe('Its name.'),
  volume: quantityOf('volume').describe('Volume of the solution.'),
  vent: oneOf(['canopy', 'inert line'])
    .optional()
    .describe('Where the swept gas goes. Default: canopy. inert line: no air and no spark reach it up to its end.'),
});

const limits = fields({
  voltage: quantityOf('voltage').optional().describe('Largest cell voltage; the board ends the run there.'),
  current_density: quantityOf('currentDensity').optional().describe('Largest current over the smaller electrode.'),
  temperature_min: quantityOf('temperature', 'any', '-5 degC')
    .optional()
    .describe('Lowest cell temperature of the whole procedure.'),
  temperature_max: quantityOf('temperature', 'any', '30 degC')
    .optional()
    .describe('Highest cell temperature of the whole procedure.'),
  band_warn: quantityOf('temperatureDifference', 'positive', '0.2 K')
    .optional()
    .describe('Error of the temperature that warns while current flows.'),
  band_hold: quantityOf('temperatureDifference', 'positive', '0.5 K')
    .optional()
    .describe('Error of the temperature that holds the run.'),
  hydrogen_warn: quantityOf('gasFraction').optional().describe('Hydrogen in the air of the canopy that warns.'),
  hydrogen_trip: quantityOf('gasFraction', 'positive', '1000 ppm')
    .optional()
    .describe('Hydrogen in the air of the canopy that ends the run.'),
  sweep_hydrogen: quantityOf('gasFraction', 'positive', '1 %vol')
    .optional()
    .describe('Largest hydrogen in the swept line, all current taken as hydrogen.'),
  flow_min: quantityOf('flow', 'positive', '20 mL/min')
    .optional()
    .describe('Least flow of the liquid while current flows.'),
});

const pause = fields({
  current: fields({
    down: wordOr('at once', quantityOf('time', 'positive', '2 s'))
      .optional()
      .describe('Ramp to zero when the run is held. Default: 2 s.'),
    up: quantityOf('time', 'positive', '2 min')
      .optional()
      .describe("Ramp back over when it is resumed. Default: the step's own ramp."),
  })
    .optional()
    .describe('The current, which every hold takes to zero.'),
  temperature: oneOf(['keep', 'release'])
    .optional()
    .describe('release: Peltier off while held; the current waits until the last cool step is met again.'),
  flow: oneOf(['keep', 'stop'])
    .optional()
    .describe('stop: pump off while held; the current waits until the last flow step is met again.'),
  purge: wordOr(
    'keep',
    fields({ stop_after: quantityOf('time', 'positive', '10 min').describe('Swept for so long while held.') }),
  )
    .optional()
    .describe('stop_after: nitrogen shut when it has swept for so long while held; the last purge step is repeated.'),
});

export const recipeSchema = fields({
  recipe: z
    .literal(1, { error: () => said('this version of a recipe is not known', '1') })
    .describe('Version of this format.'),
  name: name.describe('Small letters, digits and hyphens; records are named by it.'),
  title: text.describe('What it makes, and how much.'),
  source: source.describe('Where the recipe is taken from.'),
  basis: basis.describe('What every amount and charge is counted against.'),
  reagents: z
    .record(id, reagent, { error: () => said('are not named reagents', 'a name for each, then its fields') })
    .describe('A short name for each, then its fields; the weighing table is computed from these.'),
  cell: cell.describe('The cell, which must be that of the reactor in every number.'),
  limits: limits.optional().describe("Limits tighter than the reactor's."),
  waive: fields({
    cooling: text.optional().describe('Current flows at whatever temperature the cell has.'),
    purge: text.optional().describe('Current flows without nitrogen through the headspace.'),
    hydrogen: text.optional().describe('Current flows although the hydrogen sensor gives no value yet.'),
    electrolysis: text.optional().describe('No current flows at all, as in a blank; the run must end with 0.00 C.'),
  })
    .optional()
    .describe('What is left out, and the reason.'),
  pause: pause.optional().describe('What hold and resume do with each actuator. Default: all but the current is kept.'),
  balance: quantityOf('mass', 'positive', '0.1 mg').optional().describe('Last digit of the balance. Default: 0.1 mg.'),
  part_of: partOf.optional().describe('Series and entry that have made this recipe; written by the program.'),
  record_rate: quantityOf('rate').optional().describe('Samples kept a second.'),
  provenance: z
    .record(
      z.string(),
      fields({
        derived: z
          .literal(true, { error: () => said('only derived fields are listed', 'true') })
          .describe('Marks the field as one that the source does not give.'),
        from: text.describe('Where its value comes from.'),
      }),
    )
    .optional()
    .describe('Path of a field that the source does not give, and where it comes from.'),
  steps: z
    .array(writtenStep, { error: () => said('is not a list of steps', '`- prompt: ...`, one step a dash') })
    .min(1, { error: () => said('has no step', 'electrolyse and finish at least') })
    .max(stepsMax, { error: () => said(`has more than ${stepsMax} steps`, `at most ${stepsMax}`) })
    .describe('What is done, in order.'),
});

/** A recipe as written: steps may repeat, include others or run in parallel tracks. */
export type WrittenRecipe = z.infer<typeof recipeSchema>;
/** A recipe as it is run: its steps one after the other, each knowing its track where several run at once. */
export type Recipe = Omit<WrittenRecipe, 'steps'> & { readonly steps: readonly Step[] };
export type RecipeLimits = NonNullable<Recipe['limits']>;

/** What a recipe may waive, in the order in which it is told. */
export const waiverKinds: readonly Waiver[] = waivers;
