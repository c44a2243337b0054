import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Weighing } from '../../src/model/plan.js';
import { formatProblem } from '../../src/model/problem.js';
import type { Recipe } from '../../src/model/recipe.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { perchlorate_g, weighing, weighingAsks, weighingFindings } from '../../src/recipe/weighing.js';
import { weighingText } from '../../src/recipe/weighing-table.js';

const general = readFileSync(new URL('../../recipes/general-procedure-3a.yaml', import.meta.url));
const deuterated = readFileSync(new URL('../../recipes/controls/d2o-6eq.yaml', import.meta.url));

function recipe(bytes: Uint8Array, sets: readonly string[] = []): Recipe {
  const loaded = loadRecipe('r.yaml', bytes, sets);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.value.recipe;
}

function row(rows: readonly Weighing[], id: string): Weighing {
  const found = rows.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

const findings = (sets: readonly string[]): string[] =>
  weighingFindings(recipe(general, sets)).map(
    ({ path, message, hint }) => `${path.join('.')}: ${message} (would be right: ${hint})`,
  );

describe('the weighing table', () => {
  it('weighs what the balance shows and tells how far that is off', () => {
    const rows = weighing(recipe(general));
    expect(row(rows, '1a')).toMatchObject({ amount_mmol: 1.5, mass_mg: 331.95, balance_mg: 0.1, volume_uL: null });
    expect(row(rows, '2a')).toMatchObject({ amount_mmol: 0.5, mass_mg: 104.655, weighed_mg: 104.7 });
    // 0.045 mg of 209.31 g/mol on 0.5 mmol
    expect(row(rows, '2a').error_eq).toBeCloseTo(0.045 / 209.31 / 0.5, 9);
    expect(row(rows, 'cat-2')).toMatchObject({ mass_mg: 12.46, weighed_mg: 12.5 });
  });

  it('on a balance of 1 mg finds the 12 mg of the paper, 3.7 % short of 5 mol%', () => {
    const one = recipe(general, ['balance=1 mg']);
    const catalyst = row(weighing(one), 'cat-2');
    expect(catalyst.weighed_mg).toBe(12);
    expect(catalyst.error_eq / 0.05).toBeCloseTo(-0.037, 3);
    expect(weighingAsks(one).map(({ message }) => message)).toEqual([
      '12.46 mg are due; a balance of 1 mg gives 12 mg, -3.7 % of its equivalents off',
    ]);
    expect(weighingAsks(recipe(general))).toEqual([]);
  });

  it('gives liquids a volume: 6 eq of D2O on 0.5 mmol are 54 uL', () => {
    const water = row(weighing(recipe(deuterated)), 'D2O');
    expect(water.amount_mmol).toBe(3);
    expect(water.volume_uL).toBeCloseTo(54.3, 1);
  });

  it('counts the perchlorate, and only it', () => {
    expect(perchlorate_g(weighing(recipe(general)))).toBeCloseTo(0.34192, 9);
    expect(perchlorate_g(weighing(recipe(general, ['reagents.nBu4NClO4.name=an electrolyte'])))).toBe(0);
  });

  it('never asks for less than one step of the balance, nor rounds by more than half of one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom('0.01', '0.1', '1', '10'), (umol, balance) => {
        const rows = weighing(recipe(general, [`basis.amount=${umol} umol`, `balance=${balance} mg`]));
        for (const { mass_mg, weighed_mg, balance_mg, error_eq, amount_mmol, equivalents } of rows) {
          expect(weighed_mg).toBeGreaterThanOrEqual(balance_mg * (1 - 1e-9));
          if (mass_mg >= balance_mg) expect(Math.abs(weighed_mg - mass_mg)).toBeLessThanOrEqual(balance_mg * 0.5000001);
          const steps = weighed_mg / balance_mg;
          expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
          // The equivalents that are truly in the flask are those asked for and the error.
          const molarMass_g_mol = mass_mg / amount_mmol;
          expect(weighed_mg / molarMass_g_mol / (umol / 1000)).toBeCloseTo(equivalents + error_eq, 6);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is written', () => {
  it('agrees in the general procedure', () => {
    expect(findings([])).toEqual([]);
  });

  it('must agree: mass with equivalents, molar mass with formula', () => {
    expect(findings(['reagents.1a.mass=322 mg'])).toEqual([
      'reagents.1a.mass: 1.5 mmol are 331.9 mg, not 322 mg (would be right: 332 mg)',
    ]);
    expect(findings(['reagents.2a.molar_mass=211.32 g/mol', 'reagents.2a.mass='])).toEqual([
      'reagents.2a.molar_mass: C11H15NOS is 209.31 g/mol, not 211.32 g/mol (would be right: 209.31 g/mol, or another formula)',
    ]);
    expect(findings(['reagents.2a.formula=C11H15NOQ'])).toEqual([
      'reagents.2a.formula: the element "Q" is not known here (would be right: C11H15NOS)',
    ]);
  });

  it('is not held to more digits than it has', () => {
    expect(findings(['reagents.cat-2.molar_mass=498 g/mol'])).toEqual([]);
    expect(findings(['reagents.cat-2.molar_mass=499 g/mol'])).toHaveLength(1);
  });
});

describe('the table as text', () => {
  const text = (bytes: Uint8Array, sets: readonly string[] = []): string[] => {
    const rows = weighing(recipe(bytes, sets));
    return weighingText(rows, perchlorate_g(rows));
  };

  it('fits a terminal, names everything in full and warns of the perchlorate', () => {
    for (const bytes of [general, deuterated]) {
      const lines = text(bytes);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
      const flat = lines.join(' ').replaceAll(/\s+/g, ' ');
      for (const { name } of Object.values(recipe(bytes).reagents)) expect(flat).toContain(name);
      expect(flat).toContain('holds 0.342 g of perchlorate');
    }
  });

  it('has volumes only where there is a liquid, and grams from 1 g on', () => {
    expect(text(general).join('\n')).not.toContain('volume');
    expect(text(deuterated).join('\n')).toMatch(/D2O +60\.1 mg +54\.3 uL +3 mmol +6 eq/);
    const large = ['basis.amount=5 mmol', ...['1a', '2a', 'cat-2', 'nBu4NClO4'].map((id) => `reagents.${id}.mass=`)];
    expect(text(general, large).join('\n')).toMatch(/1a +3\.3195 g +15 mmol +3 eq +0\n +N-allyl/);
  });

  it('folds a name that no line holds', () => {
    const name = 'a very long name of many words '.repeat(6).trim();
    const lines = text(general, [`reagents.1a.name=${name}`]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain(name);
  });
});
