/** The slope of a measured value over a window: a straight line through the means of short intervals. Pure. */

/** Intervals in a window. Means of this many carry the noise of a converter well below what a trend is asked for. */
const INTERVALS = 60;

interface Mean {
  readonly t_s: number;
  readonly value: number;
}

export interface TrendWindow {
  readonly means: readonly Mean[];
  /** The interval that is being filled. */
  readonly since_s: number;
  readonly sum: number;
  readonly count: number;
}

export function emptyWindow(now_s: number): TrendWindow {
  return { means: [], since_s: now_s, sum: 0, count: 0 };
}

/** One more value. What is older than the window drops out. */
export function withValue(window: TrendWindow, now_s: number, value: number, over_s: number): TrendWindow {
  const sum = window.sum + value;
  const count = window.count + 1;
  if (now_s - window.since_s < over_s / INTERVALS) return { ...window, sum, count };
  const mean = { t_s: (window.since_s + now_s) / 2, value: sum / count };
  const means = [...window.means.slice(1 - INTERVALS), mean];
  return { means, since_s: now_s, sum: 0, count: 0 };
}

/** Units per minute by least squares; null until the window is full. */
export function slope_per_min({ means }: TrendWindow): number | null {
  if (means.length < INTERVALS) return null;
  const centre_s = means.reduce((sum, { t_s }) => sum + t_s, 0) / means.length;
  const middle = means.reduce((sum, { value }) => sum + value, 0) / means.length;
  let above = 0;
  let below = 0;
  for (const { t_s, value } of means) {
    above += (t_s - centre_s) * (value - middle);
    below += (t_s - centre_s) ** 2;
  }
  return below > 0 ? (60 * above) / below : null;
}
