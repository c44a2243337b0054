/**
 * The one way to off: ordered, idempotent, latched, with a reason. Off is what is measured after the command, never what
 * was commanded and never what was measured before: a current that does not vanish in time opens the master relay on a
 * line of its own. Pure; the output and the core act on its verdicts.
 */

/** |I| below this is off, mA. */
export const OFF_CURRENT_MA = 0.2;
/** Off has to be measured, or the master relay to be open, so long after the command, s: the figure that is promised. */
export const OFF_LIMIT_S = 0.2;
/**
 * When the master relay opens: what is left of the limit is for the timer of the host and the line. By then a loop of
 * 50 ms has looked three times.
 */
export const RELAY_AFTER_S = 0.18;
/** Not measured off within this after the relay: a person must act. */
const GIVE_UP_AFTER_S = 1;

export interface OffSeen {
  readonly now_s: number;
  /** null when it cannot be measured. */
  readonly current_mA: number | null;
  readonly outputOn: boolean | null;
  /** Age of the board's sample that both are of, s. */
  readonly age_s: number;
}

export type OffVerdict = 'waiting' | 'off' | 'open-relay' | 'unconfirmed';

type Phase =
  | { readonly kind: 'rest' }
  | { readonly kind: 'commanded'; readonly since_s: number }
  | { readonly kind: 'relay'; readonly since_s: number; readonly told: boolean };

export class Shutdown {
  /** Reason of the off in progress, the first that was given. */
  reason: string | null = null;
  private phase: Phase = { kind: 'rest' };
  private commanded_s = 0;

  get inProgress(): boolean {
    return this.phase.kind !== 'rest';
  }

  /** Whether this began it; an off that is in progress already goes on with its own reason and its own time. */
  begin(reason: string, now_s: number): boolean {
    if (this.inProgress) return false;
    this.reason = reason;
    this.commanded_s = now_s;
    this.phase = { kind: 'commanded', since_s: now_s };
    return true;
  }

  /** The time for the board is up, between two cycles. True when the master relay is to open now. */
  expire(now_s: number): boolean {
    if (this.phase.kind !== 'commanded') return false;
    this.phase = { kind: 'relay', since_s: now_s, told: false };
    return true;
  }

  /** Judges one cycle after the command. 'open-relay' is said once, even when the current has gone meanwhile. */
  judge(seen: OffSeen): OffVerdict {
    if (this.phase.kind === 'commanded' && !this.isOff(seen) && !(seen.now_s - this.phase.since_s <= RELAY_AFTER_S))
      this.expire(seen.now_s);
    const { phase } = this;
    if (phase.kind === 'rest') return 'waiting';
    if (phase.kind === 'relay' && !phase.told) {
      this.phase = { ...phase, told: true };
      return 'open-relay';
    }
    if (this.isOff(seen)) return this.rest('off');
    if (phase.kind === 'commanded' || seen.now_s - phase.since_s <= GIVE_UP_AFTER_S) return 'waiting';
    return this.rest('unconfirmed');
  }

  /** By a sample that the board took after the command. */
  private isOff({ now_s, age_s, current_mA, outputOn }: OffSeen): boolean {
    const after = now_s - age_s > this.commanded_s;
    return after && current_mA !== null && Math.abs(current_mA) <= OFF_CURRENT_MA && outputOn === false;
  }

  private rest(verdict: OffVerdict): OffVerdict {
    this.phase = { kind: 'rest' };
    return verdict;
  }
}
