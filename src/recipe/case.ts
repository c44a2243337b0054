/**
 * The case that the rules judge: a recipe with the reactor and board it is to run on, and the conditions that follow from
 * them. Owns the defaults that a recipe takes from its reactor; judges nothing.
 */
import type { Board } from '../model/board.js';
import type { Waiver } from '../model/plan.js';
import type { Reactor } from '../model/reactor.js';
import { type Recipe, waiverKinds } from '../model/recipe.js';
import { type CellConditions, steadyCell, type SteadyCell, transportRatio } from '../physics/cell.js';
import { type Composition, freshComposition } from '../physics/kinetics.js';
import type { Electrolysis } from './charge.js';
import { type Placed, stepsOf } from './finding.js';

export interface Case {
  readonly recipe: Recipe;
  readonly reactor: Reactor;
  readonly board: Board;
  readonly electrolyses: readonly Electrolysis[];
  /** Place of the electrolysis with the largest current, and that current; 0 when there is none. */
  readonly strongest: Electrolysis | undefined;
  readonly current_mA: number;
  /** Temperature of the first electrolysis: the target of the last cool or heat step before it, or the room's. */
  readonly temperature_C: number;
  /** Slowest flow of any flow step; null when nothing is pumped. */
  readonly flow_mL_min: number | null;
  /** Weakest sweep of any purge step; null when none is. */
  readonly sweep_mL_min: number | null;
  readonly waived: readonly Waiver[];
  readonly limits: CaseLimits;
}

/** Limits in force: the recipe's where it has one, else the reactor's. Recipes may only tighten (a rule of its own). */
export interface CaseLimits {
  readonly voltage_V: number;
  readonly temperatureMin_C: number;
  readonly temperatureMax_C: number;
  readonly bandWarn_K: number;
  readonly bandHold_K: number;
  readonly ambientWarn_ppm: number;
  readonly ambientTrip_ppm: number;
  readonly sweepHydrogen_vol_percent: number;
  /** The swept gas is led away in an inert line, and the recipe says so. */
  readonly isVentInert: boolean;
  /** null for a stirred cell. */
  readonly flowMin_mL_min: number | null;
}

export function caseOf(recipe: Recipe, reactor: Reactor, board: Board, electrolyses: readonly Electrolysis[]): Case {
  const strongest = electrolyses.toSorted((a, b) => b.current_mA - a.current_mA)[0];
  return {
    recipe,
    reactor,
    board,
    electrolyses,
    strongest,
    current_mA: strongest?.current_mA ?? 0,
    temperature_C: temperatureBefore_C(recipe, reactor, stepsOf(recipe, 'electrolyse')[0]?.index),
    flow_mL_min: least(stepsOf(recipe, 'flow').map(({ body }) => body.rate.value)),
    sweep_mL_min: least(stepsOf(recipe, 'purge').map(({ body }) => body.sweep.value)),
    waived: waiverKinds.filter((kind) => recipe.waive?.[kind] !== undefined),
    limits: limitsOf(recipe, reactor),
  };
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}

/** Steps that set the temperature, in order. */
export function temperings(recipe: Recipe): (Placed<'cool'> & { readonly kind: 'cool' | 'heat' })[] {
  const of = <K extends 'cool' | 'heat'>(kind: K) => stepsOf(recipe, kind).map((step) => ({ ...step, kind }));
  return [...of('cool'), ...of('heat')].toSorted((a, b) => a.index - b.index);
}

/** Temperature when a step begins: the last target before it, or the room's. Without a step, that at the end. */
export function temperatureBefore_C(recipe: Recipe, reactor: Reactor, index = Infinity): number {
  return temperings(recipe).findLast((step) => step.index < index)?.body.to.value ?? reactor.heat.ambient_C;
}

function limitsOf(recipe: Recipe, reactor: Reactor): CaseLimits {
  const { limits } = reactor;
  const own = recipe.limits;
  const flowMin = reactor.transport.kind === 'channel' ? reactor.transport.flowMin_mL_min : null;
  return {
    voltage_V: own?.voltage?.value ?? limits.voltage_V,
    temperatureMin_C: own?.temperature_min?.value ?? limits.temperatureMin_C,
    temperatureMax_C: own?.temperature_max?.value ?? limits.temperatureMax_C,
    bandWarn_K: own?.band_warn?.value ?? limits.bandWarn_K,
    bandHold_K: own?.band_hold?.value ?? limits.bandHold_K,
    ambientWarn_ppm: own?.hydrogen_warn?.value ?? limits.ambientWarn_ppm,
    ambientTrip_ppm: own?.hydrogen_trip?.value ?? limits.ambientTrip_ppm,
    sweepHydrogen_vol_percent: own?.sweep_hydrogen ? own.sweep_hydrogen.value * 1e-4 : limits.sweepHydrogen_vol_percent,
    isVentInert: recipe.cell.vent === 'inert line',
    flowMin_mL_min: flowMin === null ? null : (own?.flow_min?.value ?? flowMin),
  };
}

/**
 * Composition when the limiting imine is used up: one 1a has gone into each molecule of product, the proton donor is
 * remade by the anode. The cell's transport is at its worst then (chemistry: 0.64 of the limit after 0.40 fresh).
 */
export function spentComposition(reactor: Reactor): Composition {
  return compositionAfter(reactor, Infinity);
}

/** Composition after so much charge for each mole, at one electron for each imine that reacts: it cannot go faster. */
export function compositionAfter(reactor: Reactor, passed_F_mol: number): Composition {
  const fresh = freshComposition(reactor);
  const used = Math.min(1, passed_F_mol);
  return {
    ...fresh,
    imine1a_mol_cm3: Math.max(0, fresh.imine1a_mol_cm3 - used * fresh.imine2a_mol_cm3),
    imine2a_mol_cm3: (1 - used) * fresh.imine2a_mol_cm3,
  };
}

/** Steady cell at the largest current. Undefined when the recipe has no current. */
export function cellAt(one: Case, composition: Composition): SteadyCell | undefined {
  return cellOf(one, composition, one.current_mA, one.temperature_C);
}

/** Steady cell at a current and a temperature of this case. Undefined without a current. */
export function cellOf(
  one: Case,
  composition: Composition,
  current_mA: number,
  temperature_C: number,
): SteadyCell | undefined {
  if (!(current_mA > 0)) return undefined;
  const flow: Pick<CellConditions, 'flow_mL_min'> = one.flow_mL_min === null ? {} : { flow_mL_min: one.flow_mL_min };
  return steadyCell(one.reactor, current_mA * 1e-3, temperature_C, { composition, ...flow });
}

/** Sum of the limiting currents of all that reacts in a solution at a flow, mA. */
export function cellCarries_mA({ reactor }: Case, flow_mL_min: number, composition: Composition): number {
  return 1 / transportRatio(reactor, 1e-3, { composition, flow_mL_min });
}
