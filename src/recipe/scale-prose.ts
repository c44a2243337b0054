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
}

export interface Prose {
  readonly text: string;
  /** Quantities that depend on the size and state nothing known of it. */
  readonly unknown: readonly string[];
}

/** Kinds that grow with a recipe. A time, a flow or a length in a prompt may be anything. */
const growing: ReadonlySet<Kind> = new Set(['amount', 'mass', 'volume', 'charge', 'current', 'area']);

const units = [...new Set(kinds.flatMap((kind) => unitsOf(kind).units))].toSorted((a, b) => b.length - a.length);
const escaped = units.map((unit) => unit.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
const quantity = new RegExp(`(?<![\\w.])\\d+(?:\\.\\d+)? ?(?:${escaped})(?![\\w/%]| ?%)`, 'g');

export function renewed(prose: string, table: readonly Renewed[], kept: readonly string[]): Prose {
  const unknown: string[] = [];
  const text = prose.replaceAll(quantity, (found) => {
    const words = new Set(table.filter(({ from }) => same(from, found)).map(({ to }) => to));
    const near = new Set(table.flatMap((row) => statesOld(row, found)));
    const [only, second] = words.size > 0 ? words : near;
    if (only !== undefined && second === undefined) return only;
    if (only !== undefined || (isGrowing(found) && !kept.some((word) => same(word, found)))) unknown.push(found);
    return found;
  });
  return { text, unknown };
}

function same(written: string, found: string): boolean {
  return written.replaceAll(' ', '') === found.replaceAll(' ', '');
}

/** The new value with the digits of the found one, where that states the old value. */
function statesOld({ kind, from, to }: Renewed, found: string): string[] {
  const old = read(kind, from);
  const next = read(kind, to);
  if (old === null || next === null) return [];
  if (!states(kind, found, old.value) && !isRounded(kind, old.value, found)) return [];
  return [significant(kind, next.value, found)];
}

/** Whether a found number such as "250 mL" is the value to its digits but for the noughts at its end; to two at least. */
function isRounded(kind: Kind, value: number, found: string): boolean {
  const number = /^\d+(?:\.\d+)?/.exec(found)?.[0] ?? '';
  const digits = Math.max(2, number.replace('.', '').replace(/^0+/, '').replace(/0+$/, '').length);
  const stated = read(kind, found)?.value;
  return stated !== undefined && !number.includes('.') && stated === Number(value.toPrecision(digits));
}

function isGrowing(found: string): boolean {
  return [...growing].some((kind) => {
    const parsed = parseQuantity(kind, found);
    return parsed.ok && parsed.quantity.value > 0;
  });
}
