/**
 * How a line is drawn that has more points than its plot has pixels: in each column of pixels one bar, from its highest to
 * its lowest value. It looks the same as the line, and bars are drawn at once where a line that goes up and down in every
 * pixel, as a current of changing polarity does, takes a tenth of a second.
 */
import uPlot from 'uplot';

/** Points for each pixel from which on a line is drawn as bars. */
const DENSE = 0.7;

/** In canvas pixels; the top is the smaller. */
export interface Bar {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * One bar for each column of pixels, each reaching to where the one before ended, so that the line has no holes. A gap
 * where there is no value.
 */
export function barsOf(points: Iterable<readonly [x: number, y: number | null]>): Bar[] {
  const bars: Bar[] = [];
  let open: Bar | null = null;
  let last: number | null = null;
  for (const [at, y] of points) {
    const x = Math.round(at);
    if (open !== null && (y === null || x !== open.x)) {
      bars.push(open);
      open = null;
    }
    if (y !== null) {
      const from: Bar = open ?? { x, top: last ?? y, bottom: last ?? y };
      open = { x, top: Math.min(from.top, y), bottom: Math.max(from.bottom, y) };
    }
    last = y;
  }
  if (open !== null) bars.push(open);
  return bars;
}

function* pointsOf(plot: uPlot, index: number, from: number, to: number): Generator<readonly [number, number | null]> {
  const [times, values] = [plot.data[0], plot.data[index]];
  const scale = plot.series[index]?.scale ?? 'y';
  for (let place = from; place <= to; place++) {
    const value = values?.[place] ?? null;
    yield [plot.valToPos(times[place] ?? NaN, 'x', true), value === null ? null : plot.valToPos(value, scale, true)];
  }
}

/** The lines of one plot: each as a path, or as bars where it is dense. */
export class Lines {
  private readonly bars = new Map<number, readonly Bar[]>();
  private readonly line = uPlot.paths.linear?.();

  /** Belongs to each series. */
  readonly paths: uPlot.Series.PathBuilder = (plot, index, from, to) => {
    const dense = to - from > (DENSE * plot.bbox.width) / devicePixelRatio;
    if (dense) this.bars.set(index, barsOf(pointsOf(plot, index, from, to)));
    else this.bars.delete(index);
    return dense ? { stroke: null, fill: null, clip: null, flags: 0 } : (this.line?.(plot, index, from, to) ?? null);
  };

  /** Draws what is no path; called after each series. */
  draw(plot: uPlot, index: number, ink: string, width: number): void {
    const { ctx, bbox } = plot;
    const thick = Math.max(1, Math.round(width * devicePixelRatio));
    const [right, foot] = [bbox.left + bbox.width, bbox.top + bbox.height];
    ctx.fillStyle = ink;
    for (const { x, top, bottom } of this.bars.get(index) ?? []) {
      if (x < bbox.left || x > right) continue;
      const upper = Math.max(bbox.top, Math.round(top - thick / 2));
      const lower = Math.min(foot, Math.round(bottom + thick / 2));
      ctx.fillRect(x, upper, 1, Math.max(1, lower - upper));
    }
  }
}
