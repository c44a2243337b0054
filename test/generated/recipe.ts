/**
 * From a seed to a recipe: text as an operator would write it, for one of the reactors, near the limits of the checker on
 * purpose, with a minute or two of current. Pure: the same seed is the same recipe. It knows where limits lie and not
 * what is refused: when a recipe that is accepted trips, a rule is missing, and nothing is to be changed here.
 */
import { stringify } from 'yaml';
import type { Reactor } from '../../src/model/reactor.js';
import { charge_C, charge_F_mol, hydrogenRate_mL_min } from '../../src/physics/charge.js';
import { leastSweep_mL_min } from '../../src/physics/gas.js';
import { Draw, written } from './draw.js';
import { electrolysisOf, type Electrolysis } from './electrolyses.js';
import { partsOf, type Situation } from './steps.js';
import { BENCH, REACTORS } from './surroundings.js';

export interface GeneratedRecipe {
  readonly seed: number;
  readonly attempt: number;
  readonly reactor: Reactor;
  readonly text: string;
  /** Holds by an operator: so long after the start, for so long, s. */
  readonly holds: readonly { readonly at_s: number; readonly for_s: number }[];
}

/** Flow cells are few among the reactors, and have the most rules. */
const FLOW_SHARE = 0.3;
const FLOW_CELLS = REACTORS.filter(({ transport }) => transport.kind === 'channel');

/** What an inert line is swept for at most, %vol. */
const INERT_MOST_VOL_PERCENT = 50;

type Fields = Readonly<Record<string, unknown>>;

