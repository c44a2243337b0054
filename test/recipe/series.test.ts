/** Series to recipes: what an entry changes, that every fault has its place, and that no name leads out of the folder. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocument } from '../../src/model/document.js';
import { formatProblem } from '../../src/model/problem.js';
import { partOfText } from '../../src/model/series.js';
import { planAll, planFile, readSeries } from '../../src/recipe/files.js';
import { libraryRecipes } from '../../src/recipe/library.js';
import { loadReading, loadRecipe } from '../../src/recipe/load.js';
import { addressOf, besideOf, libraryOf, nameOf } from '../../src/recipe/paths.js';
import { loadSeries, memberReading } from '../../src/recipe/series.js';
import { entriesText, seriesText } from '../../src/recipe/series-text.js';

const fixture = (path: string): string => fileURLToPath(new URL(`../fixtures/recipes/${path}`, import.meta.url));
const ELECTRODES = fixture('series/electrodes.yaml');
const minimal = readFileSync(fixture('minimal.yaml'));
const written = readFileSync(ELECTRODES, 'utf8');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const onSim = { board: 'bench-sim' };

/** What is wrong with a series text and the recipes that it makes of the shortest recipe, without any file. */
function problemsOf(text: string): string[] {
  const loaded = loadSeries(readDocument('s.yaml', bytes(text)));
  if (!loaded.ok) return loaded.problems.map(formatProblem);
  return loaded.value.series.entries.flatMap((_entry, index) => {
    const base = readDocument('base.yaml', minimal, nameOf);
    const made = loadReading(memberReading(loaded.value, index, base));
    return made.ok ? [] : made.problems.map(formatProblem);
  });
}

describe('an entry of a series', () => {
  it('is an ordinary recipe with the name of series and entry, and says which it is', async () => {
    const planned = await planFile(`${ELECTRODES}#as-it-is`, onSim);
    if (!planned.ok) throw new Error(planned.problems.map(formatProblem).join('\n'));
    expect(planned.value).toMatchObject({
      recipe: 'electrodes-as-it-is',
      title: 'Electrodes: the base',
      source: 'test of a series',
      partOf: { series: 'electrodes', entry: 'as-it-is', tags: { anode: 'felt', note: '1' } },
      numbers: { charge_C: 194.4 },
      envelope: { voltage_V: 5 },
    });
    const again = loadRecipe('again.yaml', bytes(planned.value.text));
    expect(again).toMatchObject({ ok: true, value: { recipe: { name: 'electrodes-as-it-is' } } });
  });

  it('keeps the comments of the base, and the text does not depend on how the file was named', async () => {
    const [one, other] = await Promise.all([
      planFile(`${ELECTRODES}#half`, onSim),
      planFile(`${dirname(ELECTRODES)}/../series/electrodes.yaml#half`, onSim),
    ]);
    if (!one.ok || !other.ok) throw new Error('refused');
    const [origin, comment] = one.value.text.split('\n');
    expect(origin).toBe('# Entry half of the series electrodes, made from minimal.yaml.');
    expect(comment).toBe('# The shortest recipe that is accepted: what the broken ones were before they broke.');
    expect(one.value.sha256).toBe(other.value.sha256);
  });

  it('sets fields, takes fields away and replaces blocks', async () => {
    const planned = await planFile(`${ELECTRODES}#half`, onSim);
    if (!planned.ok) throw new Error('refused');
    expect(planned.value.numbers).toMatchObject({ charge_C: 194.4, current_mA: 9, duration_s: 21_600 });
    const { data } = readDocument('x.yaml', bytes(planned.value.text)).document ?? {};
    expect(data).toMatchObject({ cell: { anode: { material: 'other felt' } } });
    expect(data).not.toHaveProperty('reagents.2a.mass');
  });

  it('replaces the steps before it sets fields in them', async () => {
    const planned = await planFile(`${ELECTRODES}#asked`, onSim);
    if (!planned.ok) throw new Error('refused');
    expect(planned.value.steps.map(({ kind }) => kind)).toEqual(['prompt', 'purge', 'cool', 'electrolyse', 'finish']);
    expect(planned.value.steps[0]).toMatchObject({ text: 'Go on, please.' });
  });

  it('changes steps that the base includes', async () => {
    const text = minimal.toString('utf8');
    const before = text.slice(0, text.indexOf('steps:'));
    const folder = folderOf({
      'steps.yaml': text,
      'minimal.yaml': `${before}steps:\n  - include: { recipe: ./steps.yaml }\n`,
      's.yaml': written.replace('../minimal', './minimal'),
    });
    const planned = await planFile(`${join(folder, 's.yaml')}#half`, onSim);
    expect(planned).toMatchObject({ ok: true, value: { numbers: { current_mA: 9, charge_C: 194.4 } } });
  });

  it('passes the same checker: a number that does not agree is refused at its place in the series', async () => {
    const text = written.replace('electrolyse.time: 6 h', 'electrolyse.time: 5 h').replace('../minimal', './minimal');
    const folder = folderOf({ 'minimal.yaml': minimal, 's.yaml': text });
    const planned = await planAll(join(folder, 's.yaml'), onSim);
    if (planned.ok) throw new Error('accepted');
    expect(planned.problems).toMatchObject([
      { file: join(folder, 's.yaml'), line: 19, column: 28, path: 'half: electrolyse.current' },
    ]);
  });

  it('takes --set after the series', async () => {
    const planned = await planFile(`${ELECTRODES}#as-it-is`, { ...onSim, sets: ['limits.voltage=4.9 V'] });
    expect(planned).toMatchObject({
      ok: true,
      value: { envelope: { voltage_V: 4.9 }, overrides: ['limits.voltage=4.9 V'] },
    });
  });
});

