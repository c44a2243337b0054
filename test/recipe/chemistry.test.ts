/**
 * Every derived number of the chemistry tables, from the recipe that produces it: within 0.5 %, or half a unit of the last
 * digit where the table prints fewer digits than that.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import type { Reactor } from '../../src/model/reactor.js';
import { check } from '../../src/recipe/check.js';
import { furtherNumbers } from '../../src/recipe/further-numbers.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { planJson } from '../../src/recipe/present.js';
import { boardNamed, reactorNamed } from '../contract/files.js';
import { CONDITIONS, EQUATIONS, RECIPES, type RecipeCase, type Row } from './chemistry-table.js';

const SHARE = 0.005;
const board = boardNamed('bench-sim');

/** Half a unit of the last digit printed. */
function halfDigit(printed: string): number {
  const decimals = printed.split('.')[1]?.length ?? 0;
  return 0.5 * 10 ** -decimals;
}

/** Also `39 up` and `36 down`: the table's last digit is cut or raised, not rounded. */
function agreesWith(value: unknown, printed: string): boolean {
  const [digits = '', way] = printed.split(' ');
  const expected = Number(digits);
  if (typeof value !== 'number') return false;
  const off = value - expected;
  const half = halfDigit(digits) * (1 + 1e-9);
  if (way === 'up') return off <= half && off > -2 * half;
  if (way === 'down') return off >= -half && off < 2 * half;
  return Math.abs(off) <= Math.max(SHARE * Math.abs(expected), half);
}

function at(tree: unknown, key: string): unknown {
  // Keys of reagents and shares hold no point, so that a path is cut at each.
  return key
    .split('.')
    .reduce<unknown>(
      (node, name) => (typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined),
      tree,
    );
}

/** The JSON of `check --json`, of the shipped recipe with the overrides and the reactor of the case. */
function json({ file, sets, change = (reactor: Reactor) => reactor }: RecipeCase): unknown {
  const bytes = readFileSync(new URL(`../../${file}`, import.meta.url));
  const loaded = loadRecipe(file, bytes, sets);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { recipe } = loaded.value;
  const checked = check(recipe, change(reactorNamed(recipe.cell.reactor)), board);
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
  const plan: Plan = { ...checked.plan, text: '', sha256: '', overrides: sets, files: { board: '', reactor: '' } };
  return JSON.parse(planJson(plan));
}

/** Rows that do not hold, with what stands there instead. */
function wrong(rows: readonly Row[], tree: unknown): string[] {
  return rows.flatMap(([line, key, printed]) => {
    const value = at(tree, key);
    return agreesWith(value, printed) ? [] : [`${line}: ${key} is ${String(value)}, not ${printed}`];
  });
}

describe('chemistry: numbers of check --json', () => {
  it.each(RECIPES.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expect(wrong(one.rows, json(one))).toEqual([]);
  });
});

describe('chemistry: conditions that check refuses', () => {
  it.each(CONDITIONS.map((one) => [one.name, one] as const))('%s', (_name, { run, rows }) => {
    expect(wrong(rows, furtherNumbers(run))).toEqual([]);
  });
});

describe('chemistry: equations that no recipe here exercises', () => {
  it('give what the tables print', () => {
    const off = EQUATIONS.filter(([, , value, printed]) => !agreesWith(value, printed));
    expect(off).toEqual([]);
  });
});

describe('chemistry: the comparison itself', () => {
  it('sees one per cent, a missing key and a wrong last digit', () => {
    expect(agreesWith(194.4 * 1.006, '194.40')).toBe(false);
    expect(agreesWith(194.4 * 1.004, '194.40')).toBe(true);
    expect(agreesWith(undefined, '1')).toBe(false);
    expect(agreesWith(NaN, '1')).toBe(false);
    expect(agreesWith(2.76, '2.7')).toBe(false);
    expect(agreesWith(2.74, '2.7')).toBe(true);
    expect(agreesWith(38.4, '39 up')).toBe(true);
    expect(agreesWith(37.9, '39 up')).toBe(false);
    expect(agreesWith(39.6, '39 up')).toBe(false);
    expect(agreesWith(36.5, '36 down')).toBe(true);
    expect(agreesWith(37.1, '36 down')).toBe(false);
  });
});
