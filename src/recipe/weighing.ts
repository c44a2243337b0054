/**
 * The weighing table: amount and mass of each reagent from its equivalents, what the balance can show of it, the volume of
 * liquids, and the proof that masses and molar masses written in the recipe agree with one another to their last digit.
 */
import type { Weighing } from '../model/plan.js';
import type { Recipe } from '../model/recipe.js';
import { agrees } from '../model/units.js';
import type { Finding } from './finding.js';
import { molarMassOf } from './formula.js';
import { atLeast, digits, tidy } from './words.js';

/** One step of an analytical balance, mg; a recipe may name another as `balance`. */
export const usualBalance_mg = 0.1;

/** Sums of abridged atomic weights and of printed ones differ by this much, g/mol; a wrong formula by far more. */
const molarMassSlack_g_mol = 0.02;

/** Share of its equivalents by which the balance may put a reagent off before somebody should know. */
const shareOff = 0.02;

/**
 * mass = equivalents x amount of the limiting reagent x molar mass; mmol x g/mol = mg, mg / (g/mL) = uL. The mass to weigh
 * is the nearest that the balance shows, never none.
 */
export function weighing(recipe: Recipe): Weighing[] {
  const balance_mg = recipe.balance?.value ?? usualBalance_mg;
  const basis_mmol = recipe.basis.amount.value;
  return Object.entries(recipe.reagents).map(([id, reagent]) => {
    const molarMass_g_mol = reagent.molar_mass.value;
    const amount_mmol = tidy(reagent.equivalents.value * basis_mmol);
    const mass_mg = tidy(amount_mmol * molarMass_g_mol);
    const weighed_mg = tidy(Math.max(1, Math.round(tidy(mass_mg / balance_mg))) * balance_mg);
    return {
      id,
      name: reagent.name,
      role: reagent.role,
      amount_mmol,
      equivalents: reagent.equivalents.value,
      mass_mg,
      balance_mg,
      weighed_mg,
      error_eq: tidy((weighed_mg - mass_mg) / molarMass_g_mol / basis_mmol),
      volume_uL: reagent.density === undefined ? null : tidy(mass_mg / reagent.density.value),
      isPerchlorate: /perchlor/i.test(reagent.name),
      ...sourceMass(recipe, id, weighed_mg, balance_mg),
    };
  });
}

/** A mass that the recipe calls derived is not the source's; one that the balance shows as it is needs no second word. */
function sourceMass(
  { reagents, provenance = {} }: Recipe,
  id: string,
  weighed_mg: number,
  balance_mg: number,
): Pick<Weighing, 'source_mass'> {
  const mass = reagents[id]?.mass;
  if (mass === undefined || Object.hasOwn(provenance, `reagents.${id}.mass`)) return {};
  return Math.abs(mass.value - weighed_mg) < balance_mg / 2 ? {} : { source_mass: mass.text };
}

/** Perchlorate in all, g: what the residue holds at the work-up. */
export function perchlorate_g(rows: readonly Weighing[]): number {
  return tidy(rows.reduce((sum, row) => sum + (row.isPerchlorate ? row.mass_mg / 1000 : 0), 0));
}

export function weighingFindings(recipe: Recipe): Finding[] {
  const masses = weighing(recipe).flatMap((row): Finding[] => {
    const stated = recipe.reagents[row.id]?.mass;
    if (stated === undefined || agrees(row.mass_mg, stated)) return [];
    const exact = `${digits(row.amount_mmol)} mmol are ${digits(row.mass_mg)} mg`;
    return [
      {
        rule: 'mass-agrees',
        path: ['reagents', row.id, 'mass'],
        message: `${exact}, not ${stated.text}`,
        hint: `${digits(row.mass_mg, 3)} mg`,
      },
    ];
  });
  return [...limitingFindings(recipe), ...formulaFindings(recipe), ...masses];
}

/** What the balance puts off by more than a chemist would let pass unsaid. */
export function weighingAsks(recipe: Recipe): Finding[] {
  return weighing(recipe)
    .filter((row) => !(Math.abs(row.error_eq) <= shareOff * row.equivalents))
    .map((row) => {
      const percent = digits((100 * row.error_eq) / row.equivalents, 2);
      const balance = `a balance of ${digits(row.balance_mg)} mg gives ${digits(row.weighed_mg)} mg`;
      const least_mg = atLeast((0.5 * row.balance_mg) / shareOff);
      return {
        path: ['reagents', row.id],
        message: `${digits(row.mass_mg)} mg are due; ${balance}, ${percent} % of its equivalents off`,
        hint: `${least_mg} mg and more, a finer balance, or a stock solution`,
      };
    });
}

/** A formula, where one is written, and the molar mass beside it must be of the same substance. */
function formulaFindings(recipe: Recipe): Finding[] {
  return Object.entries(recipe.reagents).flatMap(([id, { formula, molar_mass }]): Finding[] => {
    if (formula === undefined) return [];
    const found = molarMassOf(formula);
    if (!found.ok)
      return [{ rule: 'formula-agrees', path: ['reagents', id, 'formula'], message: found.message, hint: 'C11H15NOS' }];
    const off_g_mol = Math.abs(found.molarMass_g_mol - molar_mass.value);
    if (off_g_mol <= molar_mass.resolution / 2 + molarMassSlack_g_mol) return [];
    const right = `${found.molarMass_g_mol.toFixed(2)} g/mol`;
    return [
      {
        rule: 'formula-agrees',
        path: ['reagents', id, 'molar_mass'],
        message: `${formula} is ${right}, not ${molar_mass.text}`,
        hint: `${right}, or another formula`,
      },
    ];
  });
}

function limitingFindings(recipe: Recipe): Finding[] {
  const { limiting } = recipe.basis;
  const reagent = Object.hasOwn(recipe.reagents, limiting) ? recipe.reagents[limiting] : undefined;
  const names = Object.keys(recipe.reagents).join(', ');
  if (reagent === undefined)
    return [
      { path: ['basis', 'limiting'], message: `"${limiting}" is not among the reagents`, hint: `one of ${names}` },
    ];
  if (!agrees(1, reagent.equivalents)) {
    const path = ['reagents', limiting, 'equivalents'];
    return [{ path, message: `the limiting reagent has ${reagent.equivalents.text}`, hint: '1.0 eq' }];
  }
  return [];
}
