/**
 * One figure of a report as SVG: lines over the time of the run, bands between two values, the steps behind, alarms as
 * marks. Made for paper: light, in colours that colour-blind people tell apart (Okabe and Ito), with dashes beside colour.
 * Knows no run.
 */
import { axisOf, timeAxis } from '../plot/ticks.js';
import { safe } from './html.js';

export interface Stroke {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly { readonly t_s: number; readonly value: number }[];
  /** Points further apart are not joined, s. */
  readonly gap_s: number;
}

export interface Area {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly t_s: number; readonly low: number; readonly high: number }[];
  readonly gap_s: number;
}

export interface Mark {
  readonly t_s: number;
  readonly name: string;
}

export interface Span {
  readonly from_s: number;
  readonly to_s: number;
  readonly name: string;
}

export interface Figure {
  readonly title: string;
  readonly unit: string;
  readonly end_s: number;
  readonly strokes: readonly Stroke[];
  readonly areas?: readonly Area[];
  /** Values that the axis must hold. */
  readonly holds?: readonly number[];
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
}

export const COLOURS = { blue: '#0072b2', orange: '#d55e00', green: '#009e73', violet: '#a3528a', grey: '#5f6b77' };

const WIDTH = 760;
const [LEFT, RIGHT, TOP, PANEL, BOTTOM] = [56, 12, 34, 150, 36];
const HEIGHT = TOP + PANEL + BOTTOM;
const PLOT = WIDTH - LEFT - RIGHT;
const LETTER = 5.9;

export function figureSvg(figure: Figure): string {
  const { title, unit, strokes, areas = [], holds = [] } = figure;
  const time = timeAxis(figure.end_s);
  const axis = axisOf([...strokes.flatMap(valuesOf), ...areas.flatMap(edgesOf), ...holds]);
  const x = (t_s: number): number => LEFT + (PLOT * t_s) / time.to;
  const y = (value: number): number => TOP + PANEL * (1 - (value - axis.from) / (axis.to - axis.from));
  const bottom = TOP + PANEL;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${safe(title)}">`,
    ...figure.spans.map((span, place) => spanMark(span, place, x)),
    ...axis.ticks.flatMap(({ at, label }) => [
      `<path class="grid" d="M${LEFT} ${px(y(at))}H${LEFT + PLOT}"/>`,
      `<text x="${LEFT - 7}" y="${px(y(at) + 4)}" text-anchor="end">${label}</text>`,
    ]),
    ...time.ticks.flatMap(({ at, label }) => [
      `<path class="grid" d="M${px(x(at))} ${bottom}v4"/>`,
      `<text x="${px(x(at))}" y="${bottom + 16}" text-anchor="middle">${label}</text>`,
    ]),
    `<text x="${LEFT + PLOT / 2}" y="${bottom + 31}" text-anchor="middle">run time / ${time.unit}</text>`,
    ...areas.map((area) => `<path fill="${area.colour}" fill-opacity="0.2" d="${areaPath(area, x, y)}"/>`),
    ...strokes.map((stroke) => `<path class="line" ${penOf(stroke)} d="${linePath(stroke, x, y)}"/>`),
    ...figure.marks.map((mark) => alarmMark(mark, x)),
    `<text class="name" x="${LEFT}" y="${TOP - 13}">${safe(title)} / ${safe(unit)}</text>`,
    ...legend(strokes, areas),
    '</svg>',
  ].join('\n');
}

