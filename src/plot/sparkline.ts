/** A course in one line of text. Pure; knows no terminal. */

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const NOTHING = ' ';
/** The levels leave out this share of the points at either end: a ramp of a minute would flatten the hours after it. */
const TAIL = 0.02;

export interface Point {
  readonly t_s: number;
  readonly value: number | null;
}

/**
 * `width` cells over the time from zero to `end_s`, each the mean of what lies in it; blank where nothing was measured.
 */
export function sparkline(points: readonly Point[], end_s: number, width: number): string {
  const sums = Array.from({ length: width }, () => 0);
  const counts = Array.from({ length: width }, () => 0);
  for (const { t_s, value } of points) {
    if (value === null) continue;
    const cell = Math.max(0, Math.min(width - 1, Math.floor((t_s / end_s) * width)));
    sums[cell] = (sums[cell] ?? 0) + value;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const means = sums.map((sum, cell) => ((counts[cell] ?? 0) > 0 ? sum / (counts[cell] ?? 1) : null));
  const known = points.flatMap(({ value }) => (value === null ? [] : [value])).toSorted((a, b) => a - b);
  const [low, high] = [quantile(known, TAIL), quantile(known, 1 - TAIL)];
  return means.map((mean) => (mean === null ? NOTHING : levelOf(mean, low, high))).join('');
}

/** Of values in their order. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

/** A line that does not move lies at the bottom. */
function levelOf(value: number, low: number, high: number): string {
  const share = high > low ? (value - low) / (high - low) : 0;
  return LEVELS[Math.max(0, Math.min(LEVELS.length - 1, Math.floor(share * LEVELS.length)))] ?? NOTHING;
}
