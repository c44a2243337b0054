/** The JSON Schemas for editors: what the program would write, with a text for every field, and what the recipes pass. */
import { Ajv } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packagePath } from '../../src/model/entry.js';
import { jsonSchemas, jsonText } from '../../src/recipe/json-schema.js';
import { recipeRows, seriesRows, stepRows } from './recipe-tables.js';

const RECIPES = packagePath('recipes');
const files = readdirSync(RECIPES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
const SCHEMAS = [...jsonSchemas()];
const holds = new Map(SCHEMAS.map(([file, schema]) => [file, new Ajv({ strict: true }).compile(schema)]));

describe.each(SCHEMAS)('recipes/%s', (file, schema) => {
  it('is what the program would write', () => {
    expect(readFileSync(join(RECIPES, file), 'utf8')).toBe(jsonText(schema));
  });
});

describe('every field', () => {
  it.each([
    ['a recipe', recipeRows, 60],
    ['a step', stepRows, 60],
    ['a series', seriesRows, 12],
  ] as const)('of %s has a text', (_, rows, least) => {
    expect(
      rows()
        .filter(({ text }) => text === '')
        .map(({ path }) => path),
    ).toEqual([]);
    expect(rows().length).toBeGreaterThan(least);
  });
});

describe('the example of a field', () => {
  it.each([
    ['balance', '0.1 mg'],
    ['limits.temperature_max', '30 degC'],
    ['limits.sweep_hydrogen', '1 %vol'],
    ['pause.purge.stop_after', '10 min'],
  ])('%s is its own, not that of its kind', (path, example) => {
    expect(recipeRows().find((row) => row.path === path)?.takes).toBe(`\`${example}\``);
  });

  it.each(SCHEMAS)('is taken by its own field, everywhere in %s', (_, schema) => {
    const found = examplesIn(schema);
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(({ example, pattern }) => !new RegExp(pattern).test(example))).toEqual([]);
  });
});

function examplesIn(value: unknown): { readonly example: string; readonly pattern: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const pattern: unknown = Reflect.get(value, 'pattern');
  const examples: unknown = Reflect.get(value, 'examples');
  const own =
    typeof pattern === 'string' && Array.isArray(examples)
      ? examples.map((example: unknown) => ({ example: String(example), pattern }))
      : [];
  return [...own, ...Object.values(value).flatMap(examplesIn)];
}

describe.each(files)('recipes/%s', (file) => {
  const text = readFileSync(join(RECIPES, file), 'utf8');
  const schema = /^series: 1$/m.test(text) ? 'series.schema.json' : 'recipe.schema.json';

  it('begins with the way to its schema', () => {
    const path = relative(dirname(join(RECIPES, file)), join(RECIPES, schema));
    const line = `# yaml-language-server: $schema=${path.startsWith('.') ? path : `./${path}`}`;
    expect(text.split('\n', 1)[0]).toBe(line);
  });

  it('is valid by it', () => {
    const valid = holds.get(schema);
    expect(valid?.(parse(text))).toBe(true);
    expect(valid?.errors).toBeNull();
  });
});

describe('the schema of recipes refuses', () => {
  const text = readFileSync(join(RECIPES, 'general-procedure-3a.yaml'), 'utf8');
  const valid = holds.get('recipe.schema.json');

  it.each([
    ['a number without a unit', 'current: 18 mA', 'current: 18'],
    ['a unit of another kind', 'current: 18 mA', 'current: 18 mV'],
    ['an unknown field', 'current: 18 mA', 'curent: 18 mA'],
    ['a field that must be there', 'limiting: 2a', ''],
    ['an unknown step', '- purge:', '- purgee:'],
    ['an unknown mode', 'mode: batch', 'mode: bach'],
  ])('%s', (_, right, wrong) => {
    expect(text).toContain(right);
    expect(valid?.(parse(text.replace(right, wrong)))).toBe(false);
  });

  it('but takes other spellings of units, and a word for a ramp', () => {
    const other = text
      .replace('to: 0 degC', 'to: 0 °C')
      .replace('steps:', 'pause: { current: { down: at once } }\nsteps:');
    expect(valid?.(parse(other))).toBe(true);
  });
});

describe('the schema of series', () => {
  const valid = holds.get('series.schema.json');
  const holding = (entry: object): unknown => {
    const entries = [{ id: 'one', title: 'One', ...entry }];
    return valid?.({ series: 1, name: 'some', title: 'Some', base: './base.yaml', entries });
  };

  it.each([
    ['a value of another kind', { set: { 'electrolyse.current': '18 mV' } }],
    ['a number without a unit', { set: { 'basis.amount': 0.3 } }],
    ['a word of no reagent', { set: { 'reagents.cat-2.role': 'catalist' } }],
    ['a wrong value in a step of several', { set: { 'electrolyse-2.current': '18' } }],
    ['an unknown step', { steps: [{ purgee: { sweep: '25 mL/min', for: '3 min' } }] }],
    ['an unknown field of a step', { steps: [{ wait: { four: '3 min' } }] }],
    ['the same within a repeat', { steps: [{ repeat: { times: 2, steps: [{ wait: { four: '3 min' } }] } }] }],
  ])('refuses %s', (_, entry) => {
    expect(holding(entry)).toBe(false);
  });

  it.each([
    ['known fields', { set: { 'electrolyse.until.voltage.above': '4.2 V', 'cell.reactor': 'batch-10ml' } }],
    ['fields that are taken away', { set: { 'reagents.cat-2': null, 'electrolyse.ramp': null } }],
    ['parts as a whole', { set: { 'cell.anode': { material: 'zinc', area: '2.7 cm2' } } }],
    ['places in lists, which only the checker knows', { set: { 'electrolyse.stages.0.current': '18 mA' } }],
    ['steps of its own', { steps: [{ prompt: 'Weigh.' }, { include: { recipe: './other.yaml' } }] }],
  ])('takes %s', (_, entry) => {
    expect(holding(entry)).toBe(true);
  });
});
