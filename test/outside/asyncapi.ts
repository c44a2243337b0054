/**
 * The AsyncAPI document read by the parser of AsyncAPI itself, and shown to bite: broken copies are refused. Then a run as it
 * is: every message of it, as a foreign MQTT client hears it, against the schemas of the document. Needs mosquitto_sub and
 * the programs of this folder.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { packagePath } from '../../src/model/entry.js';
import { channelOf } from '../docs/mqtt-contract.js';
import { keyOf } from '../docs/asyncapi.js';
import { clock, Rig, type Figures } from '../rig/rig.js';
import { launch, galvanode, temporaryFolder } from '../support/process.js';
import { DEAD_MAN } from '../support/runs.js';

/** As far as it is used here. */
interface AsyncApiParser {
  parse(text: string): Promise<{
    readonly document: unknown;
    readonly diagnostics: readonly {
      readonly severity: number;
      readonly code: string | number;
      readonly message: string;
    }[];
  }>;
}

/** Severity of a mere information. */
const INFORMATION = 2;

const rig = new Rig('asyncapi');
const text = readFileSync(packagePath('docs', 'asyncapi.yaml'), 'utf8');

async function worst(document: string): Promise<{ readonly ok: boolean; readonly said: string }> {
  const require = createRequire(import.meta.url);
  const { Parser } = require('@asyncapi/parser') as { Parser: new () => AsyncApiParser };
  const { document: read, diagnostics } = await new Parser().parse(document);
  const bad = diagnostics.filter(({ severity }) => severity < INFORMATION);
  const said = bad.map(({ code, message }) => `${code}: ${message}`).join('; ');
  return { ok: read !== undefined && bad.length === 0, said };
}

const BROKEN: readonly (readonly [string, string, string])[] = [
  ['a channel that is not there', '$ref: "#/channels/sample"', '$ref: "#/channels/nothing"'],
  ['an action that is none', 'action: send', 'action: shout'],
  ['a type that is none', 'type: boolean', 'type: perhaps'],
  ['no version', 'asyncapi: 3.0.0', 'asyncapi: 9.0.0'],
];

async function readByParser(): Promise<void> {
  const { ok, said } = await worst(text);
  rig.check('the parser of AsyncAPI finds neither error nor warning', ok, said);
  for (const [name, good, bad] of BROKEN) {
    const broken = text.replace(good, bad);
    const found = await worst(broken);
    rig.check(`it refuses ${name}`, broken !== text && !found.ok, found.said.slice(0, 120));
  }
}

function validators(): (topic: string) => ValidateFunction | undefined {
  const { components } = parse(text) as { components: { schemas: Record<string, object> } };
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const compiled = new Map(Object.entries(components.schemas).map(([key, schema]) => [key, ajv.compile(schema)]));
  return (topic) => {
    const channel = channelOf(topic);
    return channel === undefined ? undefined : compiled.get(keyOf(channel));
  };
}

/** Every message of a short run, as `topic payload` lines. */
async function heard(): Promise<string[]> {
  const run = galvanode(['run', DEAD_MAN, '--speed', '100', '--yes', '--console', 'off', '--broker', '0'], {
    GALVANODE_DATA: temporaryFolder(),
  });
  const [, port = ''] = await run.prints(/127\.0\.0\.1:(\d+)/);
  const reader = launch('mosquitto_sub', ['-h', '127.0.0.1', '-p', port, '-t', 'galvanode/#', '-v', '-W', '20']);
  await Promise.race([run.ended, clock.sleep(20_000)]);
  const { stdout } = await reader.ended;
  return stdout.trim().split('\n');
}

async function readByReader(): Promise<Figures> {
  const find = validators();
  const messages = await heard();
  const wrong: string[] = [];
  const topics = new Set<string>();
  for (const line of messages) {
    const topic = line.split(' ', 1)[0] ?? '';
    const payload = line.slice(topic.length + 1);
    const validate = find(topic);
    const value: unknown = payload.startsWith('{') ? JSON.parse(payload) : payload;
    if (payload === '' && topic.includes('/value/')) continue; // a number that is no longer good is taken back
    if (validate === undefined || !validate(value))
      wrong.push(`${topic}: ${JSON.stringify(validate?.errors ?? 'no channel')}`);
    else topics.add(channelOf(topic)?.path ?? topic);
  }
  const seen = `${messages.length} messages of ${topics.size} channels; ${wrong.slice(0, 3).join('; ')}`;
  rig.check('every message of a run is as its schema says', wrong.length === 0 && messages.length > 50, seen);
  rig.check(
    'a run speaks on most channels',
    ['availability', 'state', 'sample', 'event'].every((one) => topics.has(one)),
  );
  const sample = find('galvanode/bench/sample');
  rig.check('the schema refuses a sample without its unit', sample?.({ v: 1, current: 1 }) === false);
  return { messages: messages.length, channels: topics.size };
}

await rig.run(async () => {
  await readByParser();
  return readByReader();
});
