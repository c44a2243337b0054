import { connect as connectTcp } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBroker, type Broker } from '../../src/telemetry/broker.js';
import { topicsOf } from '../../src/telemetry/topics.js';

const topics = topicsOf('bench');
const STOP = topics.stop('console');

let broker: Broker;
let port: number;
let stops: number;
const clients: MqttClient[] = [];

beforeEach(async () => {
  stops = 0;
  broker = await openBroker({ stopTopic: STOP, stop: () => (stops += 1) });
  port = await broker.listen(0);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await broker.close();
});

function open(options: IClientOptions = {}): MqttClient {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, protocolVersion: 4, ...options });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

async function opened(options: IClientOptions = {}): Promise<MqttClient> {
  const client = open(options);
  await new Promise((resolve) => client.once('connect', resolve));
  return client;
}

const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => {
    client.once('close', () => resolve());
  });

const nextMessage = (client: MqttClient): Promise<[string, string, boolean]> =>
  new Promise((resolve) => {
    client.once('message', (topic, payload, packet) => resolve([topic, payload.toString(), packet.retain]));
  });

describe('broker on loopback', () => {
  it('gives retained messages to anybody who comes later', async () => {
    await broker.publish({ topic: topics.state, payload: '{}', retain: true, qos: 1 });
    const client = await opened();
    const message = nextMessage(client);
    await client.subscribeAsync('galvanode/#');
    expect(await message).toEqual([topics.state, '{}', true]);
  });

  it.each(['stop', '', '{"v":1}', '\u0000'])('takes a stop with payload %j', async (payload) => {
    const client = await opened();
    await client.publishAsync(STOP, payload, { qos: 1 });
    expect(stops).toBe(1);
  });

  it('refuses a retained stop and keeps nothing of it', async () => {
    const client = await opened();
    client.publish(STOP, 'stop', { qos: 0, retain: true });
    await closed(client);
    expect(stops).toBe(0);
    const reader = await opened();
    const first = nextMessage(reader);
    await reader.subscribeAsync('galvanode/#');
    await broker.publish({ topic: topics.event, payload: 'end', retain: false, qos: 0 });
    expect((await first)[0]).toBe(topics.event);
  });

  it.each([
    topics.state,
    topics.availability,
    topics.value('voltage_V'),
    topics.command('console'),
    topics.stop('anna'),
    `${STOP}/x`,
    topicsOf('other').stop('console'),
    '$SYS/broker',
    'homeassistant/status',
  ])('refuses a publication to %s', async (topic) => {
    const reader = await opened();
    await reader.subscribeAsync('#');
    const seen: string[] = [];
    reader.on('message', (heard) => seen.push(heard));
    const client = await opened();
    client.publish(topic, 'x', { qos: 0, retain: true });
    await closed(client);
    const last = nextMessage(reader);
    await broker.publish({ topic: topics.event, payload: 'end', retain: false, qos: 0 });
    await last;
    expect(seen).toEqual([topics.event]);
    expect(stops).toBe(0);
  });

  it('refuses a client whose last will would say something else than stop', async () => {
    const client = open({ will: { topic: topics.availability, payload: Buffer.from('online'), qos: 0, retain: true } });
    let connected = false;
    client.once('connect', () => (connected = true));
    await closed(client);
    expect(connected).toBe(false);
  });

  it('keeps no session of a client that is gone', async () => {
    const options = { clean: false, clientId: 'logger' };
    const client = await opened(options);
    await client.subscribeAsync('galvanode/#', { qos: 1 });
    client.end(true);
    await closed(client);
    await broker.publish({ topic: topics.event, payload: 'missed', retain: false, qos: 1 });
    const again = open(options);
    const connack = await new Promise<{ sessionPresent: boolean }>((resolve) => again.once('connect', resolve));
    expect(connack.sessionPresent).toBe(false);
  });

  it('ends a connection that announces a packet of more than 64 kB', async () => {
    const client = await opened();
    client.publish(STOP, Buffer.alloc(70_000));
    await closed(client);
    expect(stops).toBe(0);
  });

  it('survives a client that speaks no MQTT', async () => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    await opened();
  });

  it('lets a subscriber that reads no more silence the others for the drain time at most', async () => {
    const frozen = await opened({ clientId: 'frozen' });
    await frozen.subscribeAsync('galvanode/#');
    frozen.stream.pause();
    const reader = await opened();
    await reader.subscribeAsync('galvanode/#');
    let heard = 0;
    reader.on('message', () => (heard += 1));
    const payload = 'x'.repeat(60_000);
    const began = performance.now();
    for (let i = 0; i < 200; i++) await broker.publish({ topic: topics.event, payload, retain: false, qos: 0 });
    const last = performance.now() - began;
    expect(last).toBeGreaterThan(1500); // it did freeze
    expect(last).toBeLessThan(5000);
    expect(heard).toBeGreaterThan(190);
  });
});
