import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import type { BrokerConnection, Delivery } from '../../src/telemetry/brokers/connection.js';
import { BUILT_IN, Inbox } from '../../src/telemetry/inbox.js';
import type { Publication } from '../../src/telemetry/publication.js';
import { topicsOf } from '../../src/telemetry/topics.js';
import type { AtTheDoor } from '../../src/telemetry/wire.js';

const topics = topicsOf('bench');

function inboxOn(clock: VirtualClock, tell: (message: AtTheDoor) => Promise<void> = () => Promise.resolve()) {
  const told: AtTheDoor[] = [];
  const stops: string[] = [];
  const over: string[] = [];
  const notices: string[] = [];
  const inbox = new Inbox({
    topics,
    bootId: 'boot-1',
    clock,
    tell: (message) => {
      told.push(message);
      return tell(message);
    },
    stop: (actor, via) => {
      stops.push(actor);
      over.push(via);
    },
    notice: (text) => notices.push(text),
  });
  return { inbox, told, stops, over, notices };
}

class Outside implements BrokerConnection {
  readonly name = 'mqtts://plant';
  readonly connected = true;
  readonly published: Publication[] = [];
  readonly topics: string[] = [];
  deliver: (delivery: Delivery) => void = () => undefined;

  publish(publication: Publication): Promise<boolean> {
    this.published.push(publication);
    return Promise.resolve(true);
  }
  subscribe(wanted: readonly string[]): void {
    this.topics.push(...wanted);
  }
  unsubscribe(): void {}
  onConnected(): void {}
  onGone(): void {}
  onMessage(told: (delivery: Delivery) => void): void {
    this.deliver = told;
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  says(topic: string, text: string, retain = false): void {
    this.deliver({ topic, payload: Buffer.from(text), retain, dup: false });
  }
}

const asks = (told: readonly AtTheDoor[]): number => told.filter(({ kind }) => kind === 'asked').length;

describe('the inbox', () => {
  it('hands commands on under the name that the broker gives, and replies to where they came from', () => {
    const { inbox, told } = inboxOn(new VirtualClock());
    const plant = new Outside();
    const own: Publication[] = [];
    inbox.answersOver(BUILT_IN, (publication) => own.push(publication));
    inbox.hear('plant', plant, true);
    expect(plant.topics).toEqual(['galvanode/bench/command/+/stop', 'galvanode/bench/command/+']);
    plant.says('galvanode/bench/command/ann', '{"verb":"hold","actor":"bob"}');
    inbox.command(BUILT_IN, 'bob', Buffer.from('{}'));
    expect(told).toEqual([
      { kind: 'asked', via: 'plant', actor: 'ann', retained: false, text: '{"verb":"hold","actor":"bob"}' },
      { kind: 'asked', via: BUILT_IN, actor: 'bob', retained: false, text: '{}' },
    ]);
    inbox.reply('plant', 'ann', { v: 1, id: 'a', ok: true, reason: null });
    expect(plant.published.map(({ topic, retain }) => ({ topic, retain }))).toEqual([
      { topic: 'galvanode/bench/reply/ann', retain: false },
    ]);
    expect(own).toEqual([]);
  });

  it('hears nothing but stops where commands are not taken', () => {
    const { inbox } = inboxOn(new VirtualClock());
    const plant = new Outside();
    inbox.hear('plant', plant, false);
    expect(plant.topics).toEqual(['galvanode/bench/command/+/stop']);
  });

  it('takes no command that such a broker delivers unasked, and a stop all the same', async () => {
    const clock = new VirtualClock();
    await clock.run(async () => {
      const { inbox, told, stops } = inboxOn(clock);
      const plant = new Outside();
      inbox.hear('plant', plant, false);
      plant.says('galvanode/bench/command/ann', '{"v":1,"id":"a","verb":"hello"}');
      plant.says('galvanode/bench/command/ann/go', 'x');
      plant.says('galvanode/bench/command/ann/x/stop', 'x');
      expect(asks(told)).toBe(0);
      plant.says('galvanode/bench/command/ann/stop', 'x');
      expect(stops).toEqual(['ann']);
      await clock.sleep(2000);
      expect(told).toEqual([
        {
          kind: 'turned-away',
          via: 'plant',
          actor: 'nobody',
          reason: expect.stringContaining('no commands'),
          count: 2,
        },
      ]);
    });
  });

  it('lets nobody speak under a name of the program itself', () => {
    const { inbox, told, stops } = inboxOn(new VirtualClock());
    const plant = new Outside();
    inbox.hear('plant', plant, true);
    for (const name of ['operator', 'guard']) {
      plant.says(`galvanode/bench/command/${name}`, '{}');
      plant.says(`galvanode/bench/command/${name}/stop`, '');
    }
    expect(told.map((message) => message.actor)).toEqual(['nobody', 'nobody']);
    expect(stops).toEqual(['nobody', 'nobody']);
  });

  it('tells of a few of a thousand commands that a broker kept, and takes all of them back', () => {
    const { inbox, notices } = inboxOn(new VirtualClock());
    const plant = new Outside();
    inbox.hear('plant', plant, true);
    for (let n = 0; n < 1000; n++) plant.says(`galvanode/bench/command/u${n}`, '{}', true);
    expect(notices).toHaveLength(10);
    expect(plant.published.filter(({ retain, payload }) => retain && payload === '')).toHaveLength(1000);
  });

  it.each(['stop', ' STOP ', '"stop"', '{"verb":"stop"}', '{"verb":"stop","id":"c1","nonce":"old"}'])(
    'takes %s at once, beside a flood, and answers it',
    (text) => {
      const { inbox, told, stops, over } = inboxOn(new VirtualClock({ epoch_ms: 1000 }));
      const own: Publication[] = [];
      inbox.answersOver(BUILT_IN, (publication) => own.push(publication));
      for (let n = 0; n < 1000; n++) inbox.command(BUILT_IN, 'ann', Buffer.from('{}'));
      inbox.command(BUILT_IN, 'ann', Buffer.from(text));
      expect(stops).toEqual(['ann']);
      expect(asks(told)).toBe(20);
      expect(over).toEqual([BUILT_IN]);
      const said = { v: 1, id: '', bootId: 'boot-1', t: 1000 };
      expect(own.map(({ payload }): unknown => JSON.parse(payload))).toEqual([
        { ...said, ok: false, reason: 'too many commands at once' },
        { v: 1, id: text.includes('c1') ? 'c1' : '', ok: true, reason: null, bootId: 'boot-1', t: 1000 },
      ]);
    },
  );

  it('takes no retained stop or command, takes both from the broker, and tells', () => {
    const { inbox, told, stops, notices } = inboxOn(new VirtualClock());
    const plant = new Outside();
    inbox.hear('plant', plant, true);
    plant.says('galvanode/bench/command/ann/stop', 'stop', true);
    plant.says('galvanode/bench/command/ann', 'stop', true);
    expect(stops).toEqual([]);
    expect(told).toEqual([{ kind: 'asked', via: 'plant', actor: 'ann', retained: true, text: 'stop' }]);
    expect(plant.published).toEqual(
      ['galvanode/bench/command/ann/stop', 'galvanode/bench/command/ann'].map((topic) => ({
        topic,
        payload: '',
        retain: true,
        qos: 1,
      })),
    );
    expect(notices).toHaveLength(2);
    plant.says('galvanode/bench/command/ann/stop', ''); // what took it back
    expect(stops).toEqual([]);
    plant.says('galvanode/bench/command/ann/stop', '');
    expect(stops).toEqual(['ann']);
  });

  it('lets through 20 at once and 5 a second of one actor, 40 and 20 of all, and counts the others', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { inbox, told } = inboxOn(clock);
      for (let n = 0; n < 500; n++) inbox.command(BUILT_IN, 'ann', Buffer.from('{}'));
      expect(asks(told)).toBe(20);
      for (let n = 0; n < 100; n++) inbox.command(BUILT_IN, `u${n}`, Buffer.from('{}'));
      expect(asks(told)).toBe(40);
      await clock.sleep(1000);
      const counts = told.flatMap((message) => (message.kind === 'turned-away' ? [message.count] : []));
      expect(counts[0]).toBe(480);
      expect(counts.length).toBeLessThanOrEqual(16);
      for (let n = 0; n < 500; n++) inbox.command(BUILT_IN, 'ann', Buffer.from('{}'));
      expect(asks(told)).toBe(45);
    });
  });

  it('tells whoever is turned away why, by the id of his command, once a second for each reason', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { inbox } = inboxOn(clock);
      const said: Publication[] = [];
      inbox.answersOver(BUILT_IN, (publication) => said.push(publication));
      for (let n = 0; n < 500; n++) inbox.command(BUILT_IN, 'ann', Buffer.from(`{"v":1,"id":"c${n}","verb":"hold"}`));
      inbox.command(BUILT_IN, 'ann', Buffer.alloc(16 * 1024 + 1, 'a'));
      inbox.command(BUILT_IN, 'ann', Buffer.from('"id":"'.repeat(2000)), true);
      expect(said.map(({ topic, retain }) => [topic, retain])).toEqual([
        ['galvanode/bench/reply/ann', false],
        ['galvanode/bench/reply/ann', false],
      ]);
      expect(said.map(({ payload }) => JSON.parse(payload))).toMatchObject([
        { id: 'c20', ok: false, reason: 'too many commands at once' },
        { id: '', ok: false, reason: expect.stringContaining('16384 bytes') },
      ]);
      await clock.sleep(1000);
      for (let n = 0; n < 6; n++) inbox.command(BUILT_IN, 'ann', Buffer.from(`{"id":"d${n}"}`));
      expect(said.slice(2).map(({ payload }) => JSON.parse(payload).id)).toEqual(['d5']);
    });
  });

  it('holds no more than 40 for a control process that takes none', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { inbox, told } = inboxOn(clock, () => new Promise(() => undefined));
      for (let second = 0; second < 60; second++) {
        for (let n = 0; n < 50; n++) inbox.command(BUILT_IN, `u${n}`, Buffer.from('{}'));
        await clock.sleep(1000);
      }
      expect(asks(told)).toBe(40);
    });
  });

  it('turns away what is too large, and names that are none', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { inbox, told } = inboxOn(clock);
      const plant = new Outside();
      inbox.hear('plant', plant, true);
      inbox.command(BUILT_IN, 'ann', Buffer.alloc(16 * 1024 + 1, 'a'));
      plant.says('galvanode/bench/command/An n', '{}');
      await clock.sleep(1000);
      expect(told.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual(['turned-away ann', 'turned-away nobody']);
    });
  });
});
