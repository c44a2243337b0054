import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { recipeSchema, stepIds, stepKinds, stepsMax } from '../../src/model/recipe.js';
import { loadRecipe } from '../../src/recipe/load.js';

const minimal = readFileSync(new URL('../fixtures/recipes/minimal.yaml', import.meta.url));

describe('the recipe schema', () => {
  it('reads quantities with the digits that were written', () => {
    const loaded = loadRecipe('minimal.yaml', minimal);
    if (!loaded.ok) throw new Error('the minimal recipe is refused');
    const { recipe } = loaded.value;
    expect(recipe.basis.charge).toEqual({ kind: 'chargePerMole', value: 4.03, resolution: 0.01, text: '4.03 F/mol' });
    expect(recipe.steps.map(({ kind }) => kind)).toEqual(['purge', 'cool', 'electrolyse', 'finish']);
    expect(recipe.steps[2]).toMatchObject({
      kind: 'electrolyse',
      body: { current: { value: 18 }, time: { value: 10_800 } },
    });
  });

  it('numbers steps from the second of a kind on', () => {
    expect(stepIds(['prompt', 'purge', 'prompt', 'electrolyse', 'prompt'])).toEqual([
      'prompt',
      'purge',
      'prompt-2',
      'electrolyse',
      'prompt-3',
    ]);
  });

  it('takes a thousand steps and not one more', () => {
    const steps = (count: number): unknown => Array.from({ length: count }, () => ({ prompt: 'wait' }));
    const shape = recipeSchema.shape.steps;
    expect(shape.safeParse(steps(stepsMax)).success).toBe(true);
    expect(shape.safeParse(steps(stepsMax + 1)).success).toBe(false);
    expect(shape.safeParse([]).success).toBe(false);
  });

  it('can be told to an editor: a JSON schema with every step', () => {
    const schema = JSON.stringify(z.toJSONSchema(recipeSchema, { io: 'input', target: 'draft-7' }));
    for (const kind of stepKinds) expect(schema).toContain(`"${kind}"`);
  });
});
