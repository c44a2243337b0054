import { describe, expect, it } from 'vitest';
import { bigEndian, padded, saturated, word } from '../../../src/twin/chips/words.js';

describe('words on the wire', () => {
  it('go most significant byte first, negative ones in two’s complement, FFh after their end', () => {
    expect([...bigEndian(0x1234, 2)]).toEqual([0x12, 0x34]);
    expect([...bigEndian(-16, 2)]).toEqual([0xff, 0xf0]);
    expect([...bigEndian(0x123456, 3, 5)]).toEqual([0x12, 0x34, 0x56, 0xff, 0xff]);
    expect([...bigEndian(0x1234, 2, 1)]).toEqual([0x12]);
    expect([...bigEndian(0x12345678, 5)]).toEqual([0, 0x12, 0x34, 0x56, 0x78]);
    expect([...padded(Uint8Array.of(1, 2), 3)]).toEqual([1, 2, 0xff]);
    expect([...padded(Uint8Array.of(1, 2), 1)]).toEqual([1]);
  });

  it('come back, with 0 for what is missing', () => {
    expect(word(Uint8Array.of(0x12, 0x34), 0)).toBe(0x1234);
    expect(word(Uint8Array.of(0x12), 0)).toBe(0x1200);
  });

  it('saturate, and take the lower end for what is not a number', () => {
    expect([-9, 0.4, 0.6, 9, Number.NaN].map((value) => saturated(value, -1, 1))).toEqual([-1, 0, 1, 1, -1]);
  });
});
