/**
 * What can be written at a place of a recipe or a series: keys with what they mean, values that are known, examples with
 * their unit. From the JSON Schema of the files and from the text itself. Pure; judges nothing.
 */
import { type JsonSchema, jsonSchemas } from './json-schema.js';
import { type Writing, writingAt } from './place-in-text.js';

export interface Candidate {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'example';
  /** What it means. */
  readonly detail: string;
  /** What is written for it. */
  readonly insert: string;
}

export interface Completion {
  /** Column from 1 at which what is there already begins. */
  readonly from: number;
  readonly candidates: readonly Candidate[];
}

/** Names that no schema knows. */
export interface Names {
  readonly reactors: readonly string[];
}

const ITEM = '-';
const NOTHING: Completion = { from: 1, candidates: [] };

type Schemas = ReadonlyMap<string, JsonSchema>;

/** @param line and column from 1. */
export function completion(
  text: string,
  line: number,
  column: number,
  names: Names,
  schemas: Schemas = jsonSchemas(),
): Completion {
  const writing = writingAt(text, line, column);
  if (writing === null) return { ...NOTHING, from: column };
  const root = schemas.get(isSeriesText(text) ? 'series.schema.json' : 'recipe.schema.json') ?? {};
  const places = writing.path.reduce(
    (found, key) => found.flatMap((one) => inside(one, key, root)),
    alternativesOf(root, root),
  );
  const all = writing.due === 'key' ? keysAt(places, root, writing) : valuesAt(places, writing, text, names);
  const begun = writing.word.toLowerCase();
  const fitting = all.filter(({ label }) => label.toLowerCase().startsWith(begun));
  return {
    from: writing.from,
    candidates: once(fitting.length > 0 ? fitting : all.filter(({ label }) => label.toLowerCase().includes(begun))),
  };
}

function isSeriesText(text: string): boolean {
  return /^series\s*:/m.test(text) && !/^recipe\s*:/m.test(text);
}

function once(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.toReversed().map((one) => [one.label, one])).values()].toReversed();
}

function objectOf(value: unknown): JsonSchema | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A schema itself, behind references, and all that it may be. What it says of itself is kept for those without own words. */
function alternativesOf(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const ref = textOf(schema['$ref']);
  const target = ref === '' ? null : atPointer(root, ref);
  const either = [...listOf(schema['anyOf']), ...listOf(schema['oneOf']), ...listOf(schema['allOf'])];
  const further = [...(target === null ? [] : [target]), ...either.map(objectOf).filter((one) => one !== null)];
  return [schema, ...further.flatMap((one) => alternativesOf(one, root))];
}

function atPointer(root: JsonSchema, ref: string): JsonSchema | null {
  let found: JsonSchema | null = root;
  for (const part of ref.replace(/^#\/?/, '').split('/'))
    found = found === null || part === '' ? found : objectOf(Object.hasOwn(found, part) ? found[part] : null);
  return found;
}

function inside(schema: JsonSchema, key: string, root: JsonSchema): JsonSchema[] {
  const found = key === ITEM ? objectOf(schema['items']) : fieldOf(schema, key);
  return found === null ? [] : alternativesOf(found, root);
}

function fieldOf(schema: JsonSchema, key: string): JsonSchema | null {
  const properties = objectOf(schema['properties']) ?? {};
  if (Object.hasOwn(properties, key)) return objectOf(properties[key]);
  for (const [pattern, field] of Object.entries(objectOf(schema['patternProperties']) ?? {}))
    if (new RegExp(pattern, 'u').test(key)) return objectOf(field);
  return objectOf(schema['additionalProperties']);
}

function describe(schema: JsonSchema, root: JsonSchema): string {
  for (const one of alternativesOf(schema, root)) {
    const words = textOf(one['description']);
    if (words !== '') return words;
  }
  return '';
}

function keysAt(places: readonly JsonSchema[], root: JsonSchema, { beside }: Writing): Candidate[] {
  return places.flatMap((place) => {
    const required = new Set(listOf(place['required']).map(String));
    const fields = Object.entries(objectOf(place['properties']) ?? {}).filter(([key]) => !beside.includes(key));
    const candidates = fields.map(([key, field]): Candidate => {
      const words = describe(objectOf(field) ?? {}, root);
      const due = required.has(key) ? ' Due.' : '';
      return { label: key, kind: 'key', detail: `${words}${due}`.trim(), insert: `${key}: ` };
    });
    const first = candidates.filter(({ label }) => required.has(label));
    return [...first, ...candidates.filter(({ label }) => !required.has(label))];
  });
}

function valuesAt(places: readonly JsonSchema[], { path }: Writing, text: string, names: Names): Candidate[] {
  const own = namesAt(path, text, names);
  return [
    ...own.map((name): Candidate => ({ label: name, kind: 'value', detail: '', insert: name })),
    ...places.flatMap((place) => {
      const known = [...listOf(place['enum']), ...('const' in place ? [place['const']] : [])];
      const words = place['type'] === 'boolean' ? [true, false] : known;
      const detail = textOf(place['description']);
      return [
        ...words.map((one): Candidate => ({ label: String(one), kind: 'value', detail, insert: String(one) })),
        ...listOf(place['examples']).map(
          (one): Candidate => ({ label: String(one), kind: 'example', detail, insert: String(one) }),
        ),
      ];
    }),
  ];
}

/** What stands elsewhere in the text, or on a shelf. */
function namesAt(path: readonly string[], text: string, { reactors }: Names): readonly string[] {
  switch (path.join('.')) {
    case 'cell.reactor':
      return reactors;
    case 'basis.limiting':
      return reagentsIn(text);
    default:
      return [];
  }
}

/** Keys right below `reagents:`. */
function reagentsIn(text: string): string[] {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => /^reagents\s*:/.test(line));
  if (begin < 0) return [];
  const length = lines.slice(begin + 1).findIndex((line) => /^[^\s#]/.test(line));
  const block = lines.slice(begin + 1, length < 0 ? undefined : begin + 1 + length);
  const indent = Math.min(
    ...block.flatMap((line) => (/^\s*(?:#|$)/.test(line) ? [] : [line.length - line.trimStart().length])),
  );
  return block.flatMap((line) => {
    const key = /^\s*([A-Za-z0-9][A-Za-z0-9_-]*)\s*:/.exec(line);
    return key?.[1] !== undefined && line.length - line.trimStart().length === indent ? [key[1]] : [];
  });
}
