/** What nobody should send: fuzzed payloads through the inbox to the desk, and starts that a real broker keeps. */
import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Desk } from '../../src/command/desk.js';
import { RealClock } from '../../src/model/real-clock.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { connectBroker } from '../../src/telemetry/brokers/client.js';
import { BUILT_IN, Inbox } from '../../src/telemetry/inbox.js';
import { plainUplink } from '../../src/telemetry/settings.js';
import { topicsOf, type ReplyPayload } from '../../src/telemetry/topics.js';
import { toControl } from '../../src/telemetry/wire.js';
import { freePort, startMosquitto, temporary, type Mosquitto } from '../support/mosquitto.js';
import { standingIn, WrittenOrders } from './standings.js';

const topics = topicsOf('bench');
const COMMANDS = 100_000;

function deskFor(bootId: string, clock: RealClock | VirtualClock) {
  const executor = new WrittenOrders();
  const kept: string[] = [];
  const replies: ReplyPayload[] = [];
  const desk = new Desk({
    bootId,
    clock,
    roleOf: () => 'admin',
    executor,
    reply: (_to, payload) => replies.push(payload),
    stop: () => undefined,
    keep: (_actor, text) => kept.push(text),
  });
  return { desk, executor, kept, replies };
}

const scalar = fc.oneof(fc.string({ maxLength: 30 }), fc.double(), fc.boolean(), fc.constant(null));
const envelope = fc.record(
  {
    v: fc.oneof(fc.constant(1), scalar),
    id: fc.oneof(fc.string({ maxLength: 70 }), scalar),
    bootId: fc.oneof(fc.constant('boot-1'), scalar),
    nonce: fc.oneof(fc.string({ maxLength: 30 }), scalar),
    verb: fc.oneof(fc.constantFrom('start', 'hold', 'answer', 'clear', 'stop', 'toString', 'resume'), scalar),
    args: fc.oneof(fc.dictionary(fc.string({ maxLength: 12 }), scalar), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const payload = fc.oneof(
  envelope.map((data) => Buffer.from(JSON.stringify(data))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc.tuple(envelope, fc.nat(300)).map(([data, at]) => Buffer.from(JSON.stringify(data).slice(0, at))),
  fc.constantFrom(17_000, 16_384, 40_000).map((size) => Buffer.alloc(size, '[')),
);

describe(`${COMMANDS} fuzzed payloads`, () => {
  it('crash nothing and start nothing; what gets through is in the protocol, and few words are kept', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { desk, executor, kept } = deskFor('boot-1', clock);
      executor.standingNow = standingIn('idle', true);
      let through = 0;
      let stops = 0;
      const inbox = new Inbox({
        topics,
        bootId: 'boot-1',
        clock,
        tell: (message) => {
          const read = toControl.parse(message);
          if (read.kind !== 'asked') return Promise.resolve();
          through += 1;
          return desk.take(read);
        },
        stop: () => (stops += 1),
        notice: () => undefined,
      });
      // A thousand payloads that differ, each by a hundred actors of whom each has his own allowance.
      const payloads = fc.sample(payload, { numRuns: 1000, seed: 7 });
      for (let round = 0; round < COMMANDS / payloads.length; round++) {
        for (const [n, bytes] of payloads.entries()) {
          inbox.command(BUILT_IN, `u${(n + round) % 100}`, bytes, n % 50 === 0);
          if (n % 10 === 0) await clock.sleep(250);
        }
      }
      desk.close();
      expect(executor.orders).toEqual([]);
      expect(through).toBeGreaterThan(20_000);
      expect(stops).toBeGreaterThan(100);
      const minutes = ((COMMANDS / 10) * 0.25) / 60;
      expect(kept.length).toBeLessThan(22 * (minutes + 1));
    });
  }, 60_000);
});

describe('a start that a real broker keeps', () => {
  let broker: Mosquitto | null = null;
  let folder = '';
  afterEach(async () => {
    await broker?.stop();
    broker = null;
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts nothing in 100 starts of the program, is taken back each time, and is told of', async () => {
    folder = temporary();
    const port = await freePort();
    broker = await startMosquitto(folder, port, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    const clock = new RealClock();
    const url = `mqtt://127.0.0.1:${port}`;
    const open = (clientId: string) =>
      connectBroker({
        settings: { ...plainUplink('plant', url), commands: true },
        clientId,
        will: { topic: topics.availability, payload: 'offline', retain: true, qos: 1 },
        clock,
        notice: () => undefined,
      });
    const sender = open('sender');
    await new Promise<void>((resolve) => sender.onConnected(resolve));
    const start = {
      v: 1,
      id: 's',
      bootId: 'boot-0',
      nonce: 'old',
      verb: 'start',
      args: { recipe: 'general-procedure-3a' },
    };
    let executed = 0;
    let refused = 0;
    let takenBack = 0;
    for (let boot = 0; boot < 100; boot++) {
      await sender.publish({ topic: topics.command('ann'), payload: JSON.stringify(start), retain: true, qos: 1 });
      const { desk, executor, kept, replies } = deskFor(`boot-${boot}`, clock);
      executor.standingNow = standingIn('idle', true);
      const connection = open(`boot-${boot}`);
      const notices: string[] = [];
      await new Promise<void>((resolve) => {
        const inbox = new Inbox({
          topics,
          bootId: `boot-${boot}`,
          clock,
          tell: (message) => (message.kind === 'asked' ? desk.take(message).then(resolve) : Promise.resolve()),
          stop: () => undefined,
          notice: (text) => notices.push(text),
        });
        inbox.hear('plant', connection, true);
      });
      executed += executor.orders.length;
      refused += kept.filter((text) => text.includes('retained')).length;
      takenBack += notices.length;
      expect(replies).toEqual([]);
      desk.close();
      await connection.close();
    }
    await sender.close();
    expect({ executed, refused, takenBack }).toEqual({ executed: 0, refused: 100, takenBack: 100 });
  }, 60_000);
});
