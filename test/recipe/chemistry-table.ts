/**
 * Derived numbers of the chemistry tables (sections 1 and 2 of the procedure's facts), each with what must give it:
 * a recipe as `check --json` prints it, conditions that `check` refuses and are therefore put to the same equations
 * directly, or an equation alone.
 *
 * Limits of flow at 0.556 mL/min and at 1 mm and 50 mL/min are rounded up in the table (38.47 and 109.3 mA by Leveque's
 * law): `39 up`, `110 up`; so is one time of a sealed box cut (36.52 min): `36 down`.
 *
 * Equations alone are: what belongs to 25 degC while reactors are laid out for 0 degC (plateau of the catalyst), gas at 3
 * atm where no reactor is under pressure, draws of air that no canopy here has, properties of the solvent over the whole
 * range, and the flow limits of a gap of 1 mm. Numbers of voltammetry (section 1.4) need a scan, which no recipe makes.
 */
import type { Reactor } from '../../src/model/reactor.js';
import { bubbleConductance } from '../../src/physics/cell.js';
import { currentDensity_mA_cm2, duration_s, hydrogenRate_mL_min } from '../../src/physics/charge.js';
import * as gas from '../../src/physics/gas.js';
import { adiabaticRise_K_h, cellHeat_W } from '../../src/physics/heat.js';
import * as solvent from '../../src/physics/solvent.js';
import * as transport from '../../src/physics/transport.js';
import type { RunConditions } from '../../src/recipe/conditions.js';
import { reactorNamed } from '../contract/files.js';

/** Line of the tables, key of the JSON, value as it is printed there. */
export type Row = readonly [line: string, key: string, value: string];

export interface RecipeCase {
  readonly name: string;
  readonly file: string;
  readonly sets: readonly string[];
  /** Of the reactor file, where the table asks for another gap or area. */
  readonly change?: (reactor: Reactor) => Reactor;
  readonly rows: readonly Row[];
}

const GENERAL = 'recipes/general-procedure-3a.yaml';
const FLOW = 'recipes/scale-up-5mmol-3a.yaml';

const withGap =
  (gap_cm: number) =>
  (reactor: Reactor): Reactor => ({ ...reactor, cell: { ...reactor.cell, gap_cm } });
const withRoomAt =
  (ambient_C: number) =>
  (reactor: Reactor): Reactor => ({ ...reactor, heat: { ...reactor.heat, ambient_C } });

/** Masses of ten times the general procedure. */
const TENFOLD = [
  'basis.amount=5 mmol',
  'reagents.1a.mass=3.320 g',
  'reagents.2a.mass=1.047 g',
  'reagents.cat-2.mass=125 mg',
  'reagents.nBu4NClO4.mass=3.419 g',
  'cell.volume=100 mL',
  'cool.ramp=1.2 K/min',
  'cool.at_most=90 min',
];
const SCALE_OUT = [
  ...TENFOLD,
  'cell.reactor=batch-scale-out-27cm2',
  'cell.cathode.area=27 cm2',
  'cell.anode.area=27 cm2',
  'purge.sweep=250 mL/min',
  'electrolyse.current=180 mA',
];

