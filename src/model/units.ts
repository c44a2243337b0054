/**
 * Units as the lab writes them: a closed table, quantities as text with a unit, and branded numbers in one canonical unit
 * a kind. "F/mol" is faradays per mole and "degC" a temperature, not a difference; general unit libraries read both wrongly.
 *
 * Knows no recipe. Parsing never throws: what is wrong comes back with what would be right.
 */

/**
 * Every kind of quantity: its canonical unit (also the ending of keys), and for each unit taken the factor to it.
 * Definitions are exact (SI), but mAh = 3.6 C and 1 %vol = 10,000 ppm follow from them.
 */
const table = {
  current: { unit: 'mA', example: '18 mA', factors: { A: 1e3, mA: 1, uA: 1e-3 } },
  voltage: { unit: 'V', example: '5.0 V', factors: { V: 1, mV: 1e-3 } },
  charge: { unit: 'C', example: '194.4 C', factors: { C: 1, mC: 1e-3, Ah: 3600, mAh: 3.6 } },
  chargePerMole: { unit: 'F/mol', example: '4.03 F/mol', factors: { 'F/mol': 1 } },
  currentDensity: { unit: 'mA/cm2', example: '6.67 mA/cm2', factors: { 'mA/cm2': 1, 'A/m2': 0.1 } },
  time: { unit: 's', example: '3 h', factors: { h: 3600, min: 60, s: 1, ms: 1e-3 } },
  rate: { unit: 'Hz', example: '5 Hz', factors: { Hz: 1 } },
  temperature: { unit: 'degC', example: '0 degC', factors: { degC: 1 } },
  temperatureDifference: { unit: 'K', example: '0.1 K', factors: { K: 1, mK: 1e-3 } },
  temperatureRamp: { unit: 'K/min', example: '2 K/min', factors: { 'K/min': 1, 'K/s': 60 } },
  amount: { unit: 'mmol', example: '0.5 mmol', factors: { mol: 1e3, mmol: 1, umol: 1e-3 } },
  equivalents: { unit: 'eq', example: '3.0 eq', factors: { eq: 1, 'mol%': 0.01 } },
  mass: { unit: 'mg', example: '105 mg', factors: { kg: 1e6, g: 1e3, mg: 1 } },
  molarMass: { unit: 'g/mol', example: '221.30 g/mol', factors: { 'g/mol': 1 } },
  volume: { unit: 'mL', example: '10 mL', factors: { L: 1e3, mL: 1, uL: 1e-3 } },
  flow: { unit: 'mL/min', example: '25 mL/min', factors: { 'L/min': 1e3, 'mL/min': 1, 'uL/min': 1e-3 } },
  gasFraction: { unit: 'ppm', example: '400 ppm', factors: { '%vol': 1e4, ppm: 1 } },
  length: { unit: 'mm', example: '0.5 mm', factors: { cm: 10, mm: 1, um: 1e-3 } },
  area: { unit: 'cm2', example: '2.7 cm2', factors: { m2: 1e4, cm2: 1, mm2: 0.01 } },
  density: { unit: 'g/mL', example: '0.944 g/mL', factors: { 'g/mL': 1, 'kg/m3': 1e-3 } },
  concentration: { unit: 'mmol/L', example: '50 mmol/L', factors: { 'mol/L': 1e3, 'mmol/L': 1, 'umol/L': 1e-3 } },
  voltageRamp: { unit: 'mV/min', example: '50 mV/min', factors: { 'V/min': 1e3, 'mV/min': 1 } },
  share: { unit: '%', example: '10 %', factors: { '%': 1 } },
} as const satisfies Record<string, { unit: string; example: string; factors: Record<string, number> }>;

export type Kind = keyof typeof table;
export type CanonicalUnit<K extends Kind> = (typeof table)[K]['unit'];

declare const unitOf: unique symbol;
/** A number in a unit. A plain number does not pass for one, nor one unit for another. */
export type In<Unit extends string> = number & { readonly [unitOf]: Unit };

export type Milliamp = In<'mA'>;
export type Volt = In<'V'>;
export type Coulomb = In<'C'>;
export type FaradayPerMole = In<'F/mol'>;
export type Second = In<'s'>;
export type Celsius = In<'degC'>;
export type Kelvin = In<'K'>;
export type Millimole = In<'mmol'>;
export type SquareCentimetre = In<'cm2'>;
export type MillilitrePerMinute = In<'mL/min'>;

/** A quantity as it was written. */
export interface Quantity<K extends Kind> {
  readonly kind: K;
  /** In the canonical unit of the kind. */
  readonly value: In<CanonicalUnit<K>>;
  /** One unit of the last digit written, in the canonical unit: "4.03 F/mol" has 0.01. */
  readonly resolution: number;
  readonly text: string;
}

