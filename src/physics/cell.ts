/**
 * The cell as a whole: ohmic resistance, and the steady state of both electrodes at a constant current. Owns what a
 * checker can say before a run; knows nothing of time. Current in A, positive as in a normal electrolysis.
 */
import type { Reactor } from '../model/reactor.js';
import { DMF_VISCOSITY_K, FARADAY_C_MOL, ZERO_CELSIUS_K } from './constants.js';
import { gasFlow_mL_min, voidFraction } from './gas.js';
import {
  electrodeCoefficients,
  electrodeRates,
  freshComposition,
  noElectrodeRates,
  thermalKinetics,
  type ElectrodeCoefficients,
  type ElectrodeRates,
  type Composition,
  type ThermalKinetics,
} from './kinetics.js';
import { bubbleClearance_mL_min, limit_A_cm2, settledTransfer, type Transfer } from './transport.js';

/** Conductivity of the electrolyte, mS/cm: it follows the viscosity of DMF (Walden), k0 e^(1060 K (1/273.15 K - 1/T)). */
export function conductivity_mS_cm(atZero_mS_cm: number, temperature_C: number): number {
  return atZero_mS_cm * Math.exp(DMF_VISCOSITY_K * (1 / ZERO_CELSIUS_K - 1 / (temperature_C + ZERO_CELSIUS_K)));
}

/** Share of the conductivity left between bubbles of a total volume share, Bruggeman: (1 - beta)^1.5. */
export function bubbleConductance(voidFraction: number): number {
  const liquid = 1 - voidFraction;
  return liquid * Math.sqrt(liquid);
}

/** Resistance between the electrodes and in the leads, ohm; `film_ohm_cm2` is that of the cathode film. */
export function seriesResistance_ohm(
  cell: Reactor['cell'],
  temperature_C: number,
  voidFraction = 0,
  film_ohm_cm2 = 0,
): number {
  const conductivity_S_cm =
    conductivity_mS_cm(cell.conductivity_mS_cm, temperature_C) * 1e-3 * bubbleConductance(voidFraction);
  return cell.gap_cm / (conductivity_S_cm * cell.area_cm2) + cell.lead_ohm + film_ohm_cm2 / cell.area_cm2;
}

/** Sum of all limiting current densities: 1a, 2a and the proton donor, A/cm2. */
export function carrierLimit_A_cm2(composition: Composition, transfer: Transfer): number {
  return (
    limit_A_cm2(1, transfer.imine_cm_s, composition.imine1a_mol_cm3 + composition.imine2a_mol_cm3) +
    limit_A_cm2(1, transfer.donor_cm_s, composition.donor_mol_cm3)
  );
}

export interface CellConditions {
  /** The fresh electrolyte when not given. */
  readonly composition?: Composition;
  /** The design flow when not given; a stirred cell has none. */
  readonly flow_mL_min?: number;
  /** Resistance of the film that background reduction leaves on the cathode. */
  readonly film_ohm_cm2?: number;
}

/** Current over the sum of the limiting currents of all carriers; above 1 only solvent and electrolyte are left to react. */
export function transportRatio(reactor: Reactor, current_A: number, conditions: CellConditions = {}): number {
  const transfer = settledTransfer(reactor, conditions.flow_mL_min);
  return (
    current_A /
    (reactor.cell.area_cm2 * carrierLimit_A_cm2(conditions.composition ?? freshComposition(reactor), transfer))
  );
}

/** The cell at constant current, double layers filled and bubbles steady. */
export interface SteadyCell {
  readonly voltage_V: number;
  readonly anode_V: number;
  readonly cathode_V: number;
  readonly resistance_ohm: number;
  /** Share of the current that makes hydrogen at the cathode. */
  readonly faradaicEfficiency: number;
  readonly gas_mL_min: number;
  readonly heat_W: number;
  readonly transportRatio: number;
  readonly rates: Readonly<ElectrodeRates>;
}

/** Steady state at a positive current. Throws RangeError for a current that is not above zero. */
export function steadyCell(
  reactor: Reactor,
  current_A: number,
  temperature_C: number,
  conditions: CellConditions = {},
): SteadyCell {
  if (!(current_A > 0)) throw new RangeError(`a steady cell needs a current above 0 A, not ${current_A} A`);
  const { cell, kinetics, transport } = reactor;
  const composition = conditions.composition ?? freshComposition(reactor);
  const transfer = settledTransfer(reactor, conditions.flow_mL_min);
  const thermal = thermalKinetics(kinetics, temperature_C);
  const density_A_cm2 = current_A / cell.area_cm2;
  const rates = noElectrodeRates();
  const cathode_V = steadyCathode_V(
    density_A_cm2,
    electrodeCoefficients(kinetics, thermal, composition, transfer),
    rates,
  );
  const anode_V = steadyAnode_V(density_A_cm2, kinetics, thermal);
  const hydrogen_A_cm2 = rates.catalytic_A_cm2 + rates.hydrogen_A_cm2;
  const gas_mL_min = gasFlow_mL_min((hydrogen_A_cm2 * cell.area_cm2) / (2 * FARADAY_C_MOL));
  const flow_mL_min = conditions.flow_mL_min ?? (transport.kind === 'channel' ? transport.flow_mL_min : 0);
  const bubbles = voidFraction(gas_mL_min, bubbleClearance_mL_min(transport, flow_mL_min));
  const resistance_ohm = seriesResistance_ohm(cell, temperature_C, bubbles, conditions.film_ohm_cm2);
  const voltage_V = anode_V - cathode_V + current_A * resistance_ohm;
  return {
    voltage_V,
    anode_V,
    cathode_V,
    resistance_ohm,
    faradaicEfficiency: hydrogen_A_cm2 / density_A_cm2,
    gas_mL_min,
    heat_W: current_A * voltage_V,
    transportRatio: density_A_cm2 / carrierLimit_A_cm2(composition, transfer),
    rates,
  };
}

/** Cell voltage with the fresh electrolyte once bubbles have formed, V. */
export function steadyVoltage_V(reactor: Reactor, current_A: number, temperature_C: number): number {
  return steadyCell(reactor, current_A, temperature_C).voltage_V;
}

/** Tafel's law; the reverse reaction is nil at any working current. */
function steadyAnode_V(density_A_cm2: number, kinetics: Reactor['kinetics'], thermal: ThermalKinetics): number {
  return kinetics.anode.potential_V + thermal.tafel_V * Math.log(density_A_cm2 / kinetics.anode.exchange_A_cm2);
}

/** The sum of the routes falls with potential, so that halving an interval finds the one solution to 1e-15 of its width. */
function steadyCathode_V(density_A_cm2: number, coefficients: ElectrodeCoefficients, rates: ElectrodeRates): number {
  let low = -20;
  let high = 5;
  for (let i = 0; i < 52; i++) {
    const middle = (low + high) / 2;
    electrodeRates(middle, coefficients, rates);
    if (rates.total_A_cm2 > density_A_cm2) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
