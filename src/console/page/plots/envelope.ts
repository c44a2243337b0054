/**
 * How a line is drawn that has more points than its plot has pixels: for each column of pixels from its highest to its lowest
 * value, as one area. It looks the same as the line and costs a tenth, where the line goes up and down in every pixel.
 */
import uPlot from 'uplot';

/** Points for each pixel from which on a line is drawn as an area. */
const DENSE = 0.7;

interface PixelColumn {
  readonly x: number;
  /** Canvas pixels; the top is the smaller. */
  top: number;
  bottom: number;
}

function add(path: Path2D, columns: readonly PixelColumn[], half: number): void {
  const [first, last] = [columns[0], columns.at(-1)];
  if (first === undefined || last === undefined) return;
  path.moveTo(first.x - half, first.top - half);
  for (const { x, top } of columns) path.lineTo(x, top - half);
  path.lineTo(last.x + half, last.top - half);
  path.lineTo(last.x + half, last.bottom + half);
  for (const { x, bottom } of columns.toReversed()) path.lineTo(x, bottom + half);
  path.lineTo(first.x - half, first.bottom + half);
  path.closePath();
}

function envelopeOf(plot: uPlot, index: number, from: number, to: number, width: number): Path2D {
  const [times, values] = [plot.data[0], plot.data[index]];
  const scale = plot.series[index]?.scale ?? 'y';
  const path = new Path2D();
  let columns: PixelColumn[] = [];
  for (let place = from; place <= to; place++) {
    const value = values?.[place];
    if (value === null || value === undefined) {
      add(path, columns, width / 2);
      columns = [];
      continue;
    }
    const x = Math.round(plot.valToPos(times[place] ?? NaN, 'x', true));
    const y = plot.valToPos(value, scale, true);
    const column = columns.at(-1);
    if (column?.x === x) {
      column.top = Math.min(column.top, y);
      column.bottom = Math.max(column.bottom, y);
    } else columns.push({ x, top: y, bottom: y });
  }
  add(path, columns, width / 2);
  return path;
}

/** @param ink colour of the line; @param width of it, px. */
export function lineOrArea(ink: () => string, width: number): uPlot.Series.PathBuilder {
  const line = uPlot.paths.linear?.();
  return (plot, index, from, to) => {
    const dense = to - from > (DENSE * plot.bbox.width) / devicePixelRatio;
    if (!dense) return line?.(plot, index, from, to) ?? null;
    const fill = envelopeOf(plot, index, from, to, width * devicePixelRatio);
    return { stroke: null, fill, _fill: ink(), clip: null, flags: 0 };
  };
}
