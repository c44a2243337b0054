/**
 * The contract of a broker, held over the built-in one by each of its doors, and over a real Mosquitto with the configuration
 * and the ACL of docs/mosquitto: MQTT 3.1.1 and 5, plain and encrypted, with and without a certificate of the client.
 */
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { IClientOptions } from 'mqtt';
import { describe } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { RealClock } from '../../src/model/real-clock.js';
import { connectBroker } from '../../src/telemetry/brokers/client.js';
import { openEmbedded, type EmbeddedBroker } from '../../src/telemetry/brokers/embedded.js';
import { plainUplink } from '../../src/telemetry/settings.js';
import {
  freePort,
  makeCertificates,
  passwordOf,
  shippedConf,
  startMosquitto,
  temporary,
  writePasswords,
} from '../support/mosquitto.js';
import { openRelay } from '../support/relay.js';
import {
  brokerContract,
  outsideContract,
  topics,
  type BrokerUnderTest,
  type OutsideBrokerUnderTest,
} from './broker-contract.js';

const ROLES = new Map([
  ['anna', 'operator'],
  ['ben', 'viewer'],
]);
const CLIENTS = ['reactor-bench', ...ROLES.keys()];

function named(user: string | null): IClientOptions {
  return user === null ? {} : { username: user, password: passwordOf(user) };
}

async function embedded(): Promise<{ broker: EmbeddedBroker; asked: string[] }> {
  const asked: string[] = [];
  const broker = await openEmbedded({
    topics,
    clock: Object.assign(new RealClock(), { sleep: () => Promise.resolve() }),
    stop: (actor) => asked.push(`${actor} stops`),
    command: ({ actor, payload }) => asked.push(`${actor}: ${payload.toString()}`),
    verify: (name, password) => Promise.resolve(password === passwordOf(name) ? (ROLES.get(name) ?? null) : null),
  });
  return { broker, asked };
}

describe('the built-in broker on loopback', () => {
  brokerContract(async (): Promise<BrokerUnderTest> => {
    const { broker, asked } = await embedded();
    const url = `mqtt://127.0.0.1:${await broker.listen(0)}`;
    return {
      publish: (publication) => broker.publish(publication),
      close: () => broker.close(),
      asked,
      url,
      open: true,
      knocked: 'in',
      optionsFor: (user) => ({ protocolVersion: 4, ...named(user) }),
    };
  });
});

describe('the built-in broker over a WebSocket', () => {
  brokerContract(async (): Promise<BrokerUnderTest> => {
    const { broker, asked } = await embedded();
    const http = createServer();
    const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' });
    sockets.on('connection', (socket) => broker.serve(createWebSocketStream(socket)));
    const port = await freePort();
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    return {
      publish: (publication) => broker.publish(publication),
      asked,
      url: `ws://127.0.0.1:${port}/mqtt`,
      open: true,
      knocked: 'in',
      optionsFor: (user) => ({ protocolVersion: 4, ...named(user) }),
      close: async () => {
        await broker.close();
        sockets.close();
        http.close();
      },
    };
  });
});

describe.each([
  { what: 'encrypted', certificate: false },
  { what: 'encrypted, with certificates of the clients', certificate: true },
])('the built-in broker beyond loopback, $what', ({ certificate }) => {
  brokerContract(async (): Promise<BrokerUnderTest> => {
    const folder = temporary();
    makeCertificates(folder, ...CLIENTS);
    const read = (name: string): Buffer => readFileSync(join(folder, name));
    const { broker, asked } = await embedded();
    const door = { host: '127.0.0.1', port: 0, cert: read('server.crt'), key: read('server.key') };
    const port = await broker.listenBeyond(certificate ? { ...door, ca: read('ca.crt') } : door);
    return {
      publish: (publication) => broker.publish(publication),
      asked,
      url: `mqtts://127.0.0.1:${port}`,
      open: false,
      knocked: certificate ? 'unreachable' : 'refused',
      optionsFor: (user) => ({
        protocolVersion: 4,
        ca: read('ca.crt'),
        ...named(user),
        ...(certificate && user !== null && ROLES.has(user)
          ? { cert: read(`${user}.crt`), key: read(`${user}.key`) }
          : {}),
      }),
      close: async () => {
        await broker.close();
        rmSync(folder, { recursive: true });
      },
    };
  });
});

