/** Recipes as page and workshop say them to each other: the library, its texts, what the checker says, previews, scaling. */
import * as z from 'zod';
import { problem } from './refusal.js';

/** Longest text of a recipe, bytes: that of a file. */
export const LONGEST_TEXT = 64 * 1024;
/** A body with such a text in it, whose quotes and line ends are escaped, bytes. */
export const LARGEST_BODY = 200 * 1024;
export const LONGEST_REMARK = 500;
/** Of a recipe of one's own: as of those that ship, in folders as they are; it cannot lead anywhere. */
export const OWN_NAME = /^(?=.{1,64}$)[a-z0-9][a-z0-9-]*(?:\/[a-z0-9][a-z0-9-]*){0,2}$/;

const figure = z.number().nullable();
/** `NAME`, `NAME@VERSION`, and of a series `NAME#ENTRY`. */
const name = z.string().min(1).max(200);
const text = z.string().max(LONGEST_TEXT);

/** What the checker says, in short. */
export const verdict = z.object({
  /** passes: nothing to ask. asks: has warnings to accept. refused: has problems. */
  state: z.enum(['passes', 'asks', 'refused']),
  problems: z.int(),
  warnings: z.int(),
  charge_C: figure,
  charge_F_mol: figure,
  duration_s: figure,
});
export type Verdict = z.infer<typeof verdict>;

export const savedVersion = z.object({
  version: z.int().positive(),
  /** UTC, ms; null: it is not known. */
  saved: figure,
  user: z.string().nullable(),
  /** What changed, in the words of who saved it. */
  remark: z.string(),
  /** Version, or name of a recipe, that it was written from. */
  from: z.string().nullable(),
});
export type SavedVersion = z.infer<typeof savedVersion>;

const entryRow = z.object({ id: z.string(), title: z.string(), verdict });
export const recipeRow = z.object({
  name: z.string(),
  kind: z.enum(['recipe', 'series']),
  title: z.string(),
  /** Where it is taken from. */
  what: z.string(),
  /** Came with the program; nobody changes it here. */
  ships: z.boolean(),
  /** Oldest first; none where it ships. */
  versions: z.array(savedVersion),
  /** Of a series: the worst of its entries. */
  verdict,
  entries: z.array(entryRow),
});
export type RecipeRow = z.infer<typeof recipeRow>;
export const recipesAnswer = z.object({ board: z.string(), recipes: z.array(recipeRow) });

export const recipeText = z.object({
  name: z.string(),
  kind: z.enum(['recipe', 'series']),
  ships: z.boolean(),
  /** null where it ships. */
  version: z.int().positive().nullable(),
  /** Newest saved version; 0: none. */
  newest: z.int().nonnegative(),
  versions: z.array(savedVersion),
  text: z.string(),
  /** The file is not what was saved: somebody changed it by hand. */
  altered: z.boolean(),
});
export type RecipeText = z.infer<typeof recipeText>;

/** A recipe of the library, or a text that stands in the place of that name. */
const meant = { name: name.optional(), text: text.optional() };
const named = { error: 'neither a name nor a text (would be right: `name`, `text` or both)' };
const isMeant = (asked: { readonly name?: string | undefined; readonly text?: string | undefined }): boolean =>
  asked.name !== undefined || asked.text !== undefined;

export const checkAsked = z.strictObject(meant).refine(isMeant, named);

export const weighed = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  amount_mmol: z.number(),
  equivalents: z.number(),
  mass_mg: z.number(),
  balance_mg: z.number(),
  weighed_mg: z.number(),
  error_eq: z.number(),
  volume_uL: figure,
});

export const planShown = z.object({
  recipe: z.string(),
  /** Of a series. */
  entry: z.string().nullable(),
  title: z.string(),
  source: z.string(),
  mode: z.string(),
  reactor: z.string(),
  board: z.string(),
  cells: z.int(),
  basis_mmol: z.number(),
  sha256: z.string(),
  /** As of `galvanode check --json`, unit in the key. */
  numbers: z.record(z.string(), figure),
  weighing: z.array(weighed),
  perchlorate_g: z.number(),
  steps: z.array(z.object({ id: z.string(), kind: z.string(), title: z.string() })),
  /** Fields that the source does not give. */
  derived: z.array(z.string()),
  /** What a hold does that is not usual. */
  held: z.array(z.string()),
  /** A start accepts each by its code. */
  warnings: z.array(z.object({ code: z.string(), text: z.string() })),
});
export type PlanShown = z.infer<typeof planShown>;