export type Parsed<K extends Kind> =
  | { readonly ok: true; readonly quantity: Quantity<K> }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** Other spellings of the same unit, as keyboards and papers have them. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/[\u00b5\u03bc]/g, 'u'],
  [/\u00b2/g, '2'],
  [/^\u00b0C$/, 'degC'],
  [/^vol%$/, '%vol'],
];

const written = /^([-+]?)(0|[1-9][0-9]*)(?:\.([0-9]+))? ?(?!e[-+]?[0-9]|x[0-9a-f])([^\s0-9.,+-].*)$/i;
const bareNumber = /^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const numberFirst = /^[-+]?(?:[0-9]|\.[0-9])/;

/** A number in a unit, for constants in code. Throws RangeError on a number that is not finite. */
export function quantity<K extends Kind>(kind: K, value: number): In<CanonicalUnit<K>> {
  if (!Number.isFinite(value)) throw new RangeError(`${kind} must be finite, not ${value}`);
  return value as In<CanonicalUnit<K>>;
}

/** Reads "18 mA" as a quantity of this kind. Anything else, of any type, comes back with what would be right. */
export function parseQuantity<K extends Kind>(kind: K, input: unknown): Parsed<K> {
  const { unit, example, factors } = table[kind];
  if (typeof input === 'number')
    return refuse(`${input} has no unit`, Number.isFinite(input) ? `${input} ${unit}` : example);
  if (typeof input !== 'string') return refuse('is not a quantity', example);
  const text = input.trim();
  const match = written.exec(text);
  if (match === null) return refuse(`"${text}" ${whyNot(text)}`, bareNumber.test(text) ? `${text} ${unit}` : example);
  const [, sign = '', whole = '', fraction = '', rest = ''] = match;
  const name = spellings.reduce((spelt, [from, to]) => spelt.replace(from, to), rest.trim());
  const factor = Object.hasOwn(factors, name) ? Reflect.get(factors, name) : undefined;
  if (typeof factor !== 'number')
    return refuse(
      `"${text}": ${whatIs(name, kind)}`,
      kindOf(name) ? example : `${sign}${whole}${fraction && `.${fraction}`} ${unit}`,
    );
  const value = scaled(Number(`${sign}${whole}.${fraction || '0'}`), factor);
  // Beyond this, doubles lose the last digit written, and nothing in a lab is that large.
  if (!(Math.abs(value) <= 1e12) || fraction.length > 12) return refuse(`"${text}" is out of all proportion`, example);
  return {
    ok: true,
    quantity: { kind, value: quantity(kind, value), resolution: scaled(10 ** -fraction.length, factor), text },
  };
}

/** Multiplies so that "6.75 h" is 24300 s and "0.3 uA" 0.0003 mA, without the last-bit noise of a factor such as 0.001. */
function scaled(number: number, factor: number): number {
  return factor < 1 ? number / Math.round(1 / factor) : number * factor;
}

function refuse(message: string, hint: string): { ok: false; message: string; hint: string } {
  return { ok: false, message, hint };
}

function whyNot(text: string): string {
  if (!numberFirst.test(text)) return 'does not begin with a number';
  if (/^[-+]?[0-9.]+,[0-9]/.test(text)) return 'has a comma; the decimal sign is a point and digits are not grouped';
  if (/^[-+]?0x/i.test(text)) return 'is hexadecimal';
  if (/^[-+]?[0-9.]+e[-+]?[0-9]/i.test(text)) return 'has an exponent; numbers are written out';
  if (/^[-+]?0[0-9]/.test(text)) return 'begins with a zero that could mean octal';
  if (bareNumber.test(text)) return 'has no unit';
  return 'is not a number and a unit';
}

function whatIs(name: string, wanted: Kind): string {
  const kind = kindOf(name);
  const units = Object.keys(table[wanted].factors).join(', ');
  if (kind === undefined) return `the unit "${name}" is not known (here: ${units})`;
  return `"${name}" is a unit of ${inWords(kind)}, not of ${inWords(wanted)} (here: ${units})`;
}

function kindOf(unit: string): Kind | undefined {
  return kinds.find((candidate) => Object.hasOwn(table[candidate].factors, unit));
}

function inWords(kind: Kind): string {
  return kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(table, name);
}

export const kinds: readonly Kind[] = Object.keys(table).filter(isKind);

/** Canonical unit, an example as it would be written, and all units taken. */
export function unitsOf(kind: Kind): {
  readonly unit: string;
  readonly example: string;
  readonly units: readonly string[];
} {
  const { unit, example, factors } = table[kind];
  return { unit, example, units: Object.keys(factors) };
}

/**
 * Whether a computed number agrees with a written one: to half a unit of its last digit.
 * The millionth of slack is for binary fractions exactly between two digits.
 */
export function agrees(computed: number, stated: Quantity<Kind>): boolean {
  return Math.abs(computed - stated.value) <= (stated.resolution / 2) * (1 + 1e-6);
}
