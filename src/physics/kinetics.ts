/**
 * Electrode kinetics: five parallel routes of reduction, of which four share the films of dissolved species, and the
 * oxidation of the solvent. Owns rates as functions of potential, composition and temperature; knows nothing of time or
 * of double layers. Densities in A/cm2, potentials in V against ferrocene, concentrations in mol/cm3.
 *
 * b = RT/(0.5 F) is the Tafel scale of every one-electron branch; the catalyst's wave has F/RT = 2/b, so that a single
 * exponential, w = e^((Ecat - V)/b), gives all routes at once:
 *
 *   catalytic  gcat = jpl/(1 + w^-2)         jpl = n' F ccat sqrt(Dcat kcat c1a/cref)   plateau
 *   hydrogen   gH   = j0H (cH/cref) e^((EH - V)/b)
 *   pinacol    gp   = j0p (c/cref) e^((Ep - V)/b)      for each imine
 *   film       x1 = 1/(1 + (gcat + gp1)/j1), x2 = 1/(1 + gp2/j2), xH = 1/(1 + gH/jH), j = F km c
 *   background gb   = j0b e^((Eb - V)/b)               no limit, so that any current is carried
 *   oxidation  ga   = j0a e^((V - Ea)/b)               DMF, no limit
 *
 * Both electrodes have all of these, so that a reversed current finds its way too; the reverse share of an electrode at
 * its working potential is below 1e-20 of the current.
 */
import type { Reactor } from '../model/reactor.js';
import { FARADAY_C_MOL, GAS_CONSTANT_J_MOL_K, ZERO_CELSIUS_K } from './constants.js';
import { MOL_CM3_PER_mM, plateau_A_cm2, type Transfer } from './transport.js';

type Kinetics = Reactor['kinetics'];

export interface Composition {
  readonly imine1a_mol_cm3: number;
  readonly imine2a_mol_cm3: number;
  readonly catalyst_mol_cm3: number;
  readonly donor_mol_cm3: number;
}

/** The electrolyte as it is made up. */
export function freshComposition(reactor: Reactor): Composition {
  const { solution } = reactor;
  return {
    imine1a_mol_cm3: solution.imine1a_mM * MOL_CM3_PER_mM,
    imine2a_mol_cm3: solution.imine2a_mM * MOL_CM3_PER_mM,
    catalyst_mol_cm3: solution.catalyst_mM * MOL_CM3_PER_mM,
    donor_mol_cm3: solution.donor_mM * MOL_CM3_PER_mM,
  };
}

/** Tafel scale at a transfer coefficient of 0.5, V for a factor e: 47.08 mV at 0 degC. */
export function tafelScale_V(temperature_C: number): number {
  return (GAS_CONSTANT_J_MOL_K * (temperature_C + ZERO_CELSIUS_K)) / (0.5 * FARADAY_C_MOL);
}

/** What depends on temperature alone: densities of the branches at Ecat. */
export interface ThermalKinetics {
  tafel_V: number;
  donor_A_cm2: number;
  pinacol_A_cm2: number;
  background_A_cm2: number;
  oxidation_A_cm2: number;
}

export function thermalKinetics(kinetics: Kinetics, temperature_C: number): ThermalKinetics {
  const b = tafelScale_V(temperature_C);
  const { anode, donor, pinacol, background, catalyst } = kinetics;
  return {
    tafel_V: b,
    donor_A_cm2: donor.exchange_A_cm2 * Math.exp((donor.potential_V - catalyst.potential_V) / b),
    pinacol_A_cm2: pinacol.exchange_A_cm2 * Math.exp((pinacol.potential_V - catalyst.potential_V) / b),
    background_A_cm2: background.exchange_A_cm2 * Math.exp((background.potential_V - catalyst.potential_V) / b),
    oxidation_A_cm2: anode.exchange_A_cm2 * Math.exp((catalyst.potential_V - anode.potential_V) / b),
  };
}

/** Electrode at one composition, transport and temperature: densities at w = 1 and film ratios (density over limit). */
export interface ElectrodeCoefficients {
  reference_V: number;
  tafel_V: number;
  plateau_A_cm2: number;
  plateauFilm: number;
  donor_A_cm2: number;
  donorFilm: number;
  pinacol1a_A_cm2: number;
  pinacol2a_A_cm2: number;
  pinacolFilm: number;
  background_A_cm2: number;
  oxidation_A_cm2: number;
}

/** mol/cm3 at which a species counts as used up; keeps the ratio of plateau to film finite. */
const TRACE_MOL_CM3 = 1e-15;

