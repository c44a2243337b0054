/** The client against brokers that misbehave: one that acknowledges nothing, one that is not there, one that is small. */
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { RealClock } from '../../../src/model/real-clock.js';
import { connectBroker, knock } from '../../../src/telemetry/brokers/client.js';
import type { BrokerConnection } from '../../../src/telemetry/brokers/connection.js';
import type { Publication } from '../../../src/telemetry/publication.js';
import { plainUplink } from '../../../src/telemetry/settings.js';

const WILL: Publication = { topic: 'galvanode/bench/availability', payload: 'offline', retain: true, qos: 1 };
const event = (payload: string): Publication => ({ topic: 'galvanode/bench/event', payload, retain: false, qos: 1 });

const servers: Server[] = [];
const connections: BrokerConnection[] = [];
const notices: string[] = [];

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  for (const server of servers.splice(0)) server.close();
  notices.length = 0;
});

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer(serve);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** A clock whose hours can be moved on, for what waits on it by `now`. */
class Hurried extends RealClock {
  ahead_ms = 0;
  override now(): number {
    return super.now() + this.ahead_ms;
  }
}

function connectTo(port: number, clock = new RealClock()): BrokerConnection {
  const settings = plainUplink('lab', `mqtt://anna:secret@127.0.0.1:${port}`);
  const notice = (text: string): void => void notices.push(text);
  const connection = connectBroker({ settings, clientId: 'x', will: WILL, clock, notice });
  connections.push(connection);
  return connection;
}

const connected = (connection: BrokerConnection): Promise<void> =>
  new Promise((resolve) => connection.onConnected(resolve));

/** Takes every connection and counts publications of QoS 1, and says nothing more; pings are answered. */
function mute(counted: { publications: number }): (socket: Socket) => void {
  return (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += 2 + (chunk[at + 1] ?? 0)) {
        const kind = (chunk[at] ?? 0) >> 4;
        if (kind === 1) socket.write(Buffer.from([0x20, 2, 0, 0]));
        if (kind === 3) counted.publications += 1;
        if (kind === 12) socket.write(Buffer.from([0xd0, 0]));
      }
    });
  };
}

