/**
 * The JSON Schemas of recipe and series files, for editors: made from the schemas that the program itself reads with, with
 * their texts. They say what form allows; whether the numbers make sense together is the checker's to say.
 */
import { z } from 'zod';
import { recipeSchema } from '../model/recipe.js';
import { alternatives } from '../model/recipe-quantities.js';
import { seriesSchema } from '../model/series.js';

export interface JsonSchema {
  readonly [key: string]: unknown;
}

/** Draft 7, which the language servers of YAML know best. A quantity is the text that a person writes. */
function jsonOf(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'draft-07',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const either = alternatives.get(zodSchema);
      if (either === undefined) return;
      const { $schema: _, ...longer } = jsonOf(either.schema);
      jsonSchema.anyOf = [{ const: either.word }, longer];
    },
  });
}

/** Files beside the recipes, by their names. */
export function jsonSchemas(): ReadonlyMap<string, JsonSchema> {
  return new Map([
    ['recipe.schema.json', { title: 'Recipe of galvanode', ...jsonOf(recipeSchema) }],
    ['series.schema.json', { title: 'Series of recipes of galvanode', ...jsonOf(seriesSchema) }],
  ]);
}

export function jsonText(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
