/**
 * What scaling promises to keep, worked out of a recipe's own text: charge per mole, current density, concentrations and
 * temperature. It is computed before and after, so that what is told to be kept is so. Pure.
 */
import { bodies, fieldsOf, wordAt } from './scale-fields.js';
import { read } from './scale-quantity.js';
import { digits } from './words.js';

export interface Invariant {
  readonly name: string;
  /** Before and after, with the unit; the same where it is kept. */
  readonly before: string;
  readonly after: string;
  readonly isKept: boolean;
}

/** Half a percent: what rounding to three digits does at most. */
const keptTo = 0.005;

export function invariants(before: unknown, after: unknown): Invariant[] {
  const old = numbersOf(before);
  const next = new Map(numbersOf(after).map((one) => [one.name, one]));
  return old.flatMap(({ name, value, unit }): Invariant[] => {
    const now = next.get(name)?.value;
    if (value === null || now === undefined || now === null) return [];
    const told = (number: number): string => `${digits(number, 3)} ${unit}`;
    const isKept = Math.abs(now - value) <= keptTo * Math.abs(value);
    return [{ name, before: told(value), after: told(now), isKept }];
  });
}

interface Told {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
}

function numbersOf(data: unknown): Told[] {
  const at = (path: readonly string[]): string => wordAt(data, path);
  const steps = bodies(fieldsOf(data)['steps'], ['steps']);
  const currents = steps.flatMap(({ kind, body }) =>
    kind === 'electrolyse' ? [read('current', wordAt(body, ['current']))?.value ?? 0] : [],
  );
  const areas = ['cathode', 'anode'].flatMap((name) => read('area', at(['cell', name, 'area']))?.value ?? []);
  const cold = steps.find(({ kind }) => kind === 'cool' || kind === 'heat');
  return [
    { name: 'charge', value: read('chargePerMole', at(['basis', 'charge']))?.value ?? null, unit: 'F/mol' },
    { name: 'current density', value: ratio(Math.max(0, ...currents), Math.min(...areas)), unit: 'mA/cm2' },
    { name: 'temperature', value: read('temperature', wordAt(cold?.body, ['to']))?.value ?? null, unit: 'degC' },
    ...concentrations(data),
  ];
}

/** mmol/L is mM. */
function concentrations(data: unknown): Told[] {
  const amount_mmol = read('amount', wordAt(data, ['basis', 'amount']))?.value ?? Number.NaN;
  const volume_mL = read('volume', wordAt(data, ['cell', 'volume']))?.value ?? Number.NaN;
  return Object.entries(fieldsOf(fieldsOf(data)['reagents'])).map(([id, reagent]) => {
    const equivalents = read('equivalents', wordAt(reagent, ['equivalents']))?.value ?? Number.NaN;
    return { name: id, value: ratio(1000 * equivalents * amount_mmol, volume_mL), unit: 'mM' };
  });
}

function ratio(a: number, b: number): number | null {
  const value = a / b;
  return Number.isFinite(value) && value > 0 ? value : null;
}
