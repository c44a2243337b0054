/** The piece of time that is seen, and how it moves. Pure: seconds in, seconds out. */

export interface Span {
  readonly from_s: number;
  readonly to_s: number;
}

/** Nobody sees less, s. */
export const SHORTEST_S = 5;

/** Windows to choose from; null: all of the run. */
export const WINDOWS: readonly { readonly label: string; readonly length_s: number | null }[] = [
  { label: '1 min', length_s: 60 },
  { label: '10 min', length_s: 600 },
  { label: '1 h', length_s: 3600 },
  { label: '6 h', length_s: 21_600 },
  { label: 'All', length_s: null },
];

export function lengthOf({ from_s, to_s }: Span): number {
  return to_s - from_s;
}

/** Kept within the run, with its length where that fits. */
export function within(span: Span, run: Span): Span {
  const length = Math.min(Math.max(SHORTEST_S, lengthOf(span)), Math.max(SHORTEST_S, lengthOf(run)));
  const from_s = Math.max(run.from_s, Math.min(span.from_s, run.to_s - length));
  return { from_s, to_s: from_s + length };
}

/** `share` of the window to later times. */
export function panned(span: Span, share: number, run: Span): Span {
  const by = share * lengthOf(span);
  return within({ from_s: span.from_s + by, to_s: span.to_s + by }, run);
}

/** What lies at `at` (0 left, 1 right) stays there; `factor` below 1 looks closer. */
export function zoomed(span: Span, factor: number, at: number, run: Span): Span {
  const fixed_s = span.from_s + at * lengthOf(span);
  const length = Math.min(Math.max(SHORTEST_S, factor * lengthOf(span)), Math.max(SHORTEST_S, lengthOf(run)));
  return within({ from_s: fixed_s - at * length, to_s: fixed_s + (1 - at) * length }, run);
}

/** The newest piece of that length; all of the run without one. */
export function newest(length_s: number | null, run: Span): Span {
  return length_s === null ? run : within({ from_s: run.to_s - length_s, to_s: run.to_s }, run);
}

/** What is fetched around what is seen, so that a pan has something to show. */
export function around(span: Span, run: Span): Span {
  const length = lengthOf(span);
  return { from_s: Math.max(run.from_s, span.from_s - length), to_s: Math.min(run.to_s, span.to_s + length) };
}

/** True when `held` has all of `span`, about as finely as if it had been fetched for it. */
export function serves(held: Span & { readonly step_s: number }, span: Span, points: number, run: Span): boolean {
  const covers = held.from_s <= Math.max(run.from_s, span.from_s) && held.to_s >= Math.min(run.to_s, span.to_s);
  // What is fetched is three times as long, in buckets of 1, 2, 4… seconds: up to twice as wide as asked for.
  const fine = held.step_s <= (6 * lengthOf(span)) / points;
  return covers && (fine || held.step_s === 0);
}
