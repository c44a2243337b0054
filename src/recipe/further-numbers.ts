/**
 * Numbers of a run beyond those of the plan, in the keys of `check --json`: electrons, hydrogen, ceilings, air, transport,
 * flow and heat, as the chemistry tables list them. Equations are those of src/physics. Judges nothing: limits and their
 * rules are elsewhere. null where a run has no current, no flow or no such reagent.
 */
import {
  bubbleConductance,
  conductivity_mS_cm,
  seriesResistance_ohm,
  steadyCell,
  transportRatio,
} from '../physics/cell.js';
import * as ceiling from '../physics/ceilings.js';
import {
  charge_F_mol,
  electrons_mmol,
  hydrogen_umol,
  hydrogenRate_mL_min,
  hydrogenRate_umol_s,
  productEfficiency,
} from '../physics/charge.js';
import { HYDROGEN_G_MOL } from '../physics/constants.js';
import * as gas from '../physics/gas.js';
import { adiabaticRise_K_h } from '../physics/heat.js';
import { liquidHeat_J_K } from '../physics/solvent.js';
import * as transport from '../physics/transport.js';
import { spentComposition } from './case.js';
import type { RunConditions } from './conditions.js';
import { tidy } from './words.js';

/** Boxes without ventilation for which times are told: a small bench box, a glove bag, a large one. L. */
const BOXES_L = [8, 50, 200] as const;
/** Shares of hydrogen in air at which somebody or something acts. */
const SHARES = { '1000_ppm': 0.1, '10_percent_LEL': 0.4, '25_percent_LEL': 1, '100_percent_LEL': 4 } as const;
/** A bubble of a bubble counter, mL: estimate; calibrate against a syringe. */
const BUBBLE_mL = 0.05;
/** Air that a fume hood draws, L/min: 10 m3/min. */
const HOOD_L_min = 10_000;
/** Yield of 3a in the paper, for the ceilings that need one: 174 mg of 430.61 g/mol on 0.5 mmol. */
const PAPER_YIELD = 174 / 430.61 / 0.5;

export type FurtherNumbers = ReturnType<typeof furtherNumbers>;

export function furtherNumbers(run: RunConditions) {
  return {
    electrons: electronsOf(run),
    hydrogen: hydrogenOf(run),
    ceilings: ceilingsOf(run),
    ventilation: ventilationOf(run),
    transport: transportOf(run),
    flow: flowOf(run),
    heat: heatOf(run),
  };
}

/** Charge as electrons, also against each reagent that is more than a catalyst: 1.34 F/mol of 1a beside 4.03 of 2a. */
function electronsOf({ charge_C, reagents }: RunConditions) {
  const counted = reagents.filter(({ role }) => role === 'limiting' || role === 'substrate');
  return {
    charge_mmol: tidy(electrons_mmol(charge_C)),
    charge_F_mol: Object.fromEntries(
      counted.map(({ id, amount_mmol }) => [id, tidy(charge_F_mol(charge_C, amount_mmol))]),
    ),
  };
}

/** All current taken as hydrogen. */
function hydrogenOf({ charge_C, current_mA }: RunConditions) {
  const made_umol = hydrogen_umol(charge_C);
  const rate_umol_s = hydrogenRate_umol_s(current_mA);
  return {
    made_umol: tidy(made_umol),
    made_mg: tidy(made_umol * 1e-3 * HYDROGEN_G_MOL),
    made_mL_at_0_degC: tidy(gas.gasVolumeAt_mL(made_umol, 0)),
    made_mL_at_25_degC: tidy(gas.gasVolume_mL(made_umol)),
    rate_umol_s: tidy(rate_umol_s),
    rate_mL_min_at_0_degC: tidy(gas.gasFlowAt_mL_min(rate_umol_s, 0)),
    rate_mL_min_at_25_degC: tidy(hydrogenRate_mL_min(current_mA)),
    bubbles_per_min: tidy(gas.bubbles_per_min(hydrogenRate_mL_min(current_mA), BUBBLE_mL)),
  };
}

