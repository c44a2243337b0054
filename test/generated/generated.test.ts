import { describe, expect, it } from 'vitest';
import { Draw, written } from './draw.js';
import { failureLines, figuresOf } from './figures.js';
import { generated } from './recipe.js';
import { REACTORS } from './surroundings.js';
import { tried } from './trial.js';

/** Seeds whose runs are short; the thousand are `npm run generated`. */
const SEEDS = [16, 20, 21, 22, 23];

describe('generated recipes', () => {
  const recipes = Array.from({ length: 300 }, (_, seed) => generated(seed, 0));

  it('are the same for the same seed, and others for another attempt', () => {
    expect(generated(77, 0)).toEqual(generated(77, 0));
    expect(generated(77, 1).text).not.toBe(generated(77, 0).text);
  });

  it('are for every reactor that ships', () => {
    expect(new Set(recipes.map(({ reactor }) => reactor.name))).toEqual(new Set(REACTORS.map(({ name }) => name)));
  });

  it.each([
    'prompt:',
    'purge:',
    'cool:',
    'heat:',
    'flow:',
    'electrolyse:',
    'wait:',
    'hold:',
    'sample:',
    'repeat:',
    'parallel:',
    'stages:',
    'polarity:',
    'until:',
    'samples:',
    'follow_flow:',
    'pause:',
    'waive:',
    'single-pass',
    'inert line',
    'electrolysis: a trial',
  ])('have %s in some', (word) => {
    expect(recipes.some(({ text }) => text.includes(word))).toBe(true);
  });

  it('have somebody who holds the run in some', () => {
    expect(recipes.some(({ holds }) => holds.length > 0)).toBe(true);
    expect(recipes.some(({ holds }) => holds.length === 0)).toBe(true);
  });

  it.each(SEEDS)('of seed %d: what is accepted runs to its end', async (seed) => {
    const trial = await tried(seed);
    expect(failureLines(trial)).toEqual([]);
    expect(trial.ran?.simulated_s).toBeGreaterThan(30);
  });
});

describe('the draws', () => {
  it('lie on a bound, between the bounds and now and then beyond the guarded one', () => {
    const draw = new Draw(3, 0);
    const values = Array.from({ length: 2000 }, () => draw.near(10, 20, 'most'));
    expect(values.filter((value) => value === 20).length).toBeGreaterThan(400);
    expect(values.filter((value) => value > 20).length).toBeGreaterThan(40);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...values)).toBeLessThanOrEqual(21);
  });

  it('are written without an exponent', () => {
    expect(written(0.0000123, 'C')).toBe('0.0000123 C');
    expect(written(249.96, 'mL/min', 3)).toBe('250 mL/min');
    expect(written(0, 'degC')).toBe('0 degC');
  });
});

describe('the figures', () => {
  const ran = { attempt: 1, why: [], warnings: [], kinds: ['cool'], simulated_s: 3600 };

  it('count what passed, tripped, was malformed, refused and lost', () => {
    const outcomes = [
      { seed: 1, refusedBy: ['transport'], refused: 1, malformed: [], ran },
      { seed: 2, refusedBy: [], refused: 0, malformed: ['no list'], ran: { ...ran, why: ['flow-lost'] } },
      { seed: 3, refusedBy: ['transport'], refused: 40, malformed: [], ran: null },
      { seed: 4, error: 'out of memory' },
    ];
    expect(figuresOf(outcomes)).toMatchObject({
      ran: 2,
      passed: 1,
      tripped: 1,
      malformed: 1,
      lost: 2,
      failed: 4,
      refused: 41,
      refusedBy: { transport: 2 },
      simulated_h: 2,
    });
    expect(outcomes.map((outcome) => failureLines(outcome).length)).toEqual([0, 2, 1, 1]);
  });
});
