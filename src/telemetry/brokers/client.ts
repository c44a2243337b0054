/**
 * The MQTT client of Node for outside brokers, 3.1.1 and 5. The only file outside the page that knows the client library.
 * Every connection is a new client of the library: its own reconnection keeps messages in memory without bound, loses some
 * when a link drops twice (mqtt.js issue 2015) and may end connected but mute (1727, 1861). So nothing outlives a link here,
 * and what was under way is told to have failed.
 */
import { connect, type IClientOptions, type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt';
import type { Clock, Timer } from '../../model/clock.js';
import type { Publication } from '../publication.js';
import { brokerName, type UplinkSettings } from '../settings.js';
import type { BrokerConnection, Delivery } from './connection.js';
import { credentialsOf, type Credentials } from './credentials.js';
import { PacketGauge } from './metered.js';

const KEEPALIVE_S = 20;
const CONNECT_MS = 10_000;
/** First wait before the next attempt, doubled up to the longest. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** The least reason code with which a broker says no. */
const REFUSED = 0x80;
/** A link that ends sooner was no good one: so many in a row, and somebody else may be taking it away. */
const GOOD_LINK_MS = 5000;
const SHORT_LINKS = 3;
/** Unacknowledged publications at a time: what Mosquitto takes by default; a broker of MQTT 5 may say fewer. */
const MOST_UNDER_WAY = 20;
/** Publications that wait for a place among those; beyond that they fail at once. */
const MOST_WAITING = 512;
/** Largest packet that is taken from there, bytes; ours have 64 kB at most. The library would collect up to 256 MB. */
const LARGEST_TAKEN = 256 * 1024;
/** A link on which a publication is not acknowledged for this long is dead, whatever its pings say. */
const ACKNOWLEDGE_MS = 30_000;
const LOOK_MS = 5000;
/** For the last word and for the good-bye, each. */
const CLOSE_MS = 1000;

export interface ClientOptions {
  readonly settings: UplinkSettings;
  readonly clientId: string;
  /** What the broker says when this process is gone; also the last word of `close`. null: nothing. */
  readonly will: Publication | null;
  readonly clock: Clock;
  /** What a person should know; never holds a password. */
  readonly notice: (text: string) => void;
}

interface Due {
  readonly publication: Publication;
  readonly settle: (taken: boolean) => void;
  /** When it was handed to the library, monotonic ms. */
  since_ms: number;
}

type Told = () => void;

/** MQTT 5 says what is inside, and how long it is worth something. */
function propertiesOf({ payload, expiry_s, correlation }: Publication): NonNullable<IPublishPacket['properties']> {
  return {
    payloadFormatIndicator: true,
    contentType: payload.startsWith('{') ? 'application/json' : 'text/plain',
    ...(expiry_s === undefined ? {} : { messageExpiryInterval: expiry_s }),
    ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation) }),
  };
}

function optionsOf({ settings, clientId, will }: ClientOptions, shown: Credentials): IClientOptions {
  const five = settings.version === 5;
  return {
    clientId,
    protocolVersion: five ? 5 : 4,
    clean: true,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(five ? { properties: { maximumPacketSize: LARGEST_TAKEN } } : {}),
    ...(will === null ? {} : { will: { ...will, payload: Buffer.from(will.payload) } }),
    ...(shown.user === undefined ? {} : { username: shown.user }),
    ...(shown.password === undefined ? {} : { password: shown.password }),
    ...(shown.ca === undefined ? {} : { ca: shown.ca }),
    ...(shown.cert === undefined || shown.key === undefined ? {} : { cert: shown.cert, key: shown.key }),
  };
}

/** The broker has said no, with a reason code. Without one the link broke, and that is told once. */
function isRefusal(error: Error): boolean {
  return 'code' in error && typeof error.code === 'number';
}

/** The URL without user and password: they go by the options. */
function bareUrl(url: string): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

class OutsideBroker implements BrokerConnection {
  readonly name: string;
  private client: MqttClient | null = null;
  private open = false;
  private leaving = false;
  private retry_ms = FIRST_RETRY_MS;
  private retryTimer: Timer | undefined;
  private lookTimer: Timer | undefined;
  private window = MOST_UNDER_WAY;
  private largest_byte = Infinity;
  private lastNotice = '';
  /** When the broker took this link, monotonic ms; and how many links before it were short ones, in a row. */
  private taken_ms = 0;
  private shortLinks = 0;
  private readonly waiting: Due[] = [];
  private readonly underWay = new Set<Due>();
  private readonly topics = new Set<string>();
  private readonly connectedTold: Told[] = [];
  private readonly goneTold: Told[] = [];
  private readonly messageTold: ((delivery: Delivery) => void)[] = [];

