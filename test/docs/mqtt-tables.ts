/** The tables of docs/mqtt.md from the schemas: topics, the keys of each payload, the verbs of a command. */
import { helloData, VERBS, type Verb } from '../../src/telemetry/verbs.js';
import { CONTRACT, jsonSchemaOf, type Channel } from './mqtt-contract.js';
import type * as z from 'zod';

interface ContractTable {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: () => string[][];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  object: 'flat object',
};

/** A JSON Schema in a word or two. */
function kindOf(schema: unknown): string {
  if (!isRecord(schema)) return 'anything';
  const { const: only, enum: words, anyOf, type, items } = schema;
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (Array.isArray(words)) return words.map((word) => `\`${String(word)}\``).join(' ');
  if (Array.isArray(anyOf)) return anyOf.map(kindOf).join(' or ');
  if (type === 'array') return `list of ${isRecord(items) && items['type'] === 'object' ? 'objects' : 'texts'}`;
  return typeof type === 'string' ? (KINDS[type] ?? type) : 'anything';
}

function descriptionOf(schema: unknown): string {
  if (!isRecord(schema)) return '';
  if (typeof schema['description'] === 'string') return schema['description'];
  return '';
}

export function keyRows(schema: z.ZodType): string[][] {
  const { properties, required } = jsonSchemaOf(schema);
  const always: readonly unknown[] = Array.isArray(required) ? required : [];
  if (!isRecord(properties)) return [];
  return Object.entries(properties).map(([key, is]) => [
    `\`${key}\``,
    `${kindOf(is)}${always.includes(key) ? '' : ', may be absent'}`,
    descriptionOf(is),
  ]);
}

const KEY_HEAD = ['key', 'is', 'means'];

/** Name of the table of a channel's keys; a bare word or number has none. */
export const tableName = ({ path }: Channel): string =>
  `mqtt-${path
    .split('/')
    .join('-')
    .replaceAll(/-?\{\w+\}/g, '')}`;

function topicRows(): string[][] {
  return CONTRACT.map(({ path, by, retained, means }) => [
    `\`${path.replaceAll('{', '<').replaceAll('}', '>')}\``,
    by === 'reactor' ? 'the reactor' : 'a user',
    retained ? 'yes' : by === 'client' ? 'never' : 'no',
    means,
  ]);
}

function verbRows(): string[][] {
  return (Object.keys(VERBS) as Verb[]).map((verb) => {
    const { least, nonce, permit, args, means } = VERBS[verb];
    const names = keyRows(args).map(([key = '', is = '']) => (is.endsWith('may be absent') ? `${key}?` : key));
    return [`\`${verb}\``, least, nonce ? 'yes' : 'no', permit ? 'yes' : 'no', names.join(' '), means];
  });
}

export const CONTRACT_TABLES: readonly ContractTable[] = [
  { name: 'mqtt-topics', head: ['topic', 'published by', 'retained', 'what'], rows: topicRows },
  ...CONTRACT.filter(({ text }) => !text).map((channel) => ({
    name: tableName(channel),
    head: KEY_HEAD,
    rows: () => keyRows(channel.schema),
  })),
  { name: 'mqtt-verbs', head: ['verb', 'least role', 'nonce', 'permit', 'args', 'what'], rows: verbRows },
  { name: 'mqtt-start', head: KEY_HEAD, rows: () => keyRows(VERBS.start.args) },
  { name: 'mqtt-fault', head: KEY_HEAD, rows: () => keyRows(VERBS.fault.args) },
  { name: 'mqtt-hello', head: KEY_HEAD, rows: () => keyRows(helloData) },
];