describe('a whole series', () => {
  it('gives a plan of each entry, in order', async () => {
    const planned = await planAll(ELECTRODES, onSim);
    if (!planned.ok || planned.value.kind !== 'series') throw new Error('refused');
    expect(planned.value.plans.map(({ recipe }) => recipe)).toEqual([
      'electrodes-as-it-is',
      'electrodes-half',
      'electrodes-asked',
    ]);
  });

  it('is told within 80 columns: numbers, what all weigh, what differs, warnings once', async () => {
    const planned = await planAll(ELECTRODES, onSim);
    if (!planned.ok || planned.value.kind !== 'series') throw new Error('refused');
    const { series, plans } = planned.value;
    const warned = plans.map((plan) => ({ ...plan, warnings: ['all of them', ...(plan === plans[1] ? ['one'] : [])] }));
    const text = seriesText(series, warned);
    expect(text).toMatch(/^ {2}half +194\.4 C +4\.03 +9 mA +6 h/m);
    expect(text).toMatch(/^ {2}2a +104\.7 mg/m);
    expect(text).not.toContain('Weigh besides');
    expect(text).toContain('\n  ! every entry: all of them\n  ! half: one\n');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const [first, second, third] = warned;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three are due');
    const [row] = first.weighing;
    if (row === undefined) throw new Error('one is due');
    const other = { ...second, weighing: [{ ...row, name: 'another imine', weighed_mg: 99 }] };
    const differing = seriesText(series, [first, other, { ...third, weighing: [] }]);
    expect(differing).toMatch(/^ {2}half +99\.0 mg +2a, another imine, 0\.5 mmol$/m);
    expect(differing).toMatch(/^ {2}asked +nothing$/m);
  });

  it('leaves columns out where names are long', async () => {
    const planned = await planAll(ELECTRODES, onSim);
    if (!planned.ok || planned.value.kind !== 'series') throw new Error('refused');
    const { series, plans } = planned.value;
    const long = plans.map((plan) => ({ ...plan, partOf: { series: 's', entry: 'e'.repeat(31), tags: {} } }));
    const text = seriesText(series, long);
    expect(text).toMatch(/^ {2}entry +charge +F\/mol +current +time/m);
    expect(text).not.toContain('hydrogen');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('is refused where one recipe is due, with the entries to choose from', async () => {
    const planned = await planFile(ELECTRODES, onSim);
    if (planned.ok) throw new Error('accepted');
    expect(planned.problems).toMatchObject([
      { message: 'is a series; one entry of it is due here', hint: expect.stringContaining(`${ELECTRODES}#half`) },
    ]);
    const none = await planFile(`${ELECTRODES}#nothing`, onSim);
    if (none.ok) throw new Error('accepted');
    expect(none.problems).toMatchObject([{ message: 'the series "electrodes" has no such entry' }]);
    const plain = await planFile(`${fixture('minimal.yaml')}#half`, onSim);
    if (plain.ok) throw new Error('accepted');
    expect(plain.problems).toMatchObject([{ message: 'is a recipe, and has no entries' }]);
  });

  it('lists its entries without asking what they make', async () => {
    const read = await readSeries(ELECTRODES);
    if (!read.ok) throw new Error('refused');
    expect(entriesText(read.value.series)).toContain('  as-it-is  the base\n            (anode: felt; note: 1)\n');
    expect(await readSeries(fixture('minimal.yaml'))).toMatchObject({
      ok: false,
      problems: [{ message: 'is not a series' }],
    });
  });

  it('tells a fault of the base once, not once an entry', async () => {
    const base = minimal.toString('utf8').replace('gap: 5 mm', 'gap: 5 mV').replace('title:', 'tilte:');
    const folder = folderOf({ 'minimal.yaml': base, 's.yaml': written.replace('../minimal', './minimal') });
    const planned = await planAll(join(folder, 's.yaml'), onSim);
    if (planned.ok) throw new Error('accepted');
    const told = planned.problems.map(({ line, path }) => `${line} ${path}`);
    expect(told).toEqual(['4 every entry: tilte', '17 every entry: cell.gap']);
  });
});

describe('a series text', () => {
  const entry = (more: string): string =>
    `series: 1\nname: s\ntitle: S\nbase: ./b.yaml\nentries:\n  - id: a\n    title: A\n${more}`;

  it.each([
    [
      entry('    set: { electrolyse.current: 18 mV }\n'),
      's.yaml:8:33: electrolyse.current: "18 mV": "mV" is a unit of voltage, not of current (here: A, mA, uA) (would be right: 18 mA)',
    ],
    [
      entry('    set: { electrolyse.current: 18 }\n'),
      's.yaml:8:33: electrolyse.current: 18 has no unit (would be right: 18 mA)',
    ],
    [
      entry('    set: { electrolyse-2.current: 18 mA }\n'),
      's.yaml:8:12: electrolyse-2.current: there is no such place in this file (would be right: the path of a field that it has)',
    ],
    [entry('    set: { cell.gap: ~ }\n'), 's.yaml:8:12: cell.gap: is missing (would be right: 5 mm)'],
    [
      entry('    set: { limits.voltage: ~ }\n'),
      's.yaml:8:12: limits.voltage: there is nothing to take away (would be right: the path of a field that it has)',
    ],
    [
      entry('    set: { name: other }\n'),
      's.yaml:8:12: name: is made by the series (would be right: the id of the entry)',
    ],
    [
      entry('    set: { part_of.tags.x: other }\n'),
      's.yaml:8:12: part_of.tags.x: is made by the series (would be right: the tags of the entry)',
    ],
    [
      entry('    provenance: { cell.colour: { derived: true, from: x } }\n'),
      's.yaml:8:32: provenance.cell.colour: there is no such field in this recipe (would be right: the path of a field, as in --set)',
    ],
    [
      entry('    steps:\n      - boil: {}\n'),
      expect.stringMatching(/^s\.yaml:9:9: step 1: boil: this step is not known/),
    ],
    [
      entry('    tags: { Anode: zinc, b: 1 }\n'),
      's.yaml:8:13: entries.0.tags.Anode: is not a short name (would be right: small letters, digits, - and _)',
    ],
    [
      entry('  - id: a\n    title: B\n'),
      's.yaml:8:9: entries.1.id: the entry "a" is there twice (would be right: another name for one of the two)',
    ],
    [entry('    colour: red\n'), expect.stringMatching(/^s\.yaml:8:5: entries\.0\.colour: this key is not known here/)],
    [
      entry('').replace('id: a', 'id: ../a'),
      's.yaml:6:9: entries.0.id: is not a name (would be right: small letters, digits and hyphens, at most 31; no path)',
    ],
    [
      entry('').replace('series: 1', 'series: 2'),
      's.yaml:1:9: series: this version of a series is not known (would be right: 1)',
    ],
    [
      entry('').replace(/entries:[^]*/, 'entries: []\n'),
      's.yaml:5:10: entries: has no entry (would be right: one at least)',
    ],
    [entry('    set: { cell.gap: 0x12 }\n'), expect.stringContaining('"0x12" is not a plain decimal number')],
  ])('is refused: %j', (text, problem) => {
    expect(problemsOf(text)).toContainEqual(problem);
  });

  it('tells all faults at once', () => {
    const text = entry('    set: { electrolyse.current: 18 mV, cell.gap: ~, name: x, pause.flow: maybe }\n');
    expect(problemsOf(text)).toHaveLength(4);
  });

  it('is accepted or refused with places, whatever is set', () => {
    const path = fc.constantFrom(
      'cell.gap',
      'steps',
      'purge',
      'finish',
      'provenance',
      'reagents',
      'cell',
      'a.b',
      '',
      '.',
      'x',
    );
    const value = fc.constantFrom('~', '1', '5 mm', '{}', '[]', '[1]', '{ a: b }', '"__proto__"', 'true', '5 mm ');
    fc.assert(
      fc.property(fc.dictionary(path, value, { maxKeys: 4, noNullPrototype: true }), (set) => {
        const rows = Object.entries(set).map(([name, given]) => `      "${name}": ${given}\n`);
        for (const problem of problemsOf(entry(rows.length === 0 ? '' : `    set:\n${rows.join('')}`)))
          expect(problem).toMatch(/^(s|base)\.yaml:\d+:\d+: ./);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the base of a series', () => {
  it.each([
    ['../secret.yaml', '"../secret.yaml" leads out of the folder of the recipes'],
    ['/etc/passwd', '"/etc/passwd" is not the path of a recipe file'],
    ['..', '".." is not the path of a recipe file'],
    ['http://x/y.yaml', '"http://x/y.yaml" is not the path of a recipe file'],
    ['nothing.yaml', '"nothing.yaml" cannot be read: there is no such file'],
    ['link.yaml', '"link.yaml" is a link out of the folder of the recipes'],
    ['s.yaml', '"s.yaml" is itself a series'],
    ['folder.yaml', '"folder.yaml" cannot be read: it is a folder, not a file'],
  ])('is refused when it is %s', async (base, message) => {
    const folder = folderOf({ 's.yaml': written.replace('../minimal.yaml', base) });
    const outside = folderOf({ 'secret.yaml': minimal });
    symlinkSync(join(outside, 'secret.yaml'), join(folder, 'link.yaml'));
    mkdirSync(join(folder, 'folder.yaml'));
    const planned = await planAll(join(folder, 's.yaml'), onSim);
    if (planned.ok) throw new Error('accepted');
    expect(planned.problems[0]).toMatchObject({ line: 7, column: 7, message });
  });

  it('that is broken is told of at its own place', async () => {
    const folder = folderOf({ 'b.yaml': 'a: [', 's.yaml': written.replace('../minimal.yaml', 'b.yaml') });
    const planned = await planAll(join(folder, 's.yaml'), onSim);
    expect(planned).toMatchObject({ ok: false, problems: [{ file: join(folder, 'b.yaml'), line: 1 }] });
  });
});

describe('the text of a recipe', () => {
  it('says of which series and entry it is, and a recipe of its own says nothing', async () => {
    const planned = await planFile(`${ELECTRODES}#as-it-is`, onSim);
    if (!planned.ok) throw new Error('refused');
    expect(partOfText(planned.value.text)).toEqual(planned.value.partOf);
    expect(partOfText(minimal.toString('utf8'))).toBeNull();
    expect(partOfText('part_of: { series: 1 }')).toBeNull();
    expect(partOfText('[')).toBeNull();
  });
});

describe('the recipes that ship', () => {
  it('are named by their files, and those of a series by their entries', async () => {
    const broken = folderOf({ 'a.yaml': minimal, 'broken.yaml': 'series: 1\n', 'notes.txt': 'x' });
    mkdirSync(join(broken, 'sub'));
    writeFileSync(join(broken, 'sub', 's.yaml'), written);
    expect([...(await libraryRecipes(broken))]).toEqual([
      ['a', join(broken, 'a.yaml')],
      ['broken', join(broken, 'broken.yaml')],
      ...['as-it-is', 'half', 'asked'].map((id) => [`sub/s#${id}`, `${join(broken, 'sub', 's.yaml')}#${id}`]),
    ]);
    expect((await libraryRecipes()).has('series/optimisation-table#cat-2')).toBe(true);
  });
});

describe('names of files', () => {
  it('stay within the nearest folder called recipes, else their own', () => {
    expect(libraryOf('/a/recipes/series/deep/s.yaml')).toBe('/a/recipes');
    expect(libraryOf('/a/b/s.yaml')).toBe('/a/b');
    expect(besideOf('/a/recipes/series/s.yaml', '../r.yaml')).toEqual({ ok: true, file: '/a/recipes/r.yaml' });
    expect(besideOf('/a/recipes/series/s.yaml', '../../r.yaml')).toMatchObject({ ok: false });
    expect(besideOf('/a/b/s.yaml', './c/r.yaml')).toEqual({ ok: true, file: '/a/b/c/r.yaml' });
    expect(besideOf('/a/b/s.yaml', '../bb/r.yaml')).toMatchObject({ ok: false });
  });

  it('name an entry only behind a YAML file', () => {
    expect(addressOf('a/b.yaml#c-1')).toEqual({ file: 'a/b.yaml', entry: 'c-1' });
    expect(addressOf('a/b.yaml')).toEqual({ file: 'a/b.yaml', entry: undefined });
    expect(addressOf('a#b/c.yaml')).toEqual({ file: 'a#b/c.yaml', entry: undefined });
    expect(addressOf('a.yaml#')).toEqual({ file: 'a.yaml', entry: '' });
  });
});

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

/** A folder of these files. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'galvanode-series-'));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
