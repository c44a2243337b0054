/** An instant as a person reads it: local time, with UTC where one points at it. */

const DAY_AND_TIME: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

/** `22 Nov 2026, 17:15`, in the words and the zone of the browser. */
export function localInstant(t_ms: number, zone?: string, words?: string): string {
  const where = zone === undefined ? {} : { timeZone: zone };
  return new Intl.DateTimeFormat(words, { ...DAY_AND_TIME, ...where }).format(t_ms);
}

/** Furthest day that an instant can name, ms: ECMAScript's Date. */
const FURTHEST_MS = 8.64e15;

export function When({ t_ms }: { readonly t_ms: number | null }) {
  if (t_ms === null || !(Math.abs(t_ms) <= FURTHEST_MS)) return null;
  const utc = new Date(t_ms).toISOString();
  return (
    <time dateTime={utc} title={`${utc.slice(0, 19).replace('T', ' ')} UTC`}>
      {localInstant(t_ms)}
    </time>
  );
}