export const RECIPES: readonly RecipeCase[] = [
  {
    name: 'general procedure',
    file: GENERAL,
    sets: [],
    rows: [
      ['1.1 row 4', 'current_density_mA_cm2', '6.667'],
      ['1.1 row 5', 'duration_s', '10800'],
      ['1.1 row 6', 'charge_C', '194.40'],
      ['1.1 row 6', 'electrons.charge_mmol', '2.0148'],
      ['1.1 row 7', 'charge_F_mol', '4.0296'],
      ['1.1 row 7', 'electrons.charge_F_mol.2a', '4.0296'],
      ['1.1 row 7', 'electrons.charge_F_mol.1a', '1.343'],
      ['1.1 row 10', 'weighing.0.mass_mg', '332'],
      ['1.1 row 11', 'weighing.1.mass_mg', '105'],
      ['1.1 row 12', 'weighing.2.amount_mmol', '0.025'],
      ['1.1 row 13', 'weighing.3.mass_mg', '342'],
      ['1.1 row 14', 'ceilings.at_yield_of_paper.product_mmol', '0.4041'],
      ['1.1 row 14', 'ceilings.at_yield_of_paper.yield_percent', '80.8'],
      ['1.1 row 25', 'hydrogen_umol', '1007'],
      ['1.1 row 25', 'hydrogen_mL', '24.65'],
      ['1.3', 'ceilings.at_yield_of_paper.efficiency_1e_percent', '20.1'],
      ['1.3', 'ceilings.at_yield_of_paper.efficiency_2e_percent', '40.1'],
      ['1.3', 'ceilings.hydrogen_of_charge_umol', '1007'],
      ['1.3', 'ceilings.hydrogen_of_substrate_umol', '750'],
      ['1.3', 'ceilings.at_yield_of_paper.hydrogen_of_product_umol', '202'],
      ['1.3', 'ceilings.electron_excess_percent', '34'],
      ['1.3', 'ceilings.at_yield_of_paper.turnovers', '16.2'],
      ['1.3', 'ceilings.at_yield_of_paper.turnovers_per_h', '5.4'],
      ['1.3', 'ceilings.hydrogen_turnovers', '40.3'],
      ['1.3', 'ceilings.hydrogen_turnovers_per_s', '0.0037'],
      ['1.3', 'transport.plateau_1e_mA_cm2', '2.46'],
      ['1.3', 'transport.plateau_2e_mA_cm2', '4.91'],
      ['2.2', 'heat.conductivity_mS_cm', '3.1'],
      ['2.3', 'heat.solution_ohm', '59.6'],
      ['2.3', 'heat.ohmic_drop_V', '1.07'],
      ['2.3', 'heat.liquid_J_K', '19.6'],
      ['2.4', 'hydrogen.rate_umol_s', '0.0933'],
      ['2.4', 'hydrogen.rate_mL_min_at_0_degC', '0.1254'],
      ['2.4', 'hydrogen_rate_mL_min', '0.1369'],
      ['2.4', 'hydrogen.rate_mL_min_at_25_degC', '0.1369'],
      ['2.4', 'hydrogen.bubbles_per_min', '2.7'],
      ['2.5', 'flow.single_pass.flow_mL_min', '0.0556'],
      ['2.5', 'flow.single_pass.outlet_gas_share', '0.693'],
      ['2.5', 'transport.limit_1a.density_mA_cm2', '9.6'],
      ['2.5', 'transport.limit_2a.density_mA_cm2', '3.2'],
    ],
  },
  {
    name: 'general procedure, gap of 10 mm, room at 25 degC',
    file: GENERAL,
    sets: ['cell.gap=10 mm', 'limits.voltage=6.0 V'],
    change: (reactor) => {
      const wider = withRoomAt(25)(withGap(1)(reactor));
      return { ...wider, limits: { ...wider.limits, voltage_V: 6 } };
    },
    rows: [
      ['2.3', 'heat.solution_ohm', '119'],
      ['2.3', 'heat.ohmic_drop_V', '2.15'],
      ['2.3', 'heat.room_leak_W', '1.0'],
    ],
  },
  {
    name: '0.3 mmol, time kept',
    file: GENERAL,
    sets: [
      'basis.amount=0.3 mmol',
      'basis.charge=6.72 F/mol',
      'reagents.1a.mass=199 mg',
      'reagents.2a.mass=62.8 mg',
      'reagents.cat-2.mass=7.5 mg',
      'reagents.nBu4NClO4.mass=205 mg',
    ],
    rows: [
      ['1.1 row 17', 'charge_F_mol', '6.72'],
      ['1.1 row 17', 'duration_s', '10800'],
    ],
  },
  {
    name: '0.3 mmol, charge per mole kept',
    file: GENERAL,
    sets: [
      'basis.amount=0.3 mmol',
      'reagents.1a.mass=199 mg',
      'reagents.2a.mass=62.8 mg',
      'reagents.cat-2.mass=7.5 mg',
      'reagents.nBu4NClO4.mass=205 mg',
      'electrolyse.time=1.8 h',
    ],
    rows: [
      ['1.1 row 17', 'duration_s', '6480'],
      ['1.1 row 17', 'charge_F_mol', '4.03'],
    ],
  },
  {
    name: 'catalyst at 2 mol %',
    file: GENERAL,
    sets: ['reagents.cat-2.equivalents=2 mol%', 'reagents.cat-2.mass=5.0 mg'],
    rows: [
      ['1.1 row 18', 'weighing.2.amount_mmol', '0.010'],
      ['1.1 row 18', 'weighing.2.mass_mg', '5.0'],
    ],
  },
  {
    name: 'scale-out, 27 cm2 and 180 mA',
    file: GENERAL,
    sets: SCALE_OUT,
    rows: [
      ['2.1', 'charge_C', '1944.0'],
      ['2.1', 'weighing.0.mass_mg', '3320'],
      ['2.1', 'weighing.1.mass_mg', '1047'],
      ['2.1', 'weighing.2.mass_mg', '125'],
      ['2.1', 'weighing.3.mass_mg', '3419'],
      ['2.1 A', 'current_density_mA_cm2', '6.67'],
      ['2.1 A', 'duration_s', '10800'],
      ['2.3 A', 'heat.solution_ohm', '6.0'],
      ['2.3 A', 'heat.ohmic_drop_V', '1.07'],
      ['2.3', 'heat.liquid_J_K', '195.5'],
      ['2.4', 'hydrogen.rate_umol_s', '0.9328'],
      ['2.4', 'hydrogen.rate_mL_min_at_0_degC', '1.254'],
      ['2.4', 'hydrogen.rate_mL_min_at_25_degC', '1.369'],
      ['2.4', 'hydrogen.made_umol', '10070'],
      ['2.4', 'hydrogen.made_mL_at_0_degC', '226'],
      ['2.4', 'hydrogen.made_mL_at_25_degC', '246'],
      ['2.4', 'hydrogen.made_mg', '20'],
      ['2.4', 'hydrogen.bubbles_per_min', '27'],
      ['2.5', 'flow.single_pass.flow_mL_min', '0.556'],
      ['2.6', 'ventilation.sealed_boxes.0.minutes_to.1000_ppm', '5.8'],
      ['2.6', 'ventilation.sealed_boxes.0.minutes_to.10_percent_LEL', '23'],
      ['2.6', 'ventilation.sealed_boxes.0.minutes_to.25_percent_LEL', '58'],
      ['2.6', 'ventilation.sealed_boxes.0.minutes_to.100_percent_LEL', '234'],
      ['2.6', 'ventilation.sealed_boxes.0.end_vol_percent', '3.08'],
      ['2.6', 'ventilation.sealed_boxes.0.end_LEL_percent', '77'],
      ['2.6', 'ventilation.sealed_boxes.1.minutes_to.1000_ppm', '36 down'],
      ['2.6', 'ventilation.sealed_boxes.1.minutes_to.10_percent_LEL', '146'],
      ['2.6', 'ventilation.sealed_boxes.1.minutes_to.25_percent_LEL', '365'],
      ['2.6', 'ventilation.sealed_boxes.1.end_vol_percent', '0.49'],
      ['2.6', 'ventilation.sealed_boxes.1.end_LEL_percent', '12'],
      ['2.6', 'ventilation.sealed_boxes.2.minutes_to.1000_ppm', '146'],
      ['2.6', 'ventilation.sealed_boxes.2.minutes_to.10_percent_LEL', '584'],
      ['2.6', 'ventilation.sealed_boxes.2.end_vol_percent', '0.12'],
      ['2.6', 'ventilation.headspace_minutes_to_LEL', '1.5'],
      ['2.6', 'ventilation.least_draw_L_min.25_percent_LEL', '0.137'],
      ['2.6', 'ventilation.least_draw_L_min.10_percent_LEL', '0.342'],
      ['2.6', 'ventilation.least_draw_L_min.1_percent_LEL', '3.4'],
      ['2.6', 'ventilation.hood_ppm', '0.14'],
    ],
  },
  {
    name: 'scale-out, gap of 10 mm, room at 25 degC',
    file: GENERAL,
    sets: [...SCALE_OUT, 'cell.gap=10 mm', 'limits.voltage=6.0 V'],
    change: (reactor) => {
      const wider = withRoomAt(25)(withGap(1)(reactor));
      return { ...wider, limits: { ...wider.limits, voltage_V: 6 } };
    },
    rows: [
      ['2.3 A', 'heat.solution_ohm', '11.9'],
      ['2.3 A', 'heat.ohmic_drop_V', '2.15'],
      ['2.3', 'heat.room_leak_W', '3.8'],
    ],
  },
  {
    name: 'half rate, 13.5 cm2 and 90 mA',
    file: GENERAL,
    sets: [
      ...SCALE_OUT,
      'cell.cathode.area=13.5 cm2',
      'cell.anode.area=13.5 cm2',
      'electrolyse.current=90 mA',
      'electrolyse.time=6 h',
    ],
    change: (reactor) => ({ ...reactor, cell: { ...reactor.cell, area_cm2: 13.5 } }),
    rows: [
      ['2.1 B', 'charge_C', '1944.0'],
      ['2.1 B', 'current_density_mA_cm2', '6.67'],
      ['2.1 B', 'duration_s', '21600'],
    ],
  },
  {
    name: 'same electrodes, 18 mA',
    file: GENERAL,
    sets: [...TENFOLD, 'cell.reactor=batch-100ml-same-electrodes', 'purge.for=10 min', 'electrolyse.time=30 h'],
    rows: [
      ['2.1 C', 'charge_C', '1944.0'],
      ['2.1 C', 'current_density_mA_cm2', '6.67'],
      ['2.1 C', 'duration_s', '108000'],
    ],
  },
  {
    name: 'flow cell, 80 mA, 20 mL/min',
    file: FLOW,
    sets: ['flow.rate=20 mL/min', 'limits.flow_min=18 mL/min'],
    rows: [
      ['2.1 D', 'charge_C', '1944.0'],
      ['2.1 D', 'current_density_mA_cm2', '6.67'],
      ['2.1 D', 'duration_s', '24300'],
      ['2.3', 'heat.solution_ohm', '1.34'],
      ['2.4', 'hydrogen.rate_umol_s', '0.4146'],
      ['2.4', 'hydrogen.rate_mL_min_at_0_degC', '0.558'],
      ['2.4', 'hydrogen.rate_mL_min_at_25_degC', '0.609'],
      ['2.5', 'flow.single_pass.flow_mL_min', '0.247'],
      ['2.5', 'flow.single_pass.outlet_gas_share', '0.693'],
      ['2.5', 'transport.limit_1a.current_mA', '127'],
      ['2.5', 'transport.limit_1a.used', '0.63'],
      ['2.5', 'flow.recirculating.passes', '81'],
    ],
  },
  {
    name: 'flow cell with a gap of 2 mm, 80 mA',
    file: FLOW,
    sets: ['flow.rate=40 mL/min', 'cell.gap=2 mm', 'limits.voltage=9 V'],
    // Wide gaps starve at this flow: the reactor must allow it for the ohmic drop to be told.
    change: (reactor) => ({
      ...withGap(0.2)(reactor),
      limits: { ...reactor.limits, transportRatio: 3, voltage_V: 9 },
    }),
    rows: [
      ['2.3', 'heat.solution_ohm', '5.4'],
      ['2.3', 'heat.ohmic_drop_V', '0.43'],
    ],
  },
];

