/**
 * Who is signed in at the page. Owns the tokens, of which only hashes are kept, and when a session ends: signed out, unused,
 * too old, or when the user's password or role changed. It must not know cookies, sockets or passwords.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../../model/clock.js';
import type { Role } from '../../telemetry/verbs.js';
import { NOBODY, type Guest } from '../api/exchange.js';

const TOKEN_BYTES = 32;
/** Longest life, and without being used, ms. */
export const LONGEST_MS = 12 * 3600 * 1000;
export const IDLE_MS = 3600 * 1000;
/** Of one user, and of all; the one that was not used for the longest time ends first. */
const MOST_OF_ONE = 8;
const MOST = 128;
const LOOK_MS = 1000;

export interface Accounts {
  /** null: is known no more. */
  roleOf(name: string): Role | null;
  /** Changes whenever the role or the password does. */
  markOf(name: string): string | null;
}

interface Session {
  readonly user: string;
  readonly mark: string;
  readonly began_ms: number;
  used_ms: number;
  /** What stays open for as long as it lasts. */
  readonly open: Set<() => void>;
}

function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

export class Sessions {
  private readonly sessions = new Map<string, Session>();
  private looking: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly accounts: Accounts,
  ) {}

  /** A token for a user whose password was right; null where the user is gone meanwhile. */
  begin(user: string): string | null {
    const mark = this.accounts.markOf(user);
    if (mark === null) return null;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const now_ms = this.clock.now();
    this.sessions.set(keyOf(token), { user, mark, began_ms: now_ms, used_ms: now_ms, open: new Set() });
    this.makeRoom(user);
    this.looking ??= this.clock.after(LOOK_MS, () => this.lookAgain());
    return token;
  }

  /** Who that is, now; the session counts as used. */
  guest(token: string | null): Guest {
    const found = this.find(token);
    if (found === null) return NOBODY;
    found.used_ms = this.clock.now();
    return { user: found.user, role: this.accounts.roleOf(found.user) };
  }

  end(token: string | null): void {
    if (token !== null) this.drop(keyOf(token));
  }

  /** Something that is open in the name of a session, which counts as used all the while. Gives what is to be called when it has closed. */
  opened(token: string | null, close: () => void): () => void {
    const found = this.find(token);
    if (found === null) return () => undefined;
    found.open.add(close);
    return () => {
      found.open.delete(close);
      found.used_ms = this.clock.now();
    };
  }

  close(): void {
    this.looking?.cancel();
    for (const key of this.sessions.keys()) this.drop(key);
  }

  private find(token: string | null): Session | null {
    const key = token === null ? '' : keyOf(token);
    const found = this.sessions.get(key);
    if (found === undefined) return null;
    if (this.holds(found)) return found;
    this.drop(key);
    return null;
  }

  private holds({ user, mark, began_ms, used_ms, open }: Session): boolean {
    const now_ms = this.clock.now();
    const fresh = open.size > 0 || now_ms - used_ms < IDLE_MS;
    return fresh && now_ms - began_ms < LONGEST_MS && this.accounts.markOf(user) === mark;
  }

  private lookAgain(): void {
    this.looking = undefined;
    for (const [key, session] of this.sessions) if (!this.holds(session)) this.drop(key);
    if (this.sessions.size > 0) this.looking = this.clock.after(LOOK_MS, () => this.lookAgain());
  }

  private drop(key: string): void {
    const found = this.sessions.get(key);
    this.sessions.delete(key);
    for (const close of found?.open ?? []) close();
  }

  private makeRoom(user: string): void {
    const own = [...this.sessions].filter(([, one]) => one.user === user);
    if (own.length > MOST_OF_ONE) this.dropStalest(own);
    if (this.sessions.size > MOST) this.dropStalest([...this.sessions]);
  }

  private dropStalest(among: readonly (readonly [string, Session])[]): void {
    const stalest = among.reduce((a, b) => (b[1].used_ms < a[1].used_ms ? b : a));
    this.drop(stalest[0]);
  }
}
