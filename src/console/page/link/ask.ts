/** Asks the reactor of this page for something, as whoever is signed in; what becomes of it comes in words. */
import type { ReplyPayload } from '../../../telemetry/topics.js';
import type { Arguments, Asking } from '../../../telemetry/asking.js';
import type { Verb } from '../../../telemetry/verbs.js';

export type { Arguments } from '../../../telemetry/asking.js';

/** What became of it, in words for a person where it did not. */
export type Asked =
  | { readonly ok: true; readonly reply: ReplyPayload }
  | { readonly ok: false; readonly reason: string };

/** Never rejects. */
export type Ask = (verb: Verb, args?: Arguments) => Promise<Asked>;

export interface Who {
  readonly reactor: () => string | null;
  /** Who is signed in. */
  readonly actor: () => string | null;
}

const no = (reason: string): Asked => ({ ok: false, reason });

export function askingAs(asking: Pick<Asking, 'ask'>, who: Who): Ask {
  return async (verb, args = {}) => {
    const [reactor, actor] = [who.reactor(), who.actor()];
    if (actor === null) return no('Nobody is signed in.');
    if (reactor === null) return no('No reactor has been heard yet.');
    const answer = await asking.ask({ reactor, actor, verb, args });
    switch (answer.kind) {
      case 'unsent':
        return no(`Not sent: the reactor ${answer.reason}.`);
      case 'silent':
        return no('No answer came: look at the state before asking again.');
      case 'replied':
        return answer.reply.ok ? { ok: true, reply: answer.reply } : no(answer.reply.reason ?? 'The reactor refuses.');
    }
  };
}
