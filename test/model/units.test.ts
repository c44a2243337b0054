import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agrees, kinds, parseQuantity, quantity, unitsOf, type Kind } from '../../src/model/units.js';

function read(kind: Kind, text: unknown): { value: number; resolution: number } {
  const parsed = parseQuantity(kind, text);
  if (!parsed.ok) throw new Error(parsed.message);
  return { value: parsed.quantity.value, resolution: parsed.quantity.resolution };
}

function refusal(kind: Kind, text: unknown): string {
  const parsed = parseQuantity(kind, text);
  return parsed.ok ? 'accepted' : `${parsed.message} -> ${parsed.hint}`;
}

describe('quantities as the lab writes them', () => {
  it.each([
    ['current', '18 mA', 18, 1],
    ['current', '0.180 A', 180, 1],
    ['current', '500 \u00b5A', 0.5, 0.001],
    ['current', '500 \u03bcA', 0.5, 0.001],
    ['chargePerMole', '4.03 F/mol', 4.03, 0.01],
    ['charge', '194.4 C', 194.4, 0.1],
    ['charge', '54 mAh', 194.4, 3.6],
    ['temperature', '0 degC', 0, 1],
    ['temperature', '-10.5 \u00b0C', -10.5, 0.1],
    ['temperatureDifference', '0.1 K', 0.1, 0.1],
    ['temperatureRamp', '2 K/min', 2, 1],
    ['amount', '5 mmol', 5, 1],
    ['amount', '0.005 mol', 5, 1],
    ['area', '27 cm2', 27, 1],
    ['area', '270 mm\u00b2', 2.7, 0.01],
    ['time', '6.75 h', 24300, 36],
    ['time', '10 min', 600, 60],
    ['gasFraction', '0.4 %vol', 4000, 1000],
    ['gasFraction', '0.4 vol%', 4000, 1000],
    ['flow', '200 mL/min', 200, 1],
    ['volume', '100 mL', 100, 1],
    ['molarMass', '221.30 g/mol', 221.3, 0.01],
    ['equivalents', '5 mol%', 0.05, 0.01],
    ['voltage', '4.0 V', 4, 0.1],
    ['length', '0.5 mm', 0.5, 0.1],
    ['mass', '3.320 g', 3320, 1],
  ] as const)('%s: %s is %d', (kind, text, value, resolution) => {
    const found = read(kind, text);
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.resolution).toBeCloseTo(resolution, 12);
  });

  it.each([
    ['current', 18, '18 has no unit -> 18 mA'],
    ['current', '18', '"18" has no unit -> 18 mA'],
    ['current', Number.NaN, 'NaN has no unit -> 18 mA'],
    ['current', Number.POSITIVE_INFINITY, 'Infinity has no unit -> 18 mA'],
    ['current', 'NaN mA', '"NaN mA" does not begin with a number -> 18 mA'],
    ['current', 'inf mA', '"inf mA" does not begin with a number -> 18 mA'],
    ['current', '1e400 mA', '"1e400 mA" has an exponent; numbers are written out -> 18 mA'],
    ['current', '1E-3 A', '"1E-3 A" has an exponent; numbers are written out -> 18 mA'],
    ['current', '0x12 mA', '"0x12 mA" is hexadecimal -> 18 mA'],
    ['current', '017 mA', '"017 mA" begins with a zero that could mean octal -> 18 mA'],
    ['current', '1,5 mA', '"1,5 mA" has a comma; the decimal sign is a point and digits are not grouped -> 18 mA'],
    ['current', '18 ma', '"18 ma": the unit "ma" is not known (here: A, mA, uA) -> 18 mA'],
    ['current', '18 mV', '"18 mV": "mV" is a unit of voltage, not of current (here: A, mA, uA) -> 18 mA'],
    [
      'temperature',
      '273 K',
      '"273 K": "K" is a unit of temperature difference, not of temperature (here: degC) -> 0 degC',
    ],
    ['chargePerMole', '4.03 F', '"4.03 F": the unit "F" is not known (here: F/mol) -> 4.03 F/mol'],
    ['current', '18 mA for 3 h', '"18 mA for 3 h": the unit "mA for 3 h" is not known (here: A, mA, uA) -> 18 mA'],
    ['current', '18 constructor', '"18 constructor": the unit "constructor" is not known (here: A, mA, uA) -> 18 mA'],
    ['current', '99999999999999999 A', '"99999999999999999 A" is out of all proportion -> 18 mA'],
    ['current', null, 'is not a quantity -> 18 mA'],
    ['current', ['18 mA'], 'is not a quantity -> 18 mA'],
  ] as const)('%s refuses %j', (kind, text, said) => {
    expect(refusal(kind, text)).toBe(said);
  });

  it('reads back what it writes, in every unit of every kind', () => {
    const units = kinds.flatMap((kind) => unitsOf(kind).units.map((unit) => ({ kind, unit })));
    fc.assert(
      fc.property(
        fc.constantFrom(...units),
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 0, max: 4 }),
        ({ kind, unit }, count, places) => {
          const text = `${(count / 10 ** places).toFixed(places)} ${unit}`;
          const one = read(kind, `1 ${unit}`);
          const found = read(kind, text);
          expect(found.value).toBeCloseTo((count / 10 ** places) * one.value, 6);
          expect(found.resolution / one.value).toBeCloseTo(10 ** -places, 12);
        },
      ),
    );
  });

  it('never throws, and never takes a number without a unit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(fc.string(), fc.double(), fc.anything()), (kind, input) => {
        const parsed = parseQuantity(kind, input);
        if (parsed.ok) {
          expect(typeof input).toBe('string');
          expect(Number.isFinite(parsed.quantity.value)).toBe(true);
        } else expect(parsed.hint).not.toBe('');
      }),
    );
  });

  it('has one unit for one meaning: no unit stands in two kinds', () => {
    const all = kinds.flatMap((kind) => unitsOf(kind).units);
    expect(new Set(all).size).toBe(all.length);
  });

  it('refuses a constant that is not finite', () => {
    expect(() => quantity('current', Number.NaN)).toThrow(RangeError);
    expect(quantity('current', 18)).toBe(18);
  });
});

describe('agreement to half a unit of the last digit written', () => {
  it.each([
    [4.0296, '4.03 F/mol', true],
    [4.025, '4.03 F/mol', true],
    [4.035, '4.03 F/mol', true],
    [4.0249, '4.03 F/mol', false],
    [4.0296, '4.0 F/mol', true],
    [4.0296, '4.030 F/mol', true],
    [4.0296, '4.0300 F/mol', false],
    [Number.NaN, '4.03 F/mol', false],
  ])('%d and %s: %s', (computed, text, expected) => {
    const parsed = parseQuantity('chargePerMole', text);
    expect(parsed.ok && agrees(computed, parsed.quantity)).toBe(expected);
  });
});