const PLAIN = (conf: string): string =>
  conf.replaceAll(/^(?:cafile|certfile|keyfile|tls_version|require_certificate) .*$/gm, '');
const WITH_CERTIFICATE = (conf: string): string =>
  conf.replace('require_certificate false', 'require_certificate true');

describe.each([
  { what: 'MQTT 3.1.1', version: 3, change: PLAIN, encrypted: false, certificate: false },
  { what: 'MQTT 5', version: 5, change: PLAIN, encrypted: false, certificate: false },
  { what: 'MQTT 3.1.1, encrypted', version: 3, change: (conf: string) => conf, encrypted: true, certificate: false },
  {
    what: 'MQTT 5, encrypted, with certificates',
    version: 5,
    change: WITH_CERTIFICATE,
    encrypted: true,
    certificate: true,
  },
] as const)('Mosquitto as in docs/mosquitto, $what', ({ version, change, encrypted, certificate }) => {
  outsideContract(async (): Promise<OutsideBrokerUnderTest> => {
    const folder = temporary();
    makeCertificates(folder, ...CLIENTS);
    writePasswords(join(folder, 'galvanode.passwords'), CLIENTS);
    const port = await freePort();
    const mosquitto = await startMosquitto(folder, port, change(shippedConf(folder, port)));
    const relay = await openRelay(port);
    const scheme = encrypted ? 'mqtts' : 'mqtt';
    const at = (name: string): string => join(folder, name);
    const asked: string[] = [];
    const connection = connectBroker({
      settings: {
        ...plainUplink(
          'lab',
          `${scheme}://reactor-bench:${encodeURIComponent(passwordOf('reactor-bench'))}@127.0.0.1:${relay.port}`,
        ),
        version,
        ...(encrypted ? { ca: at('ca.crt') } : {}),
        ...(certificate ? { cert: at('reactor-bench.crt'), key: at('reactor-bench.key') } : {}),
      },
      clientId: 'galvanode-bench',
      will: { topic: topics.availability, payload: 'offline', retain: true, qos: 1 },
      clock: new RealClock(),
      notice: () => undefined,
    });
    connection.onMessage(({ topic, payload }) => {
      const [actor = '', word] = topic.slice(`${topics.commands}/`.length).split('/');
      asked.push(word === 'stop' ? `${actor} stops` : `${actor}: ${payload.toString()}`);
    });
    connection.subscribe([`${topics.commands}/+`, `${topics.commands}/+/stop`]);
    const connected = (): Promise<void> => new Promise((resolve) => connection.onConnected(resolve));
    await connected();
    return {
      publish: (publication) => connection.publish(publication),
      asked,
      url: `${scheme}://127.0.0.1:${port}`,
      open: false,
      knocked: certificate ? 'unreachable' : 'refused',
      optionsFor: (user) => ({
        protocolVersion: version === 5 ? 5 : 4,
        ...named(user),
        ...(encrypted ? { ca: readFileSync(at('ca.crt')) } : {}),
        ...(certificate && user !== null && CLIENTS.includes(user)
          ? { cert: readFileSync(at(`${user}.crt`)), key: readFileSync(at(`${user}.key`)) }
          : {}),
      }),
      dropReactor: async () => {
        const back = connected();
        relay.drop();
        await back;
      },
      restart: async () => {
        const back = connected();
        await mosquitto.restart();
        await back;
      },
      close: async () => {
        await connection.close();
        relay.close();
        await mosquitto.stop();
      },
    };
  });
});
