import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, parseTable, TYPES, type Field, type Frame } from '../../firmware-bridge/schema.js';
import * as codec from '../../src/bus/protocol.gen.js';

const { frames, faults } = parseTable(
  readFileSync(new URL('../../firmware-bridge/protocol.yaml', import.meta.url), 'utf8'),
);

type Values = Record<string, number>;

/** Codec of a frame by its name, as the generator names them. */
function codecOf(frame: Frame): {
  readonly encode: (values: Values) => Uint8Array;
  readonly decode: (payload: Uint8Array) => Values;
} {
  const name = `${frame.name.slice(0, 1).toUpperCase()}${frame.name.slice(1)}Frame`;
  const functions: Readonly<Record<string, unknown>> = codec;
  const encode = functions[`encode${name}`];
  const decode = functions[`decode${name}`];
  if (typeof encode !== 'function' || typeof decode !== 'function') throw new Error(`no codec for ${name}`);
  return {
    encode: (values) => encode(values) as Uint8Array,
    decode: (payload) => decode(payload) as Values,
  };
}

function bounds(field: Field): [number, number] {
  const { min, max } = TYPES[field.type];
  const scale = field.scale ?? 1;
  return field.range ?? [min * scale, max * scale];
}

/** Every value that the wire carries without rounding, the ends more often than by chance. */
function valuesOf(frame: Frame): fc.Arbitrary<Values> {
  const entries = frame.fields.map((field): [string, fc.Arbitrary<number>] => {
    const scale = field.scale ?? 1;
    const [low, high] = bounds(field);
    const counts = fc.maxSafeInteger().map((n) => low / scale + (Math.abs(n) % (high / scale - low / scale + 1)));
    return [keyOf(field), fc.oneof(counts, fc.constantFrom(low / scale, high / scale)).map((count) => count * scale)];
  });
  return fc.record(Object.fromEntries(entries));
}

describe.each(frames)('$name', (frame) => {
  const { encode, decode } = codecOf(frame);

  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(valuesOf(frame), (values) => {
        expect(decode(encode(values))).toEqual(values);
      }),
    );
  });

  it.each(frame.fields)('refuses a $name that the wire does not carry', (field) => {
    const good = Object.fromEntries(frame.fields.map((other) => [keyOf(other), bounds(other)[0]]));
    const [low, high] = bounds(field);
    const step = field.scale ?? 1;
    for (const value of [low - step, high + step, Number.NaN, Infinity, -Infinity]) {
      expect(() => encode({ ...good, [keyOf(field)]: value })).toThrow(RangeError);
    }
  });

  it('refuses a payload of another length', () => {
    expect(() => decode(new Uint8Array(encode(lowest(frame)).length + 1))).toThrow(RangeError);
  });
});

function lowest(frame: Frame): Values {
  return Object.fromEntries(frame.fields.map((field) => [keyOf(field), bounds(field)[0]]));
}

it('sends the high byte first', () => {
  const payload = codec.encodeArmFrame({ key: 0x0102, runTag: 0x0304, envelopeCrc: 0x0506, nonce: 0x0708090a });
  expect([...payload]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('carries charges beyond 32 bits, of both signs', () => {
  const frame = codec.decodeChargeFrame(new Uint8Array(codec.CHARGE.payloadLength));
  for (const charge of [
    1_944_000_000_000,
    -1,
    -4_294_967_296,
    -4_294_967_297,
    4_294_967_295,
    Number.MIN_SAFE_INTEGER,
  ]) {
    expect(codec.decodeChargeFrame(codec.encodeChargeFrame({ ...frame, netCharge_nC: charge })).netCharge_nC).toBe(
      charge,
    );
  }
});

it('has one line of advice for every fault', () => {
  expect(codec.FAULTS.map((fault) => fault.name)).toEqual(faults.map((fault) => fault.name));
  for (const fault of codec.FAULTS) expect(fault.advice).toMatch(/^[A-Z].{10,}\.$/);
});
