/**
 * The latching polarity relay of the breakout: which way the current goes, and the order in which it is turned round. Owns
 * that order, with its dead times; pure: (wanted direction, measured current, time) -> which coil to energise, and whether
 * current may be driven. Switching a relay dry is what makes it last.
 */
import type { HostBoardLine } from '../bus/line-names.js';

export type Direction = 1 | -1;
export type Coil = Extract<HostBoardLine, 'polarity-forward' | 'polarity-reverse'>;

/** Below this the contacts carry nothing, A. */
const DRY_A = 1e-3;
/** The stage is at zero for so long before a contact moves, the coil gets so long, and the contacts so long to rest, ms. */
const EMPTY_MS = 15;
const COIL_MS = 15;
const SETTLE_MS = 15;

type Phase =
  | { readonly kind: 'ready' }
  | { readonly kind: 'emptying'; readonly since_ms: number }
  | { readonly kind: 'turning'; readonly since_ms: number }
  | { readonly kind: 'settling'; readonly since_ms: number };

export interface PolarityStep {
  /** Current may be driven in the direction that was wanted. */
  readonly ready: boolean;
  /** Coil to energise now; null: both off. */
  readonly coil: Coil | null;
}

const READY: PolarityStep = { ready: true, coil: null };
const WAIT: PolarityStep = { ready: false, coil: null };

export class Polarity {
  /** As the relay stands, or did before it began to turn. */
  direction: Direction = 1;
  private phase: Phase = { kind: 'ready' };
  private target: Direction = 1;

  /** `current_A` is the amount measured, null when it was not. While not ready, the caller drives zero. */
  step(wanted: Direction, current_A: number | null, now_ms: number): PolarityStep {
    const phase = this.phase;
    switch (phase.kind) {
      case 'ready':
        if (wanted === this.direction) return READY;
        this.target = wanted;
        this.phase = { kind: 'emptying', since_ms: now_ms };
        return WAIT;
      case 'emptying':
        if (now_ms - phase.since_ms < EMPTY_MS || !(current_A !== null && Math.abs(current_A) <= DRY_A)) return WAIT;
        this.phase = { kind: 'turning', since_ms: now_ms };
        return this.energised();
      case 'turning':
        if (now_ms - phase.since_ms < COIL_MS) return this.energised();
        this.direction = this.target;
        this.phase = { kind: 'settling', since_ms: now_ms };
        return WAIT;
      case 'settling':
        if (now_ms - phase.since_ms < SETTLE_MS) return WAIT;
        this.phase = { kind: 'ready' };
        return wanted === this.direction ? READY : WAIT;
    }
  }

  private energised(): PolarityStep {
    return { ready: false, coil: this.target === 1 ? 'polarity-forward' : 'polarity-reverse' };
  }

  /** The relay was put into the forward position: as at opening. */
  forward(): void {
    this.direction = 1;
    this.phase = { kind: 'ready' };
  }
}
