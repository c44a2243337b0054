/**
 * Electrolyses of generated recipes: constant, in stages, alternating, following the flow, with ends and samples. Each is
 * laid out for a minute or two of current. Knows how they are written, and nothing of the rules.
 */
import type { Reactor } from '../../src/model/reactor.js';
import { charge_C, currentForFlow_mA } from '../../src/physics/charge.js';
import { steadyVoltage_V } from '../../src/physics/cell.js';
import { written, type Draw } from './draw.js';

/** What an electrolysis must know of the recipe around it. */
export interface Around {
  readonly draw: Draw;
  readonly reactor: Reactor;
  readonly current_mA: number;
  readonly amount_mmol: number;
  readonly temperature_C: number;
  readonly voltageMax_V: number;
  readonly flow_mL_min: number | null;
  /** Charge per mole of a single pass, F/mol; null where the solution goes round. */
  readonly onePass_F_mol: number | null;
}

export interface Electrolysis {
  readonly body: Readonly<Record<string, unknown>>;
  readonly charge_C: number;
}

const SHORTEST_S = 30;
const LONGEST_S = 110;
const FILTERS = ['2 s', '5 s', '20 s'] as const;

export function electrolysisOf(around: Around): Electrolysis {
  const { draw, flow_mL_min, onePass_F_mol } = around;
  if (onePass_F_mol !== null) return passing(around, onePass_F_mol);
  const kind = draw.between(0, 1);
  if (kind < 0.2) return staged(around);
  if (kind < 0.35) return alternating(around);
  if (kind < 0.5 && flow_mL_min !== null) return following(around, flow_mL_min);
  return constant(around);
}

/** One pass has the charge of the whole feed, hours of it: it ends by a time. */
function passing(around: Around, perMole_F_mol: number): Electrolysis {
  const { draw, current_mA, amount_mmol, flow_mL_min } = around;
  const concentration_mmol_L = (1000 * amount_mmol) / around.reactor.cell.liquid_mL;
  const planned_mA = currentForFlow_mA(perMole_F_mol, concentration_mmol_L, flow_mL_min ?? 0);
  const follow_flow = {
    charge: written(perMole_F_mol, 'F/mol', 3),
    concentration: written(concentration_mmol_L, 'mmol/L', 6),
    current_max: written(
      Math.max(planned_mA, draw.near(planned_mA, around.reactor.limits.current_mA, 'most')),
      'mA',
      5,
    ),
  };
  const isFollowing = draw.chance(0.4);
  return {
    body: {
      current: written(isFollowing ? planned_mA : current_mA, 'mA', 3),
      until: { time: `${Math.round(draw.between(SHORTEST_S, LONGEST_S))} s` },
      ...(isFollowing ? { follow_flow } : ramped(around)),
    },
    charge_C: charge_C(perMole_F_mol, amount_mmol),
  };
}

/** With a ramp, ends and samples as it comes. */
function constant(around: Around): Electrolysis {
  const { draw, current_mA } = around;
  const time_s = Math.round(draw.between(SHORTEST_S, LONGEST_S));
  const current = written(current_mA, 'mA');
  const charge = (Number.parseFloat(current) * time_s) / 1000;
  const stated = draw.chance(0.5) ? { time: `${time_s} s` } : { charge: `${Number(charge.toFixed(9))} C` };
  return {
    body: {
      current,
      ...stated,
      ...ramped(around),
      ...ended(around, charge, time_s),
      ...sampled(around, charge, time_s),
    },
    charge_C: charge,
  };
}

/** The reactor's ramp, or a shorter or longer one. */
function ramped({ draw, reactor }: Around): { readonly ramp?: string } {
  if (draw.chance(0.4)) return {};
  return { ramp: written(Math.max(0.05, draw.near(1, reactor.control.currentRamp_s / 2, 'least')), 's', 3) };
}

function staged(around: Around): Electrolysis {
  const { draw, current_mA, amount_mmol } = around;
  const count = draw.whole(2, 4);
  let total_C = 0;
  let largest_mA = 0;
  const stages = Array.from({ length: count }, (_, i) => {
    const current = written(current_mA * (i === 0 ? 1 : draw.between(0.1, 1)), 'mA');
    const own_mA = Number.parseFloat(current);
    const time_s = Math.round(draw.between(SHORTEST_S, LONGEST_S) / count) + 5;
    largest_mA = Math.max(largest_mA, own_mA);
    const ramp = draw.chance(0.6) ? { ramp: written(draw.between(1, 10), 's', 2) } : {};
    if (draw.chance(0.3)) {
      const perMole = written((own_mA * time_s) / 1000 / charge_C(1, amount_mmol), 'F/mol', 3);
      total_C += charge_C(Number.parseFloat(perMole), amount_mmol);
      return { current, charge_per_mole: perMole, ...ramp };
    }
    total_C += (own_mA * time_s) / 1000;
    return { current, time: `${time_s} s`, ...ramp };
  });
  return { body: { current: `${largest_mA} mA`, stages }, charge_C: total_C };
}