  constructor(private readonly options: ClientOptions) {
    this.name = brokerName(options.settings.url);
    this.attempt();
  }

  get connected(): boolean {
    return this.open;
  }

  onConnected(told: Told): void {
    this.connectedTold.push(told);
  }

  onGone(told: Told): void {
    this.goneTold.push(told);
  }

  onMessage(told: (delivery: Delivery) => void): void {
    this.messageTold.push(told);
  }

  subscribe(topics: readonly string[]): void {
    for (const topic of topics) this.topics.add(topic);
    if (this.open) this.askFor(topics);
  }

  unsubscribe(topics: readonly string[]): void {
    for (const topic of topics) this.topics.delete(topic);
    if (this.open) this.client?.unsubscribe([...topics]);
  }

  publish(publication: Publication): Promise<boolean> {
    if (!this.open || this.leaving) return Promise.resolve(false);
    return this.enqueue(publication);
  }

  async close(): Promise<void> {
    this.leaving = true;
    this.retryTimer?.cancel();
    const { client } = this;
    if (client === null) return;
    const { will } = this.options;
    if (this.open && will !== null) await this.within(CLOSE_MS, this.enqueue(will));
    // A good-bye in the words of MQTT takes the last will back; a broker that does not listen is left.
    const said = new Promise<void>((resolve) => {
      client.end(!this.open, {}, () => resolve());
    });
    await this.within(CLOSE_MS, said);
    this.gone(client);
    client.end(true);
  }

