/** Numbers and times as text. Pure; widths do not change with the sign or the digits, so that nothing jumps. */

export const MINUS = '\u2212';
const NARROW_SPACE = '\u202f';
export const NOTHING = '\u2013';

/** Fixed digits after the point, a real minus sign, and no negative zero. */
export function fixed(x: number | null | undefined, digits: number): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return NOTHING;
  const text = Math.abs(x).toFixed(digits);
  return x < 0 && Number(text) !== 0 ? MINUS + text : text;
}

const two = (x: number): string => String(x).padStart(2, '0');

/** `2 h 05 min`, `4 min 09 s`, `12 s`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NOTHING;
  const s = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  if (hours > 0) return `${hours}${NARROW_SPACE}h ${two(minutes)}${NARROW_SPACE}min`;
  if (minutes > 0) return `${minutes}${NARROW_SPACE}min ${two(s % 60)}${NARROW_SPACE}s`;
  return `${s}${NARROW_SPACE}s`;
}

const SHORT_DAY_MS = 20 * 3600 * 1000;

/** Local time of day; with the weekday when it is most of a day away. */
export function clockTime(t_ms: number, now_ms: number): string {
  const far = Math.abs(t_ms - now_ms) > SHORT_DAY_MS;
  return new Intl.DateTimeFormat(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(far ? { weekday: 'short' as const } : {}),
  }).format(t_ms);
}

/** `×240`; nothing in real time. */
export function pace(speed: number | null): string {
  if (speed === null) return 'as fast as it goes';
  return speed === 1 ? 'in real time' : `at ${Number(speed.toPrecision(3))} times real time`;
}
