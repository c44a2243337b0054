/**
 * The rule of a cell that is turned round: its voltage passes zero before the board takes it for a short. Knows the course
 * of an alternating current, what may follow it, and what the board calls a short; the double layers are physics.
 *
 * Nickel swings first and alone carries the voltage through zero; a large nickel electrode at a small current, or a current
 * that ramps slowly, leaves it there for longer than the board waits. The trip is right: a short looks the same.
 */
import { type DoubleLayers, type NearZero, ReversedCell, type Stretch } from '../physics/reversal.js';
import { DEAD_TIME_S, REVERSAL_RAMP_MA_S } from './alternating.js';
import { type Case, temperatureBefore_C } from './case.js';
import { fieldOf, type Finding, type Placed, type Ruled, stepsOf, under } from './finding.js';
import { pausePolicy } from './pause.js';
import { atLeast, atMost, digits, time } from './words.js';

/** `shortCell` of a GS-1: less than 200 mV at more than 5 mA for 96 ms; ... */
export const BOARD_SHORT = { voltage_V: 0.2, current_A: 5e-3, time_s: 0.096 };
/** ... with a sixth of time, a tenth of voltage and a fifth of current to spare for what a cell differs from its model. */
const NEAR_ZERO: NearZero = { voltage_V: 1.1 * BOARD_SHORT.voltage_V, current_A: 0.8 * BOARD_SHORT.current_A };
const MOST_S = BOARD_SHORT.time_s * (5 / 6);
/** Half waves until each is as the one two before it. */
const WAVES = 4;
/** A step may end anywhere in a reversed half wave, and the next current may wait. */
const ENDS_AT_SHARE = [0.02, 0.1, 0.3, 1];
const RESTS_S = [0.1, 60, 3600, 48 * 3600];
/** Halvings of a value that would pass. */
const HALVINGS = 10;
/** After a slow ramp the voltage may pass zero at the steady current; a felt of 60 mF takes 5 s at 5 mA. */
const SETTLES_S = 20;

type Written = Placed<'electrolyse'>;

export function reversalFindings(one: Case): Ruled[] {
  const steps = stepsOf(one.recipe, 'electrolyse');
  return under(
    'reversal-short',
    steps.flatMap((step, i) => {
      const before = steps.slice(0, i).findLast(({ body }) => body.polarity !== undefined);
      if (step.body.polarity === undefined) return before === undefined ? [] : begins(one, step, before);
      const inside = reversals(one, step);
      return inside.length > 0 ? inside : resumes(one, step);
    }),
  );
}

/** The reversals of an alternating current itself, at each of its currents. */
function reversals(one: Case, step: Written): Finding[] {
  const cell = cellAt(one, step);
  const near_s = (current_mA: number): number =>
    cell.swing(cell.fresh, halfWaves(step, current_mA, WAVES), NEAR_ZERO).nearZero_s;
  const worst_s = Math.max(...currents_mA(step).map(near_s));
  if (worst_s <= MOST_S) return [];
  const weakest_mA = Math.min(...currents_mA(step));
  const most_mA = one.reactor.limits.current_mA;
  const message = `each reversal of ${digits(weakest_mA)} mA leaves the cell near 0 V for ${told(worst_s)}: the board takes that for a short`;
  const hint =
    near_s(most_mA) <= MOST_S
      ? `at least ${atLeast(halved(weakest_mA, most_mA, (mA) => near_s(mA) <= MOST_S))} mA, or no polarity`
      : 'no polarity';
  return [{ path: fieldOf('electrolyse', step.index, 'current'), message, hint }];
}

/** After a hold at a reversal the current comes back over the ramp of the pause. */
function resumes(one: Case, step: Written): Finding[] {
  const { up_s } = pausePolicy(one.recipe).current;
  if (up_s === null) return [];
  const near_s = (ramp_s: number): number => longest_s(one, step, step, ramp_s);
  const worst_s = near_s(up_s);
  if (worst_s <= MOST_S) return [];
  const message = `a current that comes back over ${time(up_s)} at a reversal leaves the cell near 0 V for ${told(worst_s)}: the board takes that for a short`;
  return [{ path: ['pause', 'current', 'up'], message, hint: fasterThan(up_s, step, near_s, 'no polarity') }];
}

