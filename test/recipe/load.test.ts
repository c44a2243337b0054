import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/model/problem.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { exists, nameOf, pathOf } from '../../src/recipe/paths.js';

const minimal = readFileSync(new URL('../fixtures/recipes/minimal.yaml', import.meta.url), 'utf8');
const scaleUp = readFileSync(new URL('../../recipes/scale-up-5mmol-3a.yaml', import.meta.url), 'utf8');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function problemsOf(text: string, sets: readonly string[] = []): string[] {
  const loaded = loadRecipe('r.yaml', bytes(text), sets);
  return loaded.ok ? [] : loaded.problems.map(formatProblem);
}

describe('--set', () => {
  it('sets values before the recipe is validated, and is kept in its text', () => {
    const sets = [
      'electrolyse.current=9 mA',
      'electrolyse.time=6 h',
      'finish.hold_temperature=false',
      'limits.voltage=4.5 V',
    ];
    const loaded = loadRecipe('r.yaml', bytes(minimal.replace('steps:', 'limits: { voltage: 5.0 V }\nsteps:')), sets);
    if (!loaded.ok) throw new Error('refused');
    const { recipe, document, overrides } = loaded.value;
    expect(recipe.steps[2]).toMatchObject({ body: { current: { text: '9 mA' }, time: { text: '6 h' } } });
    expect(recipe.steps[3]).toMatchObject({ body: { hold_temperature: false } });
    expect(recipe.limits?.voltage?.value).toBe(4.5);
    expect(overrides).toEqual(sets);
    expect(loadRecipe('again.yaml', bytes(document.text))).toMatchObject({
      ok: true,
      value: { recipe: { name: 'minimal' } },
    });
    expect(document.text).toContain('9 mA');
  });

  it('makes the block that a field stands in, where the recipe has none', () => {
    const sets = ['pause.temperature=release', 'pause.current.down=1 s', 'reagents.x.name=water'];
    const document = loadRecipe('r.yaml', bytes(minimal), sets);
    expect(document).toMatchObject({ ok: false });
    expect(problemsOf(minimal, sets).every((problem) => problem.includes('reagents.x.'))).toBe(true);
    expect(loadRecipe('r.yaml', bytes(minimal), sets.slice(0, 2))).toMatchObject({
      ok: true,
      value: { recipe: { pause: { temperature: 'release', current: { down: { value: 1 } } } } },
    });
  });

  it('reaches into lists by their places', () => {
    const stages =
      'current: 18 mA\n      stages:\n        - { current: 9 mA, time: 1 h }\n        - { current: 18 mA, time: 2 h }';
    const text = minimal.replace('current: 18 mA\n      time: 3 h', stages);
    expect(loadRecipe('r.yaml', bytes(text), ['electrolyse.stages.1.current=6 mA'])).toMatchObject({
      ok: true,
      value: { recipe: { steps: [{}, {}, { body: { stages: [{}, { current: { value: 6 } }] } }, {}] } },
    });
  });

  it('takes a field, a block or a step away with nothing after the sign, and its notes with it', () => {
    const notes = [
      '  cool.at_most: { derived: true, from: a guess }',
      '  purge.for: { derived: true, from: a guess }',
      '  limits.voltage: { derived: true, from: a guess }',
    ];
    const text = `${minimal}limits: { voltage: 5 V, flow_min: 1 mL/min }\nprovenance:\n${notes.join('\n')}\n`;
    const loaded = loadRecipe('r.yaml', bytes(text), ['limits.flow_min=', 'cool=', 'provenance.purge.for=']);
    expect(loaded).toMatchObject({ ok: false });
    const taken = loadRecipe('r.yaml', bytes(text), ['limits.flow_min=', 'cool=']);
    if (!taken.ok) throw new Error(taken.problems.map(formatProblem).join('\n'));
    const { recipe } = taken.value;
    expect(recipe.steps.map(({ kind }) => kind)).toEqual(['purge', 'electrolyse', 'finish']);
    expect(recipe.limits).toEqual({ voltage: expect.objectContaining({ value: 5 }) });
    expect(Object.keys(recipe.provenance ?? {})).toEqual(['purge.for', 'limits.voltage']);
    expect(loadRecipe('r.yaml', bytes(text), ['limits=', 'cool='])).toMatchObject({ ok: true });
  });

  it('adds a field that the recipe leaves to the reactor', () => {
    const loaded = loadRecipe('r.yaml', bytes(minimal), ['electrolyse.ramp=30 s']);
    expect(loaded).toMatchObject({
      ok: true,
      value: { recipe: { steps: [{}, {}, { body: { ramp: { value: 30 } } }, {}] } },
    });
  });

  it('reaches the second step of a kind by its number', () => {
    const text = minimal.replace('steps:', 'steps:\n  - prompt: one\n  - prompt: two');
    expect(loadRecipe('r.yaml', bytes(text), ['prompt-2=three'])).toMatchObject({
      ok: true,
      value: { recipe: { steps: [{ body: { ask: 'one' } }, { body: { ask: 'three' } }, {}, {}, {}, {}] } },
    });
  });

  it.each([
    [
      'electrolyse.current=18',
      '--set "electrolyse.current=18": electrolyse.current: 18 has no unit (would be right: 18 mA)',
    ],
    [
      'electrolyse.ramp=',
      '--set "electrolyse.ramp=": electrolyse.ramp: there is nothing to take away (would be right: the path of a field that it has)',
    ],
    ['cell.gap=', '--set "cell.gap=": cell.gap: is missing (would be right: 5 mm)'],
    ['title=', '--set "title=": title: is missing (would be right: words)'],
    [
      'cool-2=',
      '--set "cool-2=": cool-2: there is nothing to take away (would be right: the path of a field that it has)',
    ],
    ['electrolyse', '--set "electrolyse": is not path=value (would be right: --set "electrolyse.current=20 mA")'],
    ['=18 mA', '--set "=18 mA": is not path=value (would be right: --set "electrolyse.current=20 mA")'],
    [
      'electrolyse=18 mA',
      '--set "electrolyse=18 mA": electrolyse: this holds several fields (would be right: the path of one of them)',
    ],
    [
      'electrolyse-2.current=18 mA',
      '--set "electrolyse-2.current=18 mA": electrolyse-2.current: there is no such place in this file (would be right: the path of a field that it has)',
    ],
    [
      'steps.0.purge.sweep.x=1',
      '--set "steps.0.purge.sweep.x=1": steps.0.purge.sweep.x: there is no such place in this file (would be right: the path of a field that it has)',
    ],
    [
      'cell.reactor=../../secret',
      '--set "cell.reactor=../../secret": cell.reactor: is not a name (would be right: small letters, digits and hyphens, at most 64; no path)',
    ],
    [
      '__proto__.polluted=1',
      '--set "__proto__.polluted=1": __proto__.polluted: there is no such place in this file (would be right: the path of a field that it has)',
    ],
    ['title=a\nb', '--set: is too long or holds control characters (would be right: one line of text)'],
  ])('refuses %j', (argument, problem) => {
    expect(problemsOf(minimal, [argument])).toContain(problem);
  });
});

