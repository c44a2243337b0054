/**
 * Numbers of a scaled recipe as the lab writes them: in the unit of the old text, with as many digits as the number needs.
 * Knows quantities as text, no field of a recipe.
 */
import { agrees, type Kind, parseQuantity, type Quantity, unitsOf } from '../model/units.js';

/** A quantity that was valid in the source; null for what is none. */
export function read<K extends Kind>(kind: K, text: unknown): Quantity<K> | null {
  const parsed = parseQuantity(kind, text);
  return parsed.ok ? parsed.quantity : null;
}

interface Split {
  readonly decimals: number;
  readonly space: string;
  readonly unit: string;
}

function split(text: string): Split {
  const [, fraction = '', space = ' ', unit = ''] = /^[-+]?\d+(?:\.(\d+))?( ?)(.*)$/.exec(text.trim()) ?? [];
  return { decimals: fraction.length, space, unit };
}

/** Canonical units in one of the unit written. */
function factorOf(kind: Kind, unit: string): number {
  return read(kind, `1 ${unit}`)?.value ?? 1;
}

/** With exactly so many decimals. */
export function withDecimals(kind: Kind, value: number, like: string, decimals: number): string {
  const { space, unit } = split(like);
  return `${(value / factorOf(kind, unit)).toFixed(decimals)}${space}${unit}`;
}

/** The decimals of the old text, which state how well the number is known. */
export function sameDecimals(kind: Kind, value: number, like: string): string {
  return withDecimals(kind, value, like, split(like).decimals);
}

/** Digits beyond which a set value is no other: a board steps its current in 1 part of 10,000. */
const exactTo = 1e-5;

/** The shortest text in the unit of the old one that is the value to one part in 100,000, or to the digits that help. */
export function shortest(kind: Kind, value: number, like: string, decimalsMax = 6): string {
  for (let decimals = 0; decimals < decimalsMax; decimals++) {
    const text = withDecimals(kind, value, like, decimals);
    const written = read(kind, text)?.value ?? Number.NaN;
    if (Math.abs(written - value) <= exactTo * Math.abs(value)) return text;
  }
  return withDecimals(kind, value, like, decimalsMax);
}

/** So many significant digits, as in "3.4 g". */
export function significant(kind: Kind, value: number, like: string): string {
  const { unit } = split(like);
  const digits = /^[-+]?0*\.?0*([1-9][\d.]*)/.exec(like.trim())?.[1] ?? '1';
  const count = digits.includes('.')
    ? digits.length - 1
    : Math.max(Math.min(2, digits.length), digits.replace(/0+$/, '').length);
  const inUnit = Number((value / factorOf(kind, unit)).toPrecision(Math.max(1, count)));
  const places = inUnit === 0 ? 0 : Math.max(0, count - 1 - Math.floor(Math.log10(Math.abs(inUnit))));
  return `${inUnit.toFixed(places)}${split(like).space}${unit}`;
}

/** A mass with the last digit of the old one, in g from 1 g on and in mg below. */
export function massText(value_mg: number, like: string): string {
  const resolution_mg = read('mass', like)?.resolution ?? 1;
  if (value_mg < 1000) return `${value_mg.toFixed(decimalsOf(resolution_mg))} mg`;
  return `${(value_mg / 1000).toFixed(decimalsOf(resolution_mg / 1000))} g`;
}

function decimalsOf(resolution: number): number {
  return Math.max(0, Math.round(-Math.log10(resolution)));
}

/** A product or quotient that a set value must meet: the fewest decimals within `room` of the value, canonical units. */
export function within(kind: Kind, value: number, like: string, room: number): string {
  for (let decimals = 0; decimals < 8; decimals++) {
    const text = withDecimals(kind, value, like, decimals);
    if (Math.abs((read(kind, text)?.value ?? Number.NaN) - value) <= room) return text;
  }
  return withDecimals(kind, value, like, 8);
}

/** Whether a text states this value, to half of its last digit. */
export function states(kind: Kind, text: string, value: number): boolean {
  const quantity = read(kind, text);
  return quantity !== null && agrees(value, quantity);
}

/** In the canonical unit of its kind. */
export function canonical(kind: Kind, value: number): string {
  return shortest(kind, value, `1 ${unitsOf(kind).unit}`, 4);
}
