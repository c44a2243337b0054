/**
 * Transport of dissolved species to an electrode. Owns film, channel and growing-film coefficients and the limits that
 * follow from them; knows no kinetics. Concentrations in mol/cm3, lengths in cm, so that current densities are in A/cm2.
 */
import type { Reactor } from '../model/reactor.js';
import { FARADAY_C_MOL } from './constants.js';

/** mol/cm3 from mM. */
export const MOL_CM3_PER_mM = 1e-6;

/** Mass-transfer coefficient of a stagnant (Nernst) film, cm/s: D/delta. */
export function filmTransfer_cm_s(diffusion_cm2_s: number, film_cm: number): number {
  return diffusion_cm2_s / film_cm;
}

export interface Channel {
  readonly width_cm: number;
  readonly length_cm: number;
  readonly gap_cm: number;
}

/**
 * Mean mass-transfer coefficient of laminar flow in a flat channel, cm/s. Leveque's solution for a developing
 * concentration layer: Sh = 1.85 (Re Sc dh/L)^(1/3), dh = 2 w h/(w + h); Re Sc = u dh/D, so viscosity cancels.
 */
export function channelTransfer_cm_s(channel: Channel, diffusion_cm2_s: number, flow_mL_min: number): number {
  const { width_cm, length_cm, gap_cm } = channel;
  const hydraulic_cm = (2 * width_cm * gap_cm) / (width_cm + gap_cm);
  const velocity_cm_s = Math.max(0, flow_mL_min) / 60 / (width_cm * gap_cm);
  const peclet = (velocity_cm_s * hydraulic_cm) / diffusion_cm2_s;
  const sherwood = 1.85 * Math.cbrt((peclet * hydraulic_cm) / length_cm);
  return (sherwood * diffusion_cm2_s) / hydraulic_cm;
}

/**
 * Mass-transfer coefficient when the liquid has stood still for `still_s` after flow had kept it at `moving_cm_s`, cm/s:
 * 1/km = 1/km0 + 2 sqrt(t/(pi D)), the film of constant flux (Sand) in series with the film that was there.
 */
export function growingTransfer_cm_s(moving_cm_s: number, diffusion_cm2_s: number, still_s: number): number {
  return 1 / (1 / moving_cm_s + 2 * Math.sqrt(still_s / (Math.PI * diffusion_cm2_s)));
}

/** Time in which a film grows from one coefficient to a smaller one, s: the inverse of `growingTransfer_cm_s`. */
export function growthTime_s(from_cm_s: number, to_cm_s: number, diffusion_cm2_s: number): number {
  const root = (1 / to_cm_s - 1 / from_cm_s) / 2;
  return Math.PI * diffusion_cm2_s * root * root;
}

/** Limiting current density of a species that takes `electrons` each, A/cm2: n F km c. */
export function limit_A_cm2(electrons: number, transfer_cm_s: number, concentration_mol_cm3: number): number {
  return electrons * FARADAY_C_MOL * transfer_cm_s * concentration_mol_cm3;
}

/** Sand's transition time in quiescent solution, s: sqrt(tau) = n F sqrt(pi D) c/(2 j). */
export function sandTime_s(
  electrons: number,
  diffusion_cm2_s: number,
  concentration_mol_cm3: number,
  density_A_cm2: number,
): number {
  const root =
    (electrons * FARADAY_C_MOL * Math.sqrt(Math.PI * diffusion_cm2_s) * concentration_mol_cm3) / (2 * density_A_cm2);
  return root * root;
}

/**
 * Plateau current density of a catalyst that is turned over in its reaction layer, A/cm2: n' F c sqrt(D k) (Saveant's
 * limit of pure kinetic conditions; k pseudo first order, 1/s).
 */
export function plateau_A_cm2(
  electrons: number,
  catalyst_mol_cm3: number,
  diffusion_cm2_s: number,
  rate_per_s: number,
): number {
  return electrons * FARADAY_C_MOL * catalyst_mol_cm3 * Math.sqrt(diffusion_cm2_s * rate_per_s);
}

/** Flow at which one pass through a cell takes `charge_F_mol` from all of a species, mL/min: I/(z F c). */
export function singlePassFlow_mL_min(current_A: number, charge_F_mol: number, concentration_mol_cm3: number): number {
  return (60 * current_A) / (charge_F_mol * FARADAY_C_MOL * concentration_mol_cm3);
}

/** Mean time of a liquid between the electrodes, s. */
export function residence_s(area_cm2: number, gap_cm: number, flow_mL_min: number): number {
  return (60 * area_cm2 * gap_cm) / flow_mL_min;
}

/** How often a reservoir passes the cell. */
export function passes(flow_mL_min: number, time_s: number, volume_mL: number): number {
  return (flow_mL_min * time_s) / 60 / volume_mL;
}

/** Mass-transfer coefficients of the imines (both alike) and of the proton donor, cm/s. */
export interface Transfer {
  readonly imine_cm_s: number;
  readonly donor_cm_s: number;
}

/** Coefficients of a reactor that is stirred, or pumped at `flow_mL_min` (the design flow when not given). */
export function settledTransfer(reactor: Reactor, flow_mL_min?: number): Transfer {
  const { transport, cell } = reactor;
  const { imineDiffusion_cm2_s, donorDiffusion_cm2_s } = transport;
  switch (transport.kind) {
    case 'stirred': {
      const film_cm = transport.film_um * 1e-4;
      return {
        imine_cm_s: filmTransfer_cm_s(imineDiffusion_cm2_s, film_cm),
        donor_cm_s: filmTransfer_cm_s(donorDiffusion_cm2_s, film_cm),
      };
    }
    case 'channel': {
      // Field by field: the twin asks a hundred times a second, and spreading `transport` cost it 5 % of its time.
      const { width_cm, length_cm } = transport;
      const channel: Channel = { width_cm, length_cm, gap_cm: cell.gap_cm };
      const moving_mL_min = flow_mL_min ?? transport.flow_mL_min;
      return {
        imine_cm_s: channelTransfer_cm_s(channel, imineDiffusion_cm2_s, moving_mL_min),
        donor_cm_s: channelTransfer_cm_s(channel, donorDiffusion_cm2_s, moving_mL_min),
      };
    }
  }
}

/**
 * Flow of liquid that clears bubbles from between the electrodes, mL/min: what the stirrer does, or the pump, or buoyancy
 * where the pump does less. Estimates all.
 */
export function bubbleClearance_mL_min(transport: Reactor['transport'], flow_mL_min: number): number {
  switch (transport.kind) {
    case 'stirred':
      return transport.clearance_mL_min;
    case 'channel':
      return Math.max(flow_mL_min, transport.stillClearance_mL_min);
  }
}
