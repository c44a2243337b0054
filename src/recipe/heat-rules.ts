/** Rules of temperature: cooling and heating reach their target under the cell's heat, in the time allowed, within the limits. */
import type { Path } from '../model/document.js';
import type { Reactor } from '../model/reactor.js';
import type { StepBodies } from '../model/recipe.js';
import { freshComposition } from '../physics/kinetics.js';
import { laggedRamp_s, laggedRise_K, steadyBlock_C, taperedRamp_s } from '../physics/heat.js';
import { REVERSAL_RAMP_MA_S } from './alternating.js';
import { type Case, cellOf, temperatureBefore_C, temperings } from './case.js';
import { fieldOf, type Finding, type Ruled, under } from './finding.js';
import { atLeast, digits, time } from './words.js';

/** Lags of the probe that a cell may be behind its set point when that has arrived. */
const lagReserve = 5;

export function heatFindings(one: Case): Ruled[] {
  return [
    ...under('temperature-limits', band(one)),
    ...under('temperature-target', targets(one)),
    ...under('heating-missing', heating(one)),
    ...under('cooling-power', cooling(one)),
    ...under('cooling-start', coolingStart(one)),
  ];
}

function band({ recipe, reactor, limits }: Case): Finding[] {
  const findings: Finding[] = [];
  const wider = (field: string, hint: string): Finding => ({
    path: ['limits', field],
    message: "is wider than the reactor's",
    hint,
  });
  if (!(limits.temperatureMin_C >= reactor.limits.temperatureMin_C))
    findings.push(wider('temperature_min', `at least ${reactor.limits.temperatureMin_C} degC`));
  if (!(limits.temperatureMax_C <= reactor.limits.temperatureMax_C))
    findings.push(wider('temperature_max', `at most ${reactor.limits.temperatureMax_C} degC`));
  if (!(limits.bandHold_K <= reactor.limits.bandHold_K))
    findings.push(wider('band_hold', `at most ${reactor.limits.bandHold_K} K`));
  if (!(limits.bandWarn_K <= limits.bandHold_K))
    findings.push({
      path: ['limits', 'band_warn'],
      message: 'would not come before the hold',
      hint: `at most ${digits(limits.bandHold_K)} K`,
    });
  // The board watches this band from arming on, and arming comes at room temperature.
  if (recipe.limits && !(limits.temperatureMax_C > reactor.heat.ambient_C)) {
    findings.push({
      path: ['limits', 'temperature_max'],
      message: 'the cell begins at room temperature',
      hint: `above ${reactor.heat.ambient_C} degC`,
    });
  }
  return findings;
}

function targets(one: Case): Finding[] {
  const { recipe, reactor, limits } = one;
  const { temperature } = reactor.control;
  return temperings(recipe).flatMap(({ kind, index, body }): Finding[] => {
    const target_C = body.to.value;
    const inside = target_C > limits.temperatureMin_C && target_C < limits.temperatureMax_C;
    if (!inside) {
      const hint = `between ${limits.temperatureMin_C} and ${limits.temperatureMax_C} degC`;
      return [{ path: fieldOf(kind, index, 'to'), message: `${body.to.text} lies outside the limits`, hint }];
    }
    const ramp_K_min = body.ramp?.value ?? temperature.rampRate_K_min;
    if (!(ramp_K_min <= temperature.rampRate_K_min)) {
      const hint = `at most ${digits(temperature.rampRate_K_min)} K/min`;
      const message = `the reactor "${reactor.name}" does not follow ${digits(ramp_K_min)} K/min`;
      return [{ rule: 'temperature-ramp', path: fieldOf(kind, index, 'ramp'), message, hint }];
    }
    const hold_s = body.hold?.value ?? temperature.settle_s;
    const from_C = temperatureBefore_C(recipe, reactor, index);
    const ramp_s = taperedRamp_s(from_C - target_C, ramp_K_min, temperature.taper_s);
    const way_s = Math.max(ramp_s, kind === 'heat' ? passiveWarming_s(reactor, from_C, target_C) : 0);
    const least_s = way_s + lagReserve * reactor.heat.probe_s + hold_s;
    if (!(body.at_most.value >= least_s)) {
      const message = `ramp and hold alone take ${time(least_s)}`;
      const hint = `at least ${atLeast((1.5 * least_s) / 60)} min`;
      return [{ rule: 'temperature-time', path: fieldOf(kind, index, 'at_most'), message, hint }];
    }
    return [];
  });
}

