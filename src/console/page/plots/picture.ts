/** The curves as one picture, with what a reader of it must know: which run, when, what each line is, and whether it is real. */
import { colour } from './chart.js';
import type { Line, Panel } from './panels.js';

const LINE = 22;
const EDGE = 14;

const INK: Readonly<Record<Line['kind'], { readonly colour: string; readonly dash: readonly number[] }>> = {
  main: { colour: '--accent', dash: [] },
  set: { colour: '--soft', dash: [6, 4] },
  expected: { colour: '--pale', dash: [] },
  beside: { colour: '--amber', dash: [2, 3] },
};

function legend(ctx: CanvasRenderingContext2D, { title, unit, lines }: Panel, y: number): void {
  ctx.font = '600 13px system-ui, sans-serif';
  ctx.fillStyle = colour('--ink');
  ctx.fillText(`${title} / ${unit}`, EDGE, y);
  let x = EDGE + ctx.measureText(`${title} / ${unit}`).width + 24;
  ctx.font = '13px system-ui, sans-serif';
  for (const { label, kind } of lines) {
    ctx.strokeStyle = colour(INK[kind].colour);
    ctx.lineWidth = 2.5;
    ctx.setLineDash([...INK[kind].dash]);
    ctx.beginPath();
    ctx.moveTo(x, y - 4);
    ctx.lineTo(x + 22, y - 4);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = colour('--soft');
    ctx.fillText(label, x + 28, y);
    x += 28 + ctx.measureText(label).width + 20;
  }
}

export interface Heading {
  readonly title: string;
  readonly lines: readonly string[];
  readonly simulated: boolean;
  /** What the axis of time is. */
  readonly foot: string;
}

/** @param root holds the canvases of `panels`, in their order. Null: there is nothing to draw. */
export function pictureOf(root: Element, panels: readonly Panel[], heading: Heading): HTMLCanvasElement | null {
  const canvases = [...root.querySelectorAll('canvas')];
  const ratio = devicePixelRatio;
  const width = Math.max(0, ...canvases.map((canvas) => canvas.width / ratio));
  if (width === 0) return null;
  const head = LINE * (heading.lines.length + 2);
  const heights = canvases.map((canvas) => canvas.height / ratio + LINE + 6);
  const height = head + heights.reduce((sum, one) => sum + one, 0) + LINE;
  const picture = document.createElement('canvas');
  picture.width = Math.round(width * ratio);
  picture.height = Math.round(height * ratio);
  const ctx = picture.getContext('2d');
  if (ctx === null) return null;
  ctx.scale(ratio, ratio);
  ctx.fillStyle = colour('--card');
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = colour('--ink');
  ctx.font = '600 17px system-ui, sans-serif';
  ctx.fillText(heading.title, EDGE, LINE + 4);
  if (heading.simulated) {
    ctx.fillStyle = colour('--amber');
    ctx.textAlign = 'right';
    ctx.fillText('SIMULATED', width - EDGE, LINE + 4);
    ctx.textAlign = 'left';
  }
  ctx.fillStyle = colour('--soft');
  ctx.font = '13px system-ui, sans-serif';
  heading.lines.forEach((text, index) => ctx.fillText(text, EDGE, LINE * (index + 2) + 2));
  let y = head;
  canvases.forEach((canvas, index) => {
    const panel = panels[index];
    if (panel !== undefined) legend(ctx, panel, y + 4);
    ctx.drawImage(canvas, 0, y + 12, canvas.width / ratio, canvas.height / ratio);
    y += heights[index] ?? 0;
  });
  ctx.fillStyle = colour('--soft');
  ctx.fillText(heading.foot, EDGE, y + 2);
  return picture;
}

export function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
