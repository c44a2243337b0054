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
  const recipe = jsonOf(recipeSchema);
  return new Map([
    ['recipe.schema.json', { title: 'Recipe of galvanode', ...recipe }],
    ['series.schema.json', { title: 'Series of recipes of galvanode', ...withRecipe(jsonOf(seriesSchema), recipe) }],
  ]);
}

export function jsonText(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function schemaIn(value: unknown, ...path: readonly string[]): JsonSchema {
  const [first, ...rest] = path;
  const own = typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  return first === undefined ? own : schemaIn(Reflect.get(own, first), ...rest);
}

/** Made by the series itself, or no field of a recipe by its path. */
const notSet: ReadonlySet<string> = new Set(['recipe', 'name', 'title', 'part_of', 'provenance', 'steps', 'source']);

/**
 * The series with what editors should know of the recipes that it makes: steps of an entry are those of a recipe, and fields
 * that are set have the names and values of a recipe's. Names that are not listed stay allowed: the checker knows them all.
 */
function withRecipe(series: JsonSchema, recipe: JsonSchema): JsonSchema {
  const definitions = schemaIn(recipe, 'definitions');
  const [stepName = ''] = Object.keys(definitions);
  const { $schema: _, definitions: __, ...whole } = recipe;
  const entries = schemaIn(series, 'properties', 'entries');
  const entry = schemaIn(entries, 'items');
  const set = (field: JsonSchema): JsonSchema => ({
    description: field['description'],
    $ref: '#/definitions/set',
  });
  const own = {
    ...schemaIn(entry, 'properties'),
    set: set(schemaIn(entry, 'properties', 'set')),
    steps: { ...schemaIn(entry, 'properties', 'steps'), items: { $ref: `#/definitions/${stepName}` } },
  };
  const properties = {
    ...schemaIn(series, 'properties'),
    set: set(schemaIn(series, 'properties', 'set')),
    entries: { ...entries, items: { ...entry, properties: own } },
  };
  return { ...series, properties, definitions: { ...definitions, recipe: whole, set: settable(recipe, stepName) } };
}

/** Paths that may be set, each with the schema of its field, or nothing to take it away. */
function settable(recipe: JsonSchema, stepName: string): JsonSchema {
  const top = Object.keys(schemaIn(recipe, 'properties')).filter((name) => !notSet.has(name));
  const steps = `#/definitions/${stepName}`;
  const step = schemaIn(recipe, 'definitions', stepName);
  const reagent = `#/definitions/recipe/properties/reagents/additionalProperties`;
  const fields = [
    ...top.flatMap((name) => pathsIn(schemaIn(recipe, 'properties', name), name, '#/definitions/recipe', name)),
    ...Object.keys(schemaIn(step, 'properties')).flatMap((kind) =>
      pathsIn(schemaIn(step, 'properties', kind), kind, steps, kind),
    ),
  ].filter(([name]) => name.includes('.') || top.includes(name));
  const numbered = Object.keys(schemaIn(step, 'properties')).flatMap((kind) =>
    pathsIn(schemaIn(step, 'properties', kind), kind, steps, `${kind}-[0-9]+`),
  );
  const reagents = Object.keys(schemaIn(recipe, 'properties', 'reagents', 'additionalProperties', 'properties'));
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, ref]) => [name, orNothing(ref)])),
    patternProperties: Object.fromEntries([
      ...numbered.filter(([name]) => name.includes('.')).map(([name, ref]) => [patternOf(name), orNothing(ref)]),
      ...reagents.map((name) => [
        patternOf(`reagents.[A-Za-z0-9][A-Za-z0-9_-]*.${name}`),
        orNothing(`${reagent}/properties/${name}`),
      ]),
    ]),
    additionalProperties: {},
  };
}

function patternOf(path: string): string {
  return `^${path.replaceAll('.', String.raw`\.`)}$`;
}

function orNothing($ref: string): JsonSchema {
  return { anyOf: [{ $ref }, { type: 'null' }] };
}

/** A field and those inside it, each with the place of its schema. */
function pathsIn(field: JsonSchema, key: string, parent: string, path: string): [string, string][] {
  const ref = `${parent}/properties/${key}`;
  const inner = schemaIn(field, 'properties');
  return [
    [path, ref],
    ...Object.keys(inner).flatMap((name) => pathsIn(schemaIn(inner, name), name, ref, `${path}.${name}`)),
  ];
}
