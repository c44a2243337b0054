/**
 * The MQTT contract as an AsyncAPI 3.0 document, made from the zod schemas (AsyncAPI 3.0.0 and its MQTT bindings 0.2.0).
 * Knows what AsyncAPI calls things; what the topics are comes from mqtt-contract.ts.
 */
import { stringify } from 'yaml';
import { ROOT } from '../../src/telemetry/topics.js';
import { VERBS, helloData, type Verb } from '../../src/telemetry/verbs.js';
import { addressOf, CONTRACT, jsonSchemaOf, type Channel } from './mqtt-contract.js';

const MQTT_BINDING = '0.2.0';
const ID = '^[a-z0-9_-]{1,32}$';

const PARAMETERS: Readonly<Record<string, { description: string; examples: string[] }>> = {
  reactor: { description: `name of the reactor, ${ID}`, examples: ['bench'] },
  name: { description: 'name of a bare number', examples: ['voltage_V'] },
  alarm: { description: `name of the alarm, ${ID}`, examples: ['temperature-warning'] },
  actor: { description: `user of the broker who asks, ${ID}`, examples: ['anna'] },
};

/** `command/{actor}/stop` -> `commandStop`. */
export const keyOf = ({ path }: Channel): string =>
  path
    .split('/')
    .filter((part) => !part.startsWith('{'))
    .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');

const ref = (where: string): { $ref: string } => ({ $ref: `#/${where}` });

function channel(one: Channel): object {
  const names = [...addressOf(one).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    address: addressOf(one),
    description: one.means,
    parameters: Object.fromEntries(names.map((name) => [name, ref(`components/parameters/${name}`)])),
    messages: { [keyOf(one)]: ref(`components/messages/${keyOf(one)}`) },
  };
}

function operation(one: Channel): [string, object] {
  const key = keyOf(one);
  const action = one.by === 'reactor' ? 'send' : 'receive';
  return [
    `${action}${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    {
      action,
      channel: ref(`channels/${key}`),
      summary: one.means,
      description: one.by === 'reactor' ? 'The reactor publishes it.' : 'A user publishes it; the reactor reads it.',
      messages: [ref(`channels/${key}/messages/${key}`)],
      bindings: { mqtt: { qos: one.qos, retain: one.retained, bindingVersion: MQTT_BINDING } },
      ...(key === 'command' ? { reply: { channel: ref('channels/reply'), messages: [REPLY] } } : {}),
    },
  ];
}

const REPLY = ref('channels/reply/messages/reply');

function message(one: Channel): object {
  return {
    name: keyOf(one),
    title: one.path,
    summary: one.means,
    contentType: one.text ? 'text/plain' : 'application/json',
    payload: ref(`components/schemas/${keyOf(one)}`),
    examples: [{ name: 'example', summary: one.means, payload: one.example }],
    bindings: {
      mqtt: { contentType: one.text ? 'text/plain' : 'application/json', bindingVersion: MQTT_BINDING },
    },
  };
}

const lastWill = (reactor: string): object => ({
  mqtt: {
    cleanSession: true,
    keepAlive: 20,
    lastWill: { topic: `${ROOT}/${reactor}/availability`, qos: 1, message: 'offline', retain: true },
    bindingVersion: MQTT_BINDING,
  },
});

const SERVERS = {
  embedded: {
    host: '127.0.0.1:1883',
    protocol: 'mqtt',
    protocolVersion: '3.1.1',
    description: 'The broker that is built in. On loopback everybody may read, and publish command/console/stop.',
  },
  external: {
    host: '{host}:1883',
    protocol: 'mqtt',
    protocolVersion: '3.1.1',
    description: 'A broker of yours, MQTT 3.1.1 or 5.',
    variables: { host: { description: 'name of its machine', examples: ['broker.lab.example'] } },
    security: [ref('components/securitySchemes/user')],
    bindings: lastWill('{reactor}'),
  },
  secured: {
    host: '{host}:8883',
    protocol: 'secure-mqtt',
    protocolVersion: '3.1.1',
    description: 'The same over TLS, with a user or a client certificate.',
    variables: { host: { description: 'name of its machine', examples: ['broker.lab.example'] } },
    security: [ref('components/securitySchemes/user'), ref('components/securitySchemes/certificate')],
    bindings: lastWill('{reactor}'),
  },
};

function verbSchemas(): [string, object][] {
  return (Object.keys(VERBS) as Verb[]).map((verb) => {
    const { args, means } = VERBS[verb];
    return [`args-${verb}`, { description: means, ...jsonSchemaOf(args) }];
  });
}

/** Version of the contract, not of the program: the second number grows when keys are added. */
const CONTRACT_VERSION = '1.1.0';

export function asyncapi(): object {
  const keyed = <T>(of: (one: Channel) => T): Record<string, T> =>
    Object.fromEntries(CONTRACT.map((one) => [keyOf(one), of(one)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'galvanode over MQTT',
      version: CONTRACT_VERSION,
      description:
        'What an electrochemical flow reactor publishes and what it may be asked. Keys are added in later versions, never ' +
        'changed or taken away: ignore keys that you do not know.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      tags: [{ name: 'mqtt' }, { name: 'electrochemistry' }],
    },
    id: 'urn:galvanode:mqtt:1',
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: keyed(channel),
    operations: Object.fromEntries(CONTRACT.map(operation)),
    components: {
      parameters: PARAMETERS,
      messages: keyed(message),
      schemas: {
        ...keyed(({ schema }) => jsonSchemaOf(schema)),
        ...Object.fromEntries(verbSchemas()),
        'data-hello': { description: 'data of the reply to hello', ...jsonSchemaOf(helloData) },
      },
      securitySchemes: {
        user: { type: 'userPassword', description: 'user and password of the broker' },
        certificate: { type: 'X509', description: 'client certificate' },
      },
    },
  };
}

export function asyncapiText(): string {
  const head = '# Written by test/docs/write-tables.ts from src/telemetry/topics.ts; not to be changed by hand.\n';
  return head + stringify(asyncapi(), { lineWidth: 0, aliasDuplicateObjects: false });
}