/** Film ratios of donor and pinacol do not depend on concentration: it stands in the rate and in the limit. */
export function electrodeCoefficients(
  kinetics: Kinetics,
  thermal: ThermalKinetics,
  composition: Composition,
  transfer: Transfer,
): ElectrodeCoefficients {
  const { catalyst, donor, pinacol } = kinetics;
  const c1a = Math.max(composition.imine1a_mol_cm3, TRACE_MOL_CM3);
  const donorReference = donor.reference_mM * MOL_CM3_PER_mM;
  const pinacolReference = pinacol.reference_mM * MOL_CM3_PER_mM;
  const rate_per_s = (catalyst.rate_per_s * c1a) / (catalyst.reference_mM * MOL_CM3_PER_mM);
  const plateau = plateau_A_cm2(catalyst.electrons, composition.catalyst_mol_cm3, catalyst.diffusion_cm2_s, rate_per_s);
  return {
    reference_V: catalyst.potential_V,
    tafel_V: thermal.tafel_V,
    plateau_A_cm2: plateau,
    plateauFilm: plateau / (FARADAY_C_MOL * transfer.imine_cm_s * c1a),
    donor_A_cm2: (thermal.donor_A_cm2 * composition.donor_mol_cm3) / donorReference,
    donorFilm: thermal.donor_A_cm2 / (FARADAY_C_MOL * transfer.donor_cm_s * donorReference),
    pinacol1a_A_cm2: (thermal.pinacol_A_cm2 * c1a) / pinacolReference,
    pinacol2a_A_cm2: (thermal.pinacol_A_cm2 * composition.imine2a_mol_cm3) / pinacolReference,
    pinacolFilm: thermal.pinacol_A_cm2 / (FARADAY_C_MOL * transfer.imine_cm_s * pinacolReference),
    background_A_cm2: thermal.background_A_cm2,
    oxidation_A_cm2: thermal.oxidation_A_cm2,
  };
}

/** Densities of the routes at one potential, each positive in its own direction, and the slope of their sum. */
export interface ElectrodeRates {
  catalytic_A_cm2: number;
  hydrogen_A_cm2: number;
  pinacol1a_A_cm2: number;
  pinacol2a_A_cm2: number;
  background_A_cm2: number;
  /** Oxidation of the solvent, anodic. */
  oxidation_A_cm2: number;
  /** Net, cathodic positive. */
  total_A_cm2: number;
  /** -d total/dV, always positive, A/(cm2 V). */
  slope_A_cm2_V: number;
}

export function noElectrodeRates(): ElectrodeRates {
  return {
    catalytic_A_cm2: 0,
    hydrogen_A_cm2: 0,
    pinacol1a_A_cm2: 0,
    pinacol2a_A_cm2: 0,
    background_A_cm2: 0,
    oxidation_A_cm2: 0,
    total_A_cm2: 0,
    slope_A_cm2_V: 0,
  };
}

/** Largest exponent taken: a search may try potentials far from any solution, and e^300 squared is still finite. */
const EXPONENT_MAX = 300;

function boundedExp(x: number): number {
  return Math.exp(x > EXPONENT_MAX ? EXPONENT_MAX : x < -EXPONENT_MAX ? -EXPONENT_MAX : x);
}

/** Writes the rates at `potential_V` into `out`: the innermost loop of the plant allocates nothing. */
export function electrodeRates(potential_V: number, k: ElectrodeCoefficients, out: ElectrodeRates): void {
  const w = boundedExp((k.reference_V - potential_V) / k.tafel_V);
  const open = 1 / (w * w);
  const wave = 1 / (1 + open);
  const pinacolFilm = k.pinacolFilm * w;
  const film1a = 1 / (1 + k.plateauFilm * wave + pinacolFilm);
  const film2a = 1 / (1 + pinacolFilm);
  const filmDonor = 1 / (1 + k.donorFilm * w);
  const catalytic = k.plateau_A_cm2 * wave * film1a;
  const pinacol1a = k.pinacol1a_A_cm2 * w * film1a;
  const pinacol2a = k.pinacol2a_A_cm2 * w * film2a;
  const hydrogen = k.donor_A_cm2 * w * filmDonor;
  const background = k.background_A_cm2 * w;
  const oxidation = k.oxidation_A_cm2 / w;
  out.catalytic_A_cm2 = catalytic;
  out.pinacol1a_A_cm2 = pinacol1a;
  out.pinacol2a_A_cm2 = pinacol2a;
  out.hydrogen_A_cm2 = hydrogen;
  out.background_A_cm2 = background;
  out.oxidation_A_cm2 = oxidation;
  out.total_A_cm2 = catalytic + pinacol1a + pinacol2a + hydrogen + background - oxidation;
  // d(g x)/dV = x^2 dg/dV for a linear film; the wave's own slope is 2/b (1 - wave), an exponential's 1/b.
  const film1aSlope = film1a * (2 * catalytic * (1 - wave) + pinacol1a);
  out.slope_A_cm2_V = (film1aSlope + film2a * pinacol2a + filmDonor * hydrogen + background + oxidation) / k.tafel_V;
}
