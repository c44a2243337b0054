/**
 * What every broker must do for a reactor and for those who look at it, whichever it is and however it is reached. The
 * differences are in what it is given: a way to publish as the reactor, and a way in for a user.
 */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { knock, type AnonymousAnswer } from '../../src/telemetry/brokers/client.js';
import type { Publication } from '../../src/telemetry/publication.js';
import { topicsOf } from '../../src/telemetry/topics.js';

export const topics = topicsOf('bench');

export interface BrokerUnderTest {
  /** Publishes as the reactor. */
  publish(publication: Publication): Promise<unknown>;
  /** What reached the reactor, as `actor: text` for a command and `actor stops` for a stop. */
  readonly asked: readonly string[];
  readonly url: string;
  /** For a user of this name with his right password; null: for somebody without a name. */
  optionsFor(user: string | null): IClientOptions;
  /** Whether somebody without a name may read. */
  readonly open: boolean;
  /** How it answers a stranger who is not let in. */
  readonly knocked: AnonymousAnswer;
  close(): Promise<void>;
}

/** A broker that is a program of its own. */
export interface OutsideBrokerUnderTest extends BrokerUnderTest {
  /** The reactor's link breaks without a good-bye; settles when it is connected again. */
  dropReactor(): Promise<void>;
  /** The broker ends and starts again; settles when the reactor is connected again. */
  restart(): Promise<void>;
}

interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** A client that keeps what it hears. */
class Ear {
  readonly heard: Heard[] = [];
  private readonly looks = new Set<() => void>();

  constructor(readonly client: MqttClient) {
    client.on('message', (topic, payload, { retain }) => {
      this.heard.push({ topic, text: payload.toString(), retain });
      for (const look of this.looks) look();
    });
  }

  /** Settles with the first that fits. */
  hears(fits: (heard: Heard) => boolean): Promise<Heard> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.heard.find(fits);
        if (found === undefined) return;
        this.looks.delete(look);
        resolve(found);
      };
      this.looks.add(look);
      look();
    });
  }
}

const live = (text: string): Publication => ({ topic: topics.event, payload: text, retain: false, qos: 1 });
const standing = (topic: string, payload: string): Publication => ({ topic, payload, retain: true, qos: 1 });

/** Where a user named anna may not publish. */
const FOREIGN = [
  topics.command('ben'),
  topics.stop('ben'),
  topics.reply('ben'),
  topics.state,
  topics.availability,
  topics.value('voltage_V'),
  topicsOf('other').state,
  '$SYS/broker/x',
];

/** What tests of one kind of broker need beside the contract. */
interface Desk<B> {
  readonly broker: () => B;
  /** Connected, and subscribed to everything. */
  readonly ear: (user: string | null) => Promise<Ear>;
}

/** Reads all that a user may; on Mosquitto a subscription to everything is cut down to it. */
const EVERYTHING = 'galvanode/#';

