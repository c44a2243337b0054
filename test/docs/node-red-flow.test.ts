/**
 * The example flow for Node-RED as a file: made of core nodes, wired to nodes that are there, on topics of the contract, and
 * its functions alone, fed with what a broker may bring. The real Node-RED runs it in test/outside/node-red.ts.
 */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import { channelOf } from './mqtt-contract.js';

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly topic?: string;
  readonly func?: string;
  readonly x?: number;
  readonly y?: number;
  readonly wires?: readonly (readonly string[])[];
}

interface Message {
  topic: string;
  payload: unknown;
  qos?: number;
  retain?: boolean;
}

const FLOW = JSON.parse(readFileSync(packagePath('docs', 'node-red', 'flow.json'), 'utf8')) as FlowNode[];
/** Node-RED brings these itself. */
const CORE = 'catch comment debug file function inject mqtt-broker mqtt_in mqtt_out tab'.split(' ');

/** A function node with what Node-RED gives it. */
function functionNode(id: string, settings: Readonly<Record<string, string>> = {}) {
  const code = FLOW.find((node) => node.id === id)?.func ?? '';
  const store = new Map<string, unknown>();
  const context = { get: (key: string) => store.get(key), set: (key: string, value: unknown) => store.set(key, value) };
  const status: string[] = [];
  const sandbox = {
    context,
    flow: context,
    env: { get: (name: string) => settings[name] },
    node: { status: ({ text }: { text: string }) => status.push(text) },
  };
  const call = (topic: string, payload: unknown): unknown =>
    runInNewContext(`(function (msg) {${code}\n})(msg)`, { ...sandbox, msg: { topic, payload } });
  return { call, status, store };
}

const said = (message: unknown): unknown => (message as Message | null)?.payload ?? null;

describe('the flow', () => {
  it('is made of core nodes that lead to one another', () => {
    const ids = new Set(FLOW.map(({ id }) => id));
    expect(ids.size).toBe(FLOW.length);
    for (const { type, wires = [] } of FLOW) {
      expect(CORE).toContain(type.replace(' ', '_'));
      for (const to of wires.flat()) expect(ids).toContain(to);
    }
  });

  it('lays no node over another', () => {
    const places = FLOW.filter(({ x }) => x !== undefined).map(({ x, y }) => `${Number(x)},${Number(y)}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('hears topics of the contract only', () => {
    const heard = FLOW.filter(({ type }) => type === 'mqtt in').map(({ topic = '' }) => topic.replaceAll('+', 'x'));
    expect(heard).toHaveLength(6);
    for (const topic of heard) expect(channelOf(topic)?.path).toBeDefined();
  });

  it('asks for hello, hold and stop, and for nothing that energises', () => {
    const code = FLOW.map(({ func = '' }) => func).join('\n');
    const verbs = new Set([...code.matchAll(/verb: '(\w+)'/g)].map(([, verb]) => verb));
    expect(verbs).toEqual(new Set(['hello', 'hold']));
    expect(code).not.toMatch(/\b(?:start|resume|unhold|answer)\b/);
  });
});

describe('one line for a person', () => {
  const alarm = {
    state: 'active',
    severity: 'alarm',
    id: 'e-stop-closed',
    text: 'pressed',
    action: 'release it',
    run: 'r',
  };

  it('is said once of what stands, and again after it was over', () => {
    const { call } = functionNode('words');
    const topic = 'galvanode/bench/alarm/e-stop-closed';
    expect(said(call(topic, alarm))).toMatch(/ bench alarm e-stop-closed: pressed\. To do: release it$/);
    expect(call(topic, alarm)).toBeNull();
    expect(call(topic, { ...alarm, state: 'normal' })).toBeNull();
    expect(said(call(topic, alarm))).toMatch(/e-stop-closed/);
  });

  it('says that a reactor is simulated', () => {
    const { call } = functionNode('words');
    const state = { state: 'complete', recipe: 'x', run: 'r' };
    expect(said(call('galvanode/a/state', { ...state, simulated: true }))).toMatch(/ a \(simulated\) x: complete$/);
    expect(said(call('galvanode/b/state', { ...state, simulated: false }))).toMatch(/ b x: complete$/);
  });

  it.each(['state', 'alarm/x', 'prompt', 'availability'])('bears whatever comes on %s', (topic) => {
    const { call } = functionNode('words');
    for (const payload of ['', 'x', null, 7, [], {}, { state: 3 }]) {
      expect(call(`galvanode/bench/${topic}`, payload)).toBeNull();
    }
  });
});

describe('a line a minute', () => {
  const sample = {
    run: 'r',
    state: 'execute',
    t: 0,
    simulated: true,
    elapsed_s: 59.9,
    current_mA: 18,
    voltage_V: null,
  };
  const lines = (result: unknown): unknown[] => (result as readonly Message[][] | null)?.[0]?.map(said) ?? [];

  it('leaves out back-fill, and the same minute', () => {
    const { call } = functionNode('log');
    const topic = 'galvanode/bench/sample';
    expect(call(topic, { ...sample, late: true })).toBeNull();
    expect(lines(call(topic, sample))).toEqual([
      expect.stringMatching(/^utc,reactor,run,/),
      '1970-01-01T00:00:00.000Z,bench,r,true,execute,60,18,,,,,',
    ]);
    expect(call(topic, { ...sample, elapsed_s: 10 })).toBeNull();
    expect(lines(call(topic, { ...sample, elapsed_s: 60 }))).toHaveLength(1);
    expect(lines(call(topic, { ...sample, run: 's' }))).toHaveLength(2);
  });
});

describe('the buttons', () => {
  it('STOP says the word, and lets no broker keep it', () => {
    const { call } = functionNode('stop', { REACTOR: 'bench', ACTOR: 'console' });
    const topic = 'galvanode/bench/command/console/stop';
    expect(call('', 1)).toMatchObject({ topic, payload: 'stop', retain: false, qos: 1 });
    expect(channelOf(topic)?.path).toBe('command/{actor}/stop');
  });

  it('HOLD sends nothing without a user, and says why', () => {
    const { call, status } = functionNode('hello', { REACTOR: 'bench', ACTOR: 'console' });
    expect(call('', 1)).toBeNull();
    expect(status.join()).toMatch(/needs a user/);
  });

  it('sends its command with the nonce of its own reply only', () => {
    const { call, store } = functionNode('reply');
    store.set('asked', { id: 'mine', verb: 'hold' });
    const reply = (id: string, more: object = {}) =>
      call('galvanode/bench/reply/anna', { id, ok: true, data: { nonce: 'n', bootId: 'b' }, ...more });
    expect(reply('other')).toBeNull();
    expect(reply('mine')).toMatchObject([
      { topic: 'galvanode/bench/command/anna', payload: { nonce: 'n', bootId: 'b', verb: 'hold' }, retain: false },
      null,
    ]);
    expect(reply('mine')).toBeNull();
    const outcome = reply('mine-hold', { ok: false, reason: 'no' }) as readonly unknown[];
    expect(outcome[0]).toBeNull();
    expect(said(outcome[1])).toMatch(/ bench hold: refused, no$/);
  });
});
