import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { packagePath } from '../../src/model/entry.js';
import {
  brokenPromises,
  channelOf,
  CONTRACT,
  jsonSchemaOf,
  KEPT_CONTRACT,
  keptContract,
  type Channel,
  type KeptContract,
} from '../docs/mqtt-contract.js';

const kept = JSON.parse(readFileSync(packagePath(KEPT_CONTRACT), 'utf8')) as KeptContract;

const was = z.object({ a: z.number(), b: z.enum(['x', 'y']), c: z.string().optional() });

function contractOf(schema: z.ZodType, changed: Partial<Channel> = {}): KeptContract {
  const one: Channel = {
    path: 'thing',
    by: 'reactor',
    retained: true,
    qos: 1,
    text: false,
    schema,
    means: '',
    example: null,
    ...changed,
  };
  return keptContract([one]);
}

describe('the MQTT contract', () => {
  it('breaks nothing that was promised', () => {
    expect(Object.keys(kept).length).toBeGreaterThan(10);
    expect(brokenPromises(kept, keptContract())).toEqual([]);
  });

  it.each(CONTRACT.map((channel) => [channel.path, channel] as const))('has a good example of %s', (_path, channel) => {
    expect(channel.schema.safeParse(channel.example).error).toBeUndefined();
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(jsonSchemaOf(channel.schema));
    expect(validate(channel.example), JSON.stringify(validate.errors)).toBe(true);
    if (!channel.text && channel.by === 'reactor')
      expect(validate({ ...Object(channel.example), new_key: 1 })).toBe(true);
    if (!channel.text) expect(validate({ ...Object(channel.example), v: 2 })).toBe(false);
  });

  it.each([
    [was.extend({ d: z.number() }), []],
    [was.extend({ b: z.enum(['x', 'y', 'z']) }), []],
    [was.extend({ c: z.string() }), []],
    [was.extend({ a: z.number().describe('in other words') }), []],
    [was.omit({ c: true }), ['thing: c is gone']],
    [was.extend({ a: z.string() }), ['thing: a was {"type":"number"} and is {"type":"string"}']],
    [was.extend({ a: z.number().nullable() }), [expect.stringContaining('thing: a was')]],
    [was.extend({ a: z.number().optional() }), ['thing: a was always there and may now be absent']],
    [was.extend({ b: z.enum(['x']) }), [expect.stringContaining('thing: b was')]],
  ])('allows adding, and says what is changed: %#', (is, broken) => {
    expect(brokenPromises(contractOf(was), contractOf(is))).toEqual(broken);
  });

  it.each([
    [{ retained: false }, ['thing was retained']],
    [{ qos: 0 }, ['thing had quality of service 1 and has 0']],
    [{ path: 'other' }, ['thing is gone']],
    [{ by: 'client' }, ['thing was published by the reactor and is by the client']],
  ] as const)('holds how a topic is published: %j', (changed, broken) => {
    expect(brokenPromises(contractOf(was), contractOf(was, changed))).toEqual(broken);
  });

  it('asks no more of a command than it did', () => {
    const by = 'client';
    const now = contractOf(was.extend({ c: z.string(), d: z.number(), e: z.number().optional() }), { by });
    expect(brokenPromises(contractOf(was, { by }), now)).toEqual([
      'thing: c could be left out and is now asked for',
      'thing: d is new and asked for',
    ]);
    expect(brokenPromises(contractOf(was, { by }), contractOf(was.partial(), { by }))).toEqual([]);
  });

  it('finds the channel of a topic', () => {
    expect(channelOf('galvanode/bench/value/voltage_V')?.path).toBe('value/{name}');
    expect(channelOf('galvanode/bench/command/anna/stop')?.path).toBe('command/{actor}/stop');
    expect(channelOf('galvanode/bench/nothing')).toBeUndefined();
    expect(channelOf('other/bench/state')).toBeUndefined();
  });
});
