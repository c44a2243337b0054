/** Rules of temperature: the cooling reaches the target under the cell's heat, in the time allowed, within the limits. */
import { freshComposition } from '../physics/kinetics.js';
import { steadyBlock_C } from '../physics/heat.js';
import { type Case, cellAt } from './case.js';
import { fieldOf, type Finding, stepsOf } from './finding.js';
import { atLeast, digits, time } from './words.js';

export function heatFindings(one: Case): Finding[] {
  return [...band(one), ...targets(one), ...cooling(one)];
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

function targets({ recipe, reactor, limits }: Case): Finding[] {
  const { temperature } = reactor.control;
  return stepsOf(recipe, 'cool').flatMap(({ index, body }): Finding[] => {
    const target_C = body.to.value;
    const inside = target_C > limits.temperatureMin_C && target_C < limits.temperatureMax_C;
    if (!inside) {
      const hint = `between ${limits.temperatureMin_C} and ${limits.temperatureMax_C} degC`;
      return [{ path: fieldOf('cool', index, 'to'), message: `${body.to.text} lies outside the limits`, hint }];
    }
    const ramp_K_min = body.ramp?.value ?? temperature.rampRate_K_min;
    if (!(ramp_K_min <= temperature.rampRate_K_min)) {
      const hint = `at most ${digits(temperature.rampRate_K_min)} K/min`;
      return [
        {
          path: fieldOf('cool', index, 'ramp'),
          message: `the reactor "${reactor.name}" does not follow ${digits(ramp_K_min)} K/min`,
          hint,
        },
      ];
    }
    const hold_s = body.hold?.value ?? temperature.settle_s;
    const least_s = (60 * Math.abs(reactor.heat.ambient_C - target_C)) / ramp_K_min + temperature.taper_s + hold_s;
    if (!(body.at_most.value >= least_s)) {
      const message = `ramp and hold alone take ${time(least_s)}`;
      return [
        { path: fieldOf('cool', index, 'at_most'), message, hint: `at least ${atLeast((1.5 * least_s) / 60)} min` },
      ];
    }
    return [];
  });
}

/**
 * Steady heat: cell, stirring and the room's share into the liquid must leave through the block, which the Peltier at its
 * clamp must hold cold enough for it.
 */
function cooling(one: Case): Finding[] {
  const { reactor, strongest, temperature_C, waived } = one;
  if (waived.includes('cooling') || strongest === undefined) return [];
  const { heat, control } = reactor;
  const cell = cellAt(one, freshComposition(reactor));
  const load_W = (cell?.heat_W ?? 0) + heat.stirring_W + heat.liquidToAmbient_W_K * (heat.ambient_C - temperature_C);
  const needed_C = temperature_C - load_W / heat.liquidToBlock_W_K;
  const reached_C = steadyBlock_C(
    {
      peltier: heat.peltier,
      hotSide_K_W: heat.hotSide_K_W,
      coldToAmbient_W_K: heat.blockToAmbient_W_K,
      ambient_C: heat.ambient_C,
      load_W,
    },
    control.temperature.currentMax_A,
  );
  if (reached_C <= needed_C) return [];
  const message = `the block must be at ${digits(needed_C, 3)} degC to take ${digits(load_W, 3)} W; the Peltier brings it to ${digits(reached_C, 3)} degC`;
  const [cool] = stepsOf(one.recipe, 'cool');
  const path = cool ? fieldOf('cool', cool.index, 'to') : fieldOf('electrolyse', strongest.index, 'current');
  return [{ path, message, hint: 'a warmer target, or less current' }];
}