/** The steps of the run on a strip of their own; a name that does not fit stays in its tooltip. */
export function stepsSvg(spans: readonly Span[], end_s: number, marks: readonly Mark[]): string {
  const time = timeAxis(end_s);
  const x = (t_s: number): number => LEFT + (PLOT * t_s) / time.to;
  const boxes = spans.flatMap(({ from_s, to_s, name }, place) => {
    const [left, width] = [x(from_s), x(to_s) - x(from_s)];
    const fits = name.length * LETTER < width - 4;
    return [
      `<rect x="${px(left)}" y="4" width="${px(width)}" height="22" fill="${place % 2 === 0 ? '#dfe7ef' : '#c7d5e3'}"><title>${safe(name)}</title></rect>`,
      ...(fits ? [`<text x="${px(left + width / 2)}" y="19" text-anchor="middle">${safe(name)}</text>`] : []),
    ];
  });
  const triangles = marks.map(
    ({ t_s, name }) => `<path d="M${px(x(t_s) - 4)} 36h8l-4 -8z" fill="#c0392b"><title>${safe(name)}</title></path>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} 38" role="img" aria-label="steps">\n${[...boxes, ...triangles].join('\n')}\n</svg>`;
}

function valuesOf({ points }: Stroke): number[] {
  return points.map(({ value }) => value);
}

function edgesOf({ points }: Area): number[] {
  return points.flatMap(({ low, high }) => [low, high]);
}

function spanMark({ from_s, to_s, name }: Span, place: number, x: (t_s: number) => number): string {
  if (place % 2 === 0) return '';
  return `<rect fill="#f1f4f8" x="${px(x(from_s))}" y="${TOP}" width="${px(x(to_s) - x(from_s))}" height="${PANEL}"><title>${safe(name)}</title></rect>`;
}

function alarmMark({ t_s, name }: Mark, x: (t_s: number) => number): string {
  return `<path class="alarm" d="M${px(x(t_s))} ${TOP}v${PANEL}"><title>${safe(name)}</title></path>`;
}

function penOf({ colour, dashed = false }: Pick<Stroke, 'colour' | 'dashed'>): string {
  return `stroke="${colour}"${dashed ? ' stroke-dasharray="5 4"' : ''}`;
}

function linePath({ points, gap_s }: Stroke, x: (t: number) => number, y: (v: number) => number): string {
  return runsOf(points, gap_s)
    .map((run) =>
      run.map(({ t_s, value }, place) => `${place === 0 ? 'M' : 'L'}${px(x(t_s))} ${px(y(value))}`).join(''),
    )
    .join('');
}

function areaPath({ points, gap_s }: Area, x: (t: number) => number, y: (v: number) => number): string {
  return runsOf(points, gap_s)
    .map((run) => {
      const above = run.map(({ t_s, high }) => `${px(x(t_s))} ${px(y(high))}`);
      const below = run.toReversed().map(({ t_s, low }) => `${px(x(t_s))} ${px(y(low))}`);
      return `M${[...above, ...below].join('L')}Z`;
    })
    .join('');
}

/** Points that belong together. */
function runsOf<T extends { readonly t_s: number }>(points: readonly T[], gap_s: number): T[][] {
  const runs: T[][] = [];
  for (const point of points) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    if (last === undefined || before === undefined || point.t_s - before.t_s > gap_s) runs.push([point]);
    else last.push(point);
  }
  return runs;
}

/** From the right, so that the heading has its place. */
function legend(strokes: readonly Stroke[], areas: readonly Area[]): string[] {
  let right = LEFT + PLOT;
  const entries = [
    ...areas.map(({ name, colour }) => ({ name, sign: `fill="${colour}" fill-opacity="0.25"`, box: true })),
    ...strokes.map((stroke) => ({ name: stroke.name, sign: penOf(stroke), box: false })),
  ];
  return entries
    .filter(({ name }) => name !== '')
    .flatMap(({ name, sign, box }) => {
      const text = right - name.length * LETTER;
      const left = text - 25;
      right = left - 14;
      const at = TOP - 17;
      const shape = box
        ? `<path ${sign} d="M${px(left)} ${at - 4}h20v8h-20z"/>`
        : `<path class="line" ${sign} d="M${px(left)} ${at}h20"/>`;
      return [shape, `<text x="${px(text)}" y="${at + 4}">${safe(name)}</text>`];
    });
}

/** A tenth of a pixel is enough, and keeps the file small. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
