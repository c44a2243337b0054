/**
 * The series file as an operator writes it: one base recipe, and entries that say what differs from it. One schema gives
 * the type, the checks of form and the texts for help.
 *
 * Must not know how an entry becomes a recipe, nor what a recipe holds: what is set is judged in the recipe that it makes.
 */
import { z } from 'zod';
import { readDocument } from './document.js';
import type { PartOf } from './plan.js';
import { source, text } from './recipe-quantities.js';
import { fields, said } from './validate.js';

export const entriesMax = 200;

/** Series and entry make the name of a recipe, which has at most 64 characters. */
const shortName = z
  .string({ error: () => said('is not a name', 'small letters, digits and hyphens, at most 31') })
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, {
    error: () => said('is not a name', 'small letters, digits and hyphens, at most 31; no path'),
  });

const tagText = z
  .string({ error: () => said('is not a text', 'words; in quotes where they look like a number') })
  .min(1, { error: () => said('is empty', 'words') })
  .max(100, { error: () => said('is too long', 'at most 100 characters') });

const tagName = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, {
  error: () => said('is not a short name', 'small letters, digits, - and _'),
});

export const tags = z.record(tagName, tagText, {
  error: () => said('are not named tags', 'a name for each, then a text, such as anode: zinc'),
});

const overrides = z.record(z.string(), z.unknown(), {
  error: () => said('are not fields with values', '`path: value`, one a line, as in --set'),
});

const notes = z.record(
  z.string(),
  fields({
    derived: z
      .literal(true, { error: () => said('only derived fields are listed', 'true') })
      .describe('Marks the field as one that the source does not give.'),
    from: text.describe('Where its value comes from.'),
  }),
  { error: () => said('are not fields with notes', '`path: { derived: true, from: ... }`, one a line') },
);

const entry = fields({
  id: shortName.describe('Name of the entry in this series, for good: records are found by it.'),
  title: text.describe('What sets the entry apart; stands behind the title of the series.'),
  tags: tags.optional().describe('Free short texts to sort records by, such as catalyst or anode.'),
  set: overrides
    .optional()
    .describe('Fields of the base that differ, by their paths as in --set; nothing after the colon takes one away.'),
  steps: z
    .array(z.unknown(), { error: () => said('is not a list of steps', '`- prompt: ...`, one step a dash') })
    .min(1, { error: () => said('has no step', 'one at least, or no steps here') })
    .optional()
    .describe(
      'All steps of the entry, in place of those of the base. What they include is named from the folder of the base.',
    ),
  provenance: notes.optional().describe('Notes beside those of the base, or in their place.'),
});

export const seriesSchema = fields({
  series: z
    .literal(1, { error: () => said('this version of a series is not known', '1') })
    .describe('Version of this format.'),
  name: shortName.describe('Name of the series; its recipes are named by it and by their entry.'),
  title: text.describe('What the series is.'),
  source: source.optional().describe('Where the series is taken from. Default: as the base.'),
  base: text.describe('File of the base recipe, from the folder of this file, within the folder of the recipes.'),
  set: overrides.optional().describe('Fields that differ from the base in all entries; applied before their own.'),
  provenance: notes.optional().describe('Notes that hold for all entries.'),
  entries: z
    .array(entry, { error: () => said('is not a list of entries', '`- id: ...`, one entry a dash') })
    .min(1, { error: () => said('has no entry', 'one at least') })
    .max(entriesMax, { error: () => said(`has more than ${entriesMax} entries`, `at most ${entriesMax}`) })
    .superRefine((entries, context) => {
      const seen = new Set<string>();
      for (const [index, { id }] of entries.entries()) {
        if (seen.has(id))
          context.addIssue({
            code: 'custom',
            path: [index, 'id'],
            message: said(`the entry "${id}" is there twice`, 'another name for one of the two'),
          });
        seen.add(id);
      }
    })
    .describe('The entries, in the order in which they are told.'),
});

export type Series = z.infer<typeof seriesSchema>;
export type Entry = Series['entries'][number];

/** In a recipe that a series has made: which of it, so that record and lists can sort by it. */
export const partOf = fields({
  series: shortName.describe('Name of the series.'),
  entry: shortName.describe('Name of the entry.'),
  tags: tags.optional().describe('Tags of the entry.'),
});

/** Name of the recipe that an entry makes. */
export function memberName(series: string, entry: string): string {
  return `${series}-${entry}`;
}

/** Which series and entry the text of a recipe says that it is of, as a record kept it; null for a recipe of its own. */
export function partOfText(recipe: string): PartOf | null {
  const { document } = readDocument('recipe', new TextEncoder().encode(recipe));
  const data: unknown = document?.data;
  const written: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'part_of') : undefined;
  const parsed = partOf.safeParse(written);
  return parsed.success ? { ...parsed.data, tags: parsed.data.tags ?? {} } : null;
}