/** To be called inside a `describe`. Every promise in here has the test's time-out as its limit. */
export function brokerContract<B extends BrokerUnderTest>(setUp: () => Promise<B>): Desk<B> {
  let broker: B;
  const clients: MqttClient[] = [];

  beforeAll(async () => {
    broker = await setUp();
  });
  afterAll(() => broker.close());
  afterEach(() => {
    for (const client of clients.splice(0)) client.end(true);
  });

  const open = (user: string | null, more: IClientOptions = {}): MqttClient => {
    const client = mqtt.connect(broker.url, { reconnectPeriod: 0, ...broker.optionsFor(user), ...more });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const opened = async (user: string | null, more: IClientOptions = {}): Promise<MqttClient> => {
    const client = open(user, more);
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('close', () => reject(new Error(`${user} was not let in`)));
    });
    return client;
  };
  const ear = async (user: string | null): Promise<Ear> => {
    const one = new Ear(await opened(user));
    await one.client.subscribeAsync(EVERYTHING, { qos: 1 });
    return one;
  };
  const letIn = (user: string | null, more: IClientOptions): Promise<boolean> =>
    new Promise((resolve) => {
      const client = open(user, more);
      client.once('connect', () => resolve(true));
      client.once('close', () => resolve(false));
    });
  const reached = async (text: string): Promise<void> => {
    while (!broker.asked.includes(text)) await new Promise((resolve) => setImmediate(resolve));
  };

  it('gives what is retained to who comes later, and nothing of what was taken back', async () => {
    await broker.publish(standing(topics.state, '{"state":"execute"}'));
    await broker.publish(standing(topics.value('voltage_V'), '2.9'));
    await broker.publish(standing(topics.value('voltage_V'), ''));
    const late = await ear('anna');
    expect(await late.hears(({ topic }) => topic === topics.state)).toEqual({
      topic: topics.state,
      text: '{"state":"execute"}',
      retain: true,
    });
    await broker.publish(live('after'));
    await late.hears(({ text }) => text === 'after');
    expect(late.heard.map(({ topic }) => topic)).not.toContain(topics.value('voltage_V'));
  });

  it('brings everything, once each and in order', async () => {
    const reader = await ear('anna');
    const texts = Array.from({ length: 300 }, (_, i) => `event ${i}`);
    await Promise.all(texts.map((text) => broker.publish(live(text))));
    await reader.hears(({ text }) => text === texts.at(-1));
    const heard = reader.heard.filter(({ topic }) => topic === topics.event).map(({ text }) => text);
    expect(heard).toEqual(texts);
  });

  it('brings a large payload whole', async () => {
    const reader = await ear('anna');
    const text = 'é'.repeat(24_000);
    await broker.publish(live(text));
    expect((await reader.hears(({ topic }) => topic === topics.event)).text).toBe(text);
  });

  it('takes no packet of more than 64 kB', async () => {
    const anna = await opened('anna');
    const gone = new Promise<void>((resolve) => anna.once('close', () => resolve()));
    anna.publish(topics.command('anna'), Buffer.alloc(70_000), { qos: 0 });
    await gone;
    expect(broker.asked.filter((asked) => asked.length > 60_000)).toEqual([]);
  });

  it('brings a user’s command and stop to the reactor, under his name', async () => {
    const anna = await opened('anna');
    await anna.publishAsync(topics.command('anna'), '{"verb":"hello"}', { qos: 1 });
    await anna.publishAsync(topics.stop('anna'), 'stop', { qos: 1 });
    await reached('anna: {"verb":"hello"}');
    await reached('anna stops');
  });

  it('lets a user forge nothing', async () => {
    const ben = await ear('ben');
    const before = broker.asked.length;
    for (const topic of FOREIGN) {
      const anna = open('anna');
      anna.on('connect', () => anna.publish(topic, 'forged', { qos: 1, retain: true }, () => anna.end()));
      await new Promise<void>((resolve) => anna.once('close', () => resolve()));
    }
    await broker.publish(live('end'));
    await ben.hears(({ text }) => text === 'end');
    const late = await ear('anna');
    await broker.publish(live('later end'));
    await late.hears(({ text }) => text === 'later end');
    expect([...ben.heard, ...late.heard].filter(({ text }) => text === 'forged')).toEqual([]);
    expect(broker.asked.slice(before)).toEqual([]);
  });

  it('brings a reply to its actor only', async () => {
    const [anna, ben] = [await ear('anna'), await ear('ben')];
    await broker.publish({ topic: topics.reply('anna'), payload: 'yours', retain: false, qos: 1, expiry_s: 10 });
    await broker.publish(live('end'));
    await Promise.all([anna.hears(({ text }) => text === 'yours'), ben.hears(({ text }) => text === 'end')]);
    expect(ben.heard.filter(({ text }) => text === 'yours')).toEqual([]);
  });

  it('refuses a wrong password, no password, a name that nobody has, and a name with a wildcard', async () => {
    for (const name of ['anna', 'nobody']) expect(await letIn(name, { password: 'wrong' })).toBe(false);
    expect(await letIn('anna', { password: '' })).toBe(false);
    expect(await letIn('anna', { username: 'anna/#' })).toBe(false);
  });

  it('lets somebody without a name in where that is meant, and nowhere else', async () => {
    expect(await letIn(null, {})).toBe(broker.open);
    expect(await knock(broker.url, 'stranger', 3000)).toBe(broker.open ? 'in' : broker.knocked);
  });

  it('lets nobody take the place of another user by his client identifier', async () => {
    const anna = new Ear(await opened('anna', { clientId: 'desk' }));
    await opened('ben', { clientId: 'desk' });
    await opened('ben', { clientId: 'anna' });
    await anna.client.subscribeAsync(EVERYTHING, { qos: 1 });
    await broker.publish(live('still here'));
    await anna.hears(({ text }) => text === 'still here');
  });

  return { broker: () => broker, ear };
}

/** The same for a broker that is a program of its own, and what only such a one can do. */
export function outsideContract(setUp: () => Promise<OutsideBrokerUnderTest>): void {
  const { broker, ear } = brokerContract(setUp);

  it('says offline when the reactor is gone without a word, and lets it say online again', async () => {
    const reader = await ear('anna');
    await broker().publish(standing(topics.availability, 'online'));
    await reader.hears(({ text }) => text === 'online');
    await broker().dropReactor();
    await reader.hears(({ topic, text }) => topic === topics.availability && text === 'offline');
    await broker().publish(standing(topics.availability, 'online'));
    const late = await ear('ben');
    const { text, retain } = await late.hears(({ topic }) => topic === topics.availability);
    expect({ text, retain }).toEqual({ text: 'online', retain: true });
  });

  it('is found again after a restart, and has kept what is retained', async () => {
    await broker().publish(standing(topics.state, '{"state":"held"}'));
    await broker().restart();
    const reader = await ear('anna');
    await reader.hears(({ text, retain }) => text === '{"state":"held"}' && retain);
    expect(await broker().publish(live('back'))).toBe(true);
    await reader.hears(({ text }) => text === 'back');
  });
}
