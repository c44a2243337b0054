/**
 * Lets passwords be tried one at a time. A trial costs a quarter of a second of a core on purpose, so whoever floods the
 * door with trials would starve the process: here a flood waits for itself. Knows no broker and no password.
 */
import type { Clock } from '../../model/clock.js';

/** Trials under way at once, on a machine of which the control loop needs the other cores. */
const AT_ONCE = 1;
/** Addresses that wait for their trial; each has one at most. */
const MOST_WAITING = 16;
/** After a wrong password the address waits this long for its answer, doubled each time up to the longest. */
const FIRST_PENALTY_MS = 1000;
const LONGEST_PENALTY_MS = 30_000;
/** Addresses whose penalties are remembered. */
const MOST_REMEMBERED = 256;

/** busy: nothing was tried. */
export type Passage<T> =
  | { readonly kind: 'passed'; readonly value: T }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'busy' };

export class Turnstile {
  private trying = 0;
  private readonly queue: (() => void)[] = [];
  /** Addresses with a trial that waits, goes on, or is being punished. */
  private readonly inside = new Set<string>();
  private readonly penalties = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** `trial` gives null for a wrong password; one that throws counts as wrong. */
  async pass<T>(address: string, trial: () => Promise<T | null>): Promise<Passage<T>> {
    if (this.inside.has(address) || !(this.queue.length < MOST_WAITING)) return { kind: 'busy' };
    this.inside.add(address);
    try {
      const value = await this.tried(trial);
      if (value === null) {
        await this.clock.sleep(this.penaltyOf(address));
        return { kind: 'wrong' };
      }
      this.penalties.delete(address);
      return { kind: 'passed', value };
    } finally {
      this.inside.delete(address);
    }
  }

  private async tried<T>(trial: () => Promise<T | null>): Promise<T | null> {
    if (!(this.trying < AT_ONCE)) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.trying += 1;
    try {
      return await trial();
    } catch {
      return null; // a file of users that cannot be read lets nobody in
    } finally {
      this.trying -= 1;
      this.queue.shift()?.();
    }
  }

  private penaltyOf(address: string): number {
    const penalty_ms = this.penalties.get(address) ?? FIRST_PENALTY_MS;
    this.penalties.delete(address);
    this.penalties.set(address, Math.min(LONGEST_PENALTY_MS, 2 * penalty_ms));
    const [oldest] = this.penalties.keys();
    if (this.penalties.size > MOST_REMEMBERED && oldest !== undefined) this.penalties.delete(oldest);
    return penalty_ms;
  }
}
