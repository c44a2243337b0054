/**
 * Asks a reactor something over a broker: hello for a nonce, then the command with it. Owns the ids of what was asked and how
 * long is waited. An answer to what is not asked any more is nobody's. Must not know what is asked, nor what carries it.
 */
import type { Clock } from '../model/clock.js';
import { PAYLOAD_VERSION, replyPayload, topicsOf, type ReplyPayload } from './topics.js';
import { helloData, type Verb } from './verbs.js';

/** For hello and for reads, ms. */
const ANSWER_MS = 10_000;
/** A start opens the bench before it is answered; by then every nonce is worth nothing, ms beside its life. */
const DEED_MS = 60_000;
/** Verbs that open the bench, which takes its time. */
const DEEDS: ReadonlySet<Verb> = new Set(['start', 'resume', 'clear']);

export type Answer =
  /** The command itself was not sent. */
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'replied'; readonly reply: ReplyPayload }
  /** It was sent, and what became of it is not known; its nonce is good no more. */
  | { readonly kind: 'silent' };

export type Arguments = Readonly<Record<string, string | number | boolean | null>>;

export interface Question {
  readonly reactor: string;
  /** As the broker knows who asks. */
  readonly actor: string;
  readonly verb: Verb;
  readonly args: Arguments;
  /** Called with the reactor's boot just before the command goes out; false: it does not. */
  readonly before?: (boot: string) => boolean;
}

export interface AskingOptions {
  readonly clock: Clock;
  /** False: it cannot be sent now, and never will be. */
  readonly send: (topic: string, payload: string) => boolean;
  /** A name of its own for each asking. */
  readonly id: () => string;
}

type Heard = ReplyPayload | 'silent' | 'unsent';

export class Asking {
  private readonly open = new Map<string, (heard: Heard) => void>();

  constructor(private readonly options: AskingOptions) {}

  /** Never rejects. */
  async ask({ reactor, actor, verb, args, before }: Question): Promise<Answer> {
    const hello = await this.command(reactor, actor, { verb: 'hello' }, ANSWER_MS);
    if (hello === 'silent') return { kind: 'unsent', reason: 'does not answer' };
    if (hello === 'unsent') return { kind: 'unsent', reason: 'cannot be reached' };
    const given = helloData.safeParse(hello.data);
    if (!hello.ok || !given.success) return { kind: 'unsent', reason: hello.reason ?? 'gives no nonce' };
    const { nonce, bootId, good_for_s } = given.data;
    if (before?.(bootId) === false) return { kind: 'unsent', reason: 'is not asked any more' };
    const limit_ms = 1000 * good_for_s + (DEEDS.has(verb) ? DEED_MS : ANSWER_MS);
    const reply = await this.command(reactor, actor, { verb, args, nonce, bootId }, limit_ms);
    if (reply === 'unsent') return { kind: 'unsent', reason: 'cannot be reached any more' };
    return reply === 'silent' ? { kind: 'silent' } : { kind: 'replied', reply };
  }

  /** A message on the topic of somebody's replies. */
  heard(reactor: string, payload: string): void {
    let json: unknown;
    try {
      json = JSON.parse(payload);
    } catch {
      return; // no reply of a reactor
    }
    const reply = replyPayload.safeParse(json);
    if (reply.success) this.open.get(`${reactor}/${reply.data.id}`)?.(reply.data);
  }

  private command(reactor: string, actor: string, said: object, limit_ms: number): Promise<Heard> {
    const { clock, send } = this.options;
    const id = this.options.id();
    const key = `${reactor}/${id}`;
    return new Promise((resolve) => {
      const timer = clock.after(limit_ms, () => settle('silent'));
      const settle = (heard: Heard): void => {
        timer.cancel();
        this.open.delete(key);
        resolve(heard);
      };
      this.open.set(key, settle);
      const payload = JSON.stringify({ v: PAYLOAD_VERSION, id, ...said });
      if (!send(topicsOf(reactor).command(actor), payload)) settle('unsent');
    });
  }
}
