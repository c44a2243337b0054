/**
 * The one way to off: ordered, idempotent, latched, with a reason. Off is what is measured, never what was commanded: a
 * current that does not vanish in time opens the master relay on a line of its own. Pure; the core acts on its verdicts.
 */

/** |I| below this is off, mA. */
export const OFF_CURRENT_MA = 0.2;
/** Not measured off within this after the command: open the master relay. */
const RELAY_AFTER_S = 0.2;
/** Not measured off within this after the relay: a person must act. */
const GIVE_UP_AFTER_S = 1;

export interface OffSeen {
  readonly now_s: number;
  /** null when it cannot be measured. */
  readonly current_mA: number | null;
  readonly outputOn: boolean | null;
}

export type OffVerdict = 'waiting' | 'off' | 'open-relay' | 'unconfirmed';

type Phase =
  | { readonly kind: 'rest' }
  | { readonly kind: 'commanded'; readonly since_s: number }
  | { readonly kind: 'relay'; readonly since_s: number };

export class Shutdown {
  /** Reason of the off in progress, the first that was given. */
  reason: string | null = null;
  private phase: Phase = { kind: 'rest' };

  get inProgress(): boolean {
    return this.phase.kind !== 'rest';
  }

  begin(reason: string, now_s: number): void {
    if (this.inProgress) return;
    this.reason = reason;
    this.phase = { kind: 'commanded', since_s: now_s };
  }

  /** Judges one cycle after the command. 'open-relay' is said once. */
  judge(seen: OffSeen): OffVerdict {
    const phase = this.phase;
    if (phase.kind === 'rest') return 'waiting';
    const off = seen.current_mA !== null && Math.abs(seen.current_mA) <= OFF_CURRENT_MA && seen.outputOn === false;
    if (off) return this.rest('off');
    const waited_s = seen.now_s - phase.since_s;
    if (phase.kind === 'relay') return waited_s <= GIVE_UP_AFTER_S ? 'waiting' : this.rest('unconfirmed');
    if (waited_s <= RELAY_AFTER_S) return 'waiting';
    this.phase = { kind: 'relay', since_s: seen.now_s };
    return 'open-relay';
  }

  private rest(verdict: OffVerdict): OffVerdict {
    this.phase = { kind: 'rest' };
    return verdict;
  }
}
