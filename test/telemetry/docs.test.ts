import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import {
  VALUE_NAMES,
  aboutPayload,
  alarmPayload,
  benchPayload,
  commandPayload,
  eventPayload,
  procedurePayload,
  promptPayload,
  recordHeadPayload,
  replyPayload,
  samplePayload,
  statePayload,
  topicsOf,
} from '../../src/telemetry/topics.js';
import { helloData } from '../../src/telemetry/verbs.js';
import { CONTRACT } from '../docs/mqtt-contract.js';

const sections = new Map(
  readFileSync(packagePath('docs', 'mqtt.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((text): [string, string] => [
      text.slice(0, text.indexOf('\n')).replace('&lt;', '<').replace('&gt;', '>'),
      text.slice(text.indexOf('\n')),
    ]),
);

function section(name: string): string {
  const text = sections.get(name);
  if (text === undefined) throw new Error(`docs/mqtt.md has no section "${name}"`);
  return text;
}

const keysIn = (text: string): string[] => [...text.matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1] ?? '');

const topics = topicsOf('bench');

describe('docs/mqtt.md', () => {
  it.each([
    ['about', aboutPayload],
    ['bench', benchPayload],
    ['state', statePayload],
    ['sample', samplePayload],
    ['alarm/<id>', alarmPayload],
    ['event', eventPayload],
    ['prompt', promptPayload],
    ['procedure', procedurePayload],
    ['record/head', recordHeadPayload],
    ['command/<actor>', commandPayload],
    ['reply/<actor>', replyPayload],
  ] as const)('lists the keys of %s as they are', (name, schema) => {
    expect(keysIn(section(name))).toEqual(Object.keys(schema.shape));
  });

  it('lists the names of the bare numbers', () => {
    const text = section('value/<name>');
    for (const name of VALUE_NAMES) expect(text).toContain(`\`${name}\``);
  });

  it.each([
    ['availability', topics.availability],
    ['about', topics.about],
    ['bench', topics.bench],
    ['state', topics.state],
    ['sample', topics.sample],
    ['value/<name>', topics.value('voltage_V')],
    ['alarm/<id>', topics.alarm('x').replace('/x', '/+')],
    ['event', topics.event],
    ['prompt', topics.prompt],
    ['procedure', topics.procedure],
    ['record/head', topics.recordHead],
    ['command/console/stop', topics.stop('console')],
    ['command/<actor>', topics.command('x').replace('/x', '/+')],
    ['reply/<actor>', topics.reply('x').replace('/x', '/+')],
  ])('has one line to try for %s', (name, topic) => {
    const lines = section(name)
      .split('\n')
      .filter((line) => line.includes('mosquitto_'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.replaceAll("'", '')).toContain(` -t ${topic} `);
  });

  it('shows commands and replies that are as the contract says', () => {
    const shown = [...section('A command, step by step').matchAll(/(\{"v":1.*\})'?$/gm)].map(([, json = '']) =>
      JSON.parse(json),
    );
    const [hello, given, hold, held] = shown;
    expect([hello, hold].map((json) => commandPayload.strict().safeParse(json).error)).toEqual([undefined, undefined]);
    expect([given, held].map((json) => replyPayload.strict().safeParse(json).error)).toEqual([undefined, undefined]);
    expect(helloData.strict().safeParse(given.data).error).toBeUndefined();
    expect(hold.nonce).toBe(given.data.nonce);
    expect(shown).toHaveLength(4);
  });

  it('has a heading for every channel of the contract', () => {
    for (const { path } of CONTRACT) {
      const name = path.replace('{name}', '<name>').replace('{alarm}', '<id>').replace('{actor}/stop', 'console/stop');
      section(name.replace('{actor}', '<actor>'));
    }
  });
});
