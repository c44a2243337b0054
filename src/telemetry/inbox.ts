/**
 * What comes in from brokers, on its way to the control process. Owns who is believed to be whom, that a stop takes the short
 * way, and how much may come: a flood is turned away here and counted. It judges no command.
 */
import type { Clock, Timer } from '../model/clock.js';
import { Allowance } from './allowance.js';
import type { BrokerConnection, Delivery } from './brokers/connection.js';
import type { Publication } from './publication.js';
import { isId, LONGEST_COMMAND_BYTES, PAYLOAD_VERSION, type ReplyPayload, type Topics } from './topics.js';
import { OWN_ACTORS } from './verbs.js';
import type { AtTheDoor } from './wire.js';

/** Over which the built-in broker is named; no uplink may be. */
export const BUILT_IN = 'built-in';
/** Who is named where a name is none, or one that is not for the network. */
const NOBODY = 'nobody';
/** Commands that may come at once, and one after another, from everybody together. */
const BURST = 40;
const RATE_Hz = 20;
/** What one actor may take of it, so that he cannot shut out the others. */
const BURST_OF_ONE = 20;
const RATE_OF_ONE_Hz = 5;
const MOST_ACTORS = 256;
/** What takes a retained message back comes by here as well, with no payload, within this time, ms. */
const ECHO_MS = 10_000;
/** Lines about retained commands that were taken back, at once and a minute. */
const NOTICES = 10;
/** How often is told what was turned away, ms; and of how many actors each time. */
const COUNT_MS = 1000;
const MOST_COUNTED = 16;

export interface InboxOptions {
  readonly topics: Topics;
  /** Of the control process, for replies that are given here. */
  readonly bootId: string;
  readonly clock: Clock;
  /** Settles when the message is on its way. */
  readonly tell: (message: AtTheDoor) => Promise<void>;
  readonly stop: (actor: string, via: string) => void;
  readonly notice: (text: string) => void;
}

interface Turned {
  readonly via: string;
  readonly actor: string;
  readonly reason: string;
  count: number;
}

type Publish = (publication: Publication) => unknown;

export class Inbox {
  private readonly outlets = new Map<string, Publish>();
  private readonly all: Allowance;
  private readonly each = new Map<string, Allowance>();
  private readonly turned = new Map<string, Turned>();
  /** Topics that were emptied just now, by broker, and when. */
  private readonly emptied = new Map<string, number>();
  private readonly notices: Allowance;
  private counting: Timer | undefined;
  private underWay = 0;

  constructor(private readonly options: InboxOptions) {
    this.all = new Allowance(BURST, RATE_Hz, options.clock.now());
    this.notices = new Allowance(NOTICES, NOTICES / 60, options.clock.now());
  }

  /** Where replies to those go who came over `via`. */
  answersOver(via: string, publish: Publish): void {
    this.outlets.set(via, publish);
  }

  /** An outside broker: only its own access list says that nobody writes under another's name. `all`: not only stops. */
  hear(via: string, connection: BrokerConnection, all: boolean): void {
    const { commands } = this.options.topics;
    this.answersOver(via, (publication) => connection.publish(publication));
    connection.subscribe([`${commands}/+/stop`, ...(all ? [`${commands}/+`] : [])]);
    connection.onMessage((delivery) => {
      const { topic } = delivery;
      if (!topic.startsWith(`${commands}/`)) return;
      // what was not asked for may be delivered all the same: by a broker that is not what it should be
      if (all || topic.endsWith('/stop')) this.delivered(via, connection, delivery);
      else this.turnAway(via, NOBODY, 'no commands are taken from this broker');
    });
  }

  /** A user of the built-in broker, whose password was right. */
  command(via: string, actor: string, payload: Buffer, retained = false): void {
    if (!(payload.length <= LONGEST_COMMAND_BYTES))
      return this.refuse(via, actor, retained ? null : '', `a command has ${LONGEST_COMMAND_BYTES} bytes at most`);
    const text = payload.toString('utf8');
    const stop = retained ? null : stopIn(text);
    if (stop !== null) {
      const { bootId, clock } = this.options;
      this.options.stop(actor, via);
      const t = clock.wallTime_ms();
      return this.reply(via, actor, { v: PAYLOAD_VERSION, id: stop, ok: true, reason: null, bootId, t });
    }
    if (!this.admits(via, actor)) return this.refuse(via, actor, retained ? null : text, 'too many commands at once');
    this.underWay += 1;
    void this.options.tell({ kind: 'asked', via, actor, retained, text }).then(() => {
      this.underWay -= 1;
    });
  }

