/**
 * Rules of hydrogen: the swept line stays under its limit and the canopy draws enough, all current taken as hydrogen.
 */
import { agrees, type Quantity } from '../model/units.js';
import { hydrogenRate_mL_min } from '../physics/charge.js';
import { explosiveLimit_percent, leastDraw_L_min, leastSweep_mL_min, sweepShare_vol_percent } from '../physics/gas.js';
import type { Case } from './case.js';
import { fieldOf, type Finding, type Ruled, stepsOf, under } from './finding.js';
import { atLeast, digits, time } from './words.js';

/** Gas exchanged before a headspace counts as purged: e^-5 of the air is left. */
const headspaceVolumes = 5;

/** Noise of the sweep meter (SFM4300: 0.4 mL/min, one sigma), five times: a sweep at the limit itself would trip by it. */
const sweepReserve_mL_min = 2;
/** A purge counts while nine tenths of its sweep are read: the noise of the meter fits into the tenth from here on. */
const readableSweep_mL_min = sweepReserve_mL_min / (1 - 0.9);

/** Largest share of the lower explosive limit that a swept line may carry which is not led away in an inert line. */
const explosiveMost_percent = 25;
/** What an inert line may carry at most: with more than half hydrogen the nitrogen no longer leads the flow. */
const inertMost_vol_percent = 50;

/**
 * Least sweep while hydrogen is made, mL/min: what keeps the line under its limit, and no less than the reactor's own, which
 * holds for the reactor's limit and shrinks with the limit of an inert line. 0 without a current, and when the purge is waived.
 */
export function sweepMin_mL_min({ reactor, current_mA, limits, waived }: Case): number {
  if (waived.includes('purge') || !(current_mA > 0)) return 0;
  const least = leastSweep_mL_min(hydrogenRate_mL_min(current_mA), limits.sweepHydrogen_vol_percent);
  const wider = limits.sweepHydrogen_vol_percent / reactor.limits.sweepHydrogen_vol_percent;
  return Math.max(least, reactor.hydrogen.sweepMin_mL_min / (limits.isVentInert ? Math.max(1, wider) : 1));
}

export function gasFindings(one: Case): Ruled[] {
  return [
    ...under('hydrogen-limits', limits(one)),
    ...under('vent-limit', ventLimit(one)),
    ...under('sweep-least', sweep(one)),
    ...under('sweep-after', sweepAfter(one)),
    ...under('canopy', canopy(one)),
  ];
}

export function gasAsks(one: Case): Ruled[] {
  return [...under('vent-inert', inertLine(one)), ...under('sweep-laid-out', laidOut(one))];
}

/** Limits of hydrogen may only be tightened, in an order that makes sense, and must lie within the sensor's range. */
function limits({ reactor, board, limits: inForce }: Case): Finding[] {
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
  return findings;
}

/** More hydrogen in the swept line than the reactor's own limit only where the recipe names an inert line and the limit. */
function ventLimit({ recipe, reactor, limits: inForce }: Case): Finding[] {
  const stated = recipe.limits?.sweep_hydrogen;
  if (stated === undefined) return [];
  const path = ['limits', 'sweep_hydrogen'];
  const { sweepHydrogen_vol_percent: share } = inForce;
  const most = inForce.isVentInert ? inertMost_vol_percent : reactor.limits.sweepHydrogen_vol_percent;
  if (share <= most) return [];
  if (inForce.isVentInert)
    return [{ path, message: `${stated.text} is more than an inert line is swept for`, hint: `at most ${most} %vol` }];
  const hint = `at most ${digits(most)} %vol, or \`cell.vent: inert line\``;
  const part = explosiveLimit_percent(share);
  const message =
    part > explosiveMost_percent
      ? `${stated.text} is above what the reactor allows, and ${digits(part, 3)} % of the lower explosive limit`
      : `${stated.text} is above what the reactor allows`;
  return [{ path, message, hint }];
}

function inertLine({ limits: inForce }: Case): Finding[] {
  const part = explosiveLimit_percent(inForce.sweepHydrogen_vol_percent);
  if (!inForce.isVentInert || part <= explosiveMost_percent) return [];
  const share = digits(inForce.sweepHydrogen_vol_percent, 3);
  return [
    {
      path: ['cell', 'vent'],
      message: `the inert line may carry ${share} %vol hydrogen, ${digits(part, 3)} % of the lower explosive limit: no air and no spark up to its end`,
      hint: 'limits.sweep_hydrogen of 1 %vol',
    },
  ];
}

function laidOut({ recipe, reactor }: Case): Finding[] {
  const { sweep_mL_min } = reactor.hydrogen;
  return stepsOf(recipe, 'purge').flatMap(({ index, body }): Finding[] => {
    if (agrees(sweep_mL_min, body.sweep)) return [];
    const message = `sweep is ${body.sweep.text}; the reactor's needle valve is laid out for ${digits(sweep_mL_min)} mL/min`;
    return [{ path: fieldOf('purge', index, 'sweep'), message, hint: `${digits(sweep_mL_min)} mL/min` }];
  });
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
          rule: 'sweep-range',
          path,
          message: `the nitrogen supply gives ${most_mL_min} mL/min at most`,
          hint: `at most ${most_mL_min} mL/min`,
        },
      ];
    const due_mL_min = least_mL_min === 0 ? 0 : least_mL_min + sweepReserve_mL_min;
    const hint = `at least ${atLeast(Math.max(due_mL_min, readableSweep_mL_min))} mL/min`;
    if (!(body.sweep.value >= due_mL_min)) {
      const share = sweepShare_vol_percent(rate_mL_min, body.sweep.value);
      const message = `${body.sweep.text} carries ${digits(share, 2)} %vol hydrogen at ${digits(current_mA)} mA; at least ${atLeast(due_mL_min)} mL/min are due`;
      return [{ path, message, hint }];
    }
    if (!(body.sweep.value >= readableSweep_mL_min * (1 - 1e-9)))
      return [{ path, message: unreadable(body.sweep), hint }];
    const exchange_s = (60 * headspaceVolumes * reactor.hydrogen.headspace_mL) / body.sweep.value;
    if (!(body.for.value >= exchange_s * (1 - 1e-9))) {
      const message = `${body.for.text} exchange less than ${headspaceVolumes} volumes of the headspace (${digits(reactor.hydrogen.headspace_mL)} mL)`;
      const path = fieldOf('purge', index, 'for');
      return [{ rule: 'purge-volumes', path, message, hint: `at least ${time(exchange_s)}` }];
    }
    return [];
  });
}

/** A sweep that the noise of its meter interrupts again and again would never count as a purge. */
function unreadable({ text }: Quantity<'flow'>): string {
  return `${text} is lost in the noise of the sweep meter, and the purge never counts`;
}

function sweepAfter({ recipe, reactor, waived, strongest }: Case): Finding[] {
  if (waived.includes('purge') || strongest === undefined) return [];
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
