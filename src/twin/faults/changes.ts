/**
 * What a broken part makes of a value that passes it: repeats it, shifts it, delays it, makes it up. Owns these shapes of
 * error as functions of the value and the bench's time; knows no part and no unit.
 */
import type { Random } from '../../model/random.js';
import type { Change } from './tap.js';

/** One of so many readings of a sensor that gives garbage is no number at all. */
const NO_NUMBER = 0.1;
/** Values too old to matter that are kept before they are dropped together. */
const FORGET = 1000;

export const constant =
  <T>(value: T): Change<T> =>
  () =>
    value;

/** Repeats the first value that passes. */
export function held<T>(): Change<T> {
  let kept: { readonly value: T } | null = null;
  return (value) => (kept ??= { value }).value;
}

export const shifted =
  (by: number): Change<number> =>
  (value) =>
    value + by;

export const scaled =
  (by: number): Change<number> =>
  (value) =>
    value * by;

/** Anything between two ends, and now and then no number. */
export const madeUp =
  (low: number, high: number, random: Random): Change<number> =>
  () =>
    random.uniform() < NO_NUMBER ? NaN : low + (high - low) * random.uniform();

/** Follows with a time constant, from the first value on. */
export function lagging(lag_s: number, now_s: () => number): Change<number> {
  let state: { value: number; at_s: number } | null = null;
  return (value) => {
    const at_s = now_s();
    if (state === null) state = { value, at_s };
    else {
      state.value += (value - state.value) * (1 - Math.exp(-(at_s - state.at_s) / lag_s));
      state.at_s = at_s;
    }
    return state.value;
  };
}

/** The value of so long ago; until there is one so old, the oldest. */
export function late(delay_s: number, now_s: () => number): Change<number> {
  const seen: { readonly value: number; readonly at_s: number }[] = [];
  let oldest = 0;
  return (value) => {
    const at_s = now_s();
    seen.push({ value, at_s });
    for (let next = seen[oldest + 1]; next !== undefined && next.at_s <= at_s - delay_s; next = seen[oldest + 1])
      oldest++;
    if (oldest > FORGET) {
      seen.splice(0, oldest);
      oldest = 0;
    }
    return seen[oldest]?.value ?? value;
  };
}