/** What can have been made at most, and what the paper's yield makes of it; null without a current. */
export function ceilingsOf(run: RunConditions) {
  const { charge_C, limiting_mmol } = run;
  if (!(charge_C > 0)) return null;
  const substrate_mmol = amountOf(run, 'substrate');
  return {
    hydrogen_of_charge_umol: tidy(hydrogen_umol(charge_C)),
    hydrogen_of_substrate_umol: substrate_mmol === null ? null : tidy(ceiling.hydrogenOfSubstrate_umol(substrate_mmol)),
    /** Electrons beyond one for each molecule of substrate, percent: hydrogen that protons of the anode must feed. */
    electron_excess_percent:
      substrate_mmol === null ? null : tidy(100 * ceiling.electronExcess(charge_C, substrate_mmol)),
    at_full_yield: productOf(run, limiting_mmol),
    at_yield_of_paper: { yield_percent: tidy(100 * PAPER_YIELD), ...productOf(run, PAPER_YIELD * limiting_mmol) },
    hydrogen_turnovers: catalystTold(run, (mmol) => ceiling.hydrogenTurnovers(charge_C, mmol)),
    hydrogen_turnovers_per_s: catalystTold(run, (mmol) => ceiling.hydrogenTurnovers(charge_C, mmol) / run.duration_s),
  };
}

function productOf(run: RunConditions, product_mmol: number) {
  const { charge_C, duration_s } = run;
  return {
    product_mmol: tidy(product_mmol),
    hydrogen_of_product_umol: tidy(ceiling.hydrogenOfProduct_umol(product_mmol)),
    efficiency_1e_percent: tidy(100 * productEfficiency(product_mmol, charge_C, 1)),
    efficiency_2e_percent: tidy(100 * productEfficiency(product_mmol, charge_C, 2)),
    turnovers: catalystTold(run, (mmol) => ceiling.turnovers(product_mmol, mmol)),
    turnovers_per_h: catalystTold(run, (mmol) => (3600 * ceiling.turnovers(product_mmol, mmol)) / duration_s),
  };
}

function catalystTold(run: RunConditions, of: (catalyst_mmol: number) => number): number | null {
  const catalyst_mmol = amountOf(run, 'catalyst');
  return catalyst_mmol === null ? null : tidy(of(catalyst_mmol));
}

/** Of the reagents of a role together; null when there is none. */
function amountOf({ reagents }: RunConditions, role: string): number | null {
  const amounts = reagents.flatMap((reagent) => (reagent.role === role ? [reagent.amount_mmol] : []));
  return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0);
}

/** Hydrogen in the air about the cell, all current taken as hydrogen and all of it leaked; null without a current. */
function ventilationOf({ current_mA, charge_C, reactor }: RunConditions) {
  if (!(current_mA > 0)) return null;
  const rate_mL_min = hydrogenRate_mL_min(current_mA);
  const total_s = charge_C / (current_mA * 1e-3);
  const draw = (share_vol_percent: number): number => tidy(gas.leastDraw_L_min(rate_mL_min, 1e4 * share_vol_percent));
  return {
    sealed_boxes: BOXES_L.map((volume_L) => ({
      volume_L,
      minutes_to: Object.fromEntries(
        Object.entries(SHARES).map(([name, share]) => [
          name,
          tidy(gas.sealedTime_s(rate_mL_min, volume_L, share) / 60),
        ]),
      ),
      end_vol_percent: tidy(gas.enclosureShare_vol_percent(rate_mL_min, 0, volume_L, total_s)),
      end_LEL_percent: tidy(
        gas.explosiveLimit_percent(gas.enclosureShare_vol_percent(rate_mL_min, 0, volume_L, total_s)),
      ),
    })),
    headspace_minutes_to_LEL: tidy(gas.sealedTime_s(rate_mL_min, reactor.hydrogen.headspace_mL * 1e-3, 4) / 60),
    least_draw_L_min: { '25_percent_LEL': draw(1), '10_percent_LEL': draw(0.4), '1_percent_LEL': draw(0.04) },
    canopy_ppm: tidy(gas.dilution_ppm(rate_mL_min, reactor.hydrogen.canopy_L_min)),
    hood_ppm: tidy(gas.dilution_ppm(rate_mL_min, HOOD_L_min)),
  };
}