describe('names of fields', () => {
  const data: unknown = {
    cell: { gap: 1 },
    steps: [{ prompt: 'a' }, { electrolyse: { current: 1 } }, { prompt: 'b' }, { boil: {} }],
  };

  it.each([
    ['cell.gap', ['cell', 'gap']],
    ['electrolyse.current', ['steps', 1, 'electrolyse', 'current']],
    ['prompt', ['steps', 0, 'prompt']],
    ['prompt-2', ['steps', 2, 'prompt']],
  ])('%s stands for its path, both ways', (name, path) => {
    expect(pathOf(name, data)).toEqual(path);
    expect(nameOf(path, data)).toBe(name);
    expect(exists(path, data)).toBe(true);
  });

  it('numbers a step that it does not know', () => {
    expect(nameOf(['steps', 3, 'boil'], data)).toBe('step 4: boil');
  });

  it('finds nothing that is only inherited', () => {
    expect(exists(['cell', 'constructor'], data)).toBe(false);
    expect(exists(pathOf('prompt-3', data), data)).toBe(false);
  });
});

describe('a recipe of any text', () => {
  const lines = scaleUp.split('\n');
  const words = fc.constantFrom(
    '18',
    '18 mA',
    'NaN',
    '.inf',
    '[',
    '{',
    ']',
    '}',
    '&a',
    '*a',
    '- ',
    ':',
    '""',
    "'",
    '0x1f',
    '~',
    'true',
    'steps:',
    'electrolyse:',
    '__proto__: 1',
    '!!float 1',
    '1e400 mA',
    '\t',
    '\u0000',
    '../..',
    '#',
  );

  it('is accepted or refused with places, never thrown at: lines lost, doubled, swapped and torn', () => {
    const change = fc.tuple(
      fc.constantFrom('drop', 'double', 'swap', 'insert', 'cut'),
      fc.nat(lines.length - 1),
      fc.nat(80),
      words,
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const text = [...lines];
        for (const [how, row, column, word] of changes) {
          const line = text[row] ?? '';
          if (how === 'drop') text.splice(row, 1);
          if (how === 'double') text.splice(row, 0, line);
          if (how === 'swap') text.splice(row, 2, text[row + 1] ?? '', line);
          if (how === 'insert') text[row] = line.slice(0, column) + word + line.slice(column);
          if (how === 'cut') text[row] = line.slice(0, column);
        }
        const loaded = loadRecipe('r.yaml', bytes(text.join('\n')));
        if (loaded.ok) return;
        expect(loaded.problems.length).toBeGreaterThan(0);
        for (const problem of loaded.problems) expect(formatProblem(problem)).toMatch(/^r\.yaml:\d+:\d+: ./);
      }),
      { numRuns: 80 },
    );
  });
});
