import { connect as connectTcp } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RealClock } from '../../../src/model/real-clock.js';
import { openEmbedded, type Command, type EmbeddedBroker } from '../../../src/telemetry/brokers/embedded.js';
import { topicsOf } from '../../../src/telemetry/topics.js';

const topics = topicsOf('bench');
const STOP = topics.stop('console');

let broker: EmbeddedBroker;
let port: number;
let stops: number;
let commands: Command[];
let refusals: [actor: string, topic: string, reason: string][];
const ROLES = new Map([
  ['anna', 'operator'],
  ['ben', 'viewer'],
  ['ada', 'admin'],
]);
const clients: MqttClient[] = [];
let marks: Map<string, string>;

beforeEach(async () => {
  stops = 0;
  [commands, refusals] = [[], []];
  marks = new Map([...ROLES.keys()].map((name) => [name, 'as at first']));
  broker = await openEmbedded({
    topics,
    clock: Object.assign(new RealClock(), { sleep: () => Promise.resolve() }), // a wrong password is answered at once
    stop: () => (stops += 1),
    command: (command) => commands.push(command),
    refused: (actor, topic, reason) => refusals.push([actor, topic, reason]),
    markOf: (name) => marks.get(name) ?? null,
    verify: (name, password) => Promise.resolve(password === `word of ${name}` ? (ROLES.get(name) ?? null) : null),
  });
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

  it('throws out a subscriber that reads no more, and nobody else waits for it', async () => {
    const frozen = await opened({ clientId: 'frozen' });
    await frozen.subscribeAsync('galvanode/#');
    frozen.stream.pause();
    const reader = await opened();
    await reader.subscribeAsync('galvanode/#');
    let heard = 0;
    reader.on('message', () => (heard += 1));
    const payload = 'x'.repeat(60_000);
    let longest_ms = 0;
    for (let i = 0; i < 200; i++) {
      const began = performance.now();
      await broker.publish({ topic: topics.event, payload, retain: false, qos: 0 });
      longest_ms = Math.max(longest_ms, performance.now() - began);
    }
    const last = nextMessage(reader);
    await broker.publish({ topic: topics.event, payload: 'end', retain: false, qos: 0 });
    await last;
    expect(longest_ms).toBeLessThan(500); // drain time: 2000 ms
    expect(heard).toBeGreaterThan(190);
    const gone = closed(frozen);
    frozen.stream.resume();
    await gone;
  });
});

const asUser = (name: string): IClientOptions => ({ username: name, password: `word of ${name}`, clientId: 'desk' });

const answer = (options: IClientOptions): Promise<string> =>
  new Promise((resolve) => {
    const client = open(options);
    client.once('connect', () => resolve('in'));
    client.once('error', (error) => resolve(error.message));
  });

