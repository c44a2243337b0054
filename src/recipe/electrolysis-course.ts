/**
 * The course of an electrolysis as the procedure executes it: stages, half waves, end conditions and the flow that a current
 * follows, in plain numbers. Owns the defaults of each; judges nothing.
 */
import type {
  Alternation,
  CurrentStage,
  ElectrolysisCourse,
  EndCondition,
  FlowFollowing,
} from '../model/plan-electrolysis.js';
import type { Reactor } from '../model/reactor.js';
import type { StepBodies } from '../model/recipe.js';
import { relaxation_V, REVERSAL_SWING_V, reversalCharge_C } from '../physics/alternation.js';
import { charge_C, currentForFlow_mA } from '../physics/charge.js';
import { freshComposition, thermalKinetics } from '../physics/kinetics.js';
import { DEAD_TIME_S, REVERSAL_RAMP_MA_S } from './alternating.js';
import { type Case, cellOf } from './case.js';
import type { Electrolysis } from './charge.js';
import { tidy } from './words.js';

type Body = StepBodies['electrolyse'];
type Until = NonNullable<Body['until']>;
type Threshold = NonNullable<Until['voltage'] | Until['temperature'] | Until['hydrogen']>;

/** Shorter than the pump and the lines take to a new flow, longer than the meter's noise. */
const FLOW_FILTER_S = 5;

export function planCourse(one: Case, body: Body, electrolysis: Electrolysis | undefined): ElectrolysisCourse {
  const { recipe, reactor } = one;
  const stages = electrolysis === undefined ? undefined : stagesOf(body, electrolysis, reactor);
  const polarity = alternationOf(one, body);
  const until = endsOf(body, recipe.basis.amount.value);
  const followFlow = followingOf(one, body);
  return {
    ...(stages === undefined ? {} : { stages }),
    ...(polarity === undefined ? {} : { polarity }),
    ...(until.length === 0 ? {} : { until }),
    ...(followFlow === undefined ? {} : { followFlow }),
  };
}

function stagesOf({ stages }: Body, { portions }: Electrolysis, reactor: Reactor): CurrentStage[] | undefined {
  return stages?.map(({ current, ramp }, i) => ({
    current_mA: current.value,
    ramp_s: ramp?.value ?? reactor.control.currentRamp_s,
    charge_C: tidy(portions[i]?.charge_C ?? 0),
  }));
}

/**
 * A double layer swings from where its electrode oxidises to where it reduces at the current of the step, less what it falls
 * by itself at either end, in the dead time and the ramp beside it.
 */
function alternationOf(one: Case, { polarity, current }: Body): Alternation | undefined {
  if (polarity === undefined) return undefined;
  const { cell, kinetics } = one.reactor;
  const deadTime_s = polarity.dead_time?.value ?? DEAD_TIME_S;
  const rest_s = deadTime_s + current.value / REVERSAL_RAMP_MA_S;
  const steady = cellOf(one, freshComposition(one.reactor), current.value, one.temperature_C);
  const swing_V = steady === undefined ? REVERSAL_SWING_V : steady.anode_V - steady.cathode_V;
  const { tafel_V } = thermalKinetics(kinetics, one.temperature_C);
  const takes_C = (capacitance_mF: number): number => {
    const left_V = swing_V - 2 * relaxation_V(capacitance_mF, current.value, rest_s, tafel_V);
    return tidy(reversalCharge_C(capacitance_mF, Math.max(0, left_V)));
  };
  return {
    halfPeriod_s: polarity.half_period.value,
    deadTime_s,
    ramp_mA_s: REVERSAL_RAMP_MA_S,
    reversal_C: takes_C(cell.anodeCapacitance_mF),
    counterReversal_C: takes_C(cell.cathodeCapacitance_mF),
  };
}

/** The current moves no faster than over its ramp; where the recipe says none, it keeps up with the filter. */
function followingOf({ recipe, limits }: Case, { follow_flow, current, ramp }: Body): FlowFollowing | undefined {
  if (follow_flow === undefined) return undefined;
  const { charge, concentration, filter, current_max } = follow_flow;
  const filter_s = filter?.value ?? FLOW_FILTER_S;
  return {
    charge_F_mol: charge.value,
    concentration_mmol_L: concentration.value,
    perFlow_mA: currentForFlow_mA(charge.value, concentration.value, 1),
    filter_s,
    currentMax_mA: current_max.value,
    rate_mA_s: Math.min(REVERSAL_RAMP_MA_S, current.value / (ramp?.value ?? filter_s)),
    flowMin_mL_min: recipe.cell.mode === 'batch' ? 0 : (limits.flowMin_mL_min ?? 0),
  };
}

function endsOf({ until }: Body, amount_mmol: number): EndCondition[] {
  if (until === undefined) return [];
  const ends: EndCondition[] = [];
  const { charge, charge_per_mole: perMole, time } = until;
  if (charge) ends.push({ kind: 'charge', charge_C: charge.value });
  if (perMole) ends.push({ kind: 'charge', charge_C: tidy(charge_C(perMole.value, amount_mmol)) });
  if (time) ends.push({ kind: 'time', time_s: time.value });
  for (const of of ['voltage', 'temperature', 'hydrogen'] as const) {
    const written = until[of];
    if (written) ends.push(thresholdOf(of, written));
  }
  if (until.trend) ends.push(trendOf(until.trend));
  return ends;
}

/** Hydrogen is written in ppm or %vol and measured in the vent line as vol%. */
function thresholdOf(
  of: 'voltage' | 'temperature' | 'hydrogen',
  { above, below, for: lasting, on }: Threshold,
): EndCondition {
  const scale = of === 'hydrogen' ? 1e-4 : 1;
  const limit = (written: Threshold['above']): number | null => (written ? tidy(written.value * scale) : null);
  return {
    kind: 'threshold',
    of,
    above: limit(above),
    below: limit(below),
    for_s: lasting?.value ?? 0,
    action: on ?? 'done',
  };
}

/** A slope of voltage is written in mV/min and judged in V/min. */
function trendOf({ of, rises_by, falls_by, over, for: lasting, on }: NonNullable<Until['trend']>): EndCondition {
  const scale = of === 'voltage' ? 1e-3 : 1;
  const slope = rises_by === undefined ? -(falls_by?.value ?? Infinity) : rises_by.value;
  return {
    kind: 'trend',
    of,
    slope_per_min: tidy(slope * scale),
    over_s: over.value,
    for_s: lasting?.value ?? 0,
    action: on ?? 'done',
  };
}
