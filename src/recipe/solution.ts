/**
 * The solution of a recipe in the cell model: catalyst as the recipe weighs it. Concentrations of the imines stay those of
 * the reactor's file, and the checker warns where the recipe's differ.
 */
import type { Reactor } from '../model/reactor.js';
import type { Recipe } from '../model/recipe.js';
import { tidy } from './words.js';

/**
 * The reactor with the recipe's catalyst in it: 5 mol %, 2 mol % or none, which moves cathode potential, split and yield of
 * the model. A recipe that lists no substrate does not list its solution, and gets the reactor's own.
 */
export function withCatalystOf(recipe: Recipe, reactor: Reactor): Reactor {
  const reagents = Object.values(recipe.reagents);
  if (!reagents.some(({ role }) => role === 'substrate')) return reactor;
  const catalyst_eq = reagents.reduce((sum, one) => sum + (one.role === 'catalyst' ? one.equivalents.value : 0), 0);
  const catalyst_mM = tidy((1000 * catalyst_eq * recipe.basis.amount.value) / recipe.cell.volume.value);
  return { ...reactor, solution: { ...reactor.solution, catalyst_mM } };
}
