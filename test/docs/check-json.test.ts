/** The table of `check --json` in docs/recipes.md names each further number that a plan has, and no other. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { planFile } from '../../src/recipe/files.js';
import { conditionsOf } from '../../src/recipe/conditions.js';
import { furtherNumbers } from '../../src/recipe/further-numbers.js';

const root = new URL('../../', import.meta.url);
const FURTHER = ['electrons', 'hydrogen', 'ceilings', 'ventilation', 'transport', 'flow', 'heat'] as const;

describe('the numbers of `check --json`', () => {
  const docs = readFileSync(new URL('docs/recipes.md', root), 'utf8');
  const section = docs.split('### The numbers of `check --json`')[1]?.split('\n## ')[0] ?? '';
  const row = (key: string): string => section.split('\n').find((line) => line.startsWith(`| \`${key}\` |`)) ?? '';
  let numbers: ReturnType<typeof furtherNumbers>;

  beforeAll(async () => {
    const recipe = new URL('recipes/scale-up-5mmol-3a.yaml', root).pathname;
    const outcome = await planFile(recipe, { board: 'bench-sim', sets: [] });
    if (!outcome.ok) throw new Error('the recipe is refused');
    numbers = furtherNumbers(conditionsOf(outcome.value));
  });

  it('are the objects of the table', () => {
    expect(Object.keys(numbers).toSorted()).toEqual(FURTHER.toSorted());
  });

  it.each(FURTHER)('%s: the table names each of its keys, and no other', (key) => {
    const named = [...row(key).matchAll(/`([^`]+)`/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
    expect(named.slice(1).toSorted()).toEqual(Object.keys(numbers[key] ?? {}).toSorted());
  });
});
