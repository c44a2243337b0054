/** Numbers of a scaled recipe, in fields and in prompts: the unit and digits of the old ones, and no old value left. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renewed } from '../../src/recipe/scale-prose.js';
import { massText, read, shortest, significant } from '../../src/recipe/scale-quantity.js';

describe('numbers as the lab writes them', () => {
  it('have the unit and the last digit of the old ones', () => {
    expect(massText(3319.5, '332 mg')).toBe('3.320 g');
    expect(massText(331.95, '3.320 g')).toBe('332 mg');
    expect(shortest('time', 24_300, '3 h')).toBe('6.75 h');
    expect(significant('volume', 246.5, '25 mL')).toBe('250 mL');
    expect(significant('volume', 24.65, '250 mL')).toBe('25 mL');
  });

  it('state the value to one part in 100,000', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e5, noNaN: true }), (value) => {
        const said = read('current', shortest('current', value, '18 mA', 8))?.value ?? Number.NaN;
        expect(Math.abs(said / value - 1)).toBeLessThanOrEqual(1e-5);
      }),
    );
  });

  it('in a prompt are changed where they state an old value, kept where right, told where nothing is known', () => {
    const table = [{ kind: 'volume', from: '24.65 mL', to: '246.5 mL' }] as const;
    expect(renewed('makes 25 mL at 25 mL/min, in 10 mL of 7 g', table, ['10 mL'])).toEqual({
      text: 'makes 250 mL at 25 mL/min, in 10 mL of 7 g',
      unknown: [{ found: '7 g', at: 38, kind: 'mass' }],
    });
  });
});
