/** What an editor is offered at a place of a recipe: keys of the schema, known values, examples with units. */
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completion } from '../../src/recipe/completion.js';
import { jsonSchemas } from '../../src/recipe/json-schema.js';
import { writingAt } from '../../src/recipe/place-in-text.js';

const schemas = jsonSchemas();
const names = { reactors: ['batch-10ml', 'flow-5ml'] };
const GENERAL = readFileSync('recipes/general-procedure-3a.yaml', 'utf8');

/** The place of `|` in a text, and what is offered there. */
function at(marked: string) {
  const before = marked.slice(0, marked.indexOf('|'));
  const text = marked.replace('|', '');
  const lines = before.split('\n');
  const [line, column] = [lines.length, (lines.at(-1) ?? '').length + 1];
  return { text, line, column };
}

function offered(marked: string): string[] {
  const { text, line, column } = at(marked);
  return completion(text, line, column, names, schemas).candidates.map(({ label }) => label);
}

const placeOf = (marked: string) => {
  const { text, line, column } = at(marked);
  return writingAt(text, line, column);
};

describe('where one writes', () => {
  it.each([
    ['na|', { path: [], due: 'key', word: 'na', from: 1 }],
    ['basis:\n  am|', { path: ['basis'], due: 'key', word: 'am', from: 3 }],
    ['basis:\n  amount: 0.|', { path: ['basis', 'amount'], due: 'value', word: '0.', from: 11 }],
    ['steps:\n  - pu|', { path: ['steps', '-'], due: 'key', word: 'pu', from: 5 }],
    ['steps:\n- pu|', { path: ['steps', '-'], due: 'key', word: 'pu', from: 3 }],
    ['steps:\n- purge: {}\n- co|', { path: ['steps', '-'], due: 'key', word: 'co', from: 3 }],
    ['steps:\n  - purge: { sw|', { path: ['steps', '-', 'purge'], due: 'key', word: 'sw' }],
    ['steps:\n  - purge: { sweep: 25 mL/min, fo| }', { path: ['steps', '-', 'purge'], due: 'key', word: 'fo' }],
    ['steps:\n  - purge: { sweep: 25| }', { path: ['steps', '-', 'purge', 'sweep'], due: 'value', word: '25' }],
    ['cell:\n  cathode: { material: x }\n  anode: { ar|', { path: ['cell', 'anode'], due: 'key', word: 'ar' }],
    ['reagents:\n  1a: { role: |', { path: ['reagents', '1a', 'role'], due: 'value', word: '' }],
    ['a:\n  b:\n    - c: 1\n      d|', { path: ['a', 'b', '-'], due: 'key', word: 'd' }],
    ['a: { b: { c: [x, y|', { path: ['a', 'b', 'c', '-'], due: 'value', word: 'y' }],
  ])('%s', (marked, wanted) => {
    expect(placeOf(marked)).toMatchObject(wanted);
  });

  it.each(['# na|', 'title: x # na|', 'steps:\n  - prompt: >-\n      Clear the hood: no|'])(
    'offers nothing in a comment or a text of several lines: %s',
    (marked) => {
      expect(placeOf(marked)).toBeNull();
    },
  );

  it('tells the keys beside, of the same set only', () => {
    expect(placeOf('basis:\n  limiting: 2a\n  |\n  charge: 4 F/mol\ncell:\n  gap: 5 mm')?.beside.toSorted()).toEqual([
      'charge',
      'limiting',
    ]);
    expect(placeOf('entries:\n  - id: a\n    title: b\n  - id: c\n    |')?.beside).toEqual(['id']);
    expect(placeOf('a: { b: 1, |, d: 2 }')?.beside).toEqual(['b', 'd']);
  });
});

describe('what is offered', () => {
  it('the top of a recipe, what is due first, and not what is there', () => {
    const found = offered('recipe: 1\nname: x\n|');
    expect(found.slice(0, 3)).toEqual(['title', 'source', 'basis']);
    expect(found).toContain('pause');
    expect(found).not.toContain('name');
  });

  it('the kinds of steps, and their fields with what they mean', () => {
    expect(offered('recipe: 1\nsteps:\n  - |')).toEqual(
      expect.arrayContaining(['prompt', 'purge', 'electrolyse', 'repeat']),
    );
    const { text, line, column } = at('recipe: 1\nsteps:\n  - electrolyse: { cur|');
    const { candidates } = completion(text, line, column, names, schemas);
    expect(candidates[0]).toMatchObject({ label: 'current', kind: 'key', insert: 'current: ' });
    expect(candidates[0]?.detail).not.toBe('');
  });

  it('values that are known, examples with their unit, and names from the text and the shelf', () => {
    expect(offered('recipe: 1\nreagents:\n  1a: { role: |')).toEqual([
      'substrate',
      'limiting',
      'catalyst',
      'electrolyte',
      'reagent',
    ]);
    expect(offered('recipe: 1\nbasis:\n  amount: |')).toEqual(['0.5 mmol']);
    expect(offered('recipe: 1\ncell:\n  reactor: b|')).toEqual(['batch-10ml']);
    expect(offered('recipe: 1\nreagents:\n  1a: { name: x }\n  2a: { name: y }\nbasis:\n  limiting: |')).toEqual([
      '1a',
      '2a',
    ]);
  });

  it('of a series its own keys, and what may be set', () => {
    expect(offered('series: 1\n|')).toContain('base');
    expect(offered('series: 1\nentries:\n  - id: a\n    set:\n      electrolyse.cu|')).toContain('electrolyse.current');
    expect(offered('series: 1\nentries:\n  - id: a\n    steps:\n      - pur|')).toEqual(['purge']);
  });

  it('says where the word begins', () => {
    const { text, line, column } = at('recipe: 1\nbasis:\n  amo|');
    expect(completion(text, line, column, names, schemas).from).toBe(3);
  });

  it('offers at every place of a real recipe only what the schema knows, and never throws', () => {
    const lines = GENERAL.split('\n');
    const keys = new Set(JSON.stringify([...schemas.values()]).match(/[A-Za-z0-9_.-]+/g));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: lines.length }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (line, share) => {
          const column = 1 + Math.floor(share * (lines[line - 1] ?? '').length);
          const { from, candidates } = completion(GENERAL, line, column, names, schemas);
          expect(from).toBeLessThanOrEqual(column);
          for (const { kind, label } of candidates) if (kind === 'key') expect(keys.has(label)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('no text of any kind makes it throw', () => {
    const sign = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '#',
      '|',
      '>',
      '&',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 60 }), fc.nat(8), fc.nat(20), (signs, line, column) => {
        completion(signs.join(''), line + 1, column + 1, names, schemas);
      }),
      { numRuns: 500 },
    );
  });
});
