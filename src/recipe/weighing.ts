/**
 * The weighing table: amount and mass of each reagent from its equivalents, and the proof that masses written in the recipe
 * agree with them to their last digit.
 */
import type { Weighing } from '../model/plan.js';
import type { Recipe } from '../model/recipe.js';
import { agrees } from '../model/units.js';
import type { Finding } from './finding.js';
import { digits, tidy } from './words.js';

/** mass = equivalents x amount of the limiting reagent x molar mass; mmol x g/mol = mg. */
export function weighing(recipe: Recipe): Weighing[] {
  return Object.entries(recipe.reagents).map(([id, reagent]) => {
    const amount_mmol = tidy(reagent.equivalents.value * recipe.basis.amount.value);
    return {
      id,
      name: reagent.name,
      role: reagent.role,
      amount_mmol,
      equivalents: reagent.equivalents.value,
      mass_mg: tidy(amount_mmol * reagent.molar_mass.value),
    };
  });
}

export function weighingFindings(recipe: Recipe): Finding[] {
  const masses = weighing(recipe).flatMap((row): Finding[] => {
    const stated = recipe.reagents[row.id]?.mass;
    if (stated === undefined || agrees(row.mass_mg, stated)) return [];
    const exact = `${digits(row.amount_mmol)} mmol are ${digits(row.mass_mg)} mg`;
    return [
      {
        path: ['reagents', row.id, 'mass'],
        message: `${exact}, not ${stated.text}`,
        hint: `${digits(row.mass_mg, 3)} mg`,
      },
    ];
  });
  return [...limitingFindings(recipe), ...masses];
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
