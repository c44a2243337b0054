/** Numbers and times as a chemist would say them. Knows no recipe. */

/** Twelve significant digits: the number without the last-bit noise of binary fractions. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Significant digits, without an exponent and without trailing zeros. */
export function digits(value: number, significant = 4): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const decimals = Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(value))));
  return String(Number(value.toFixed(Math.min(12, decimals))));
}

const day_s = 86_400;

/** "3 h", "6 h 45 min", "2 min 30 s", "18 s"; seconds are dropped above an hour. */
export function time(seconds: number): string {
  if (seconds < 60) return `${digits(seconds, 3)} s`;
  if (seconds >= 2 * day_s) return parts(Math.round(seconds / 3600), 24, 'd', 'h');
  if (seconds >= 3600) return parts(Math.round(seconds / 60), 60, 'h', 'min');
  return parts(Math.round(seconds), 60, 'min', 's');
}

function parts(count: number, perLarge: number, large: string, small: string): string {
  const rest = count % perLarge;
  const whole = (count - rest) / perLarge;
  if (whole === 0) return `${rest} ${small}`;
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}

/** The next value of so many digits at or above: what to write for "at least". */
export function atLeast(value: number, significant = 2): string {
  const step = 10 ** (Math.floor(Math.log10(value)) - significant + 1);
  return digits(Math.ceil(value / step - 1e-9) * step, significant);
}

/** The next value of so many digits at or below: what to write for "at most". */
export function atMost(value: number, significant = 3): string {
  const step = 10 ** (Math.floor(Math.log10(value)) - significant + 1);
  return digits(Math.floor(value / step + 1e-9) * step, significant);
}

/** The first sentence of a text, for a title. */
export function firstSentence(text: string, length = 60): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  const sentence = /^.*?[.:;!?](?= |$)/.exec(flat)?.[0].slice(0, -1) ?? flat;
  return sentence.length <= length ? sentence : `${sentence.slice(0, length - 1).trimEnd()}…`;
}