export interface ConditionCase {
  readonly name: string;
  readonly run: RunConditions;
  readonly rows: readonly Row[];
}

/** 5 mmol at 180 mA in a reactor that is not laid out for it. */
function at180(reactor: Reactor, flow_mL_min: number | null): RunConditions {
  const reagents = [{ id: '2a', role: 'limiting', amount_mmol: 5 }];
  return {
    reactor,
    charge_C: 1944,
    duration_s: 10_800,
    current_mA: 180,
    temperature_C: 0,
    flow_mL_min,
    limiting_mmol: 5,
    reagents,
  };
}

const flowCell = reactorNamed('flow-12cm2');

export const CONDITIONS: readonly ConditionCase[] = [
  {
    name: 'F: overdriven batch, 2.7 cm2 and 180 mA',
    run: at180(reactorNamed('batch-overdriven'), null),
    rows: [
      ['2.3 F', 'heat.solution_ohm', '59.6'],
      ['2.3 F', 'heat.ohmic_drop_V', '10.7'],
    ],
  },
  {
    name: 'E: flow cell at 180 mA, 5 mL/min',
    run: at180(flowCell, 5),
    rows: [
      ['2.3', 'heat.ohmic_drop_V', '0.24'],
      ['2.5', 'transport.limit_1a.current_mA', '80'],
      ['2.5', 'flow.single_pass.flow_mL_min', '0.556'],
      ['2.5', 'flow.single_pass.outlet_gas_share', '0.693'],
      ['2.5', 'flow.single_pass.outlet_gas_share_at_3_atm', '0.43'],
      ['2.5', 'flow.recirculating.outlet_gas_share', '0.20'],
      ['2.5', 'flow.recirculating.outlet_gas_share_at_3_atm', '0.077'],
    ],
  },
  {
    name: 'E: flow cell at 180 mA, 20 mL/min',
    run: at180(flowCell, 20),
    rows: [
      ['2.5', 'flow.recirculating.outlet_gas_share', '0.059'],
      ['2.5', 'flow.recirculating.outlet_gas_share_at_3_atm', '0.020'],
      ['2.5', 'flow.recirculating.outlet_conductivity_share', '0.913'],
      ['2.5', 'flow.single_pass.outlet_conductivity_share', '0.17'],
    ],
  },
  {
    name: 'E: flow cell at 180 mA, 50 mL/min',
    run: at180(flowCell, 50),
    rows: [
      ['2.5', 'transport.limit_1a.current_mA', '173'],
      ['2.5', 'flow.recirculating.outlet_gas_share', '0.024'],
      ['2.5', 'flow.recirculating.outlet_gas_share_at_3_atm', '0.008'],
    ],
  },
  {
    name: 'single pass at 180 mA',
    run: at180(flowCell, 0.556),
    rows: [
      ['2.5', 'transport.limit_1a.current_mA', '39 up'],
      // Of the 0.6 mL between the electrodes, min: 1.08.
      ['2.5', 'flow.recirculating.residence_s', '64.8'],
    ],
  },
  {
    name: 'flow cell with a gap of 1 mm, 180 mA, 20 mL/min',
    run: at180({ ...flowCell, cell: { ...flowCell.cell, gap_cm: 0.1 } }, 20),
    rows: [
      ['2.3', 'heat.solution_ohm', '2.68'],
      ['2.3', 'heat.ohmic_drop_V', '0.48'],
      ['2.5', 'transport.limit_1a.current_mA', '81'],
    ],
  },
];

