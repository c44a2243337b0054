/**
 * One panel of curves. Owns uPlot and its canvas; a drag across it chooses what is looked at. It must not know where the
 * numbers come from.
 */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { fixed } from '../parts/format.js';
import { ELAPSED, INCREMENTS_s, type TimeAxis } from './axis.js';
import { Lines } from './envelope.js';
import { takeHand } from './hand.js';
import type { Line, Panel } from './panels.js';
import { within, type Span } from './span.js';

export interface Mark {
  readonly t_s: number;
  readonly kind: string;
  readonly text: string;
}

export interface ChartProps {
  readonly panel: Panel;
  readonly columns: readonly [readonly number[], ...(readonly (number | null)[])[]];
  readonly marks: readonly Mark[];
  readonly seen: Span;
  /** As far as one can look. */
  readonly run: Span;
  readonly times?: TimeAxis;
  /** Shows the times below: the last panel does. */
  readonly last: boolean;
  readonly onSpan?: (span: Span) => void;
  readonly onAll?: () => void;
  readonly onCursor?: (t_s: number | null) => void;
}

const HEIGHT = 170;
const TIMES_HEIGHT = 30;
/** Beside the plots, the same for all of them: also in plots.css, px. */
const LEFT = 54;
const RIGHT = 50;
const SYNC = 'galvanode';
/** uPlot counts sides from the top, clockwise. */
const SIDE_RIGHT = 1;

const COLOURS = ['--accent', '--soft', '--pale', '--amber', '--red', '--faint', '--line'] as const;
type Palette = ReadonlyMap<string, string>;

/** A colour of the page as it is now, light or dark. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Read once for many frames: asking for a style makes the browser work it out. */
const paletteNow = (): Palette => new Map(COLOURS.map((name) => [name, colour(name)]));

const PENS: Readonly<
  Record<Line['kind'], { readonly colour: string; readonly width: number; readonly dash: number[] }>
> = {
  main: { colour: '--accent', width: 1.6, dash: [] },
  set: { colour: '--soft', width: 1.2, dash: [6, 4] },
  expected: { colour: '--pale', width: 3, dash: [] },
  beside: { colour: '--amber', width: 1.4, dash: [2, 3] },
};

/** At least `span` high, with a little air; nothing below zero where no value is. */
function rangeOver(span: number): uPlot.Range.Function {
  return (_plot, low, high) => {
    if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, span];
    const height = Math.max(span, 1.1 * (high - low));
    const bottom = (low + high - height) / 2;
    return low >= 0 && bottom < 0 ? [0, Math.max(height, 1.05 * high)] : [bottom, bottom + height];
  };
}

/** With a real minus, and as many digits as the step between two lines needs. */
function valuesText(splits: readonly number[], step: number): string[] {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return splits.map((value) => fixed(value, digits));
}

function drawMarks(plot: uPlot, marks: readonly Mark[], ink: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { t_s, kind } of marks) {
    const x = Math.round(plot.valToPos(t_s, 'x', true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const grave = kind === 'alarm' || kind === 'trip';
    ctx.strokeStyle = ink(grave ? '--red' : '--faint');
    ctx.setLineDash(grave ? [] : [3, 4]);
    ctx.lineWidth = grave ? 1.5 : 1;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function axesFor(props: () => ChartProps, ink: (name: string) => string): uPlot.Axis[] {
  const { panel, last } = props();
  const axis = {
    stroke: () => ink('--soft'),
    grid: { stroke: () => ink('--line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const times = (): TimeAxis => props().times ?? ELAPSED;
  const below: uPlot.Axis = {
    ...axis,
    show: last,
    size: TIMES_HEIGHT,
    space: 84,
    incrs: [...INCREMENTS_s],
    splits: (_plot, _axis, low, high, step) => times().places(low, high, step),
    values: (_plot, splits, _axis, _space, step) => splits.map((t_s) => times().label(t_s, step)),
  };
  const values: uPlot.Axis['values'] = (_plot, splits, _axis, _space, step) => valuesText(splits, step);
  const atLeft: uPlot.Axis = { ...axis, size: LEFT, values };
  if (!panel.lines.some((line) => line.right === true)) return [below, atLeft];
  const atRight: uPlot.Axis = { ...axis, scale: 'right', size: RIGHT, grid: { show: false }, values };
  Reflect.set(atRight, 'side', SIDE_RIGHT); // its type wants a member of an enumeration that exists in the declarations only
  return [below, atLeft, atRight];
}

function optionsFor(props: () => ChartProps, width: number, ink: (name: string) => string): uPlot.Options {
  const { panel, last } = props();
  const right = panel.lines.some((line) => line.right === true);
  const lines = new Lines();
  return {
    width,
    height: last ? HEIGHT + TIMES_HEIGHT : HEIGHT,
    legend: { show: false },
    cursor: { sync: { key: SYNC }, drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: {
      x: { time: false, range: () => [props().seen.from_s, props().seen.to_s] },
      y: { range: rangeOver(panel.span) },
      right: { range: rangeOver(0.05) },
    },
    axes: axesFor(props, ink),
    padding: [8, right ? 0 : RIGHT, last ? 0 : 8, 0],
    series: [
      {},
      ...panel.lines.map(({ label, kind, right: onRight }) => ({
        label,
        scale: onRight === true ? 'right' : 'y',
        points: { show: false },
        stroke: () => ink(PENS[kind].colour),
        width: PENS[kind].width,
        dash: PENS[kind].dash,
        paths: lines.paths,
      })),
    ],
    hooks: {
      drawSeries: [
        (plot, index) => {
          const { colour: name, width: wide } = PENS[panel.lines[index - 1]?.kind ?? 'main'];
          if (index > 0) lines.draw(plot, index, ink(name), wide);
        },
      ],
      draw: [(plot) => drawMarks(plot, props().marks, ink)],
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select;
          if (wide < 4) return;
          const [from_s, to_s] = [plot.posToVal(left, 'x'), plot.posToVal(left + wide, 'x')];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          props().onSpan?.(within({ from_s, to_s }, props().run));
        },
      ],
      setCursor: [
        (plot) => {
          const { left } = plot.cursor;
          props().onCursor?.(left === undefined || left < 0 ? null : plot.posToVal(left, 'x'));
        },
      ],
    },
  };
}

export function Chart(props: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const now = (): ChartProps => latest.current;
    let palette = paletteNow();
    const ink = (name: string): string => palette.get(name) ?? '';
    const made = new uPlot(optionsFor(now, element.clientWidth, ink), aligned(now()), element);
    plot.current = made;
    const release = takeHand(made.over, now);
    const sized = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== made.width)
        made.setSize({ width: element.clientWidth, height: made.height });
    });
    sized.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const recolour = (): void => {
      palette = paletteNow();
      made.redraw(false);
    };
    scheme.addEventListener('change', recolour);
    return () => {
      scheme.removeEventListener('change', recolour);
      sized.disconnect();
      release();
      made.destroy();
      plot.current = null;
    };
  }, [props.panel, props.last]);
  useEffect(() => {
    plot.current?.setData(aligned(props), true);
  }, [props.columns, props.marks]);
  useEffect(() => plot.current?.redraw(false, true), [props.times]);
  useEffect(() => {
    plot.current?.setScale('x', { min: props.seen.from_s, max: props.seen.to_s });
  }, [props.seen]);
  return <div class="chart" ref={frame} />;
}

/** uPlot takes mutable columns, and leaves them as they are. */
function aligned({ columns }: ChartProps): uPlot.AlignedData {
  const [times, ...values] = columns;
  return [[...times], ...values.map((column) => [...column])];
}
