/** Set points that move at a limited rate. Pure arithmetic over a little state; units are the caller's. */

export interface RampLimits {
  /** Largest rate, units per second. */
  readonly rate_per_s: number;
  /** The rate is also at most the distance over this time, s: the set point glides into its target. 0: no taper. */
  readonly taper_s: number;
}

/** Where the set point is `dt_s` later. Reaches the target exactly, also with a taper (below `near` it is there). */
export function ramped(value: number, target: number, limits: RampLimits, dt_s: number, near = 0): number {
  const distance = target - value;
  if (Math.abs(distance) <= near) return target;
  const linear = limits.rate_per_s === Infinity ? Infinity : limits.rate_per_s * dt_s; // Infinity * 0 s is NaN
  const glide = limits.taper_s > 0 ? Math.abs(distance) * (1 - Math.exp(-dt_s / limits.taper_s)) : Infinity;
  const move = Math.min(linear, glide);
  return move >= Math.abs(distance) ? target : value + Math.sign(distance) * move;
}
