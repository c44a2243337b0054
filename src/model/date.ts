/** An instant as the day, or the second, that a person reads. A label: nothing is decided by it. */

/** Beyond this a date has no calendar, ms (ECMAScript time values). */
const LARGEST_MS = 8.64e15;

/** `2026-11-22`, UTC; a clock that gives no instant is shown as it is. */
export function dayOf(utc_ms: number): string {
  return Math.abs(utc_ms) <= LARGEST_MS ? new Date(utc_ms).toISOString().slice(0, 10) : `${utc_ms}`;
}

/** `2026-11-22 16:15:03`, UTC; a clock that gives no instant is shown as it is. */
export function secondOf(utc_ms: number): string {
  if (!(Math.abs(utc_ms) <= LARGEST_MS)) return `${utc_ms}`;
  return new Date(utc_ms).toISOString().slice(0, 19).replace('T', ' ');
}