function alternating(around: Around): Electrolysis {
  const { draw, current_mA } = around;
  const time_s = Math.round(draw.between(SHORTEST_S, LONGEST_S));
  const current = written(current_mA, 'mA');
  const half_s = draw.pick([3, 10, 20, 30, 45]);
  const dead = draw.chance(0.5) ? { dead_time: draw.pick(['0 s', '0.5 s', '2 s']) } : {};
  return {
    body: { current, time: `${time_s} s`, polarity: { half_period: `${half_s} s`, ...dead } },
    charge_C: (Number.parseFloat(current) * time_s) / 1000,
  };
}

/** A current for the flow that the pump step sets, as charge per mole of what the solution holds. */
function following(around: Around, flow_mL_min: number): Electrolysis {
  const { draw, reactor, current_mA, amount_mmol } = around;
  const concentration_mmol_L = (1000 * amount_mmol) / reactor.cell.liquid_mL;
  const perMole = written(current_mA / currentForFlow_mA(1, concentration_mmol_L, flow_mL_min), 'F/mol', 5);
  const planned_mA = currentForFlow_mA(Number.parseFloat(perMole), concentration_mmol_L, flow_mL_min);
  const time_s = Math.round(draw.between(SHORTEST_S, LONGEST_S));
  const charge = Number(((planned_mA * time_s) / 1000).toPrecision(5));
  return {
    body: {
      current: written(planned_mA, 'mA', 3),
      charge: `${charge} C`,
      ...ramped(around),
      follow_flow: {
        charge: perMole,
        concentration: written(concentration_mmol_L, 'mmol/L', 6),
        ...(draw.chance(0.6) ? { filter: draw.pick(FILTERS) } : {}),
        current_max: written(Math.max(planned_mA, draw.near(planned_mA, reactor.limits.current_mA, 'most')), 'mA', 5),
      },
    },
    charge_C: charge,
  };
}

/** Ends beside the charge; most are never met in so short a run. */
function ended(around: Around, charge: number, time_s: number): Readonly<Record<string, unknown>> {
  const { draw, reactor, current_mA, temperature_C, voltageMax_V } = around;
  if (!draw.chance(0.35)) return {};
  const lasting = draw.chance(0.5) ? { for: draw.pick(['1 s', '5 s', '20 s']) } : {};
  const needed_V = steadyVoltage_V(reactor, current_mA * 1e-3, temperature_C);
  const voltage = { above: written(draw.near(needed_V, voltageMax_V, 'most'), 'V', 3), ...lasting };
  const temperature = { above: written(temperature_C + draw.between(0.2, 5), 'degC', 3), ...lasting };
  const trend = { of: 'voltage', rises_by: written(draw.between(20, 2000), 'mV/min', 2), over: '10 s', ...lasting };
  const hydrogen = { above: written(draw.between(0.05, 0.95), '%vol', 2), ...lasting };
  const until = draw.pick([
    { voltage },
    { temperature },
    { hydrogen },
    { trend },
    { voltage, temperature },
    { time: `${Math.round(time_s * draw.between(0.4, 1))} s` },
    { charge: `${Number((charge * draw.between(0.3, 1)).toPrecision(4))} C` },
  ]);
  return { until };
}

function sampled({ draw, amount_mmol }: Around, charge: number, time_s: number): Readonly<Record<string, unknown>> {
  if (!draw.chance(0.25)) return {};
  const shares = draw.chance(0.5) ? [0.3, 0.7] : [0.5];
  const way = draw.whole(0, 2);
  const at = shares.map((share) => {
    if (way === 0) return written(charge * share, 'C', 4);
    return way === 1
      ? written((charge * share) / charge_C(1, amount_mmol), 'F/mol', 4)
      : written(time_s * share, 's', 3);
  });
  const answer = draw.pick([
    { kind: 'none' },
    { kind: 'text' },
    { kind: 'number', unit: 'mass', default: '5 mg' },
    { kind: 'choice', choices: ['clear', 'cloudy'] },
  ]);
  return { samples: { at, ask: 'Take 0.1 mL and look at it.', key: 'aliquot', answer, wait: draw.chance(0.4) } };
}
