/**
 * Publishes the same topics to an outside broker. Owns the MQTT client of Node. It keeps nothing for a broker that is
 * away: retained topics are told again at each connection, live ones are left out (the record has them).
 */
import { connect, type MqttClient } from 'mqtt';
import type { Outlet, Publication } from './publication.js';

/** Publications that the broker has not acknowledged; beyond that they are left out, so that memory is bounded. */
const MOST_UNDER_WAY = 64;
const RETRY_MS = 5000;

export interface UplinkOptions {
  readonly url: string;
  readonly clientId: string;
  readonly availabilityTopic: string;
  /** What every newcomer must see, in order; told at each connection. */
  readonly retained: () => Iterable<Publication>;
  /** What a person should know, without the password in the URL. */
  readonly notice: (text: string) => void;
}

const PROTOCOLS: ReadonlySet<string> = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:']);

/** True when `url` names a broker in a way that can be connected to. */
export function isBrokerUrl(url: string): boolean {
  return URL.canParse(url) && PROTOCOLS.has(new URL(url).protocol) && new URL(url).hostname !== '';
}

/** The broker in words: never with user and password. */
function nameOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

class Uplink implements Outlet {
  private underWay = 0;
  /** Something was left out while too much was under way. */
  private behind = false;
  private leaving = false;
  private lastNotice = '';

  constructor(
    private readonly client: MqttClient,
    private readonly options: UplinkOptions,
  ) {
    const name = nameOf(options.url);
    client.on('error', (error) => this.notice(`broker ${name}: ${error.message}`));
    client.on('close', () => this.notice(`broker ${name} is away; the run goes on, and the record keeps everything`));
    client.on('connect', () => {
      this.notice(`publishing to ${name}`);
      this.greet();
    });
    client.on('message', (topic, payload) => {
      // The last will of a lost connection of ours can come after the new one has said that we are here.
      if (topic === options.availabilityTopic && payload.toString() === 'offline')
        this.send(this.availability('online'));
    });
  }

  publish(publication: Publication): Promise<void> {
    if (!this.client.connected) return Promise.resolve();
    if (this.underWay < MOST_UNDER_WAY) this.send(publication);
    else this.behind = true;
    return Promise.resolve();
  }

  /** Waits for the acknowledgement of the last word; a broker that gives none is left when the process ends. */
  async close(): Promise<void> {
    this.leaving = true;
    const said = this.client.connected && (await this.sayOffline());
    await this.client.endAsync(!said);
  }

  /** True when the broker has it, false when the connection broke meanwhile. */
  private sayOffline(): Promise<boolean> {
    const { topic, payload, retain, qos } = this.availability('offline');
    return new Promise((resolve) => {
      this.client.once('close', () => resolve(false));
      this.client.publish(topic, payload, { retain, qos }, () => resolve(true));
    });
  }

  private availability(word: 'online' | 'offline'): Publication {
    return { topic: this.options.availabilityTopic, payload: word, retain: true, qos: 1 };
  }

  private greet(): void {
    this.client.subscribe(this.options.availabilityTopic, { qos: 1 });
    this.tellStanding();
  }

  private tellStanding(): void {
    this.behind = false;
    for (const publication of this.options.retained()) this.send(publication);
  }

  private send({ topic, payload, retain, qos }: Publication): void {
    this.underWay += 1;
    this.client.publish(topic, payload, { retain, qos }, () => {
      this.underWay -= 1;
      if (this.underWay === 0 && this.behind) this.tellStanding();
    });
  }

  private notice(text: string): void {
    if (text !== this.lastNotice) this.options.notice(text);
    this.lastNotice = text;
  }
}

/** Connects, and goes on trying for as long as the process lives. The URL must be one that `isBrokerUrl` takes. */
export function openUplink(options: UplinkOptions): Outlet {
  const client = connect(options.url, {
    clientId: options.clientId,
    clean: true,
    keepalive: 20,
    reconnectPeriod: RETRY_MS,
    queueQoSZero: false,
    will: { topic: options.availabilityTopic, payload: Buffer.from('offline'), retain: true, qos: 1 },
  });
  return new Uplink(client, options);
}