describe('connection to an outside broker', () => {
  it('has 20 publications under way at most, holds a bounded number, and fails the rest at once', async () => {
    const counted = { publications: 0 };
    const connection = connectTo(await listen(mute(counted)));
    await connected(connection);
    const answers: boolean[] = [];
    for (let i = 0; i < 2000; i++) void connection.publish(event(String(i))).then((taken) => answers.push(taken));
    while (counted.publications < 20) await new Promise((resolve) => setImmediate(resolve));
    expect(answers).toHaveLength(2000 - 20 - 512);
    expect(counted.publications).toBe(20);
    await connection.close();
    expect(answers).toHaveLength(2000);
    expect(answers).not.toContain(true);
  });

  it('gives up a link on which nothing is acknowledged, and tells what was under way', async () => {
    const clock = new Hurried();
    const waits: (() => void)[] = [];
    clock.after = (_ms, fn) => {
      waits.push(fn);
      return { cancel: () => undefined };
    };
    const connection = connectTo(await listen(mute({ publications: 0 })), clock);
    await connected(connection);
    let gone = 0;
    connection.onGone(() => (gone += 1));
    const taken = connection.publish(event('x'));
    clock.ahead_ms = 29_000;
    for (const look of waits.splice(0)) look();
    expect(gone).toBe(0);
    clock.ahead_ms = 31_000;
    for (const look of waits.splice(0)) look();
    expect(await taken).toBe(false);
    expect(gone).toBe(1);
    expect(notices.join('\n')).toContain('acknowledges nothing any more');
    const again = connected(connection);
    for (const retry of waits.splice(0)) retry();
    await again;
    const closed = connection.close();
    // its last word is not acknowledged either: both limits of the close run out
    const done = closed.then(() => true);
    const turn = (): Promise<boolean> => new Promise((resolve) => setImmediate(() => resolve(false)));
    while (!(await Promise.race([done, turn()]))) for (const limit of waits.splice(0)) limit();
  });

  it('says once that a link broke, and not that the broker refused what was under way', async () => {
    const sockets: Socket[] = [];
    const counted = { publications: 0 };
    const port = await listen((socket) => {
      sockets.push(socket);
      mute(counted)(socket);
    });
    const connection = connectTo(port);
    await connected(connection);
    connection.subscribe(['galvanode/bench/prompt']);
    const answers = Promise.all(Array.from({ length: 30 }, (_, i) => connection.publish(event(String(i)))));
    while (counted.publications < 20) await new Promise((resolve) => setImmediate(resolve));
    for (const socket of sockets) socket.write(Buffer.from([0x20, 2, 0, 0])); // a second welcome: the library ends the link
    expect(await answers).not.toContain(true);
    const name = `mqtt://127.0.0.1:${port}`;
    const lost = `broker ${name} is away; the run goes on, and the record keeps everything`;
    expect(notices).toEqual([`publishing to ${name}`, expect.stringContaining('duplicate CONNACK'), lost]);
  });

  it('cuts the link at the announcement of a packet that nobody of ours sends, and collects none of it', async () => {
    const sockets: Socket[] = [];
    const port = await listen((socket) => {
      sockets.push(socket);
      mute({ publications: 0 })(socket);
    });
    const connection = connectTo(port);
    await connected(connection);
    const gone = new Promise<void>((resolve) => connection.onGone(resolve));
    sockets[0]?.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 120])); // a publication of 256 MB
    await gone;
    expect(notices.join()).toContain('sends a packet of more than 262144 bytes');
  });

  it('tells which topics a broker lets nobody read', async () => {
    const aedes = await Aedes.createBroker({
      authorizeSubscribe: (_client, asked, done) => done(null, asked.topic.endsWith('prompt') ? null : asked),
    });
    const connection = connectTo(await listen((socket) => void aedes.handle(socket)));
    connection.subscribe(['galvanode/bench/prompt', 'galvanode/bench/alarm/+']);
    const told = (): boolean => notices.some((text) => text.includes('lets nobody'));
    while (!told()) await new Promise((resolve) => setImmediate(resolve));
    expect(notices.at(-1)).toMatch(/lets nobody of this name read galvanode\/bench\/prompt$/);
    await connection.close();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
  });

  it('asks about the name when link after link is taken away, and waits longer each time', async () => {
    const clock = new RealClock();
    const waits: { ms: number; fn: () => void }[] = [];
    clock.after = (ms, fn) => {
      waits.push({ ms, fn });
      return { cancel: () => undefined };
    };
    // takes the connection and ends it: so does a broker when another client comes with the same id
    const serve = (socket: Socket): void =>
      void socket.on('error', () => undefined).once('data', () => socket.end(Buffer.from([0x20, 2, 0, 0])));
    const connection = connectTo(await listen(serve), clock);
    const lost = (): Promise<void> => new Promise((resolve) => connection.onGone(() => setImmediate(resolve)));
    const retries: number[] = [];
    for (let link = 1; link <= 3; link++) {
      await lost();
      const retry = waits.splice(0).at(-1);
      retries.push(retry?.ms ?? 0);
      expect(notices.at(-1)).toContain(link < 3 ? 'is away' : 'has another reactor there the same name (--name)?');
      retry?.fn();
    }
    expect(retries).toEqual([1000, 2000, 4000]);
    await lost();
    clock.after = (ms, fn) => RealClock.prototype.after.call(clock, ms, fn);
  });

  it('says that nobody is there, without the password, and takes nothing', async () => {
    const port = await listen(() => undefined);
    for (const server of servers.splice(0)) server.close();
    const connection = connectTo(port);
    while (notices.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await connection.publish(event('x'))).toBe(false);
    expect(connection.connected).toBe(false);
    expect(notices.join('\n')).toContain('ECONNREFUSED');
    expect(notices.join('\n')).not.toContain('secret');
    expect(connection.name).toBe(`mqtt://127.0.0.1:${port}`);
  });
});

describe('a knock', () => {
  it('tells an open broker, one that refuses, one that says nothing and one that is not there', async () => {
    const open = await Aedes.createBroker();
    const shut = await Aedes.createBroker({ authenticate: (_client, _name, _word, done) => done(null, false) });
    const openPort = await listen((socket) => void open.handle(socket));
    const shutPort = await listen((socket) => void shut.handle(socket));
    const silentPort = await listen(() => undefined);
    const url = (port: number): string => `mqtt://127.0.0.1:${port}`;
    expect(await knock(url(openPort), 'stranger', 3000)).toBe('in');
    expect(await knock(url(shutPort), 'stranger', 3000)).toBe('refused');
    expect(await knock(url(silentPort), 'stranger', 200)).toBe('unreachable');
    expect(await knock('mqtt://127.0.0.1:1', 'stranger', 3000)).toBe('unreachable');
    for (const broker of [open, shut]) await new Promise<void>((resolve) => broker.close(() => resolve()));
  });
});
