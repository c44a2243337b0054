import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedWords, crc8, framedWords, signed16 } from '../../src/bus/crc8.js';

describe('CRC-8 of the Sensirion family', () => {
  it('gives the published vector and the known value of a zero word', () => {
    expect(crc8(Uint8Array.of(0xbe, 0xef))).toBe(0x92);
    expect(crc8(Uint8Array.of(0x00, 0x00))).toBe(0x81);
  });

  it('brings words back, signed ones as two’s complement', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 6 }), (words) => {
        expect(checkedWords(framedWords(words))?.map(signed16)).toEqual(words);
      }),
    );
  });

  it('finds every flip of up to two bits in a word, and frames that are all FF, all 00 or cut', () => {
    for (let i = 0; i < 24; i++) {
      for (let j = i; j < 24; j++) {
        const frame = framedWords([0x1234]);
        for (const bit of new Set([i, j])) frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(checkedWords(frame)).toBeUndefined();
      }
    }
    expect(checkedWords(new Uint8Array(9))).toBeUndefined();
    expect(checkedWords(new Uint8Array(9).fill(0xff))).toBeUndefined();
    expect(checkedWords(Uint8Array.of(0xbe, 0xef))).toBeUndefined();
  });
});
