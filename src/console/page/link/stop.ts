/**
 * The software stop of the page: one press, no question. Owns what the operator is told about it. It must not know how
 * the word travels. A stop that cannot be sent now is not sent later.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Clock, Timer } from '../../../model/clock.js';

export type StopOutcome = 'quiet' | 'sent' | 'not-sent';

export interface StopSwitch {
  press(): void;
  readonly outcome: ReadonlySignal<StopOutcome>;
}

/** How long the page says what became of a press, ms. */
export const SAID_MS = 6000;
/** Two presses of Esc within this time are a stop, ms. */
export const DOUBLE_PRESS_MS = 600;

/** @param send gives false when the reactor cannot be reached. */
export function stopSwitch(clock: Clock, send: () => boolean): StopSwitch {
  const outcome = signal<StopOutcome>('quiet');
  let forget: Timer | undefined;
  return {
    outcome,
    press() {
      outcome.value = send() ? 'sent' : 'not-sent';
      forget?.cancel();
      forget = clock.after(SAID_MS, () => {
        outcome.value = 'quiet';
      });
    },
  };
}

export interface Key {
  readonly key: string;
  readonly repeat: boolean;
}

/** Calls `act` at the second Esc in a row; a key that is held down counts once, any other key breaks the row. */
export function onEscTwice(clock: Clock, act: () => void): (key: Key) => void {
  let last_ms = -Infinity;
  return ({ key, repeat }) => {
    if (repeat) return;
    const now_ms = clock.now();
    const second = key === 'Escape' && now_ms - last_ms <= DOUBLE_PRESS_MS;
    last_ms = key === 'Escape' && !second ? now_ms : -Infinity;
    if (second) act();
  };
}
