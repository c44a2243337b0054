/**
 * Panels of curves over one axis of x, drawn as wide as there is room, with one cursor through all of them. Owns the
 * picture; knows no run.
 */
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { axisOf, timeAxis, type Axis } from '../../../plot/ticks.js';
import { duration, fixed } from '../parts/format.js';
import { endOf, extentOf, valueNear, type Curve, type Panel } from './curves.js';

export interface Mark {
  readonly x: number;
  readonly name: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

interface PlotProps {
  readonly panels: readonly Panel[];
  /** Run time in seconds, or charge in coulombs. */
  readonly on: 'time' | 'charge';
  readonly end: number;
  readonly marks?: readonly Mark[];
  /** Every other one is shaded. */
  readonly spans?: readonly Span[];
}

const LEFT = 52;
const RIGHT = 10;
const TOP = 8;
const HEIGHT = 128;
const FOOT = 22;
const NARROW = 480;
/** Until it is known how wide it may be. */
const FIRST_WIDTH = 640;
/** How far from the cursor a point may be, as a share of the axis. */
const REACH = 0.02;

interface Frame {
  readonly width: number;
  readonly time: Axis & { readonly unit: string };
  x(value: number): number;
}

function frameOf(width: number, on: PlotProps['on'], end: number): Frame {
  const count = width < NARROW ? 4 : 8;
  const charge = (): Axis & { readonly unit: string } => {
    const axis = axisOf([0, Math.max(end, 0.1)], count);
    return { ...axis, to: Math.max(end, 0.1), ticks: axis.ticks.filter(({ at }) => at <= end * 1.0001), unit: 'C' };
  };
  const time = on === 'time' ? timeAxis(end, count) : charge();
  const plot = Math.max(1, width - LEFT - RIGHT);
  return { width, time, x: (value) => LEFT + (plot * value) / time.to };
}

const px = (value: number): string => String(Math.round(value * 10) / 10);

/** Broken where there is no value. */
export function linePath(points: Curve['points'], x: (value: number) => number, y: (value: number) => number): string {
  let path = '';
  let pen = 'M';
  for (const point of points) {
    if (point.y === null) {
      pen = 'M';
      continue;
    }
    path += `${pen}${px(x(point.x))} ${px(y(point.y))}`;
    pen = 'L';
  }
  return path;
}

function rangePath({ ranges }: Curve, x: (value: number) => number, y: (value: number) => number): string {
  return ranges
    .filter((piece) => piece.length > 1)
    .map((piece) => {
      const above = piece.map((point) => `${px(x(point.x))} ${px(y(point.high))}`);
      const below = piece.toReversed().map((point) => `${px(x(point.x))} ${px(y(point.low))}`);
      return `M${[...above, ...below].join('L')}Z`;
    })
    .join('');
}

interface PictureProps extends Pick<PlotProps, 'marks' | 'spans'> {
  readonly panel: Panel;
  readonly frame: Frame;
  /** With the numbers of x below. */
  readonly last: boolean;
}

function Picture({ panel, frame, last, marks = [], spans = [] }: PictureProps) {
  const { width, time } = frame;
  const x = (value: number): number => frame.x(value);
  const { low, high } = extentOf(panel);
  const axis = axisOf([low, high], 3);
  const y = (value: number): number => TOP + HEIGHT * (1 - (value - axis.from) / (axis.to - axis.from));
  const bottom = TOP + HEIGHT;
  const plot = Math.max(1, width - LEFT - RIGHT);
  const height = bottom + (last ? FOOT : 6);
  return (
    <svg class="curves-picture" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {spans.map(({ from, to, name }, index) =>
        index % 2 === 0 ? null : (
          <rect
            key={index}
            class="curves-span"
            x={x(from)}
            y={TOP}
            width={Math.max(0, x(to) - x(from))}
            height={HEIGHT}
          >
            <title>{name}</title>
          </rect>
        ),
      )}
      {axis.ticks.map(({ at, label }) => (
        <g key={label}>
          <path class="curves-grid" d={`M${LEFT} ${px(y(at))}H${width - RIGHT}`} />
          <text x={LEFT - 7} y={px(y(at) + 4)} text-anchor="end">
            {label}
          </text>
        </g>
      ))}
      {time.ticks.map(({ at, label }) => (
        <g key={label}>
          <path class="curves-grid" d={`M${px(x(at))} ${bottom}v4`} />
          {last ? (
            <text x={px(x(at))} y={bottom + 17} text-anchor="middle">
              {label}
            </text>
          ) : null}
        </g>
      ))}
      {marks.map((mark, index) => (
        <path key={index} class="curves-mark" d={`M${px(x(mark.x))} ${TOP}v${HEIGHT}`}>
          <title>{mark.name}</title>
        </path>
      ))}
      <svg x={LEFT} y={TOP} width={plot} height={HEIGHT} viewBox={`${LEFT} ${TOP} ${plot} ${HEIGHT}`}>
        {panel.curves.map((curve) => (
          <g key={curve.name} class={`curve is-${curve.pen}`}>
            {curve.ranges.length === 0 ? null : <path class="curve-range" d={rangePath(curve, x, y)} />}
            <path class="curve-line" d={linePath(curve.points, x, y)} />
          </g>
        ))}
      </svg>
    </svg>
  );
}

/** Heading of a panel with its legend; where the cursor is, with the values there. */
function Heading({ panel, at, reach }: { readonly panel: Panel; readonly at: number | null; readonly reach: number }) {
  const { title, unit, digits, curves } = panel;
  const beyond = useMemo(() => extentOf(panel).beyond, [panel]);
  return (
    <figcaption>
      <span class="curves-title">
        {title} <span class="hint">/ {unit}</span>
        {beyond === null ? null : (
          <span class="hint">{`, cut: ${fixed(beyond[0], 2)} to ${fixed(beyond[1], 2)} in all`}</span>
        )}
      </span>
      {curves.map((curve) => (
        <span key={curve.name} class={`curves-legend is-${curve.pen}`}>
          {curves.length === 1 ? null : (
            <>
              <svg viewBox="0 0 20 8" aria-hidden="true">
                <path class="curve-line" d="M0 4H20" />
              </svg>
              {curve.name}
            </>
          )}
          {at === null ? null : <span class="number">{fixed(valueNear(curve, at, reach), digits)}</span>}
        </span>
      ))}
    </figcaption>
  );
}

/** How wide an element is, px, as it changes. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** Where the pointer is on the axis of x; null: not above the picture. */
function placeOf(event: PointerEvent, { width, time }: Frame): number | null {
  const box = event.currentTarget instanceof HTMLElement ? event.currentTarget.getBoundingClientRect() : null;
  if (box === null) return null;
  const share = (event.clientX - box.left - LEFT) / (width - LEFT - RIGHT);
  return share < 0 || share > 1 ? null : share * time.to;
}

export function Plot({ panels, on, end, marks = [], spans = [] }: PlotProps) {
  const element = useRef<HTMLDivElement>(null);
  const width = useWidth(element);
  const [at, setAt] = useState<number | null>(null);
  const frame = useMemo(() => frameOf(width, on, endOf(panels, end)), [width, on, panels, end]);
  // Drawn once for each width: the cursor moves above it.
  const pictures = useMemo(
    () =>
      panels.map((panel, index) => (
        <Picture panel={panel} frame={frame} last={index === panels.length - 1} marks={marks} spans={spans} />
      )),
    [panels, frame, marks, spans],
  );
  const where = at === null ? null : on === 'time' ? duration(at) : `${fixed(at, 1)} C`;
  return (
    <div
      ref={element}
      class="curves"
      onPointerMove={(event) => setAt(placeOf(event, frame))}
      onPointerLeave={() => setAt(null)}
    >
      {panels.map((panel, index) => (
        <figure key={panel.title} aria-label={`${panel.title}, ${panel.unit}`}>
          <Heading panel={panel} at={at} reach={REACH * frame.time.to} />
          <div class="curves-frame">
            {pictures[index]}
            {at === null ? null : (
              <svg class="curves-cursor" width={width} height={TOP + HEIGHT} aria-hidden="true">
                <path d={`M${px(frame.x(at))} ${TOP}v${HEIGHT}`} />
              </svg>
            )}
          </div>
        </figure>
      ))}
      <p class="curves-foot hint number">
        {where ?? (on === 'time' ? `run time / ${frame.time.unit}` : 'charge of both directions / C')}
      </p>
    </div>
  );
}
