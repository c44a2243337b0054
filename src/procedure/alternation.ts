/**
 * Half waves of an alternating electrolysis: which way the current goes now, the dead time between two directions, and
 * what reversals cost. Pure; knows no step. The set point is ramped through zero by the host, so that current and set point
 * never point against each other and the board's polarity trip keeps watching.
 */
import type { Observation } from '../model/observation.js';
import type { Alternation } from '../model/plan-electrolysis.js';

export interface HalfWave {
  /** From 0; the even ones are positive. */
  readonly count: number;
  /** Since this one began, holds left out. */
  readonly since_s: number;
  /** Ledger without sign when it began, C. */
  readonly from_C: number;
  /** Estimated charge that recharged double layers in the half waves before this one, C. */
  readonly recharging_C: number;
}

export interface Turned {
  readonly half: HalfWave;
  /** To be asked for now, with its sign; 0 in a dead time. */
  readonly current_mA: number;
  /** What a resume brings back: in a dead time already the next direction. */
  readonly returns_mA: number;
}

export function firstHalf(seen: Observation): HalfWave {
  return { count: 0, since_s: 0, from_C: seen.absolute_charge_C, recharging_C: 0 };
}

export function turned(
  alternation: Alternation,
  amplitude_mA: number,
  before: HalfWave,
  seen: Observation,
  dt_s: number,
): Turned {
  const { halfPeriod_s, deadTime_s, ramp_mA_s } = alternation;
  const since_s = before.since_s + dt_s;
  // Without a dead time the ramp goes through zero in one, half of it on either side.
  const turns_s = deadTime_s > 0 ? halfPeriod_s - deadTime_s - amplitude_mA / ramp_mA_s : halfPeriod_s;
  const next = -signOf(before.count);
  // A hold ended in the dead time: the current has come back in the next direction already.
  const cameBack = before.since_s >= turns_s && seen.setpoint_mA * next > 0;
  const over = cameBack || since_s >= halfPeriod_s - 1e-9;
  const half = over
    ? {
        count: before.count + 1,
        since_s: cameBack ? 0 : Math.max(0, since_s - halfPeriod_s),
        from_C: seen.absolute_charge_C,
        recharging_C: recharging_C(before, seen, alternation),
      }
    : { ...before, since_s };
  const sign = signOf(half.count);
  const isDead = half.since_s >= turns_s - 1e-9;
  return {
    half,
    current_mA: isDead ? 0 : sign * amplitude_mA,
    returns_mA: (isDead ? -sign : sign) * amplitude_mA,
  };
}

/**
 * Estimated charge that made no chemistry at its cathode, C: the felt is the cathode of every other half wave and first
 * takes what its double layer holds, at most all of the half wave; between them it is the other electrode, which takes
 * little. The first half wave fills fresh electrodes and is not counted.
 */
export function recharging_C(
  half: HalfWave,
  seen: Observation,
  { reversal_C, counterReversal_C }: Alternation,
): number {
  if (half.count === 0) return 0;
  const takes_C = signOf(half.count) > 0 ? (counterReversal_C ?? 0) : reversal_C;
  return half.recharging_C + Math.min(takes_C, Math.max(0, seen.absolute_charge_C - half.from_C));
}

function signOf(count: number): 1 | -1 {
  return count % 2 === 0 ? 1 : -1;
}