/** Either problems or at least one plan; of a series a plan for each entry. */
export const checkAnswer = z.object({
  problems: z.array(problem),
  series: z.object({ name: z.string(), title: z.string() }).nullable(),
  plans: z.array(planShown),
});
export type CheckAnswer = z.infer<typeof checkAnswer>;

export const previewAsked = z.strictObject(meant).refine(isMeant, named);

const column = z.array(figure);
/** Columns of one length: means over equal pieces of the run. */
export const course = z.object({
  t_s: z.array(z.number()),
  current_mA: column,
  voltage_V: column,
  temperature_C: column,
  temperature_setpoint_C: column,
  vent_hydrogen_vol_percent: column,
  charge_C: column,
});
export type Course = z.infer<typeof course>;

export const previewed = z.object({
  outcome: z.string(),
  reason: z.string(),
  run_s: z.number(),
  charge_C: z.number(),
  voltage_max_V: figure,
  temperature_min_C: figure,
  temperature_max_C: figure,
  hydrogen_made_umol: z.number(),
  faradaic_efficiency: figure,
  /** Real time that it took, s. */
  wall_s: z.number(),
  steps: z.array(z.object({ title: z.string(), from_s: z.number() })),
  course,
});
export type Previewed = z.infer<typeof previewed>;
export const previewAnswer = z.object({ problems: z.array(problem), preview: previewed.nullable() });

export const SCALE_WAYS = ['area', 'time', 'cells'] as const;
export const scaleAsked = z
  .strictObject({
    ...meant,
    /** Amount of all cells together, with its unit. */
    to: z.string().max(40),
    by: z.enum(SCALE_WAYS).optional(),
    cells: z.int().min(1).max(100).optional(),
    reactor: z.string().max(64).optional(),
    cathode_area: z.string().max(40).optional(),
    /** Also writes the nitrogen that the new cell is laid out for. */
    fix_sweep: z.boolean().optional(),
    new_name: z.string().max(64).optional(),
  })
  .refine(isMeant, named);

const way = z.object({ by: z.array(z.string()), reactor: z.string(), cells: z.int(), refused: z.string().nullable() });
const invariant = z.object({ name: z.string(), before: z.string(), after: z.string() });
export const scaledRecipe = z.object({
  name: z.string(),
  text: z.string(),
  way,
  others: z.array(way),
  kept: z.array(invariant),
  lost: z.array(invariant),
  changes: z.array(z.object({ path: z.string(), from: z.string(), to: z.string() })),
  /** Quantities in words that a person should look at; `grown`: what one would be with the amount. */
  unsure: z.array(z.object({ line: z.int(), found: z.string(), grown: z.string().nullable() })),
});
/** Problems may stand beside a scaled text: those of the checker. */
export const scaleAnswer = z.object({
  problems: z.array(problem),
  /** The nitrogen alone is refused: `fix_sweep` would write this. */
  sweep: z.string().nullable(),
  scaled: scaledRecipe.nullable(),
});
export type ScaleAnswer = z.infer<typeof scaleAnswer>;

/** Line and column from 1, as an editor tells them. */
export const completeAsked = z.strictObject({ text, line: z.int().min(1), column: z.int().min(1) });
export const candidate = z.object({
  label: z.string(),
  kind: z.enum(['key', 'value', 'example']),
  detail: z.string(),
  insert: z.string(),
});
export type Candidate = z.infer<typeof candidate>;
/** `from`: column at which what is written already begins. */
export const completeAnswer = z.object({ from: z.int().min(1), candidates: z.array(candidate) });

export const saveAsked = z.strictObject({
  text: text.min(1),
  /** Newest version when the text was taken; 0: the name is new. */
  base: z.int().nonnegative(),
  remark: z.string().trim().max(LONGEST_REMARK),
  /** What it was written from. */
  from: z.string().max(200).nullable().optional(),
});
export const saveAnswer = z.object({ name: z.string(), saved: savedVersion, versions: z.array(savedVersion) });
