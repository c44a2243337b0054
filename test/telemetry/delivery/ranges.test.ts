import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranges } from '../../../src/telemetry/delivery/ranges.js';

const added = fc.array(
  fc.tuple(fc.nat(200), fc.nat(12)).map(([from, length]) => [from, from + length] as const),
  { maxLength: 40 },
);

function filled(pairs: readonly (readonly [number, number])[]): { readonly ranges: Ranges; readonly set: Set<number> } {
  const ranges = new Ranges();
  const set = new Set<number>();
  for (const [from, to] of pairs) {
    ranges.add(from, to);
    for (let n = from; n <= to; n++) set.add(n);
  }
  return { ranges, set };
}

describe('ranges', () => {
  it('hold what a set holds, in as few ranges as there can be', () => {
    fc.assert(
      fc.property(added, (pairs) => {
        const { ranges, set } = filled(pairs);
        for (let n = 0; n < 220; n++) expect(ranges.has(n)).toBe(set.has(n));
        const starts = [...set].filter((n) => !set.has(n - 1));
        expect(ranges.count).toBe(starts.length);
      }),
    );
  });

  it('name the first that is missing', () => {
    fc.assert(
      fc.property(added, fc.nat(220), (pairs, from) => {
        const { ranges, set } = filled(pairs);
        let first = from;
        while (set.has(first)) first++;
        expect(ranges.firstMissing(from)).toBe(first);
      }),
    );
  });

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(added, (pairs) => {
        const text = filled(pairs).ranges.toString();
        expect(Ranges.parse(text).toString()).toBe(text);
      }),
    );
  });

  it.each(['', ',', '-', '5-3', 'x', '1-2-3', '-4', '1.5'])('hold nothing of %j', (text) => {
    expect(Ranges.parse(text).count).toBe(0);
  });
});
