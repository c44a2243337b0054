/**
 * What a charge, a substrate and a yield can have made at most: hydrogen, product and turnovers, each with its own ceiling.
 * They stand side by side because hydrogen from the charge alone exceeds what the substrate can give: a Faradaic
 * efficiency of hydrogen is no measure of productive turnover. Knows no cell.
 */
import { electrons_mmol, hydrogen_umol } from './charge.js';

/** Hydrogen if each molecule of substrate gives one hydrogen atom of its C-H, umol. */
export function hydrogenOfSubstrate_umol(substrate_mmol: number): number {
  return (substrate_mmol * 1000) / 2;
}

/** Hydrogen if only what became product gave a hydrogen atom, umol. */
export function hydrogenOfProduct_umol(product_mmol: number): number {
  return (product_mmol * 1000) / 2;
}

/** Share by which electrons exceed one for each molecule of substrate; negative where they do not. */
export function electronExcess(charge_C: number, substrate_mmol: number): number {
  return electrons_mmol(charge_C) / substrate_mmol - 1;
}

/** Molecules of a product for each of the catalyst. */
export function turnovers(product_mmol: number, catalyst_mmol: number): number {
  return product_mmol / catalyst_mmol;
}

/** Molecules of hydrogen for each of the catalyst, all charge taken as hydrogen. */
export function hydrogenTurnovers(charge_C: number, catalyst_mmol: number): number {
  return hydrogen_umol(charge_C) / 1000 / catalyst_mmol;
}
