/**
 * The MQTT contract as data: every channel with its schema, whether it is retained, its quality of service and an example;
 * its keys in a form that can be kept and compared. Keys are added, never changed: `brokenPromises` says what is broken.
 */
import * as z from 'zod';
import {
  ROOT,
  VALUE_NAMES,
  aboutPayload,
  alarmPayload,
  benchPayload,
  availabilityPayload,
  commandPayload,
  eventPayload,
  procedurePayload,
  promptPayload,
  recordHeadPayload,
  replyPayload,
  samplePayload,
  statePayload,
  valuePayload,
} from '../../src/telemetry/topics.js';
import { EXAMPLES } from './mqtt-examples.js';

export interface Channel {
  /** Behind `galvanode/<reactor>/`, with parameters in braces. */
  readonly path: string;
  /** Who publishes to it. */
  readonly by: 'reactor' | 'client';
  readonly retained: boolean;
  readonly qos: 0 | 1;
  readonly text: boolean;
  readonly schema: z.ZodType;
  readonly means: string;
  readonly example: unknown;
}

type Row = readonly [path: keyof typeof EXAMPLES, retained: boolean, schema: z.ZodType, means: string];

const ROWS: readonly Row[] = [
  ['availability', true, availabilityPayload, 'whether the reactor is there; its last will says offline'],
  ['about', true, aboutPayload, 'what the reactor is, and whether a start is allowed'],
  ['bench', true, benchPayload, 'lines, chips, bus and beat; told when they change, once a second at most'],
  ['state', true, statePayload, 'told at each change of state or step'],
  ['sample', false, samplePayload, 'one a second of run time, at most ten a second of wall time'],
  ['value/{name}', true, valuePayload, 'one bare number; empty when there is none'],
  ['alarm/{alarm}', true, alarmPayload, 'life cycle of one alarm'],
  ['event', false, eventPayload, 'what happened, in the words of the journal'],
  ['prompt', true, promptPayload, 'what the operator is asked'],
  ['procedure', true, procedurePayload, 'what is to be run'],
  ['record/head', true, recordHeadPayload, 'head of the hash chain of the events'],
  ['command/{actor}', false, commandPayload, 'what a user asks for; the broker vouches for the user'],
  ['command/{actor}/stop', false, z.string().describe('anything'), 'stops the run'],
  ['reply/{actor}', false, replyPayload, 'answer to a command'],
];

const TEXT: ReadonlySet<string> = new Set(['availability', 'value/{name}', 'command/{actor}/stop']);

export const CONTRACT: readonly Channel[] = ROWS.map(([path, retained, schema, means]) => ({
  path,
  by: path.startsWith('command/') ? 'client' : 'reactor',
  retained,
  qos: 1,
  text: TEXT.has(path),
  schema,
  means,
  example: EXAMPLES[path],
}));

export const addressOf = ({ path }: Channel): string => `${ROOT}/{reactor}/${path}`;

/** The channel of a topic as it is published; undefined when the contract has none. */
export function channelOf(topic: string): Channel | undefined {
  const [root, , ...rest] = topic.split('/');
  if (root !== ROOT) return undefined;
  return CONTRACT.find(({ path }) => {
    const parts = path.split('/');
    return parts.length === rest.length && parts.every((part, i) => part.startsWith('{') || part === rest[i]);
  });
}

/** JSON Schema of draft 7, as AsyncAPI reads it. What is not named may be there: keys are added. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _draft, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
}

/** The contract as it was last promised. */
export const KEPT_CONTRACT = 'test/docs/mqtt-contract.json';

/** What is promised of a key: its JSON Schema without words, and whether it is always there. */
interface Promised {
  readonly always: boolean;
  readonly is: unknown;
}
export interface KeptChannel {
  readonly by: Channel['by'];
  readonly retained: boolean;
  readonly qos: number;
  readonly keys: Readonly<Record<string, Promised>>;
}
export type KeptContract = Readonly<Record<string, KeptChannel>>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key, inner]) => key !== 'description' || typeof inner !== 'string');
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutWords(inner)]));
}

/** A bare word or number is kept under the key "". */
function keysOf(schema: z.ZodType): Record<string, Promised> {
  const { properties, required } = jsonSchemaOf(schema);
  if (!isRecord(properties)) return { '': { always: true, is: withoutWords(jsonSchemaOf(schema)) } };
  const always = new Set(Array.isArray(required) ? required : []);
  return Object.fromEntries(
    Object.entries(properties).map(([key, is]) => [key, { always: always.has(key), is: withoutWords(is) }]),
  );
}

export function keptContract(channels: readonly Channel[] = CONTRACT): KeptContract {
  const kept = channels.map(({ path, by, retained, qos, schema }): [string, KeptChannel] => [
    path,
    { by, retained, qos, keys: keysOf(schema) },
  ]);
  const values: [string, Promised][] = VALUE_NAMES.map((name) => [name, { always: true, is: 'a topic of its own' }]);
  return {
    ...Object.fromEntries(kept),
    'names of value/{name}': { by: 'reactor', retained: true, qos: 1, keys: Object.fromEntries(values) },
  };
}

/** An enumeration may get words; everything else stays as it is. */
function sameOrMoreWords(was: unknown, is: unknown): boolean {
  if (JSON.stringify(was) === JSON.stringify(is)) return true;
  if (!isRecord(was) || !isRecord(is) || !Array.isArray(was['enum']) || !Array.isArray(is['enum'])) return false;
  const words: readonly unknown[] = is['enum'];
  return was['enum'].every((word) => words.includes(word)) && was['type'] === is['type'];
}

function brokenKey(path: string, key: string, was: Promised, is: Promised | undefined, by: Channel['by']): string[] {
  const name = key === '' ? path : `${path}: ${key}`;
  if (is === undefined) return [`${name} is gone`];
  const broken: string[] = [];
  if (!sameOrMoreWords(was.is, is.is))
    broken.push(`${name} was ${JSON.stringify(was.is)} and is ${JSON.stringify(is.is)}`);
  if (by === 'reactor' && was.always && !is.always) broken.push(`${name} was always there and may now be absent`);
  if (by === 'client' && !was.always && is.always) broken.push(`${name} could be left out and is now asked for`);
  return broken;
}

/** What a reader or a sender of then would trip over now, in words; empty when things were only added. */
export function brokenPromises(then: KeptContract, now: KeptContract): string[] {
  return Object.entries(then).flatMap(([path, was]) => {
    const is = now[path];
    if (is === undefined) return [`${path} is gone`];
    const broken: string[] = [];
    if (was.by !== is.by) broken.push(`${path} was published by the ${was.by} and is by the ${is.by}`);
    if (was.retained !== is.retained) broken.push(`${path} ${was.retained ? 'was retained' : 'was not retained'}`);
    if (was.qos !== is.qos) broken.push(`${path} had quality of service ${was.qos} and has ${is.qos}`);
    for (const [key, promised] of Object.entries(was.keys))
      broken.push(...brokenKey(path, key, promised, is.keys[key], was.by));
    if (was.by === 'client')
      for (const [key, { always }] of Object.entries(is.keys))
        if (always && was.keys[key] === undefined) broken.push(`${path}: ${key} is new and asked for`);
    return broken;
  });
}
