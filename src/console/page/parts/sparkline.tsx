/** The last minutes of one channel as a line. Pure: numbers in, SVG out; a gap where there was no value. */

const WIDTH = 200;
const HEIGHT = 40;
const MARGIN = 3;

export interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly setpoints: readonly (number | null)[];
  /** Smallest height of the plot in the unit of the channel, so that noise stays small. */
  readonly span: number;
}

export interface Scale {
  x(index: number): number;
  y(value: number): number;
}

/** Scales so that all values and set points fit, and the range is at least `span`. */
export function scaleOf({ values, setpoints, span }: SparklineProps): Scale {
  const present = [...values, ...setpoints].filter((value) => value !== null);
  const low = Math.min(...present);
  const high = Math.max(...present);
  const range = Math.max(span, high - low);
  const bottom = (low + high - range) / 2;
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  return {
    x: (index) => index * step,
    y: (value) => HEIGHT - MARGIN - ((value - bottom) / range) * (HEIGHT - 2 * MARGIN),
  };
}

/** SVG path through the values; a new piece begins after each gap. */
export function pathOf(values: readonly (number | null)[], scale: Scale): string {
  let pen = 'M';
  const pieces: string[] = [];
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    pieces.push(`${pen}${scale.x(index).toFixed(1)} ${scale.y(value).toFixed(2)}`);
    pen = 'L';
  });
  return pieces.join('');
}

export function Sparkline(props: SparklineProps) {
  const scale = scaleOf(props);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="sparkline-setpoint" d={pathOf(props.setpoints, scale)} />
      <path class="sparkline-value" d={pathOf(props.values, scale)} />
    </svg>
  );
}