  private within(limit_ms: number, work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.options.clock.after(limit_ms, resolve);
      void work.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  private enqueue(publication: Publication): Promise<boolean> {
    if (Buffer.byteLength(publication.payload) + publication.topic.length > this.largest_byte) {
      this.notice(`broker ${this.name} takes no packet as large as that on ${publication.topic}; it was left out`);
      return Promise.resolve(false);
    }
    if (!(this.waiting.length < MOST_WAITING)) return Promise.resolve(false);
    return new Promise((settle) => {
      this.waiting.push({ publication, settle, since_ms: 0 });
      this.pump();
    });
  }

  private attempt(): void {
    if (this.leaving) return;
    const shown = credentialsOf(this.options.settings);
    if ('length' in shown) {
      this.notice(`broker ${this.name}: ${shown.join('; ')}`);
      return this.later();
    }
    const client = this.start(shown);
    if (client === null) return this.later();
    this.client = client;
    client.on('connect', (packet) => this.came(client, packet));
    client.on('message', (topic, payload, packet) => this.heard(topic, payload, packet));
    client.on('close', () => this.gone(client));
  }

  /** null when the library refuses what it is given, such as a key that is none. */
  private start(shown: Credentials): MqttClient | null {
    try {
      const client = connect(bareUrl(this.options.settings.url), optionsOf(this.options, shown));
      client.on('error', (error) => this.notice(`broker ${this.name}: ${error.message}`)); // before all else: it is thrown otherwise
      this.gauge(client);
      return client;
    } catch (error) {
      this.notice(`broker ${this.name}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  /** A broker of MQTT 3.1.1 cannot be told what is too large. */
  private gauge({ stream }: MqttClient): void {
    const gauge = new PacketGauge(LARGEST_TAKEN);
    stream.on('data', (chunk: Buffer) => {
      if (stream.destroyed || gauge.admits(chunk)) return;
      this.notice(`broker ${this.name} sends a packet of more than ${LARGEST_TAKEN} bytes; the link is cut`);
      stream.destroy();
    });
  }

  private later(): void {
    if (this.leaving) return;
    this.retryTimer?.cancel();
    this.retryTimer = this.options.clock.after(this.retry_ms, () => this.attempt());
    this.retry_ms = Math.min(LONGEST_RETRY_MS, 2 * this.retry_ms);
  }

  private came(client: MqttClient, { properties }: IConnackPacket): void {
    if (client !== this.client || this.leaving) return;
    this.open = true;
    this.taken_ms = this.options.clock.now();
    this.window = Math.min(MOST_UNDER_WAY, properties?.receiveMaximum ?? MOST_UNDER_WAY);
    this.largest_byte = properties?.maximumPacketSize ?? Infinity;
    this.notice(`publishing to ${this.name}`);
    if (this.topics.size > 0) this.askFor([...this.topics]);
    this.look();
    for (const told of this.connectedTold) told();
  }

  private gone(client: MqttClient): void {
    if (client !== this.client) return;
    this.client = null;
    this.lookTimer?.cancel();
    const was = this.open;
    this.open = false;
    for (const due of [...this.underWay, ...this.waiting.splice(0)]) due.settle(false);
    this.underWay.clear();
    if (was && !this.leaving) this.tellLost();
    if (was) for (const told of this.goneTold) told();
    client.end(true);
    this.later();
  }

  /** The wait before the next attempt is the first again only after a link that lasted. */
  private tellLost(): void {
    const lasted = this.options.clock.now() - this.taken_ms >= GOOD_LINK_MS;
    this.shortLinks = lasted ? 0 : this.shortLinks + 1;
    if (lasted) this.retry_ms = FIRST_RETRY_MS;
    this.notice(
      this.shortLinks < SHORT_LINKS
        ? `broker ${this.name} is away; the run goes on, and the record keeps everything`
        : `broker ${this.name} ends the link again and again; has another reactor there the same name (--name)?`,
    );
  }

  private heard(topic: string, payload: Buffer, { retain, dup, properties }: IPublishPacket): void {
    const correlation = properties?.correlationData;
    const responseTopic = properties?.responseTopic;
    const delivery: Delivery = {
      topic,
      payload,
      retain,
      dup,
      ...(correlation === undefined ? {} : { correlation }),
      ...(responseTopic === undefined ? {} : { responseTopic }),
    };
    for (const told of this.messageTold) told(delivery);
  }

  private askFor(topics: readonly string[]): void {
    this.client?.subscribe([...topics], { qos: 1 }, (_error, asked = [], answer) => {
      // without an answer the link broke: it is asked again on the next one
      const refused = asked.filter((_one, at) => Number(answer?.granted[at]) >= REFUSED).map(({ topic }) => topic);
      if (refused.length > 0) this.notice(`broker ${this.name} lets nobody of this name read ${refused.join(', ')}`);
    });
  }

  private pump(): void {
    const { client } = this;
    if (client === null) return;
    for (let due = this.next(); due !== undefined; due = this.next()) {
      this.underWay.add(due);
      due.since_ms = this.options.clock.now();
      this.hand(client, due);
    }
  }

  private next(): Due | undefined {
    return this.open && this.underWay.size < this.window ? this.waiting.shift() : undefined;
  }

  private hand(client: MqttClient, due: Due): void {
    const { topic, payload, retain, qos } = due.publication;
    const properties = this.options.settings.version === 5 ? { properties: propertiesOf(due.publication) } : {};
    client.publish(topic, payload, { retain, qos, ...properties }, (error) => {
      if (!this.underWay.delete(due)) return; // the link is gone, and that has been told
      if (error && isRefusal(error))
        this.notice(`broker ${this.name} refused a publication on ${topic}: ${error.message}`);
      due.settle(!error);
      this.pump();
    });
  }

  /** Ends a link that takes and never acknowledges. */
  private look(): void {
    const [oldest] = this.underWay;
    const { client } = this;
    if (client !== null && oldest !== undefined && !(this.options.clock.now() - oldest.since_ms <= ACKNOWLEDGE_MS)) {
      this.notice(`broker ${this.name} acknowledges nothing any more; connecting anew`);
      return this.gone(client);
    }
    this.lookTimer = this.options.clock.after(LOOK_MS, () => this.look());
  }

  private notice(text: string): void {
    if (text !== this.lastNotice) this.options.notice(text);
    this.lastNotice = text;
  }
}

/** Connects, and goes on trying until it is closed. The URL must be one that `isBrokerUrl` takes. */
export function connectBroker(options: ClientOptions): BrokerConnection {
  return new OutsideBroker(options);
}

/** How a broker answers somebody without name, password and certificate. */
export type AnonymousAnswer = 'in' | 'refused' | 'unreachable';

/**
 * Knocks at a broker as nobody and leaves at once. Its certificate is not judged: the question is who gets in, and a
 * stranger would not judge it either.
 */
export function knock(url: string, clientId: string, limit_ms: number): Promise<AnonymousAnswer> {
  return new Promise((resolve) => {
    const client = connect(bareUrl(url), {
      clientId,
      clean: true,
      connectTimeout: limit_ms,
      reconnectPeriod: 0,
      protocolVersion: 4,
      rejectUnauthorized: false,
    });
    let answer: AnonymousAnswer = 'unreachable';
    client.on('error', (error) => {
      if ('code' in error && typeof error.code === 'number') answer = 'refused';
    });
    client.on('connect', () => {
      answer = 'in';
      client.end(true);
    });
    client.once('close', () => {
      client.end(true);
      resolve(answer);
    });
  });
}
