/**
 * Asks the reactor for something over MQTT: hello for a nonce, then the command with it. Owns the ids of what was asked and
 * how long is waited. An answer to what is not asked any more is nobody's. Must not know what is asked, nor MQTT.
 */
import type { Clock } from '../../../model/clock.js';
import { PAYLOAD_VERSION, replyPayload, topicsOf, type ReplyPayload } from '../../../telemetry/topics.js';
import { helloData, type Verb } from '../../../telemetry/verbs.js';

/** For hello and for reads, ms. */
const ANSWER_MS = 10_000;
/** A start opens the bench before it is answered, ms beside the life of its nonce. */
const DEED_MS = 60_000;
const DEEDS: ReadonlySet<Verb> = new Set(['start', 'resume', 'clear']);

/** What became of it, in words for a person where it did not. */
export type Asked =
  | { readonly ok: true; readonly reply: ReplyPayload }
  | { readonly ok: false; readonly reason: string };

export type Arguments = Readonly<Record<string, string | number | boolean | null>>;

/** Never rejects. */
export type Ask = (verb: Verb, args?: Arguments) => Promise<Asked>;

export interface AskingOptions {
  readonly clock: Clock;
  /** False when it cannot be sent now. */
  readonly send: (topic: string, payload: string) => boolean;
  readonly reactor: () => string | null;
  /** Who is signed in. */
  readonly actor: () => string | null;
  /** A name of its own for each asking. */
  readonly id: () => string;
}

const no = (reason: string): Asked => ({ ok: false, reason });

export class Asking {
  private readonly open = new Map<string, (reply: ReplyPayload | null) => void>();

  constructor(private readonly options: AskingOptions) {}

  readonly ask: Ask = async (verb, args = {}) => {
    const reactor = this.options.reactor();
    const actor = this.options.actor();
    if (actor === null) return no('Nobody is signed in.');
    if (reactor === null) return no('No reactor has been heard yet.');
    const topic = topicsOf(reactor).command(actor);
    const hello = await this.command(topic, { verb: 'hello' }, ANSWER_MS);
    if (hello === 'unsent') return no('Not sent: the reactor cannot be reached.');
    if (hello === null) return no('The reactor does not answer.');
    const given = helloData.safeParse(hello.data);
    if (!hello.ok || !given.success) return no(hello.reason ?? 'The reactor gives no nonce.');
    const { nonce, bootId, good_for_s } = given.data;
    const limit_ms = 1000 * good_for_s + (DEEDS.has(verb) ? DEED_MS : ANSWER_MS);
    const reply = await this.command(topic, { verb, args, nonce, bootId }, limit_ms);
    if (reply === 'unsent') return no('Not sent: the connection was lost.');
    if (reply === null) return no('No answer came: look at the state before asking again.');
    return reply.ok ? { ok: true, reply } : no(reply.reason ?? 'The reactor refuses.');
  };

  /** A message on the topic of the replies. */
  heard(payload: string): void {
    let json: unknown;
    try {
      json = JSON.parse(payload);
    } catch {
      return; // no reply of the reactor
    }
    const reply = replyPayload.safeParse(json);
    if (reply.success) this.open.get(reply.data.id)?.(reply.data);
  }

  private command(topic: string, said: object, limit_ms: number): Promise<ReplyPayload | null | 'unsent'> {
    const { clock, send } = this.options;
    const id = this.options.id();
    return new Promise((resolve) => {
      const timer = clock.after(limit_ms, () => settle(null));
      const settle = (reply: ReplyPayload | null | 'unsent'): void => {
        timer.cancel();
        this.open.delete(id);
        resolve(reply);
      };
      this.open.set(id, settle);
      if (!send(topic, JSON.stringify({ v: PAYLOAD_VERSION, id, ...said }))) settle('unsent');
    });
  }
}
