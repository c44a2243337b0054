import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bar,
  deviation,
  duration,
  fit,
  hanging,
  paragraph,
  plain,
  quantity,
  range,
  rowLines,
} from '../../src/model/words.js';

describe('numbers as an operator reads them', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [3599.6, '1 h 00 min'],
    [10_800, '3 h 00 min'],
    [-5, '0 s'],
  ])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it('has a real minus sign, and no minus nothing', () => {
    expect(plain(-1.25, 1)).toMatch(/^−1\.[23]$/);
    expect(plain(-0.001, 2)).toBe('0.00');
    expect(range(-0.04, 0.05, 2, '°C')).toBe('−0.04 … 0.05 °C');
    expect(quantity(null, 1, 'mA', 5)).toBe('    — mA');
  });

  it('tells a deviation in percent, and in coulombs where there is next to nothing', () => {
    expect(deviation(194.41, 194.4)).toBe('+0.005 %');
    expect(deviation(194.39, 194.4)).toBe('−0.005 %');
    expect(deviation(-0.0002, 0.0001)).toBe('0.000 C');
  });

  it('keeps a bar as wide as it is, whatever the share', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.nat(60), (share, width) => bar(share, width).length === width),
    );
  });

  it('cuts by columns, and wraps without losing a word', () => {
    expect(fit('abcdef', 4)).toBe('abc…');
    expect(fit('abcd', 4)).toBe('abcd');
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 20, max: 80 }),
        (words, columns) => {
          const lines = paragraph(words.join(' '), columns);
          expect(lines.join(' ').trim().split(/\s+/)).toEqual(words);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it('hangs what does not fit below its text, and leaves a line that fits as it is', () => {
    expect(hanging('   1 min 00 s  ! too hot', 15, 60)).toEqual(['   1 min 00 s  ! too hot']);
    const row = `  ${'efficiency'.padEnd(12)}${'found as hydrogen '.repeat(5)}`.trimEnd();
    expect(rowLines(row, 104)).toEqual([row]);
    expect(rowLines(row, 80)).toEqual([
      row.slice(0, row.indexOf(' hydrogen', 70)),
      `${' '.repeat(14)}hydrogen found as hydrogen`,
    ]);
    const lines = hanging(`${'12 s'.padStart(13)}  ${'flowing '.repeat(12)}`.trimEnd(), 15, 50);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines[0]).toMatch(/^ {9}12 s {2}flowing/);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {15}flowing/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(50);
  });
});
