/**
 * Publishes the same topics to an outside broker: what stands is told again at each connection, what the record holds is
 * delivered by the backlog, the rest is left out while the broker is away. It knows a connection, and no client library.
 */
import type { BrokerConnection } from './brokers/connection.js';
import type { Outlet, Publication, RecordPlace } from './publication.js';
import type { Topics } from './topics.js';

/** Delivers what the record holds. */
export interface Delivering {
  tell(publication: Publication, place: RecordPlace): void;
  settle(): Promise<void>;
}

export interface UplinkOptions {
  readonly connection: BrokerConnection;
  readonly topics: Pick<Topics, 'availability' | 'commands' | 'alarms' | 'prompt' | 'procedure' | 'values'>;
  /** The bare numbers too. */
  readonly values: boolean;
  readonly bootId: string;
  /** What every newcomer must see, in order; told at each connection. */
  readonly retained: () => Iterable<Publication>;
  /** null: nothing is recorded, and all is told live or not at all. */
  readonly delivering: Delivering | null;
}

class Uplink implements Outlet {
  /** Something that stands was left out while too much was under way. */
  private behind = false;
  private leaving = false;

  constructor(private readonly options: UplinkOptions) {
    const { connection, topics } = options;
    connection.subscribe([topics.availability, topics.alarms, topics.prompt, topics.procedure]);
    connection.onConnected(() => this.tellStanding());
    connection.onMessage(({ topic, payload, retain }) => {
      if (topic === topics.availability) this.heardOfUs(payload.toString());
      else if (retain && this.isToldByUs(topic)) this.takeBack(topic, payload.toString());
    });
  }

  publish(publication: Publication): Promise<void> {
    const { delivering } = this.options;
    if (!this.wants(publication)) return Promise.resolve();
    const { record } = publication;
    if (delivering !== null && record !== undefined) delivering.tell(publication, record);
    // the broker is not waited for: others want to hear it too
    if (delivering === null || record === undefined || record.kind === 'head') void this.send(publication);
    return Promise.resolve();
  }

  async settle(): Promise<void> {
    await this.options.delivering?.settle();
  }

  close(): Promise<void> {
    this.leaving = true;
    return this.options.connection.close();
  }

  /** The last will of a lost connection of ours can come after the new one has said that we are here. */
  private heardOfUs(word: string): void {
    const { connection, topics } = this.options;
    if (word !== 'offline' || this.leaving) return;
    void connection.publish({ topic: topics.availability, payload: 'online', retain: true, qos: 1 });
  }

  /** The connection delivers what others of this process have asked for, too: other reactors say that themselves. */
  private isToldByUs(topic: string): boolean {
    const { alarms, prompt, procedure } = this.options.topics;
    return topic === prompt || topic === procedure || topic.startsWith(alarms.slice(0, -1));
  }

  /** What an earlier boot left standing at the broker, and this one does not say: nobody else would ever take it back. */
  private takeBack(topic: string, payload: string): void {
    const { bootId, connection, retained } = this.options;
    if (payload === '' || bootIdIn(payload) === bootId) return;
    for (const standing of retained()) if (standing.topic === topic) return;
    void connection.publish({ topic, payload: '', retain: true, qos: 1 });
  }

  private async send(publication: Publication): Promise<void> {
    const { connection } = this.options;
    const taken = await connection.publish(publication);
    if (!taken && publication.retain && connection.connected) this.behind = true;
    else if (taken && this.behind) this.tellStanding();
  }

  private tellStanding(): void {
    this.behind = false;
    for (const publication of this.options.retained()) if (this.wants(publication)) void this.send(publication);
  }

  private wants({ topic }: Publication): boolean {
    const { topics, values } = this.options;
    return values || !topic.startsWith(`${topics.values}/`);
  }
}

/** null for a payload that is none of ours. */
function bootIdIn(payload: string): unknown {
  try {
    const read: unknown = JSON.parse(payload);
    return typeof read === 'object' && read !== null && 'bootId' in read ? read.bootId : null;
  } catch {
    return null;
  }
}

export function openUplink(options: UplinkOptions): Outlet {
  return new Uplink(options);
}
