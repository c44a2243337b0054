/**
 * Numbers in a recipe's prompts, title and comments, which must not tell of the old size: each that states an old value gets
 * the new one, and those that state none known are told, for a person to look at. Pure text.
 */
import { type Kind, kinds, parseQuantity, unitsOf } from '../model/units.js';
import { read, significant, states } from './scale-quantity.js';

/** A quantity of the source and what it has become. */
export interface Renewed {
  readonly kind: Kind;
  readonly from: string;
  readonly to: string;
  /** The same before its rounding, where that is known: 0.21 g are 205.152 mg, while a field says 205 mg. */
  readonly precise?: { readonly from: string; readonly to: string };
}

export interface Prose {
  readonly text: string;
  /** Quantities that depend on the size and state nothing known of it. */
  readonly unknown: readonly Unknown[];
}

export interface Unknown {
  readonly found: string;
  /** Offset in the prose. */
  readonly at: number;
  /** One that grows with a recipe, or null. */
  readonly kind: Kind | null;
}

/** Kinds that grow with a recipe. A time, a flow or a length in a prompt may be anything. */
const growing: readonly Kind[] = ['amount', 'mass', 'volume', 'charge', 'current', 'area'];

const units = [...new Set(kinds.flatMap((kind) => unitsOf(kind).units))].toSorted((a, b) => b.length - a.length);
const escaped = units.map((unit) => unit.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
const quantity = new RegExp(`(?<![\\w.])\\d+(?:\\.\\d+)? ?(?:${escaped})(?![\\w/%]| ?%)`, 'g');

export function renewed(prose: string, table: readonly Renewed[], kept: readonly string[]): Prose {
  const unknown: Unknown[] = [];
  const text = prose.replaceAll(quantity, (found, at: number) => {
    const words = new Set(table.filter(({ from }) => same(from, found)).map(({ to }) => to));
    const near = new Set(table.flatMap((row) => statesOld(row, found)));
    const [only, second] = words.size > 0 ? words : near;
    if (only !== undefined && second === undefined) return only;
    const kind = growingKind(found);
    const isKept = kind === null || kept.some((word) => same(word, found));
    if (only !== undefined || !isKept) unknown.push({ found, at, kind });
    return found;
  });
  return { text, unknown };
}

function same(written: string, found: string): boolean {
  return written.replaceAll(' ', '') === found.replaceAll(' ', '');
}

/** The new value with the digits of the found one, where that states the old value. */
function statesOld({ kind, from, to, precise }: Renewed, found: string): string[] {
  const next = read(kind, precise?.to ?? to);
  const stated = [from, precise?.from ?? from].some((written) => {
    const old = read(kind, written);
    return old !== null && (states(kind, found, old.value) || isRounded(kind, old.value, found));
  });
  return next === null || !stated ? [] : [significant(kind, next.value, found)];
}

/** Whether a found number such as "250 mL" is the value to its digits but for the noughts at its end; to two at least. */
function isRounded(kind: Kind, value: number, found: string): boolean {
  const number = /^\d+(?:\.\d+)?/.exec(found)?.[0] ?? '';
  const digits = Math.max(2, number.replace('.', '').replace(/^0+/, '').replace(/0+$/, '').length);
  const stated = read(kind, found)?.value;
  return stated !== undefined && !number.includes('.') && stated === Number(value.toPrecision(digits));
}

function growingKind(found: string): Kind | null {
  const isOf = (kind: Kind): boolean => {
    const parsed = parseQuantity(kind, found);
    return parsed.ok && parsed.quantity.value > 0;
  };
  return growing.find(isOf) ?? null;
}