describe('users on loopback', () => {
  it.each([
    { username: 'anna', password: 'wrong' },
    { username: 'anna' },
    { username: 'nobody', password: 'word of nobody' },
  ])('refuses %j', async (options) => {
    expect(await answer(options)).toMatch(/Bad username or password/);
  });

  it('refuses a name that could reach beyond its topic', async () => {
    const client = open({ username: 'anna/#', password: 'x' });
    let connected = false;
    client.once('connect', () => (connected = true));
    await closed(client);
    expect(connected).toBe(false);
  });

  it('hands on a command of the user, and a stop', async () => {
    const anna = await opened(asUser('anna'));
    await anna.publishAsync(topics.command('anna'), '{"verb":"hold"}', { qos: 1 });
    await anna.publishAsync(topics.stop('anna'), '', { qos: 1 });
    await anna.publishAsync(STOP, '', { qos: 1 });
    expect(commands.map(({ actor, payload }) => [actor, payload.toString()])).toEqual([['anna', '{"verb":"hold"}']]);
    expect(stops).toBe(2);
  });

  it('hands on a thousand that come at once, each whole and in their order', async () => {
    const anna = await opened(asUser('anna'));
    const texts = Array.from({ length: 1000 }, (_, n) => `{"n":${n},"more":"${'x'.repeat(n % 200)}"}`);
    for (const text of texts) anna.publish(topics.command('anna'), text);
    await anna.publishAsync(topics.command('anna'), 'last', { qos: 1 });
    expect(commands.map(({ payload }) => payload.toString())).toEqual([...texts, 'last']);
  });

  it.each([
    ['of another', topics.command('ben'), false, 10],
    ['that is retained', topics.command('anna'), true, 10],
    ['that is too large', topics.command('anna'), false, 17 * 1024],
    ['as a stop of another', topics.stop('ben'), false, 10],
    ['as a retained stop without a name', STOP, true, 10],
    ['that forges the state', topics.state, false, 10],
    ['that forges a reply', topics.reply('anna'), false, 10],
    ['to the broker itself', '$SYS/x', false, 10],
  ])('refuses a command %s and tells of it', async (_what, topic, retain, bytes) => {
    const anna = await opened(asUser('anna'));
    anna.publish(topic, Buffer.alloc(bytes), { qos: 0, retain });
    await closed(anna);
    expect(commands).toEqual([]);
    expect(stops).toBe(0);
    expect(refusals.map(([actor, where]) => [actor, where])).toEqual([['anna', topic]]);
  });

  it('shows a reply to its actor and to an admin, and to nobody else', async () => {
    const seen: string[] = [];
    const everybody = await Promise.all([opened(), ...['anna', 'ben', 'ada'].map((name) => opened(asUser(name)))]);
    const names = ['anybody', 'anna', 'ben', 'ada'];
    await Promise.all(
      everybody.map(async (client, index) => {
        client.on('message', (topic) => seen.push(`${names[index]} ${topic}`));
        await client.subscribeAsync(['#', '$SYS/#']);
      }),
    );
    await broker.publish({ topic: topics.reply('anna'), payload: '{}', retain: false, qos: 1 });
    const ends = everybody.map(nextMessage);
    await broker.publish({ topic: topics.event, payload: 'end', retain: false, qos: 1 });
    await Promise.all(ends);
    expect(seen.filter((one) => one.endsWith(topics.reply('anna'))).toSorted()).toEqual([
      `ada ${topics.reply('anna')}`,
      `anna ${topics.reply('anna')}`,
    ]);
    expect(seen.filter((one) => one.includes('$SYS'))).toEqual([]);
  });

  it('shows what a user says and hears who is called stop to nobody else', async () => {
    const reader = await opened();
    const seen: string[] = [];
    reader.on('message', (topic) => seen.push(topic));
    await reader.subscribeAsync('#');
    const secret = [topics.reply('stop'), topics.command('stop')];
    for (const topic of [...secret, topics.stop('stop')])
      await broker.publish({ topic, payload: '{}', retain: false, qos: 1 });
    const end = nextMessage(reader);
    await broker.publish({ topic: topics.event, payload: 'end', retain: false, qos: 1 });
    await end;
    expect(seen).toEqual([topics.stop('stop'), topics.event]);
  });

  it('lets nobody take the place of another user by his client identifier', async () => {
    const anna = await opened(asUser('anna'));
    let lost = false;
    anna.once('close', () => (lost = true));
    await opened(asUser('ben'));
    await opened({ clientId: 'desk' });
    await opened({ clientId: 'anna/desk' });
    await anna.publishAsync(topics.stop('anna'), '', { qos: 1 });
    expect(lost).toBe(false);
    expect(stops).toBe(1);
    const taken = closed(anna);
    await opened(asUser('anna')); // her own second client does
    await taken;
  });

  it('lets a stop of one’s own be a last will, and nobody else’s', async () => {
    const will = (topic: string) => ({ will: { topic, payload: Buffer.from('x'), qos: 0 as const, retain: false } });
    const other = open({ ...asUser('ben'), ...will(topics.stop('anna')) });
    await closed(other);
    const anna = await opened({ ...asUser('anna'), ...will(topics.stop('anna')) });
    anna.stream.destroy();
    await new Promise<void>((resolve) => {
      const look = (): void => void (stops > 0 ? resolve() : setImmediate(look));
      look();
    });
    expect(stops).toBe(1);
  });
});

describe('a user whose rights change', () => {
  const comeIn = (name: string): Promise<MqttClient> => opened({ username: name, password: `word of ${name}` });

  it.each([
    ['is taken away', () => marks.delete('anna')],
    ['gets another role or password', () => marks.set('anna', 'another one')],
  ])('and who %s is cut off within seconds; others stay', async (_what, change) => {
    const [anna, ben, nobody] = await Promise.all([comeIn('anna'), comeIn('ben'), opened()]);
    const gone = closed(anna);
    change();
    await gone;
    expect([ben.connected, nobody.connected]).toEqual([true, true]);
  });
});

describe('a crowd', () => {
  const connectPacket = (id: number): Buffer =>
    Buffer.from([0x10, 14, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 2, id >> 8, id & 255]);

  it('does not keep out the one who comes to stop, and costs no user his place', async () => {
    const anna = await opened({ username: 'anna', password: 'word of anna' });
    const sockets = Array.from({ length: 100 }, (_, id) => {
      const socket = connectTcp(port, '127.0.0.1');
      socket.on('error', () => undefined);
      if (id % 2 === 0) socket.write(connectPacket(id));
      return socket;
    });
    const last = sockets.at(-2);
    await new Promise((resolve) => last?.once('data', resolve));
    const late = await opened();
    await late.publishAsync(STOP, '', { qos: 1 });
    await anna.publishAsync(topics.stop('anna'), '', { qos: 1 });
    expect(stops).toBe(2);
    for (const socket of sockets) socket.destroy();
  });

  it('of filters ends the connection, and one that is too long is not given', async () => {
    const reader = await opened();
    await expect(reader.subscribeAsync('galvanode/'.repeat(30))).rejects.toThrow('Subscribe error');
    expect(reader.connected).toBe(true);
    reader.subscribe(Array.from({ length: 60 }, (_, n) => `galvanode/bench/+/${n}`));
    await closed(reader);
    const many = await opened();
    await many.subscribeAsync(Array.from({ length: 100 }, (_, n) => `galvanode/bench/value/x${n}`));
    expect(many.connected).toBe(true);
  });
});
