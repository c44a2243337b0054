/** Numbers as an operator reads them. Pure text. */

/** `3 h 05 min`, `12 min 30 s`, `45 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const h = Math.floor(whole / 3600);
  const min = Math.floor((whole % 3600) / 60);
  const s = whole % 60;
  if (h > 0) return `${h} h ${String(min).padStart(2, '0')} min`;
  if (min > 0) return `${min} min ${String(s).padStart(2, '0')} s`;
  return `${s} s`;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `Monday 04:12`, in the zone of this machine. */
export function clockText(utc_ms: number): string {
  const at = new Date(utc_ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${DAYS[at.getDay()] ?? ''} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A value with its unit, or a dash when there is none; `width` keeps columns of numbers from jumping. */
export function quantity(value: number | null, digits: number, unit: string, width = 0): string {
  return `${(value === null ? '—' : plain(value, digits)).padStart(width)} ${unit}`;
}

/** Fixed digits, with a real minus sign and no `-0.00`. */
export function plain(value: number, digits: number): string {
  const text = value.toFixed(digits);
  if (Number(text) === 0) return (0).toFixed(digits);
  return text.replace('-', '−');
}

/** `−0.02 … 0.03 °C`. */
export function range(from: number, to: number, digits: number, unit: string): string {
  return `${plain(from, digits)} … ${plain(to, digits)} ${unit}`;
}

/** A charge below this has no percentage worth telling, C. */
const NEXT_TO_NOTHING_C = 0.01;

/** How far a charge is from another as a signed percentage, `+0.012 %`; in coulombs where there is next to none. */
export function deviation(value: number, of: number): string {
  if (Math.abs(of) < NEXT_TO_NOTHING_C) return `${plain(value - of, 3)} C`;
  const percent = (100 * (value - of)) / of;
  return `${percent >= 0 ? '+' : '−'}${Math.abs(percent).toFixed(3)} %`;
}

/** A bar of `width` cells for a share of 0 to 1. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Cut to so many columns, with an ellipsis. Counts code points: the program's own texts have no wide characters. */
export function fit(text: string, columns: number): string {
  const points = Array.from(text);
  return points.length <= columns ? text : `${points.slice(0, Math.max(0, columns - 1)).join('')}…`;
}

/** Words into lines of so many columns, each indented by two. */
export function paragraph(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(/\s+/)) {
    if (line !== ' ' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** One line into lines of so many columns; what does not fit hangs below its text, `indent` columns in. */
export function hanging(line: string, indent: number, columns: number): string[] {
  const head = line.slice(0, indent);
  const body = paragraph(line.slice(indent), Math.max(20, columns - indent + 2)).map((text) => text.slice(2));
  return body.map((text, place) => (place === 0 ? head : ' '.repeat(indent)) + text);
}

/** Width of the label of a row of numbers, its indentation with it. */
export const ROW_INDENT = 14;

/** A row of a label and its text, as wide as the terminal; one that fits stays as it is. */
export function rowLines(line: string, columns: number): string[] {
  return line.startsWith('  ') && Array.from(line).length > columns ? hanging(line, ROW_INDENT, columns) : [line];
}