  /** One answer a second and reason: a flood is not answered with a flood. `text` null: nobody has just asked. */
  private refuse(via: string, actor: string, text: string | null, reason: string): void {
    if (!this.counts(via, actor, reason) || text === null || actor === NOBODY) return;
    const { bootId, clock } = this.options;
    const t = clock.wallTime_ms();
    this.reply(via, actor, { v: PAYLOAD_VERSION, id: idIn(text), ok: false, reason, bootId, t });
  }

  /** Refused before it came this far. */
  turnAway(via: string, actor: string, reason: string): void {
    this.counts(via, actor, reason);
  }

  /** True: the first of its kind within a second. */
  private counts(via: string, actor: string, reason: string): boolean {
    const single = `${via}/${actor}/${reason}`;
    const roomy = this.turned.has(single) || this.turned.size < MOST_COUNTED - 1;
    const key = roomy ? single : NOBODY; // all others together
    const known = this.turned.get(key);
    if (known !== undefined) known.count += 1;
    else this.turned.set(key, { via, actor: roomy ? actor : NOBODY, reason, count: 1 });
    this.counting ??= this.options.clock.after(COUNT_MS, () => this.tellTurned());
    return known === undefined && roomy;
  }

  reply(via: string, actor: string, payload: ReplyPayload): void {
    const topic = this.options.topics.reply(actor);
    this.outlets.get(via)?.({ topic, payload: JSON.stringify(payload), retain: false, qos: 1 });
  }

  private delivered(via: string, connection: BrokerConnection, { topic, payload, retain }: Delivery): void {
    const { commands } = this.options.topics;
    const [actor = '', stop, more] = topic.slice(commands.length + 1).split('/');
    if (more !== undefined || (stop !== undefined && stop !== 'stop')) return;
    if (payload.length === 0 && (stop === undefined || this.isEcho(via, topic))) return;
    if (!isId(actor)) return this.turnAway(via, NOBODY, 'that is no name of a user');
    if (retain) this.takeBack(connection, topic, via, actor);
    const known = OWN_ACTORS.has(actor) ? NOBODY : actor;
    if (stop === undefined) return this.command(via, known, payload, retain);
    if (retain) return this.turnAway(via, known, 'a stop may not be retained');
    this.options.stop(known, via);
  }

  /** A command that a broker keeps would be heard again at every start: it is taken from there, and told. */
  private takeBack(connection: BrokerConnection, topic: string, via: string, actor: string): void {
    this.tellTakenBack(via, actor);
    this.emptied.set(`${via} ${topic}`, this.options.clock.now());
    const [oldest] = this.emptied.keys();
    if (this.emptied.size > MOST_ACTORS && oldest !== undefined) this.emptied.delete(oldest);
    void connection.publish({ topic, payload: '', retain: true, qos: 1 });
  }

  private tellTakenBack(via: string, actor: string): void {
    const now_ms = this.options.clock.now();
    if (!this.notices.has(now_ms)) return;
    this.notices.take();
    this.options.notice(`broker ${via} kept a command of "${actor}": it was not carried out, and is taken back there`);
  }

  /** Once for each: a stop may have no payload either, and the next one is meant. */
  private isEcho(via: string, topic: string): boolean {
    const key = `${via} ${topic}`;
    const at_ms = this.emptied.get(key);
    this.emptied.delete(key);
    return at_ms !== undefined && this.options.clock.now() - at_ms < ECHO_MS;
  }

  private admits(via: string, actor: string): boolean {
    const now_ms = this.options.clock.now();
    const key = `${via}/${actor}`;
    const own = this.each.get(key) ?? new Allowance(BURST_OF_ONE, RATE_OF_ONE_Hz, now_ms);
    this.each.delete(key);
    this.each.set(key, own);
    const [oldest] = this.each.keys();
    if (this.each.size > MOST_ACTORS && oldest !== undefined) this.each.delete(oldest);
    if (!own.has(now_ms) || !this.all.has(now_ms) || !(this.underWay < BURST)) return false;
    own.take();
    this.all.take();
    return true;
  }

  private tellTurned(): void {
    this.counting = undefined;
    for (const turned of this.turned.values()) void this.options.tell({ kind: 'turned-away', ...turned });
    this.turned.clear();
  }
}

/** The id of a command that is not read any further; empty where none can be seen. */
function idIn(text: string): string {
  return /"id"\s*:\s*"([^"\\]{1,64})"/.exec(text)?.[1] ?? '';
}

/** The id of what is a stop and nothing else, however badly it is written; null for all else. */
function stopIn(text: string): string | null {
  if (/^[\s"']*stop[\s"'!.]*$/i.test(text)) return '';
  if (!/"verb"\s*:\s*"stop"/.test(text)) return null;
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== 'object' || data === null || !('verb' in data) || data.verb !== 'stop') return null;
    return 'id' in data && typeof data.id === 'string' ? data.id.slice(0, 64) : '';
  } catch {
    return null;
  }
}
