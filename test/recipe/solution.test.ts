import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/model/problem.js';
import { parseReactor } from '../../src/model/reactor.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { withCatalystOf } from '../../src/recipe/solution.js';

const read = (path: string): Buffer => readFileSync(new URL(`../../${path}`, import.meta.url));
const reactor = parseReactor(read('boards/reactors/batch-10ml.yaml').toString('utf8'), 'batch-10ml');

function catalyst_mM(file: string, sets: readonly string[] = []): number {
  const loaded = loadRecipe(file, read(file), sets);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const { solution, ...rest } = withCatalystOf(loaded.value.recipe, reactor);
  const { solution: own, ...ownRest } = reactor;
  expect(rest).toEqual(ownRest);
  expect({ ...solution, catalyst_mM: own.catalyst_mM }).toEqual(own);
  return solution.catalyst_mM;
}

describe('the catalyst of the cell model', () => {
  const general = 'recipes/general-procedure-3a.yaml';

  it.each([
    ['5 mol% as the reactor has it', general, [], 2.5],
    ['2 mol%', general, ['reagents.cat-2.equivalents=2 mol%', 'reagents.cat-2.mass='], 1],
    ['none', general, ['reagents.cat-2='], 0],
    ["the reactor's own where no substrate is listed", 'test/fixtures/recipes/minimal.yaml', [], 2.5],
  ] as const)('is %s', (_what, file, sets, expected_mM) => {
    expect(catalyst_mM(file, sets)).toBe(expected_mM);
  });
});
