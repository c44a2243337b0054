import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RealClock } from '../../src/model/real-clock.js';
import { connectBroker } from '../../src/telemetry/brokers/client.js';
import type { BrokerConnection, Delivery } from '../../src/telemetry/brokers/connection.js';
import { plainUplink } from '../../src/telemetry/settings.js';
import type { Outlet, Publication } from '../../src/telemetry/publication.js';
import { topicsOf } from '../../src/telemetry/topics.js';
import { openUplink } from '../../src/telemetry/uplink.js';

const topics = topicsOf('bench');
const ONLINE: Publication = { topic: topics.availability, payload: 'online', retain: true, qos: 1 };

/** An outside broker that takes everything. */
let outside: Aedes;
let server: Server;
let sockets: Socket[];
let seen: string[];
let waiting: { readonly text: string; readonly resolve: () => void }[];
let uplink: Outlet;
let notices: string[];

/** Settles when the outside broker has seen `topic payload`. */
function sees(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (seen.includes(text)) resolve();
    else waiting.push({ text, resolve });
  });
}

beforeEach(async () => {
  [seen, waiting, notices, sockets] = [[], [], [], []];
  outside = await Aedes.createBroker();
  outside.on('publish', (packet: AedesPublishPacket) => {
    const text = `${packet.topic} ${packet.payload.toString()}`;
    if (packet.topic.startsWith('$SYS')) return;
    seen.push(text);
    for (const one of waiting) if (one.text === text) one.resolve();
  });
  server = createServer((socket) => {
    sockets.push(socket);
    outside.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const connection = connectBroker({
    settings: plainUplink('outside', `mqtt://user:secret@127.0.0.1:${port}`),
    clientId: 'galvanode-bench',
    will: { topic: topics.availability, payload: 'offline', retain: true, qos: 1 },
    clock: new RealClock(),
    notice: (text) => notices.push(text),
  });
  uplink = openUplink({
    connection,
    topics,
    values: true,
    bootId: 'boot',
    retained: () => [ONLINE, { topic: topics.state, payload: '{}', retain: true, qos: 1 }],
    delivering: null,
  });
});

afterEach(async () => {
  await uplink.close();
  server.close();
  await new Promise<void>((resolve) => outside.close(() => resolve()));
});

describe('uplink', () => {
  it('tells all that stands at each connection, then what is live', async () => {
    await sees(`${topics.state} {}`);
    await uplink.publish({ topic: topics.event, payload: 'live', retain: false, qos: 1 });
    await sees(`${topics.event} live`);
    await sees(`${topics.availability} online`);
  });

  it('leaves offline as last will, and offline as last word', async () => {
    await sees(`${topics.state} {}`);
    sockets[0]?.destroy();
    await sees(`${topics.availability} offline`);
  });

  it('answers a late offline of its own with online', async () => {
    await sees(`${topics.state} {}`);
    seen.length = 0;
    outside.publish(
      { cmd: 'publish', topic: topics.availability, payload: 'offline', qos: 1, retain: true, dup: false },
      () => undefined,
    );
    await sees(`${topics.availability} online`);
  });

  it('says offline when it is closed', async () => {
    await sees(`${topics.state} {}`);
    await sees(`${topics.availability} online`);
    await uplink.close();
    await sees(`${topics.availability} offline`);
    expect(seen.at(-1)).toBe(`${topics.availability} offline`);
  });

  it('keeps nothing while the broker is away, and never shows the password', async () => {
    await sees(`${topics.state} {}`);
    server.close();
    sockets[0]?.destroy();
    while (!notices.some((notice) => notice.includes('away'))) await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 10_000; i++) {
      await uplink.publish({ topic: topics.event, payload: String(i), retain: false, qos: 1 });
    }
    expect(seen.filter((text) => text.startsWith(topics.event))).toEqual([]);
    expect(notices.join('\n')).not.toContain('secret');
  });
});

describe('the bare numbers', () => {
  it.each([
    [true, [topics.value('voltage_V'), topics.state, topics.value('current_mA'), topics.sample]],
    [false, [topics.state, topics.sample]],
  ])('go out where they are asked for: %s', async (values, expected) => {
    const published: string[] = [];
    let connect = (): void => undefined;
    const connection: BrokerConnection = {
      name: 'mqtt://lab',
      connected: true,
      publish: ({ topic }) => {
        published.push(topic);
        return Promise.resolve(true);
      },
      subscribe: () => undefined,
      unsubscribe: () => undefined,
      onConnected: (told) => (connect = told),
      onGone: () => undefined,
      onMessage: () => undefined,
      close: () => Promise.resolve(),
    };
    const stands = (topic: string): Publication => ({ topic, payload: '1', retain: true, qos: 1 });
    const retained = (): Publication[] => [stands(topics.value('voltage_V')), stands(topics.state)];
    const lab = openUplink({ connection, topics, values, bootId: 'boot', retained, delivering: null });
    connect();
    await lab.publish(stands(topics.value('current_mA')));
    await lab.publish({ ...stands(topics.sample), retain: false });
    expect(published).toEqual(expected);
  });
});

describe('what stands at the broker', () => {
  it('is taken back when it is ours from an earlier boot, and never when another reactor says it', () => {
    const published: string[] = [];
    let hear: (delivery: Delivery) => void = () => undefined;
    const connection: BrokerConnection = {
      name: 'mqtt://lab',
      connected: true,
      publish: ({ topic, payload }) => {
        published.push(`${topic} ${payload}`);
        return Promise.resolve(true);
      },
      subscribe: () => undefined,
      unsubscribe: () => undefined,
      onConnected: () => undefined,
      onGone: () => undefined,
      onMessage: (told) => (hear = told),
      close: () => Promise.resolve(),
    };
    openUplink({ connection, topics, values: true, bootId: 'boot', retained: () => [], delivering: null });
    const other = topicsOf('other');
    for (const topic of [topics.alarm('x'), other.alarm('x'), other.state, other.prompt, 'homeassistant/status'])
      hear({ topic, payload: Buffer.from('{"bootId":"before"}'), retain: true, dup: false });
    expect(published).toEqual([`${topics.alarm('x')} `]);
  });
});
