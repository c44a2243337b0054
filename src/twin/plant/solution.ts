/**
 * The electrolyte as one stirred volume: what the charge of each route makes and takes. Owns amounts; knows no potentials.
 *
 *   1a  -(icat s + ip1)/F      2a  -(icat s + ip2)/F      product  +icat s/F      s = c2a/(c2a + Ks)
 * An aza-allyl anion either adds to 2a or is re-protonated to 1a. Every anodic electron makes one proton donor, every
 * cathodic one that is not hydrogen from the donor makes one base, and both neutralise each other: so donor - base
 * changes only by what the double layers hold.
 */
import type { Reactor } from '../../model/reactor.js';
import { FARADAY_C_MOL } from '../../physics/constants.js';
import type { Composition } from '../../physics/kinetics.js';
import { noCharges, type RouteCharges } from './cell.js';

export class Solution {
  imine1a_mol: number;
  imine2a_mol: number;
  product_mol = 0;
  catalyst_mol: number;
  donor_mol: number;
  base_mol: number;
  /** Film that background reduction leaves on the cathode. */
  film_ohm_cm2 = 0;
  private readonly volume_cm3: number;
  private readonly seen: RouteCharges = noCharges();

  constructor(private readonly reactor: Reactor) {
    const { solution, cell } = reactor;
    const amount = (concentration_mM: number) => concentration_mM * cell.liquid_mL * 1e-6;
    this.volume_cm3 = cell.liquid_mL;
    this.imine1a_mol = amount(solution.imine1a_mM);
    this.imine2a_mol = amount(solution.imine2a_mM);
    this.catalyst_mol = amount(solution.catalyst_mM);
    this.donor_mol = amount(solution.donor_mM);
    this.base_mol = amount(solution.base_mM);
  }

  get composition(): Composition {
    return {
      imine1a_mol_cm3: this.imine1a_mol / this.volume_cm3,
      imine2a_mol_cm3: this.imine2a_mol / this.volume_cm3,
      catalyst_mol_cm3: this.catalyst_mol / this.volume_cm3,
      donor_mol_cm3: this.donor_mol / this.volume_cm3,
    };
  }

  /** Reacts what has passed since the last call. Differences of running totals telescope, so no charge is lost. */
  advance(dt_s: number, charges: Readonly<RouteCharges>): void {
    const { seen } = this;
    const { solution, kinetics, cell } = this.reactor;
    const catalytic = (charges.catalytic_C - seen.catalytic_C) / FARADAY_C_MOL;
    const hydrogen = (charges.hydrogen_C - seen.hydrogen_C) / FARADAY_C_MOL;
    const pinacol1a = (charges.pinacol1a_C - seen.pinacol1a_C) / FARADAY_C_MOL;
    const pinacol2a = (charges.pinacol2a_C - seen.pinacol2a_C) / FARADAY_C_MOL;
    const background_C = charges.background_C - seen.background_C;
    const oxidised = (charges.oxidation_C - seen.oxidation_C) / FARADAY_C_MOL;
    Object.assign(seen, charges);

    const half_mol = solution.additionHalf_mM * this.volume_cm3 * 1e-6;
    const added = (catalytic * this.imine2a_mol) / (this.imine2a_mol + half_mol);
    this.imine1a_mol -= added + pinacol1a;
    this.imine2a_mol -= added + pinacol2a;
    this.product_mol += added;
    this.catalyst_mol *= Math.exp(-solution.catalystDecay_per_s * dt_s);
    this.donor_mol += oxidised - hydrogen;
    this.base_mol += catalytic + pinacol1a + pinacol2a + background_C / FARADAY_C_MOL;
    this.neutralise(dt_s);
    this.film_ohm_cm2 += (kinetics.filmGrowth_ohm_cm4_C * background_C) / cell.area_cm2;
  }

  /** Second order, linearised about the start of the step so that neither amount can turn negative. */
  private neutralise(dt_s: number): void {
    const rate_per_mol_s = (this.reactor.solution.neutralisation_per_M_s * 1e3) / this.volume_cm3;
    const extent = rate_per_mol_s * dt_s;
    const reacted = (extent * this.donor_mol * this.base_mol) / (1 + extent * (this.donor_mol + this.base_mol));
    this.donor_mol -= reacted;
    this.base_mol -= reacted;
  }
}