/** Limiting current of 1a on 12 cm2 in a channel of 2.4 x 5 cm, mA. */
function channelLimit_mA(gap_cm: number, flow_mL_min: number): number {
  const transfer_cm_s = transport.channelTransfer_cm_s({ width_cm: 2.4, length_cm: 5, gap_cm }, 3.3e-6, flow_mL_min);
  return 12e3 * transport.limit_A_cm2(1, transfer_cm_s, 150e-6);
}

const rate180_mL_min = hydrogenRate_mL_min(180);
const plateau_mA_cm2 = (electrons: number, catalyst_mM: number): number =>
  1000 * transport.plateau_A_cm2(electrons, catalyst_mM * 1e-6, solvent.diffusionAt_cm2_s(3.3e-6, 25), 31.4);

export const EQUATIONS: readonly (readonly [line: string, what: string, value: number, printed: string])[] = [
  ['2.1 E', 'current density of 180 mA on 12 cm2, mA/cm2', currentDensity_mA_cm2(180, 12), '15.0'],
  ['2.1 F', 'current density of 180 mA on 2.7 cm2, mA/cm2', currentDensity_mA_cm2(180, 2.7), '66.7'],
  ['2.1 E', 'time of 1944 C at 180 mA, s', duration_s(1944, 180), '10800'],
  ['1.3', 'plateau at 25 degC, one electron, mA/cm2', plateau_mA_cm2(1, 2.5), '3.02'],
  ['1.3', 'plateau at 25 degC, two electrons, mA/cm2', plateau_mA_cm2(2, 2.5), '6.04'],
  ['1.3', 'plateau of 1 mM at 25 degC, one electron, mA/cm2', plateau_mA_cm2(1, 1), '1.2'],
  ['1.3', 'plateau of 1 mM at 25 degC, two electrons, mA/cm2', plateau_mA_cm2(2, 1), '2.4'],
  ...(
    [
      [-10, '0.978', '1.28', '2.00', '2.7'],
      [0, '0.968', '1.10', '2.02', '3.1'],
      [10, '0.959', '0.96', '2.04', '3.6'],
      [25, '0.9445', '0.796', '2.06', '4.3'],
    ] as const
  ).flatMap(([t, density, viscosity, heat, conductivity]) => [
    ['2.2', `density at ${t} degC, g/mL`, solvent.density_g_mL(t), density] as const,
    ['2.2', `viscosity at ${t} degC, mPa s`, solvent.viscosity_mPa_s(t), viscosity] as const,
    ['2.2', `heat capacity at ${t} degC, J/gK`, solvent.heatCapacity_J_gK(t), heat] as const,
    ['2.2', `conductivity at ${t} degC, mS/cm`, 3.1 / solvent.relativeViscosity(t), conductivity] as const,
  ]),
  ['2.3', 'rise of 100 mL at 0.9 W, K/h', adiabaticRise_K_h(0.9, solvent.liquidHeat_J_K(100, 0)), '16.6'],
  ['2.3', 'rise of 100 mL at 2.6 W, K/h', adiabaticRise_K_h(2.6, solvent.liquidHeat_J_K(100, 0)), '48'],
  ['2.3', 'heat of 18 mA at 4.4 V, W', cellHeat_W(0.018, 4.4), '0.08'],
  ['2.3', 'heat of 180 mA at 14 V, W', cellHeat_W(0.18, 14), '2.5'],
  ['2.3', 'heat of 80 mA at 3.7 V, W', cellHeat_W(0.08, 3.7), '0.30'],
  ['2.5', 'residence in 1.2 mL at 0.5556 mL/min, min', transport.residence_s(12, 0.1, 0.5556) / 60, '2.16'],
  ['2.5', 'residence in 3 mL at 0.5556 mL/min, min', transport.residence_s(12, 0.25, 0.5556) / 60, '5.40'],
  ['2.5', 'conductivity left at a gas share of 0.059', bubbleConductance(0.059), '0.913'],
  ...(
    [
      [0.05, ['39 up', '80', '127', '173']],
      [0.1, ['24', '51', '81', '110 up']],
    ] as const
  ).flatMap(([gap_cm, limits]) =>
    ([0.556, 5, 20, 50] as const).map(
      (flow, i) =>
        [
          '2.5',
          `limit of 1a at ${gap_cm} cm and ${flow} mL/min, mA`,
          channelLimit_mA(gap_cm, flow),
          limits[i] ?? '',
        ] as const,
    ),
  ),
  ['2.6', 'canopy at 1 L/min and 180 mA, ppm', gas.dilution_ppm(rate180_mL_min, 1), '1370'],
  ['2.6', 'canopy at 10 L/min and 180 mA, ppm', gas.dilution_ppm(rate180_mL_min, 10), '137'],
  ['2.6', 'sensor of t90 120 s to 1000 of 5000 ppm, s', gas.sensorCrossing_s(1000, 5000, 120), '11.6'],
  ['2.6', 'sensor of t90 30 s to 1000 of 5000 ppm, s', gas.sensorCrossing_s(1000, 5000, 30), '2.9'],
];
