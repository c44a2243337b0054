/** Asks the reactor, one thing at a time, and keeps what came of it in words. */
import { useState } from 'preact/hooks';
import type { Verb } from '../../../telemetry/verbs.js';
import type { Arguments } from '../link/ask.js';
import type { Said } from '../parts/notice.js';
import type { Standing } from '../run/may.js';
import type { Context } from '../shell/context.js';

/** What decides whether somebody may ask for something. */
export function standing(context: Context): Standing {
  const { about, state, connection, online } = context.view.value;
  const heard = connection === 'up' && online === true;
  return { session: context.desk.session.value, about, state: state?.state ?? null, heard };
}

export interface UsedAsking {
  readonly busy: boolean;
  readonly said: Said;
  /** @param done what to say when it was done. True: it was. */
  readonly ask: (verb: Verb, args: Arguments, done: string) => Promise<boolean>;
}

export function useAsking(context: Context): UsedAsking {
  const [busy, setBusy] = useState(false);
  const [said, say] = useState<Said>(null);
  const ask: UsedAsking['ask'] = async (verb, args, done) => {
    setBusy(true);
    say(null);
    const asked = await context.ask(verb, args);
    setBusy(false);
    say(asked.ok ? { kind: 'done', text: done } : { kind: 'refused', text: asked.reason });
    return asked.ok;
  };
  return { busy, said, ask };
}
