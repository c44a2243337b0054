/**
 * Tables of the recipe format for docs/recipes.md, made from the JSON Schemas that editors get: a row a field, with what it
 * takes and the text of the schema. Knows JSON Schema as far as the program writes it.
 */
import { type JsonSchema, jsonSchemas } from '../../src/recipe/json-schema.js';

export interface FieldRow {
  readonly path: string;
  readonly takes: string;
  readonly isDue: boolean;
  /** Empty where the schema has none, which a test refuses. */
  readonly text: string;
}

function schemaOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Fields of an object at any depth, in the order in which they are read. */
export function fieldRows(schema: JsonSchema, path = ''): FieldRow[] {
  const due = new Set(listOf(schema['required']));
  const own = Object.entries(schemaOf(schema['properties'])).flatMap(([name, value]): FieldRow[] => {
    const field = schemaOf(value);
    const here = path === '' ? name : `${path}.${name}`;
    const text = typeof field['description'] === 'string' ? field['description'] : '';
    return [{ path: here, takes: takenBy(field), isDue: due.has(name), text }, ...below(field, here)];
  });
  return own;
}

/** Fields inside a field: of each in a list, of each named one, of each alternative. */
function below(field: JsonSchema, path: string): FieldRow[] {
  if ('$ref' in field) return [];
  return [
    ...fieldRows(field, path),
    ...('items' in field ? below(schemaOf(field['items']), `${path}[]`) : []),
    ...('additionalProperties' in field ? below(schemaOf(field['additionalProperties']), `${path}.*`) : []),
    ...listOf(field['anyOf']).flatMap((one) => below(schemaOf(one), path)),
  ];
}

function takenBy(field: JsonSchema): string {
  const { type, enum: words, const: word, examples, anyOf, items } = field;
  if ('$ref' in field) return field['$ref'] === '#/definitions/set' ? 'fields' : 'a step';
  if (anyOf !== undefined)
    return listOf(anyOf)
      .map((one) => takenBy(schemaOf(one)))
      .join(' or ');
  if (words !== undefined)
    return listOf(words)
      .map((one) => `\`${String(one)}\``)
      .join(', ');
  if (word !== undefined) return `\`${JSON.stringify(word).replaceAll('"', '')}\``;
  if (examples !== undefined)
    return listOf(examples)
      .map((one) => `\`${String(one)}\``)
      .join(', ');
  if (type === 'array') return `list: ${takenBy(schemaOf(items))}`;
  return typeof type === 'string' ? (WORDS[type] ?? type) : 'anything';
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: '`true`, `false`',
  integer: 'whole number',
  object: 'fields',
};

function named(file: string): JsonSchema {
  return jsonSchemas().get(file) ?? {};
}

/** The schema of one step, which the recipe's list refers to. */
function stepSchema(): JsonSchema {
  const recipe = named('recipe.schema.json');
  const [step] = Object.values(schemaOf(recipe['definitions']));
  return schemaOf(step);
}

/** Of the recipe without its steps, of the steps, of a series. */
export function recipeRows(): FieldRow[] {
  return fieldRows(named('recipe.schema.json'));
}

export function stepRows(): FieldRow[] {
  return fieldRows(stepSchema());
}

export function seriesRows(): FieldRow[] {
  return fieldRows(named('series.schema.json'));
}

function tableRows(rows: readonly FieldRow[]): string[][] {
  return rows.map(({ path, takes, isDue, text }) => [`\`${path}\``, takes, isDue ? 'yes' : '', text]);
}

export const FIELD_HEAD = ['field', 'takes', 'must', 'means'] as const;

export function recipeFields(): string[][] {
  return tableRows(recipeRows());
}

export function seriesFields(): string[][] {
  return tableRows(seriesRows());
}

/** Kinds of step, and the fields of each, without the kinds themselves. */
export function stepKindRows(): string[][] {
  return stepRows()
    .filter(({ path }) => !/[.[]/.test(path))
    .map(({ path, text }) => [`\`${path}\``, text]);
}

export function stepFields(): string[][] {
  return tableRows(stepRows().filter(({ path }) => /[.[]/.test(path)));
}
