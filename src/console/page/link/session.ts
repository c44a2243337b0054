/**
 * Who is signed in at this page. Owns signing in and out, which ends with a new connection to the broker, since a connection
 * is somebody's for as long as it lasts. It must not keep a password.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { session as shape, type Session } from '../../api/session.js';
import { HttpRefused, type Http } from './http.js';

export interface SessionDesk {
  /** null until the server has told. */
  readonly session: ReadonlySignal<Session | null>;
  /** Null when it went well, or why not, in words. */
  signIn(user: string, password: string): Promise<string | null>;
  signOut(): Promise<string | null>;
  /** Asks the server who this is: a session may have ended meanwhile. */
  look(): Promise<void>;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof HttpRefused)) return String(error);
  return error.problems.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`)).join('; ');
}

/** @param renew opens the connection to the broker anew. */
export function sessionDesk(http: Http, renew: () => void): SessionDesk {
  const session = signal<Session | null>(null);
  const asked = async (asking: Promise<Session>): Promise<string | null> => {
    try {
      session.value = await asking;
      renew();
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  };
  return {
    session,
    signIn: (user, password) => asked(http.send('POST', '/api/session', { user, password }, shape)),
    signOut: () => asked(http.send('DELETE', '/api/session', {}, shape)),
    look: async () => {
      session.value = await http.get('/api/session', shape).catch(() => session.value);
    },
  };
}
