/**
 * Rules of hydrogen: the swept line stays under its limit and the canopy draws enough, all current taken as hydrogen.
 */
import { hydrogenRate_mL_min } from '../physics/charge.js';
import { leastDraw_L_min, leastSweep_mL_min, sweepShare_vol_percent } from '../physics/gas.js';
import type { Case } from './case.js';
import { fieldOf, type Finding, stepsOf } from './finding.js';
import { atLeast, digits, time } from './words.js';

/** Gas exchanged before a headspace counts as purged: e^-5 of the air is left. */
const headspaceVolumes = 5;

/** Least sweep while hydrogen is made, mL/min: what keeps the line under its limit, and no less than the reactor's own. 0 when the purge is waived. */
export function sweepMin_mL_min({ reactor, current_mA, limits, waived }: Case): number {
  if (waived.includes('purge')) return 0;
  const least = leastSweep_mL_min(hydrogenRate_mL_min(current_mA), limits.sweepHydrogen_vol_percent);
  return Math.max(least, reactor.hydrogen.sweepMin_mL_min);
}

export function gasFindings(one: Case): Finding[] {
  return [...limits(one), ...sweep(one), ...sweepAfter(one), ...canopy(one)];
}

/** Limits of hydrogen may only be tightened, in an order that makes sense, and must lie within the sensor's range. */
function limits({ recipe, reactor, board, limits: inForce }: Case): Finding[] {
  const findings: Finding[] = [];
  const trip_ppm = Math.min(reactor.limits.ambientTrip_ppm, board.chips.hydrogen.range_ppm);
  const at = (field: string, most: number): Finding => ({
    path: ['limits', field],
    message: 'is above what reactor and sensor allow',
    hint: `at most ${digits(most)} ppm`,
  });
  if (!(inForce.ambientTrip_ppm <= trip_ppm)) findings.push(at('hydrogen_trip', trip_ppm));
  if (!(inForce.ambientWarn_ppm <= reactor.limits.ambientWarn_ppm))
    findings.push(at('hydrogen_warn', reactor.limits.ambientWarn_ppm));
  if (!(inForce.ambientWarn_ppm < inForce.ambientTrip_ppm)) {
    findings.push({
      path: ['limits', 'hydrogen_warn'],
      message: 'would not come before the trip',
      hint: `below ${digits(inForce.ambientTrip_ppm)} ppm`,
    });
  }
  const most = reactor.limits.sweepHydrogen_vol_percent;
  if (recipe.limits?.sweep_hydrogen && !(inForce.sweepHydrogen_vol_percent <= most)) {
    findings.push({
      path: ['limits', 'sweep_hydrogen'],
      message: `${recipe.limits.sweep_hydrogen.text} is above what the reactor allows`,
      hint: `at most ${digits(most)} %vol`,
    });
  }
  return findings;
}

function sweep(one: Case): Finding[] {
  const { recipe, reactor, board, current_mA } = one;
  const rate_mL_min = hydrogenRate_mL_min(current_mA);
  const least_mL_min = sweepMin_mL_min(one);
  const most_mL_min = board.limits.sweepMax_mL_min;
  return stepsOf(recipe, 'purge').flatMap(({ index, body }): Finding[] => {
    const path = fieldOf('purge', index, 'sweep');
    if (!(body.sweep.value <= most_mL_min))
      return [
        {
          path,
          message: `the nitrogen supply gives ${most_mL_min} mL/min at most`,
          hint: `at most ${most_mL_min} mL/min`,
        },
      ];
    if (!(body.sweep.value >= least_mL_min)) {
      const share = sweepShare_vol_percent(rate_mL_min, body.sweep.value);
      const message = `${body.sweep.text} carries ${digits(share, 2)} %vol hydrogen at ${digits(current_mA)} mA; at least ${atLeast(least_mL_min)} mL/min are due`;
      return [{ path, message, hint: `at least ${atLeast(least_mL_min)} mL/min` }];
    }
    const exchange_s = (60 * headspaceVolumes * reactor.hydrogen.headspace_mL) / body.sweep.value;
    if (!(body.for.value >= exchange_s * (1 - 1e-9))) {
      const message = `${body.for.text} exchange less than ${headspaceVolumes} volumes of the headspace (${digits(reactor.hydrogen.headspace_mL)} mL)`;
      return [{ path: fieldOf('purge', index, 'for'), message, hint: `at least ${time(exchange_s)}` }];
    }
    return [];
  });
}

function sweepAfter({ recipe, reactor, waived }: Case): Finding[] {
  if (waived.includes('purge')) return [];
  const least_s = reactor.control.sweepAfter_s;
  return stepsOf(recipe, 'finish').flatMap(({ index, body }): Finding[] => {
    if (body.sweep_for.value >= least_s) return [];
    const message = `${body.sweep_for.text} of sweep leave hydrogen in the vessel`;
    return [{ path: fieldOf('finish', index, 'sweep_for'), message, hint: `at least ${time(least_s)}` }];
  });
}

/** Should all hydrogen leak into the canopy, its draw keeps the air under the warning. */
function canopy({ reactor, board, current_mA, strongest, limits: inForce }: Case): Finding[] {
  if (strongest === undefined) return [];
  const draw_L_min = Math.min(reactor.hydrogen.canopy_L_min, board.chips.outputs.canopyFull_L_min);
  const least_L_min = leastDraw_L_min(hydrogenRate_mL_min(current_mA), inForce.ambientWarn_ppm);
  if (draw_L_min >= least_L_min) return [];
  const message = `the canopy draws ${digits(draw_L_min, 3)} L/min; a leak of all hydrogen at ${digits(current_mA)} mA needs ${digits(least_L_min, 3)} L/min`;
  return [
    {
      path: fieldOf('electrolyse', strongest.index, 'current'),
      message,
      hint: 'less current, or a canopy that draws more',
    },
  ];
}