/** Share of the way to a target near the room's that counts as all of it: 2 %, within any band that is usual. */
const arrivedShare = 0.02;

/** Where the Peltier only cools, the room warms the cell, also through block and module, and ever more slowly near the end. */
function passiveWarming_s({ heat, control }: Reactor, from_C: number, target_C: number): number {
  if (control.temperature.currentMin_A < 0 || !(target_C < heat.ambient_C)) return 0;
  const throughBlock_W_K =
    1 / (1 / heat.liquidToBlock_W_K + 1 / (heat.blockToAmbient_W_K + heat.peltier.conductance_W_K));
  const lag_s = (heat.liquid_J_K + heat.block_J_K) / (heat.liquidToAmbient_W_K + throughBlock_W_K);
  const left_K = heat.ambient_C - target_C + arrivedShare * (target_C - from_C);
  return lag_s * Math.log((heat.ambient_C - from_C) / left_K);
}

/** A bench whose Peltier only cools warms by cooling less, which ends at the temperature of the room. */
function heating({ recipe, reactor }: Case): Finding[] {
  const { ambient_C } = reactor.heat;
  const canHeat = reactor.control.temperature.currentMin_A < 0;
  return temperings(recipe).flatMap(({ kind, index, body }): Finding[] => {
    const path = fieldOf(kind, index, 'to');
    const before_C = temperatureBefore_C(recipe, reactor, index);
    if (kind === 'heat' && !(body.to.value > before_C)) {
      const message = `the cell is at ${digits(before_C)} degC already, which ${body.to.text} is not above`;
      return [{ rule: 'heating-direction', path, message, hint: `above ${digits(before_C)} degC, or \`cool\`` }];
    }
    if (canHeat || body.to.value <= ambient_C) return [];
    const message = `${body.to.text} is above the room's ${digits(ambient_C)} degC, and the reactor "${reactor.name}" only cools`;
    return [{ path, message, hint: `at most ${digits(ambient_C)} degC` }];
  });
}

/** Heat of an electrolysis in the fresh solution, and where a finding about it stands. */
interface HeatLoad {
  readonly index: number;
  readonly path: Path;
  readonly temperature_C: number;
  readonly cell_W: number;
}

function heatLoads(one: Case): HeatLoad[] {
  const { recipe, reactor, electrolyses, waived } = one;
  if (waived.includes('cooling')) return [];
  return electrolyses.map(({ index, current_mA }) => {
    const temperature_C = temperatureBefore_C(recipe, reactor, index);
    const set = temperings(recipe).findLast((step) => step.index < index);
    return {
      index,
      path: set ? fieldOf(set.kind, set.index, 'to') : fieldOf('electrolyse', index, 'current'),
      temperature_C,
      cell_W: cellOf(one, freshComposition(reactor), current_mA, temperature_C)?.heat_W ?? 0,
    };
  });
}

/** What must leave the cell at each temperature that a step asks for, with no current: a blank is kept cold as well. */
function restLoads({ recipe }: Case): HeatLoad[] {
  return temperings(recipe).map(({ kind, index, body }) => {
    return { index, path: fieldOf(kind, index, 'to'), temperature_C: body.to.value, cell_W: 0 };
  });
}

/**
 * Steady heat: cell, stirring and the room's share into the liquid must leave through the block, which the Peltier at its
 * clamp must hold cold enough for it.
 */
function cooling(one: Case): Finding[] {
  const findings = [...heatLoads(one), ...restLoads(one)].flatMap((load): Finding[] => {
    const { path, temperature_C, cell_W } = load;
    const { load_W, needed_C, reached_C } = blockAt(one, temperature_C, cell_W);
    if (reached_C <= needed_C) return [];
    const message = `the block must be at ${digits(needed_C, 3)} degC to take ${digits(load_W, 3)} W; the Peltier brings it to ${digits(reached_C, 3)} degC`;
    const warmer_C = coldestTarget_C(one, load);
    const target = warmer_C === null ? 'a warmer target' : `a target of ${digits(warmer_C)} degC or warmer`;
    return [{ path, message, hint: `${target}, or less current` }];
  });
  return findings.slice(0, 1);
}

