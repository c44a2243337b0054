/**
 * Lets passwords be tried one at a time. A trial costs a quarter of a second of a core on purpose, so whoever floods the
 * door with trials would starve the process: here a flood waits for itself. Knows no broker and no password.
 */
import type { Clock } from '../../model/clock.js';

/** Trials under way at once, on a machine of which the control loop needs the other cores. */
const AT_ONCE = 1;
/** Trials that wait, in all and of one address; each name has one at most from each address. */
const MOST_WAITING = 16;
const MOST_OF_ONE = 8;
/** After a wrong password the name waits this long at that address for its answer, doubled each time up to the longest. */
const FIRST_PENALTY_MS = 1000;
const LONGEST_PENALTY_MS = 30_000;
/** Names at addresses whose penalties are remembered. */
const MOST_REMEMBERED = 256;

/** busy: nothing was tried. */
export type Passage<T> =
  | { readonly kind: 'passed'; readonly value: T }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'busy' };

export class Turnstile {
  private trying = 0;
  private readonly queue: { readonly address: string; readonly go: () => void }[] = [];
  /** Names at addresses with a trial that waits, goes on, or is being punished. */
  private readonly inside = new Set<string>();
  private readonly penalties = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /**
   * `trial` gives null for a wrong password; one that throws counts as wrong. A program with an old password locks out
   * nobody but its own user, behind whatever address they share.
   */
  async pass<T>(address: string, name: string, trial: () => Promise<T | null>): Promise<Passage<T>> {
    const who = `${address} ${name}`;
    if (this.inside.has(who) || this.isFullFor(address)) return { kind: 'busy' };
    this.inside.add(who);
    try {
      const value = await this.tried(address, trial);
      if (value === null) {
        await this.clock.sleep(this.penaltyOf(who));
        return { kind: 'wrong' };
      }
      this.penalties.delete(who);
      return { kind: 'passed', value };
    } finally {
      this.inside.delete(who);
    }
  }

  private isFullFor(address: string): boolean {
    if (!(this.queue.length < MOST_WAITING)) return true;
    return !(this.queue.filter((one) => one.address === address).length < MOST_OF_ONE);
  }

  private async tried<T>(address: string, trial: () => Promise<T | null>): Promise<T | null> {
    if (!(this.trying < AT_ONCE)) await new Promise<void>((go) => this.queue.push({ address, go }));
    this.trying += 1;
    try {
      return await trial();
    } catch {
      return null; // a file of users that cannot be read lets nobody in
    } finally {
      this.trying -= 1;
      this.queue.shift()?.go();
    }
  }

  private penaltyOf(who: string): number {
    const penalty_ms = this.penalties.get(who) ?? FIRST_PENALTY_MS;
    this.penalties.delete(who);
    this.penalties.set(who, Math.min(LONGEST_PENALTY_MS, 2 * penalty_ms));
    const [oldest] = this.penalties.keys();
    if (this.penalties.size > MOST_REMEMBERED && oldest !== undefined) this.penalties.delete(oldest);
    return penalty_ms;
  }
}
