/**
 * Panels over one time axis as an SVG picture: lines, ticks with units, the steps of the run behind them, a legend. Owns
 * the look, in light and in dark, in colours that colour-blind people tell apart (Okabe and Ito), with dashes beside
 * colour. Knows no run: what is shown comes as panels.
 */
import { axisOf, timeAxis, type Axis } from './ticks.js';

export interface Line {
  readonly name: string;
  /** Place in the palette. */
  readonly colour: 0 | 1 | 2 | 3 | 4;
  readonly dashed?: boolean;
  readonly points: readonly { readonly t_s: number; readonly value: number | null }[];
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Values that the axis must hold beside those of the lines. */
  readonly holds?: readonly number[];
}

/** A step of the run, as a band behind the panels. */
export interface Band {
  readonly from_s: number;
  readonly to_s: number;
  readonly name: string;
}

export interface Picture {
  readonly title: string;
  readonly subtitle: string;
  readonly end_s: number;
  readonly panels: readonly Panel[];
  readonly bands: readonly Band[];
}

const WIDTH = 880;
const LEFT = 68;
const RIGHT = 20;
const TOP = 92;
const PANEL = 132;
const GAP = 44;
const BOTTOM = 52;
/** Rough width of a letter of the small text, px: a name that does not fit is left out, its tooltip stays. */
const LETTER = 6.9;
const PLOT = WIDTH - LEFT - RIGHT;

const STYLE = `
  svg { --ink: #1f2328; --soft: #59636e; --grid: #d8dee4; --paper: #ffffff; --band: #f3f5f8;
        --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #a3528a; --c4: #59636e; background: var(--paper); }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e6edf3; --soft: #9aa5b1; --grid: #343b44; --paper: #0d1117; --band: #161c24;
          --c0: #56b4e9; --c1: #f0883e; --c2: #2fc79a; --c3: #d68fbf; --c4: #9aa5b1; }
  }
  text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: var(--soft); }
  .title { font-size: 16px; font-weight: 600; fill: var(--ink); }
  .name { font-weight: 600; fill: var(--ink); }
  .grid { stroke: var(--grid); stroke-width: 1; }
  .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
  .band { fill: var(--band); }`;

export function svgOf(picture: Picture): string {
  const { panels, bands, end_s, title, subtitle } = picture;
  const height = TOP + panels.length * PANEL + (panels.length - 1) * GAP + BOTTOM;
  const time = timeAxis(end_s);
  const x = (t_s: number): number => LEFT + (PLOT * t_s) / time.to;
  const bottom = height - BOTTOM;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect width="${WIDTH}" height="${height}" style="fill: var(--paper)"/>`,
    `<text class="title" x="${LEFT}" y="28">${escaped(title)}</text>`,
    `<text x="${LEFT}" y="47">${escaped(subtitle)}</text>`,
    ...bandMarks(bands, x, panels.length),
    ...panels.flatMap((panel, place) => panelMarks(panel, topOf(place), x, time)),
    ...time.ticks.map(
      ({ at, label }) => `<text x="${px(x(at))}" y="${bottom + 18}" text-anchor="middle">${label}</text>`,
    ),
    `<text x="${LEFT + PLOT / 2}" y="${bottom + 38}" text-anchor="middle">run time / ${time.unit}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function topOf(place: number): number {
  return TOP + place * (PANEL + GAP);
}

/** Every other step is shaded in every panel; names stand above the first where they fit. */
function bandMarks(bands: readonly Band[], x: (t_s: number) => number, panels: number): string[] {
  return bands.flatMap(({ from_s, to_s, name }, place) => {
    const [left, width] = [x(from_s), x(to_s) - x(from_s)];
    const fits = name.length * LETTER <= width - 4;
    const label = fits
      ? [`<text x="${px(left + width / 2)}" y="${TOP - 26}" text-anchor="middle">${escaped(name)}</text>`]
      : [];
    const shades = Array.from(
      { length: place % 2 === 1 ? panels : 0 },
      (_, panel) =>
        `<rect class="band" x="${px(left)}" y="${topOf(panel)}" width="${px(width)}" height="${PANEL}"><title>${escaped(name)}</title></rect>`,
    );
    return [...shades, ...label];
  });
}

function panelMarks(panel: Panel, top: number, x: (t_s: number) => number, time: Axis): string[] {
  const values = panel.lines.flatMap(({ points }) => points.flatMap(({ value }) => (value === null ? [] : [value])));
  const axis = axisOf([...values, ...(panel.holds ?? [])]);
  const y = (value: number): number => top + PANEL * (1 - (value - axis.from) / (axis.to - axis.from));
  const heading = `${panel.title} / ${panel.unit}`;
  return [
    `<text class="name" x="${LEFT}" y="${top - 8}">${escaped(heading)}</text>`,
    ...legendMarks(panel.lines, top - 8),
    ...axis.ticks.flatMap(({ at, label }) => [
      `<line class="grid" x1="${LEFT}" x2="${LEFT + PLOT}" y1="${px(y(at))}" y2="${px(y(at))}"/>`,
      `<text x="${LEFT - 8}" y="${px(y(at) + 4)}" text-anchor="end">${label}</text>`,
    ]),
    ...time.ticks.map(
      ({ at }) =>
        `<line class="grid" x1="${px(x(at))}" x2="${px(x(at))}" y1="${top + PANEL}" y2="${top + PANEL + 4}"/>`,
    ),
    ...panel.lines.map((line) => lineMark(line, x, y)),
  ];
}

/** From the right, so that the heading has its place. */
function legendMarks(lines: readonly Line[], baseline: number): string[] {
  let right = LEFT + PLOT;
  return lines.toReversed().flatMap(({ name, colour, dashed = false }) => {
    const textLeft = right - name.length * LETTER;
    const left = textLeft - 26;
    right = left - 14;
    return [
      `<line class="line" x1="${px(left)}" x2="${px(left + 20)}" y1="${baseline - 4}" y2="${baseline - 4}" style="${stroke(colour, dashed)}"/>`,
      `<text x="${px(textLeft)}" y="${baseline}">${escaped(name)}</text>`,
    ];
  });
}

/** Broken where there is no value. */
function lineMark(
  { colour, dashed = false, points }: Line,
  x: (t: number) => number,
  y: (v: number) => number,
): string {
  let path = '';
  let pen = 'M';
  for (const { t_s, value } of points) {
    if (value === null) pen = 'M';
    else {
      path += `${pen}${px(x(t_s))} ${px(y(value))}`;
      pen = 'L';
    }
  }
  return `<path class="line" style="${stroke(colour, dashed)}" d="${path}"/>`;
}

function stroke(colour: number, dashed: boolean): string {
  return `stroke: var(--c${colour})${dashed ? '; stroke-dasharray: 5 4' : ''}`;
}

/** A tenth of a pixel is enough, and keeps the file small. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