/** Heat that must leave through the block, the block that takes it, and the coldest that the Peltier makes of it. */
function blockAt({ reactor, board }: Case, temperature_C: number, cell_W: number) {
  const { heat, control } = reactor;
  const load_W = cell_W + heat.stirring_W + heat.liquidToAmbient_W_K * (heat.ambient_C - temperature_C);
  const plant = {
    peltier: heat.peltier,
    hotSide_K_W: heat.hotSide_K_W,
    coldToAmbient_W_K: heat.blockToAmbient_W_K,
    ambient_C: heat.ambient_C,
    load_W,
  };
  const most_A = Math.min(control.temperature.currentMax_A, board.chips.coolerSource.currentMax_A);
  return {
    load_W,
    needed_C: temperature_C - load_W / heat.liquidToBlock_W_K,
    reached_C: steadyBlock_C(plant, most_A),
  };
}

/** Targets are named to this, K. */
const targetStep_K = 0.1;

/** The coldest target at which the same heat leaves; null where room temperature is not enough either. */
function coldestTarget_C(one: Case, { temperature_C, cell_W }: HeatLoad): number | null {
  const steps = Math.ceil((one.reactor.heat.ambient_C - temperature_C) / targetStep_K);
  for (let step = 1; step <= steps; step++) {
    const target_C = (Math.floor(temperature_C / targetStep_K) + step) * targetStep_K;
    const { needed_C, reached_C } = blockAt(one, target_C, cell_W);
    if (reached_C <= needed_C) return target_C;
  }
  return null;
}

/** Shortest time in which all of the heat may come: a stage has a ramp of its own, a reversal that of reversals. */
function steepestRamp_s({ ramp, stages, polarity, current }: StepBodies['electrolyse'], usual_s: number): number {
  if (polarity !== undefined) return current.value / REVERSAL_RAMP_MA_S;
  if (stages === undefined) return ramp?.value ?? usual_s;
  return Math.min(
    ...stages.map((stage, i) => {
      const rise_mA = Math.abs(stage.current.value - (stages[i - 1]?.current.value ?? 0));
      // A part of the heat within its ramp is as all of it within a longer one.
      return rise_mA > 0 ? (stage.ramp?.value ?? usual_s) * (current.value / rise_mA) : Infinity;
    }),
  );
}

/**
 * Start of the current: heat comes with the ramp, the block follows with the integral time of its loop. Feed-forward, which
 * makes the real excursion a fifth of this, is left out: it rests on an estimate of the heat.
 */
function coolingStart(one: Case): Finding[] {
  const { reactor, limits, recipe } = one;
  const { heat, control } = reactor;
  return heatLoads(one).flatMap(({ index, cell_W }): Finding[] => {
    const body = recipe.steps[index];
    const ramp_s =
      body?.kind === 'electrolyse' ? steepestRamp_s(body.body, control.currentRamp_s) : control.currentRamp_s;
    const away_W_K = heat.liquidToBlock_W_K + heat.liquidToAmbient_W_K;
    const static_K = cell_W / away_W_K;
    const lag_s = control.temperature.integralTime_s;
    const excursion_K = laggedRise_K(static_K, lag_s, ramp_s);
    if (excursion_K <= limits.bandHold_K) return [];
    const message = `${digits(cell_W, 3)} W within ${time(ramp_s)} warm the cell by up to ${digits(excursion_K, 2)} K before the cooling has followed; the run is held at ${digits(limits.bandHold_K)} K`;
    const hint = `at least ${atLeast(laggedRamp_s(static_K, lag_s, limits.bandHold_K))} s, or less current`;
    const hasRamp = body?.kind === 'electrolyse' && !body.body.polarity && !body.body.stages;
    const path = fieldOf('electrolyse', index, hasRamp ? 'ramp' : 'current');
    return [{ path, message, hint: hasRamp ? hint : `ramps of ${hint}` }];
  });
}
