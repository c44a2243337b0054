/**
 * The smallest parts of a recipe: quantities with their units, texts, names and words, each saying what would be right; and
 * the source, which recipes and series give alike. Knows no other field of them.
 */
import { z } from 'zod';
import { type Kind, parseQuantity, type Quantity, unitsOf } from './units.js';
import { fields, said } from './validate.js';

/** How a quantity is written, for editors: a pattern and examples, of each kind or the field's own. */
function quantityText(
  allowed: readonly Kind[],
  examples = allowed.map((kind) => unitsOf(kind).example),
): { readonly pattern: string; readonly examples: string[] } {
  const units = allowed.flatMap((kind) => unitsOf(kind).units).map(spelt);
  return { pattern: `^[-+]?(0|[1-9][0-9]*)(\\.[0-9]+)? ?(${units.join('|')})$`, examples };
}

/** A unit with its other spellings, as a pattern. */
function spelt(unit: string): string {
  if (unit === 'degC') return 'degC|\u00b0C';
  if (unit === '%vol') return '%vol|vol%';
  return unit.replace(/^u/, '[u\u00b5\u03bc]').replace(/2$/, '[2\u00b2]');
}

/** A word that stands for something longer, with the schema of the latter: what an editor is told of `wordOr`. */
export const alternatives = new WeakMap<z.core.$ZodType, { readonly word: string; readonly schema: z.core.$ZodType }>();

/** A quantity of one kind. All but temperatures must be above zero; `orZero` allows zero. The example is one of the field. */
export function quantityOf<K extends Kind>(
  kind: K,
  sign: 'positive' | 'orZero' | 'any' = 'positive',
  example: string = unitsOf(kind).example,
) {
  // What is wrong with a text is said with an example of its kind, or with its own number in the right unit.
  const hintOf = (hint: string): string => (hint === unitsOf(kind).example ? example : hint);
  return z
    .string({
      error: (issue) => {
        const parsed = parseQuantity(kind, issue.input);
        return parsed.ok ? undefined : said(parsed.message, hintOf(parsed.hint));
      },
    })
    .meta(quantityText([kind], [example]))
    .transform((text, context): Quantity<K> => {
      const parsed = parseQuantity(kind, text);
      const refuse = (message: string, hint: string): never => {
        context.addIssue({ code: 'custom', message: said(message, hint) });
        return z.NEVER;
      };
      if (!parsed.ok) return refuse(parsed.message, hintOf(parsed.hint));
      const { value } = parsed.quantity;
      if (sign === 'positive' && !(value > 0)) return refuse(`"${text}" is not above zero`, example);
      if (sign === 'orZero' && !(value >= 0)) return refuse(`"${text}" is below zero`, example);
      return parsed.quantity;
    });
}

export const text = z
  .string({ error: () => said('is not a text', 'words') })
  .min(1, { error: () => said('is empty', 'words') });

export function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: () => said('is not one of the values known here', values.join(', ')) });
}

/** Names become file names and topics, so they hold nothing that a path or a topic could mean. */
export const name = z
  .string({ error: () => said('is not a name', 'small letters, digits and hyphens, at most 64') })
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {
    error: () => said('is not a name', 'small letters, digits and hyphens, at most 64; no path'),
  });

export const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, { error: () => said('is not a short name', 'letters, digits, - and _') });

/** A quantity of one of several kinds; its unit says which. */
export function quantityOfAny<const K extends Kind>(...allowed: readonly K[]) {
  const examples = allowed.map((kind) => unitsOf(kind).example).join(', ');
  return z
    .string({ error: () => said('is not a quantity', `for example ${examples}`) })
    .meta(quantityText(allowed))
    .transform((written, context): Quantity<K> => {
      for (const kind of allowed) {
        const parsed = parseQuantity(kind, written);
        if (parsed.ok && parsed.quantity.value > 0) return parsed.quantity;
      }
      const message = `"${written}" is not above zero in one of the units taken here`;
      context.addIssue({ code: 'custom', message: said(message, `for example ${examples}`) });
      return z.NEVER;
    });
}

/** A word instead of something longer. What is wrong with the latter is said as if the word were not there. */
export function wordOr<const W extends string, S extends z.ZodType>(word: W, schema: S) {
  const either = z.unknown();
  alternatives.set(either, { word, schema });
  return either.transform((input, context): W | z.infer<S> => {
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

/** The publication that a recipe or a series is taken from. */
export const source = fields({
  doi: z
    .string()
    .regex(/^10\.\d{4,9}\/\S+$/, { error: () => said('is not a DOI', '10.1038/s41467-025-63914-0') })
    .optional()
    .describe('DOI of the publication.'),
  note: text.describe('What of the source this is.'),
});