/** Limits of what stirring or flow brings to the cathode, at 0 degC as the reactor file gives diffusion. */
function transportOf(run: RunConditions) {
  const { reactor, current_mA, flow_mL_min } = run;
  const { cell, solution, kinetics } = reactor;
  const transfer = transport.settledTransfer(reactor, flow_mL_min ?? undefined);
  const limit = (transfer_cm_s: number, concentration_mM: number) => {
    const density_A_cm2 = transport.limit_A_cm2(1, transfer_cm_s, concentration_mM * transport.MOL_CM3_PER_mM);
    const limit_mA = 1000 * density_A_cm2 * cell.area_cm2;
    return {
      density_mA_cm2: tidy(1000 * density_A_cm2),
      current_mA: tidy(limit_mA),
      used: tidy(current_mA / limit_mA),
    };
  };
  const catalyst_mmol = amountOf(run, 'catalyst');
  const catalyst_mM = catalyst_mmol === null ? solution.catalyst_mM : (1000 * catalyst_mmol) / cell.liquid_mL;
  const { diffusion_cm2_s, rate_per_s } = kinetics.catalyst;
  const plateau = (electrons: number): number =>
    tidy(
      1000 * transport.plateau_A_cm2(electrons, catalyst_mM * transport.MOL_CM3_PER_mM, diffusion_cm2_s, rate_per_s),
    );
  const flow = flow_mL_min === null ? {} : { flow_mL_min };
  return {
    /** Share of what all carriers together can take, in the fresh solution and with the limiting imine used up. */
    used_fresh: tidy(transportRatio(reactor, current_mA * 1e-3, flow)),
    used_spent: tidy(transportRatio(reactor, current_mA * 1e-3, { ...flow, composition: spentComposition(reactor) })),
    limit_1a: limit(transfer.imine_cm_s, solution.imine1a_mM),
    limit_2a: limit(transfer.imine_cm_s, solution.imine2a_mM),
    limit_donor: limit(transfer.donor_cm_s, solution.donor_mM),
    /** The rate constant is one for acetic acid: an indicator of selectivity, no prediction. */
    plateau_1e_mA_cm2: plateau(1),
    plateau_2e_mA_cm2: plateau(2),
  };
}

/** One pass at the charge per mole of the run, and what the pump makes of it; null without current or in a stirred cell. */
function flowOf(run: RunConditions) {
  const { reactor, current_mA, flow_mL_min, charge_C, limiting_mmol, duration_s, temperature_C } = run;
  const { cell } = reactor;
  if (!(current_mA > 0) || !(charge_C > 0)) return null;
  const concentration = (limiting_mmol * 1e-3) / cell.liquid_mL;
  const once_mL_min = transport.singlePassFlow_mL_min(
    current_mA * 1e-3,
    charge_F_mol(charge_C, limiting_mmol),
    concentration,
  );
  const gas_mL_min = gas.gasFlowAt_mL_min(hydrogenRate_umol_s(current_mA), temperature_C);
  const at = (liquid_mL_min: number) => {
    const share = gas.voidFraction(gas_mL_min, liquid_mL_min);
    return {
      flow_mL_min: tidy(liquid_mL_min),
      residence_s: tidy(transport.residence_s(cell.area_cm2, cell.gap_cm, liquid_mL_min)),
      outlet_gas_share: tidy(share),
      outlet_gas_share_at_3_atm: tidy(gas.voidFraction(gas_mL_min / 3, liquid_mL_min)),
      outlet_conductivity_share: tidy(bubbleConductance(share)),
    };
  };
  return {
    single_pass: at(once_mL_min),
    recirculating:
      flow_mL_min === null
        ? null
        : { ...at(flow_mL_min), passes: tidy(transport.passes(flow_mL_min, duration_s, cell.liquid_mL)) },
  };
}

/** Ohmic drop and heat at the largest current; all of I V counts as heat, which is an upper bound. */
function heatOf({ reactor, current_mA, temperature_C, flow_mL_min }: RunConditions) {
  const { cell, heat } = reactor;
  const solution_ohm = seriesResistance_ohm({ ...cell, lead_ohm: 0 }, temperature_C);
  const drop_V = current_mA * 1e-3 * solution_ohm;
  const liquid_J_K = liquidHeat_J_K(cell.liquid_mL, temperature_C);
  const flow = flow_mL_min === null ? {} : { flow_mL_min };
  const steady = current_mA > 0 ? steadyCell(reactor, current_mA * 1e-3, temperature_C, flow) : null;
  const heat_W = steady?.heat_W ?? 0;
  return {
    conductivity_mS_cm: tidy(conductivity_mS_cm(cell.conductivity_mS_cm, temperature_C)),
    solution_ohm: tidy(solution_ohm),
    ohmic_drop_V: tidy(drop_V),
    ohmic_heat_W: tidy(current_mA * 1e-3 * drop_V),
    liquid_J_K: tidy(liquid_J_K),
    adiabatic_K_h: tidy(adiabaticRise_K_h(heat_W, liquid_J_K)),
    room_leak_W: tidy(heat.liquidToAmbient_W_K * (heat.ambient_C - temperature_C)),
  };
}