export function generated(seed: number, attempt: number): GeneratedRecipe {
  const draw = new Draw(seed, attempt);
  const reactor = draw.pick(draw.chance(FLOW_SHARE) ? FLOW_CELLS : REACTORS);
  const situation = situationOf(draw, reactor);
  const count = situation.waives.electrolysis ? 0 : situation.onePass_F_mol === null && draw.chance(0.2) ? 2 : 1;
  const electrolyses = Array.from({ length: count }, () => electrolysisOf(situation));
  const steps = partsOf(situation, electrolyses);
  const text = stringify(
    { recipe: 1, name: `generated-${seed}-${attempt}`, ...frame(situation, electrolyses), steps },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
  return { seed, attempt, reactor, text, holds: holdsOf(draw) };
}

function situationOf(draw: Draw, reactor: Reactor): Situation {
  const { limits, heat, hydrogen } = reactor;
  const onePass_F_mol = isOnePass(reactor) ? Number(draw.between(3.5, 4.5).toPrecision(3)) : null;
  // Small currents too: logarithmic half of the time.
  const most_mA = limits.current_mA;
  const current_mA = draw.chance(0.7) ? draw.near(0.3 * most_mA, most_mA, 'most') : most_mA * 10 ** -draw.between(0, 2);
  const isWarm = draw.chance(0.88);
  const target_C = isWarm
    ? draw.between(heat.ambient_C - 5, heat.ambient_C - 0.5)
    : draw.near(limits.temperatureMin_C, heat.ambient_C - 6, 'least');
  const waives = {
    cooling: draw.chance(0.4),
    purge: draw.chance(0.07),
    hydrogen: draw.chance(0.07),
    electrolysis: draw.chance(0.06),
  };
  const inert_vol_percent = draw.chance(0.1) ? draw.near(1, INERT_MOST_VOL_PERCENT, 'most') : null;
  const swept_vol_percent = inert_vol_percent ?? limits.sweepHydrogen_vol_percent;
  const least_mL_min = leastSweep_mL_min(hydrogenRate_mL_min(current_mA), swept_vol_percent);
  const sweepMin_mL_min = inert_vol_percent === null ? hydrogen.sweepMin_mL_min : 5;
  const amount_mmol = amountFor(draw, reactor);
  return {
    draw,
    reactor,
    current_mA,
    amount_mmol,
    onePass_F_mol,
    inert_vol_percent,
    waives,
    temperature_C: Number.parseFloat(written(target_C, 'degC', 3)),
    voltageMax_V: draw.chance(0.6) ? limits.voltage_V : draw.near(0.7 * limits.voltage_V, limits.voltage_V, 'most'),
    flow_mL_min: flowFor(draw, reactor, current_mA, onePass_F_mol, amount_mmol),
    sweep_mL_min: draw.near(Math.max(least_mL_min, sweepMin_mL_min) + 2, 0.8 * BENCH.limits.sweepMax_mL_min, 'least'),
  };
}

/** What the reactor is laid out for, or another amount in the same volume. */
function amountFor(draw: Draw, { solution, cell }: Reactor): number {
  const usual_mmol = solution.imine2a_mM * cell.liquid_mL * 1e-3;
  return draw.chance(0.8) ? usual_mmol : usual_mmol * draw.between(0.5, 2);
}

/** A cell with a pump and a meter of its own is fed once. */
function isOnePass({ transport }: Reactor): boolean {
  return transport.kind === 'channel' && transport.circuit !== undefined;
}

/** The flow as it is written. One pass has no choice: I/(z F c). */
function flowFor(
  draw: Draw,
  { transport, cell }: Reactor,
  current_mA: number,
  onePass_F_mol: number | null,
  amount_mmol: number,
): number | null {
  if (transport.kind !== 'channel') return null;
  const full_mL_min = transport.circuit?.pumpFull_mL_min ?? BENCH.chips.outputs.pumpFull_mL_min;
  const flow_mL_min =
    onePass_F_mol === null
      ? draw.near(1.02 * transport.flowMin_mL_min, full_mL_min, 'least')
      : (60e-3 * current_mA) / charge_C(onePass_F_mol, amount_mmol / cell.liquid_mL);
  return Number.parseFloat(written(flow_mL_min, 'mL/min', 3));
}

/** All but the steps. */
function frame(situation: Situation, electrolyses: readonly Electrolysis[]): Fields {
  const { draw, reactor, amount_mmol } = situation;
  const { cell, transport } = reactor;
  const total_C = electrolyses.reduce((sum, { charge_C }) => sum + charge_C, 0);
  const amount = written(amount_mmol, 'mmol');
  const area = `${cell.area_cm2} cm2`;
  const waived = Object.entries(situation.waives).flatMap(([kind, is]) => (is ? [[kind, 'a trial']] : []));
  return {
    title: 'A generated recipe',
    source: { note: 'generated for a test' },
    basis: {
      limiting: '2a',
      amount,
      ...(electrolyses.length === 0
        ? {}
        : { charge: written(situation.onePass_F_mol ?? charge_F_mol(total_C, Number.parseFloat(amount)), 'F/mol', 5) }),
    },
    reagents: {
      '2a': { name: 'imine', role: 'limiting', molar_mass: '209.31 g/mol', equivalents: '1.0 eq' },
      '1a': { name: 'allyl imine', role: 'substrate', molar_mass: '221.30 g/mol', equivalents: '3.0 eq' },
      cat: {
        name: 'catalyst',
        role: 'catalyst',
        molar_mass: '498.4 g/mol',
        equivalents: draw.pick(['5 mol%', '2 mol%']),
      },
    },
    cell: {
      reactor: reactor.name,
      mode: transport.kind === 'stirred' ? 'batch' : isOnePass(reactor) ? 'single-pass' : 'recirculating',
      cathode: { material: 'nickel', area },
      anode: { material: 'graphite felt', area },
      gap: `${Number((10 * cell.gap_cm).toFixed(4))} mm`,
      solvent: 'DMF',
      volume: `${cell.liquid_mL} mL`,
      ...(situation.inert_vol_percent === null ? {} : { vent: 'inert line' }),
    },
    ...(waived.length > 0 ? { waive: Object.fromEntries(waived) } : {}),
    limits: limitsOf(situation),
    ...pauseOf(situation),
  };
}

/** Tighter than the reactor's, each now and then. */
function limitsOf(situation: Situation): Fields {
  const { draw, reactor, voltageMax_V, current_mA, temperature_C, flow_mL_min, inert_vol_percent } = situation;
  const { limits, cell, heat } = reactor;
  const some = (share: number, fields: () => Fields): Fields => (draw.chance(share) ? fields() : {});
  return {
    voltage: written(voltageMax_V, 'V', 3),
    ...some(0.3, () => ({
      current_density: written(
        draw.near(current_mA / cell.area_cm2, (2 * current_mA) / cell.area_cm2, 'least'),
        'mA/cm2',
        4,
      ),
    })),
    ...some(0.2, () => ({
      temperature_max: written(draw.near(heat.ambient_C + 0.5, limits.temperatureMax_C, 'least'), 'degC', 3),
    })),
    ...some(0.2, () => ({
      temperature_min: written(draw.near(limits.temperatureMin_C, temperature_C, 'least'), 'degC', 3),
    })),
    ...some(0.3, () => ({ band_hold: written(draw.near(0.1, limits.bandHold_K, 'most'), 'K', 2) })),
    ...some(0.2, () => ({ band_warn: written(draw.near(0.05, limits.bandWarn_K, 'most'), 'K', 2) })),
    ...some(0.2, () => ({ hydrogen_warn: written(draw.near(50, limits.ambientWarn_ppm, 'most'), 'ppm', 3) })),
    ...some(0.2, () => ({ hydrogen_trip: written(draw.near(100, limits.ambientTrip_ppm, 'most'), 'ppm', 3) })),
    ...some(inert_vol_percent === null ? 0.2 : 1, () => ({
      sweep_hydrogen: written(inert_vol_percent ?? draw.near(0.3, limits.sweepHydrogen_vol_percent, 'most'), '%vol', 3),
    })),
    ...some(flow_mL_min === null ? 0 : 0.3, () => ({
      flow_min: written(draw.near(0.6 * (flow_mL_min ?? 0), (flow_mL_min ?? 0) / 1.02, 'most'), 'mL/min', 3),
    })),
  };
}

function pauseOf({ draw, waives, flow_mL_min }: Situation): Fields {
  if (draw.chance(0.4)) return {};
  const some = (share: number, fields: Fields): Fields => (draw.chance(share) ? fields : {});
  const down = draw.chance(0.3) ? 'at once' : written(draw.near(0.5, 10, 'most'), 's', 2);
  const up = written(draw.near(1, 20, 'least'), 's', 2);
  return {
    pause: {
      ...some(0.6, { current: { down, ...some(0.5, { up }) } }),
      ...some(0.4, { temperature: waives.cooling ? 'keep' : draw.pick(['keep', 'release']) }),
      ...some(0.3, { flow: flow_mL_min === null ? 'keep' : draw.pick(['keep', 'stop']) }),
      ...some(0.2, { purge: { stop_after: written(draw.near(600, 700, 'least'), 's', 3) } }),
    },
  };
}

/** Where a run is at a time depends on the recipe, so that these fall into any of its steps. */
function holdsOf(draw: Draw): GeneratedRecipe['holds'] {
  if (draw.chance(0.55)) return [];
  const count = draw.chance(0.25) ? 2 : 1;
  return Array.from({ length: count }, () => ({
    at_s: draw.between(1, 500),
    for_s: draw.chance(0.02) ? draw.between(600, 800) : draw.between(0.2, 40),
  }));
}
