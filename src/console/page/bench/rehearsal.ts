/**
 * Faults of the catalogue on the page: which of them are looked for, what is ordered in the words of `--fault`, and what is in.
 * Pure. Whether an order can be, the bench says.
 */
import type { FaultRow } from '../../api/board.js';

export const nameOf = ({ name, verb }: Pick<FaultRow, 'name' | 'verb'>): string => `${name}:${verb}`;

/** Those that have every word of the search somewhere, in the order of the catalogue. */
export function matching(faults: readonly FaultRow[], search: string): FaultRow[] {
  const words = search.toLowerCase().split(/\s+/);
  return faults.filter((fault) => {
    const { what, does, catalogue } = fault;
    const text = [nameOf(fault), what, does, ...catalogue].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export interface FaultGroup {
  readonly name: string;
  readonly what: string;
  readonly rows: readonly FaultRow[];
}

/** By the part that breaks. */
export function grouped(faults: readonly FaultRow[]): FaultGroup[] {
  const groups = new Map<string, FaultRow[]>();
  for (const fault of faults) groups.set(fault.name, [...(groups.get(fault.name) ?? []), fault]);
  return [...groups].map(([name, rows]) => ({ name, what: rows[0]?.what ?? '', rows }));
}

/** As they were typed. */
export interface Written {
  readonly amount: string;
  readonly after: string;
  readonly lasts: string;
}
export const UNWRITTEN: Written = { amount: '', after: '0', lasts: '' };

export interface Ordered {
  /** In the words of `--fault`; null while something is wrong. */
  readonly text: string | null;
  /** What is wrong, at its field. */
  readonly wrong: Readonly<Record<keyof Written, string | null>>;
}

/** As the language of faults has it: 30 days. */
const LONGEST_S = 30 * 24 * 3600;

/** undefined: nothing was written. */
function numberOf(text: string): number | undefined {
  const written = text.trim().replace(',', '.').replace('\u2212', '-');
  return written === '' ? undefined : Number(written);
}

export function amountHint({ unit, usual, least, most }: FaultRow): string {
  const range = `${least ?? ''} to ${most ?? ''} ${unit ?? ''}`.trim();
  return usual === null ? `Empty: the value that it has. ${range}.` : `Empty: ${usual} ${unit ?? ''}. ${range}.`;
}

export function orderOf(fault: FaultRow, written: Written): Ordered {
  const { unit, least, most } = fault;
  const amount = unit === null ? undefined : numberOf(written.amount);
  const after_s = numberOf(written.after) ?? 0;
  const lasts_s = numberOf(written.lasts);
  const fits = amount === undefined || (amount >= (least ?? NaN) && amount <= (most ?? NaN));
  const wrong = {
    amount: fits ? null : `${least ?? ''} to ${most ?? ''} ${unit ?? ''}, or nothing.`,
    after: after_s >= 0 && after_s <= LONGEST_S ? null : 'Seconds from now, 0 or more.',
    lasts: lasts_s === undefined || (lasts_s > 0 && lasts_s <= LONGEST_S) ? null : 'Seconds, more than 0, or nothing.',
  };
  if (Object.values(wrong).some((one) => one !== null)) return { text: null, wrong };
  const much = amount === undefined ? '' : `=${amount}${unit ?? ''}`;
  const until = lasts_s === undefined ? '' : `+${lasts_s}s`;
  return { text: `${nameOf(fault)}${much}@${after_s}s${until}`, wrong };
}

/** A fault that is in. */
export interface InForce {
  /** As the reactor tells it, and takes it to end it. */
  readonly text: string;
  readonly means: string;
}

/** @param rehearsed joined by spaces, as it is told. */
export function inForce(rehearsed: string | null, faults: readonly FaultRow[]): InForce[] {
  const texts = (rehearsed ?? '').split(' ').filter((text) => text !== '');
  return texts.map((text) => {
    const name = text.split(/[=@]/)[0];
    const known = faults.find((fault) => nameOf(fault) === name);
    return { text, means: known === undefined ? '' : `${known.what}: ${known.does}` };
  });
}
