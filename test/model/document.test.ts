import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LocatedDocument, readDocument } from '../../src/model/document.js';
import { depthMax, prescan, sizeMax_byte } from '../../src/model/prescan.js';
import { formatProblem } from '../../src/model/problem.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function documentOf(text: string): LocatedDocument {
  const { document, problems } = readDocument('x.yaml', bytes(text));
  if (document === null) throw new Error(problems.map(formatProblem).join('\n'));
  return document;
}

function faultsOf(text: string): string[] {
  const scan = prescan(bytes(text));
  return scan.ok ? [] : scan.faults.map(({ offset, message }) => `${offset} ${message}`);
}

describe('the scan before parsing', () => {
  it.each([
    ['brackets in quotes', `a: "${'['.repeat(500)}"\nb: '${'{'.repeat(500)}'\n`],
    ['brackets in a comment', `a: 1 # ${'['.repeat(500)}\n`],
    ['brackets in a block text', `a: |\n  ${'['.repeat(500)}\nb: >-\n  ${'{'.repeat(500)}\n`],
    ['brackets in a plain text', `a: it's ${'['.repeat(500)}\n`],
    ['dashes in a text', `a: ${'- '.repeat(500)}x\n`],
    ['a comment alone', '# nothing\n'],
    ['a mark at the beginning', '# first\n---\na: 1\n'],
    ['wide, not deep', `a: [${'[],'.repeat(500)}]\n`],
  ])('passes %s', (_what, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it.each([
    ['flow lists', (n: number) => `a: ${'['.repeat(n)}${']'.repeat(n)}`, 1],
    ['flow maps', (n: number) => `a: ${'{b: '.repeat(n)}1${'}'.repeat(n)}`, 1],
    ['dashes in a line', (n: number) => `${'- '.repeat(n)}a`, 1],
    ['indented keys', (n: number) => Array.from({ length: n + 1 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 1],
    ['brackets after an apostrophe in a text', (n: number) => `b: it's\na: ${'['.repeat(n)}${']'.repeat(n)}`, 1],
  ] as const)('counts %s as levels', (_what, nested, above) => {
    expect(faultsOf(nested(depthMax - above))).toEqual([]);
    expect(faultsOf(nested(depthMax + 1))).toEqual([expect.stringContaining('nested deeper than 20 levels')]);
  });

  it('ends quickly on what would end the parser', () => {
    for (const unit of ['[', '{', '- ', '{a: [', '[{', '? ', '"[', "'["]) {
      const text = unit.repeat(Math.floor(sizeMax_byte / unit.length));
      expect(readDocument('x.yaml', bytes(text)).problems.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['a: &b 1\n', '3 an anchor (&name) is not taken'],
    ['a: *b\n', '3 an alias (*name) is not taken'],
    ['a: !b 1\n', '3 a tag (!name) is not taken'],
    ['? a\n: 1\n', '0 an explicit key (?) is not taken'],
    ['%YAML 1.1\n---\na: 1\n', '0 a directive (%NAME) is not taken'],
    ['a: 1\n---\nb: 1\n', '5 a second document (---) is not taken'],
    ['a: 1\n...\nb: 1\n', '9 a second document (---) is not taken'],
    ['a: \u0001\n', '3 character U+0001 does not belong in a text'],
    ['a: x\u007f\n', '4 character U+007F does not belong in a text'],
  ])('refuses %j', (text, fault) => {
    expect(faultsOf(text)).toContain(fault);
  });

  it('takes 64 kB and not a byte more', () => {
    expect(prescan(bytes('#'.repeat(sizeMax_byte))).ok).toBe(true);
    expect(prescan(bytes('#'.repeat(sizeMax_byte + 1))).ok).toBe(false);
  });

  it('skips a byte-order mark at the beginning and refuses one within', () => {
    expect(prescan(bytes('\ufeffa: 1\n'))).toEqual({ ok: true, text: 'a: 1\n' });
    expect(faultsOf('a: \ufeff1\n')).toEqual(['3 character U+FEFF does not belong in a text']);
  });
});

describe('a document with its places', () => {
  const text = '# note\na:\n  b: 1\n  c: [x, { d: y }]\ne:\n';

  it('knows where values, keys and missing things stand', () => {
    const document = documentOf(text);
    const at = (path: readonly (string | number)[], of?: 'key'): string => {
      const { line, column } = document.placeOf(path, of);
      return `${line}:${column}`;
    };
    expect(at(['a', 'b'])).toBe('3:6');
    expect(at(['a', 'b'], 'key')).toBe('3:3');
    expect(at(['a', 'c', 0])).toBe('4:7');
    expect(at(['a', 'c', 1, 'd'])).toBe('4:15');
    expect(at(['a', 'missing'])).toBe('2:1');
    expect(at(['e'])).toBe('5:1');
    expect(at(['e', 'missing'])).toBe('5:1');
    expect(at(['nowhere'])).toBe('1:1');
  });

  it('names a duplicate key and numbers in other bases, and still has its data', () => {
    const { document, problems } = readDocument(
      'x.yaml',
      bytes('a: { b: 1, b: 2 }\nc: 0x12\nd: 017\ne: .inf\nf: -1.50\n'),
    );
    expect(problems.map(formatProblem)).toEqual([
      'x.yaml:1:12: a.b: this key is written twice (would be right: one of the two)',
      expect.stringContaining('x.yaml:2:4: "0x12" is not a plain decimal number'),
      expect.stringContaining('x.yaml:3:4: "017" is not a plain decimal number'),
      expect.stringContaining('x.yaml:4:4: ".inf" is not a plain decimal number'),
    ]);
    expect(document?.data).toMatchObject({ f: -1.5 });
  });

  it('sets a value, keeps the comments and says afterwards where it came from', () => {
    const document = documentOf(text);
    expect(document.text).toBe(text);
    expect(document.set(['a', 'b'], '2 mA', '--set "a.b=2 mA"')).toBeUndefined();
    expect(document.set(['a', 'new'], true, '--set "a.new=true"')).toBeUndefined();
    expect(document.data).toMatchObject({ a: { b: '2 mA', new: true } });
    expect(document.text).toContain('# note');
    expect(documentOf(document.text).data).toEqual(document.data);
    expect(formatProblem(document.problem(['a', 'b'], 'is wrong', 'right'))).toBe(
      '--set "a.b=2 mA": a.b: is wrong (would be right: right)',
    );
  });

  it('makes the maps on the way to a value, and none beyond a word', () => {
    const document = documentOf('a: { b: 1 }\nc: word\nd:\n');
    expect(document.set(['e', 'f', 'g'], '1', '--set "e.f.g=1"')).toBeUndefined();
    expect(document.set(['d', 'h'], 2, '')).toBeUndefined();
    expect(document.set(['c', 'd'], '1', '')).toMatchObject({ message: 'there is no such place in this file' });
    expect(document.set(['a'], '1', '')).toMatchObject({ message: 'this holds several fields' });
    expect(document.data).toEqual({ a: { b: 1 }, c: 'word', d: { h: 2 }, e: { f: { g: '1' } } });
    expect(formatProblem(document.problem(['e', 'f'], 'is wrong', ''))).toBe('--set "e.f.g=1": e.f: is wrong');
  });

  it('reaches into a list, and to its end, but not beyond it', () => {
    const document = documentOf('a: [1, 2]\n');
    expect(document.set(['a', 1], 5, '')).toBeUndefined();
    expect(document.set(['a', 2], 6, '')).toBeUndefined();
    expect(document.set(['a', 9], 7, '')).toMatchObject({ message: 'there is no such place in this file' });
    expect(document.data).toEqual({ a: [1, 5, 6] });
  });

  it('takes a value of another document with the places where that one wrote it', () => {
    const document = documentOf('a: { b: 1 }\n');
    const { document: other } = readDocument('y.yaml', bytes('x:\n  - { k: v,\n      m: [1, 2] }\n'));
    if (other === null) throw new Error('refused');
    expect(document.graft(['a', 'b'], other, ['x', 0])).toBeUndefined();
    expect(document.data).toEqual({ a: { b: { k: 'v', m: [1, 2] } } });
    expect(other.data).toEqual({ x: [{ k: 'v', m: [1, 2] }] });
    expect(document.placeOf(['a', 'b', 'm', 1])).toEqual({ file: 'y.yaml', line: 3, column: 14 });
    expect(document.placeOf(['a', 'b', 'k'], 'key')).toEqual({ file: 'y.yaml', line: 2, column: 7 });
    expect(document.placeOf(['a'])).toMatchObject({ file: 'x.yaml', line: 1 });
    expect(documentOf(document.text).data).toEqual(document.data);
  });

  it('takes a value away, and tells who did where it is missing', () => {
    const document = documentOf('a: { b: 1, c: 2 }\nd: [1, 2, 3]\n');
    const place = { file: 'z.yaml', line: 7, column: 3 };
    expect(document.remove(['a', 'b'], place)).toBeUndefined();
    expect(document.remove(['d', 1], place)).toBeUndefined();
    expect(document.remove(['a', 'b'], place)).toMatchObject({ message: 'there is nothing to take away' });
    expect(document.remove(['z', 'y'], place)).toMatchObject({ message: 'there is nothing to take away' });
    expect(document.data).toEqual({ a: { c: 2 }, d: [1, 3] });
    expect(formatProblem(document.problem(['a', 'b'], 'is missing', ''))).toBe('z.yaml:7:3: a.b: is missing');
    expect(document.placeOf(['a', 'e'])).toMatchObject({ file: 'x.yaml', line: 1 });
  });

  it.each(['# one\n# two\na: 1\n', '# one\n\n# two\na: 1\n', '# one\n# two\n\na: 1\n'])(
    'writes its first comment anew: %j',
    (text) => {
      const document = documentOf(text);
      document.head((lines) => ['zero', ...lines.filter((line) => line !== 'one')]);
      expect(document.text.split('\n').filter((line) => line !== '')).toEqual(['# zero', '# two', 'a: 1']);
    },
  );

  it('never throws, and every problem has a place within the text', () => {
    const token = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '#',
      '|',
      '>',
      '&x',
      '*x',
      '!t',
      '---',
      '? ',
      '0x1',
      '\t',
      '\\',
      '%',
      '.inf',
      '\u0000',
      '\u00e9',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(token, { maxLength: 60 }).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          const { problems } = readDocument('x.yaml', bytes(text));
          const lines = text.split('\n').length;
          for (const { line, column } of problems) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(lines + 1);
            expect(column).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws on bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => readDocument('x.yaml', raw).problems.length >= 0),
    );
  });
});
