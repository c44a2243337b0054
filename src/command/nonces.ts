/**
 * Numbers that are good for one command: random, given to one actor, once, for ten seconds of the monotonic clock. A reactor
 * may not know the time of day, so that nothing here does. Bounded: an actor who asks for ever loses his own oldest.
 */
import { randomBytes } from 'node:crypto';

/** How long a nonce is good, ms. */
export const NONCE_MS = 10_000;
/** Nonces of one actor that are remembered, spent ones too, and actors. */
const MOST_OF_ONE = 16;
const MOST_ACTORS = 256;

export type NonceVerdict = 'good' | 'unknown' | 'expired' | 'used';

interface Issued {
  readonly nonce: string;
  readonly at_ms: number;
  used: boolean;
}

export class Nonces {
  private readonly issued = new Map<string, Issued[]>();

  constructor(private readonly random: () => string = () => randomBytes(18).toString('base64url')) {}

  /** `holder` names the actor and the broker that says who he is. */
  issue(holder: string, now_ms: number): string {
    const nonce = this.random();
    const own = this.issued.get(holder) ?? [];
    this.issued.delete(holder); // the one who asked last is forgotten last
    this.issued.set(holder, [...own.slice(1 - MOST_OF_ONE), { nonce, at_ms: now_ms, used: false }]);
    const [oldest] = this.issued.keys();
    if (this.issued.size > MOST_ACTORS && oldest !== undefined) this.issued.delete(oldest);
    return nonce;
  }

  /** What a nonce is worth in this holder's hand. Changes nothing. */
  look(holder: string, nonce: string, now_ms: number): NonceVerdict {
    const found = this.issued.get(holder)?.find((one) => one.nonce === nonce);
    if (found === undefined) return 'unknown'; // another's nonce is none
    if (found.used) return 'used';
    const age_ms = now_ms - found.at_ms;
    return age_ms >= 0 && age_ms < NONCE_MS ? 'good' : 'expired';
  }

  spend(holder: string, nonce: string): void {
    const found = this.issued.get(holder)?.find((one) => one.nonce === nonce);
    if (found !== undefined) found.used = true;
  }
}
