import { describe, expect, it } from 'vitest';
import { checklistOf, permitText, untickedText } from '../../../../src/console/page/run/checklist.js';
import { aboutPayload } from '../../../../src/telemetry/topics.js';

const ABOUT = aboutPayload.parse({
  v: 1,
  bootId: 'b',
  seq: 1,
  t: 0,
  simulated: false,
  program: '0.1.0',
  reactor: null,
  board: 'gs1',
  firmware: null,
  serial: null,
  permit: 'none',
  permit_until: null,
  accepts: 'network',
  users: 1,
});
const RECIPE = { title: '3a', warnings: [{ code: 'ab12', text: 'the sweep is weak' }] };

describe('the checklist', () => {
  it('has the emergency stop, the gas, the recipe and each warning by itself on a real bench', () => {
    expect(checklistOf(RECIPE, ABOUT).map(({ id }) => id)).toEqual(['e-stop', 'gas', 'sparks', 'recipe', 'ab12']);
    expect(checklistOf(RECIPE, ABOUT).at(-1)?.text).toContain('the sweep is weak');
  });

  it('says that a bench is simulated; of one that is not known it takes the worse', () => {
    expect(checklistOf(RECIPE, { ...ABOUT, simulated: true })[0]?.id).toBe('simulated');
    expect(checklistOf(RECIPE, null)[0]?.id).toBe('e-stop');
  });

  it('is done when every point is ticked, and only then', () => {
    const items = checklistOf(RECIPE, ABOUT);
    const all = items.map(({ id }) => id);
    expect(untickedText(items, new Set())).toMatch(/^5 points/);
    expect(untickedText(items, new Set(all.slice(1)))).toMatch(/^One point/);
    expect(untickedText(items, new Set(all))).toBeNull();
    expect(untickedText(items, new Set(['something', 'else']))).toMatch(/^5 points/);
  });
});

describe('the permit in words', () => {
  it.each([
    [null, 0, /Nothing is known/],
    [ABOUT, 0, /press the arm button/],
    [{ ...ABOUT, permit: 'given' as const, permit_until: 60_000 }, 15_000, /45 s left/],
    [{ ...ABOUT, permit: 'given' as const, permit_until: 60_000 }, 99_000, /: 0 s left/],
    [{ ...ABOUT, permit: 'given' as const }, 0, /by itself/],
  ])('%#', (about, wall_ms, words) => {
    expect(permitText(about, wall_ms)).toMatch(words);
  });
});
