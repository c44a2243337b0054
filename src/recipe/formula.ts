/**
 * Molar mass from a sum formula. Owns the table of atomic weights; knows no recipe.
 */

/**
 * Standard atomic weights, abridged to five figures (IUPAC 2021); D is deuterium. The elements of this chemistry and of
 * what an aryl imine usually bears; another one is a line more.
 */
const atomicWeights: ReadonlyMap<string, number> = new Map([
  ['H', 1.008],
  ['D', 2.014],
  ['Li', 6.94],
  ['B', 10.81],
  ['C', 12.011],
  ['N', 14.007],
  ['O', 15.999],
  ['F', 18.998],
  ['Na', 22.99],
  ['Mg', 24.305],
  ['Si', 28.085],
  ['P', 30.974],
  ['S', 32.06],
  ['Cl', 35.45],
  ['K', 39.098],
  ['Fe', 55.845],
  ['Co', 58.933],
  ['Ni', 58.693],
  ['Cu', 63.546],
  ['Zn', 65.38],
  ['Br', 79.904],
  ['Rb', 85.468],
  ['I', 126.9],
  ['Cs', 132.91],
]);

export type FormulaMass =
  | { readonly ok: true; readonly molarMass_g_mol: number }
  | { readonly ok: false; readonly message: string };

const part = /([A-Z][a-z]?)([1-9][0-9]{0,3})?/y;

/** Atoms and counts without brackets: C11H15NOS. */
export function molarMassOf(formula: string): FormulaMass {
  let sum = 0;
  part.lastIndex = 0;
  while (part.lastIndex < formula.length) {
    const from = part.lastIndex;
    const [, element = '', count = '1'] = part.exec(formula) ?? [];
    if (element === '')
      return { ok: false, message: `"${formula}" is no sum formula from "${formula.slice(from)}" on` };
    const weight = atomicWeights.get(element);
    if (weight === undefined) return { ok: false, message: `the element "${element}" is not known here` };
    sum += weight * Number(count);
  }
  return sum > 0 ? { ok: true, molarMass_g_mol: sum } : { ok: false, message: 'is empty' };
}
