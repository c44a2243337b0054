/**
 * The permit: that somebody stood at the bench and pressed its arm button less than a minute ago. Owns what a press is good
 * for and how long, by the monotonic clock that is handed in; knows no button, no run and no network.
 *
 * One press opens a window of 60 s. Within it one command may energise something, which spends that half of it, and every
 * question may be answered, so that a recipe that asks five things at once needs one press. Another press begins anew. A
 * button that stays down counts from its press, as one that was let go.
 */
import { Observable, Subject } from 'rxjs';
import type { Clock } from '../model/clock.js';

/** How long a press is good for, ms. */
export const PERMIT_MS = 60_000;

/** What a press may be used for: once for the first, any number of times for the second. */
export type PermitUse = 'energise' | 'answer';

export interface Permit {
  given(use: PermitUse): boolean;
  /** Uses it, and says whether it was there. */
  take(use: PermitUse): boolean;
  /** Instant of the clock at which the window ends, ms; null: there is none, or it never ends. */
  readonly until_ms: number | null;
  /** A press at the bench, now. */
  pressed(): void;
  /** Emits after each change, the end of a window included. */
  readonly changes$: Observable<void>;
}

/** Pure book of one button. `now_ms` is monotonic; a time that is no number opens nothing. */
export class PressBook {
  private pressed_ms: number | null = null;
  private energised = false;

  press(now_ms: number): void {
    this.pressed_ms = now_ms;
    this.energised = false;
  }

  given(use: PermitUse, now_ms: number): boolean {
    if (this.pressed_ms === null) return false;
    const age_ms = now_ms - this.pressed_ms;
    return age_ms >= 0 && age_ms < PERMIT_MS && (use === 'answer' || !this.energised);
  }

  take(use: PermitUse, now_ms: number): boolean {
    if (!this.given(use, now_ms)) return false;
    if (use === 'energise') this.energised = true;
    return true;
  }

  /** End of the window, ms; null when none is open. */
  until_ms(now_ms: number): number | null {
    return this.pressed_ms !== null && this.given('answer', now_ms) ? this.pressed_ms + PERMIT_MS : null;
  }
}

/** Of a bench with an arm button. */
export function buttonPermit(clock: Clock): Permit {
  const book = new PressBook();
  const changes$ = new Subject<void>();
  let ending: { cancel(): void } | undefined;
  return {
    changes$,
    given: (use) => book.given(use, clock.now()),
    take: (use) => {
      const taken = book.take(use, clock.now());
      if (taken && use === 'energise') changes$.next();
      return taken;
    },
    get until_ms() {
      return book.until_ms(clock.now());
    },
    pressed: () => {
      book.press(clock.now());
      ending?.cancel();
      ending = clock.after(PERMIT_MS, () => changes$.next());
      changes$.next();
    },
  };
}

/** Of a bench that is simulated in this process: nobody can be harmed, and there is no button to press. */
export function standingPermit(): Permit {
  return {
    changes$: new Observable<void>(),
    given: () => true,
    take: () => true,
    until_ms: null,
    pressed: () => undefined,
  };
}
