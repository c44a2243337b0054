import * as fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { foldBlocks } from '../../src/model/fold.js';

const words = (count: number, word = 'word'): string => Array.from({ length: count }, () => word).join(' ');

describe('folded texts', () => {
  it('are broken at the width and mean the same', () => {
    const text = `steps:\n  - prompt: >-\n      ${words(30)}\n  - note: short\n`;
    const folded = foldBlocks(text, 40);
    expect(Math.max(...folded.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(parse(folded)).toEqual(parse(text));
  });

  it.each([
    ['a literal text', `a: |\n  ${words(30)}\n`],
    ['a plain text that ends like a mark', `a: x ->\nb: ${words(30)}\n`],
    ['a line that stands further in', `a: >-\n  one\n    ${words(30)}\n  two\n`],
    ['a word that is too long', `a: >-\n  ${'x'.repeat(80)}\n`],
    ['text beside a folded one', `a: >-\n  one\nb: ${words(30)}\n`],
  ])('leaves %s alone', (_what, text) => {
    expect(foldBlocks(text, 40)).toBe(text);
  });

  it('mean the same whatever spaces and empty lines they hold', () => {
    const line = fc.array(fc.constantFrom('a', 'word', ' ', '#', ':', '- ', 'longer-word'), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.integer({ min: 12, max: 40 }), (lines, width) => {
        const body = lines.map((parts) => parts.join(' ').trim()).map((text) => (text === '' ? '' : `    ${text}`));
        const text = `a:\n  b: >-\n${body.join('\n')}\n  c: 1\n`;
        expect(parse(foldBlocks(text, width))).toEqual(parse(text));
      }),
      { numRuns: 200 },
    );
  });
});
