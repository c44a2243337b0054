/**
 * Rules of the solution: its volume in the vessel, how long its reagents keep, and amounts that look like a slip of a unit.
 * Densities that a recipe does not give are taken so that the volume comes out too large rather than too small.
 */
import { agrees } from '../model/units.js';
import type { Case } from './case.js';
import { type Finding, type Ruled, under } from './finding.js';
import { elapsed_s } from './order.js';
import { weighing, weighingAsks } from './weighing.js';
import { digits, time } from './words.js';

/** Of dissolved solids, g/mL: organic crystals have 1.1 to 1.4. */
const solidDensity_g_mL = 1.0;
/** Share of the vessel that stays gas, for foam and for the expansion of the liquid. */
const gasShareLeast = 0.2;
/** Share by which reagents may enlarge the solution before its concentrations are others than stated. */
const changeMost = 0.1;
/** Share of a stability that may be used up before somebody should know. */
const stabilityShare = 0.9;

export function solutionFindings(one: Case): Ruled[] {
  return [...under('volume-vessel', vessel(one)), ...under('stability', stability(one))];
}

export function solutionAsks(one: Case): Ruled[] {
  return [
    ...under('volume-change', volumeChange(one)),
    ...under('stability-margin', stabilityMargin(one)),
    ...under('concentration-model', concentration(one)),
    ...under('catalyst-usual', catalyst(one)),
    ...under('molar-mass-usual', molarMass(one)),
    ...under('mass-weighable', weighingAsks(one.recipe)),
  ];
}

/** Volume that the reagents bring, mL. */
function reagents_mL({ recipe }: Case): number {
  return weighing(recipe).reduce((sum, { mass_mg, volume_uL }) => {
    return sum + (volume_uL ?? mass_mg / solidDensity_g_mL) / 1000;
  }, 0);
}

/** A volume that is not the reactor's is told as such, and fills no vessel that is known. */
function vessel(one: Case): Finding[] {
  const { recipe, reactor } = one;
  if (!agrees(reactor.cell.liquid_mL, recipe.cell.volume)) return [];
  const added_mL = reagents_mL(one);
  const vessel_mL = reactor.cell.liquid_mL + reactor.hydrogen.headspace_mL;
  const full_mL = recipe.cell.volume.value + added_mL;
  const most_mL = (1 - gasShareLeast) * vessel_mL;
  if (full_mL <= most_mL) return [];
  const message = `${recipe.cell.volume.text} and ${digits(added_mL, 3)} mL of reagents fill ${digits((100 * full_mL) / vessel_mL, 3)} % of the vessel (${digits(vessel_mL)} mL)`;
  return [{ path: ['cell', 'volume'], message, hint: `at most ${digits(most_mL, 3)} mL in all` }];
}

function volumeChange(one: Case): Finding[] {
  const volume_mL = one.recipe.cell.volume.value;
  const added_mL = reagents_mL(one);
  if (added_mL <= changeMost * volume_mL) return [];
  const message = `the reagents bring ${digits(added_mL, 3)} mL, ${digits((100 * added_mL) / volume_mL, 2)} % of the ${one.recipe.cell.volume.text}: concentrations are lower than stated`;
  return [{ path: ['cell', 'volume'], message, hint: 'reagents included in the volume, or more solvent' }];
}

/** Time from the start to the end of the last current, or of all where there is none, s. */
function needed_s(one: Case): number {
  const last = one.electrolyses.at(-1);
  return elapsed_s(one, last === undefined ? Infinity : last.index + 1);
}

function stability(one: Case): Finding[] {
  return aging(one, (share) => share > 1, '');
}

function stabilityMargin(one: Case): Finding[] {
  return aging(one, (share) => share > stabilityShare, ', of which less than a tenth is left');
}

/** A reagent is made up before the start, so that its time runs from there. */
function aging(one: Case, isTold: (share: number) => boolean, rest: string): Finding[] {
  const lasts_s = needed_s(one);
  const what = one.electrolyses.length > 0 ? 'the last current ends' : 'the procedure ends';
  return Object.entries(one.recipe.reagents).flatMap(([id, { stable_for }]): Finding[] => {
    if (stable_for === undefined || !isTold(lasts_s / stable_for.value)) return [];
    const message = `${what} up to ${time(lasts_s)} after the start; ${id} keeps for ${stable_for.text}${rest}`;
    const hint = `at least ${time(lasts_s / stabilityShare)}, or a shorter run`;
    return [{ path: ['reagents', id, 'stable_for'], message, hint }];
  });
}

/** Share by which the limiting reagent may be off the concentration of the cell model. */
const concentrationShare = 0.02;

function concentration({ recipe, reactor, electrolyses }: Case): Finding[] {
  const { amount, limiting } = recipe.basis;
  if (electrolyses.length === 0) return [];
  const model_mM = reactor.solution.imine2a_mM;
  const made_mM = (1000 * amount.value) / recipe.cell.volume.value;
  if (Math.abs(made_mM / model_mM - 1) <= concentrationShare) return [];
  const message = `${limiting} is ${digits(made_mM)} mM; the cell model assumes ${digits(model_mM)} mM`;
  return [{ path: ['basis', 'amount'], message, hint: `${digits((model_mM * recipe.cell.volume.value) / 1000)} mmol` }];
}

function catalyst({ recipe }: Case): Finding[] {
  return Object.entries(recipe.reagents).flatMap(([id, { role, equivalents }]): Finding[] => {
    if (role !== 'catalyst' || equivalents.value < 1) return [];
    const message = `a catalyst of ${equivalents.text} is no catalyst`;
    const hint = `${digits(equivalents.value)} mol%`;
    return [{ path: ['reagents', id, 'equivalents'], message, hint }];
  });
}

/** Hydrogen has 2 g/mol and the catalysts 500; outside, the point has slipped. */
const usualMolarMass_g_mol = { least: 10, most: 2000 };

function molarMass({ recipe }: Case): Finding[] {
  const { least, most } = usualMolarMass_g_mol;
  return Object.entries(recipe.reagents).flatMap(([id, { molar_mass }]): Finding[] => {
    if (molar_mass.value >= least && molar_mass.value <= most) return [];
    const path = ['reagents', id, 'molar_mass'];
    return [{ path, message: `${molar_mass.text} is unusual`, hint: `${least} to ${most} g/mol` }];
  });
}