/** A current after an alternating one, which may have ended reversed. */
function begins(one: Case, step: Written, before: Written): Finding[] {
  const { up_s } = pausePolicy(one.recipe).current;
  const ramp_s = step.body.stages?.[0]?.ramp?.value ?? step.body.ramp?.value ?? one.reactor.control.currentRamp_s;
  const near_s = (over_s: number): number => longest_s(one, step, before, over_s);
  const worst_s = Math.max(near_s(ramp_s), up_s === null ? 0 : near_s(up_s));
  if (worst_s <= MOST_S) return [];
  const message = `it may begin on a cell that step ${before.index + 1} left reversed, and leaves it near 0 V for ${told(worst_s)}: the board takes that for a short`;
  const hint = fasterThan(Math.max(ramp_s, up_s ?? 0), step, near_s, 'the alternating electrolysis last');
  return [{ path: fieldOf('electrolyse', step.index, 'ramp'), message, hint }];
}

/** Near zero while a current rises over a ramp, at the worst end of the reversed half wave before it and the worst rest. */
function longest_s(one: Case, step: Written, before: Written, ramp_s: number): number {
  const cell = cellAt(one, step);
  const to_A = (currents_mA(step)[0] ?? 0) * 1e-3;
  const rise: readonly Stretch[] = [
    { from_A: 0, to_A, for_s: ramp_s },
    { from_A: to_A, to_A, for_s: SETTLES_S },
  ];
  return Math.max(...reversedStarts(cell, before).map((start) => cell.swing(start, rise, NEAR_ZERO).nearZero_s));
}

/** As an alternating current may leave its cell, and as it is after a while. */
function reversedStarts(cell: ReversedCell, { body, index }: Written): DoubleLayers[] {
  return ENDS_AT_SHARE.flatMap((share) => {
    const ended = cell.swing(cell.fresh, halfWaves({ body, index }, body.current.value, 2, share), NEAR_ZERO);
    return RESTS_S.map((for_s) => cell.swing(ended, [{ from_A: 0, to_A: 0, for_s }], NEAR_ZERO));
  });
}

/** Half waves from fresh electrodes on, ramps and dead time included; of the last, the plateau ends at a share. */
function halfWaves({ body }: Written, current_mA: number, count: number, lastShare = 1): Stretch[] {
  const half_s = body.polarity?.half_period.value ?? 0;
  const dead_s = body.polarity?.dead_time?.value ?? DEAD_TIME_S;
  const ramp_s = current_mA / REVERSAL_RAMP_MA_S;
  const flat_s = Math.max(0, half_s - dead_s - 2 * ramp_s);
  return Array.from({ length: count }, (_, i) => {
    const top_A = (i % 2 === 0 ? 1 : -1) * current_mA * 1e-3;
    return [
      { from_A: 0, to_A: top_A, for_s: ramp_s },
      { from_A: top_A, to_A: top_A, for_s: flat_s * (i === count - 1 ? lastShare : 1) },
      { from_A: top_A, to_A: 0, for_s: ramp_s },
      { from_A: 0, to_A: 0, for_s: dead_s },
    ];
  }).flat();
}

function cellAt({ recipe, reactor }: Case, { index }: Written): ReversedCell {
  return new ReversedCell(reactor, temperatureBefore_C(recipe, reactor, index));
}

function currents_mA({ body }: Written): number[] {
  return body.stages?.map(({ current }) => current.value) ?? [body.current.value];
}

/** The longest ramp that is short enough, from what the board slews upwards. */
function fasterThan(ramp_s: number, step: Written, near_s: (ramp_s: number) => number, otherwise: string): string {
  const least_s = (currents_mA(step)[0] ?? 0) / REVERSAL_RAMP_MA_S;
  if (!(least_s < ramp_s && near_s(least_s) <= MOST_S)) return otherwise;
  return `at most ${atMost(halved(ramp_s, least_s, (over_s) => near_s(over_s) <= MOST_S))} s`;
}

/** Towards the value that fails, as near as halving comes from the one that passes. */
function halved(fails: number, passes: number, does: (value: number) => boolean): number {
  let [bad, good] = [fails, passes];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (bad + good) / 2;
    if (does(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function told(near_s: number): string {
  return `${Math.round(1000 * near_s)} ms`;
}
