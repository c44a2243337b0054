/**
 * Asks a reactor something over the broker: hello for a nonce, then the command with it. Owns the ids of what was asked and
 * how long is waited. An answer to what is not asked any more is nobody's. Must not know what is asked.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../model/clock.js';
import type { BrokerConnection } from '../telemetry/brokers/connection.js';
import { PAYLOAD_VERSION, replyPayload, ROOT, topicsOf, type ReplyPayload } from '../telemetry/topics.js';
import { helloData, type Verb } from '../telemetry/verbs.js';

/** For hello and for reads, ms. */
const ANSWER_MS = 10_000;
/** A start opens the bench before it is answered; by then every nonce is worth nothing, ms beside its life. */
const DEED_MS = 60_000;

export type Answer =
  /** The command itself was not sent. */
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'replied'; readonly reply: ReplyPayload }
  /** It was sent, and what became of it is not known; its nonce is good no more. */
  | { readonly kind: 'silent' };

export interface Question {
  readonly reactor: string;
  readonly verb: Verb;
  readonly args: Readonly<Record<string, string | number | boolean | null>>;
  /** Opens the bench, which takes its time. */
  readonly isDeed: boolean;
  /** Called with the reactor's boot just before the command goes out; false: it does not. */
  readonly before?: (boot: string) => boolean;
}

export class Asking {
  private readonly open = new Map<string, (reply: ReplyPayload | null) => void>();

  constructor(
    private readonly connection: BrokerConnection,
    private readonly actor: string,
    private readonly clock: Clock,
  ) {
    connection.subscribe([`${ROOT}/+/reply/${actor}`]);
    connection.onMessage(({ topic, payload, retain }) => {
      if (!retain && topic.startsWith(`${ROOT}/`) && topic.endsWith(`/reply/${actor}`)) this.heard(topic, payload);
    });
  }

  async ask({ reactor, verb, args, isDeed, before }: Question): Promise<Answer> {
    const hello = await this.command(reactor, { verb: 'hello' }, ANSWER_MS);
    if (hello === null) return { kind: 'unsent', reason: 'does not answer' };
    const given = helloData.safeParse(hello.data);
    if (!hello.ok || !given.success) return { kind: 'unsent', reason: hello.reason ?? 'gives no nonce' };
    const { nonce, bootId, good_for_s } = given.data;
    if (before?.(bootId) === false) return { kind: 'unsent', reason: 'is not asked any more' };
    const limit_ms = 1000 * good_for_s + (isDeed ? DEED_MS : ANSWER_MS);
    const reply = await this.command(reactor, { verb, args, nonce, bootId }, limit_ms);
    return reply === null ? { kind: 'silent' } : { kind: 'replied', reply };
  }

  private command(reactor: string, said: object, limit_ms: number): Promise<ReplyPayload | null> {
    const id = randomUUID();
    const payload = JSON.stringify({ v: PAYLOAD_VERSION, id, ...said });
    const topic = topicsOf(reactor).command(this.actor);
    return new Promise((resolve) => {
      const key = `${reactor}/${id}`;
      const timer = this.clock.after(limit_ms, () => settle(null));
      const settle = (reply: ReplyPayload | null): void => {
        timer.cancel();
        this.open.delete(key);
        resolve(reply);
      };
      this.open.set(key, settle);
      // Not acknowledged is not "not sent": only an answer, or the time, settles it.
      void this.connection.publish({ topic, payload, retain: false, qos: 1 });
    });
  }

  private heard(topic: string, payload: Buffer): void {
    const [, reactor = ''] = topic.split('/');
    let json: unknown = null;
    try {
      json = JSON.parse(payload.toString('utf8'));
    } catch {
      return; // no reply of ours
    }
    const reply = replyPayload.safeParse(json);
    if (reply.success) this.open.get(`${reactor}/${reply.data.id}`)?.(reply.data);
  }
}
