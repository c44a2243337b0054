/**
 * The look of a report and the pieces of its page. Every text goes through `safe`: names, notes and answers come from people and
 * from the network. Owns the style, for screen and paper; knows no run.
 */
import { escaped } from '../plot/svg.js';

/** Text that can neither begin a tag nor end an attribute, nor steer the page: controls and direction marks show as `?`. */
export function safe(text: string): string {
  const plain = text.replaceAll(/[^\P{Cc}\n\t]|[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu, '?');
  return escaped(plain).replaceAll("'", '&#39;').replaceAll('`', '&#96;');
}

/** Markup that is safe as it is. */
export interface Html {
  readonly html: string;
}

export type Cell = string | Html;

export function markup(html: string): Html {
  return { html };
}

function inner(cell: Cell): string {
  return typeof cell === 'string' ? safe(cell) : cell.html;
}

export function section(title: string, ...parts: readonly string[]): string {
  return `<section>\n<h2>${safe(title)}</h2>\n${parts.filter((part) => part !== '').join('\n')}\n</section>`;
}

export function paragraph(text: string, kind = ''): string {
  return `<p${kind === '' ? '' : ` class="${kind}"`}>${safe(text)}</p>`;
}

/** Columns named in `right` hold numbers and stand at the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  right: readonly number[] = [],
): string {
  const cell = (tag: 'td' | 'th', text: Cell, column: number): string =>
    `<${tag}${right.includes(column) ? ' class="n"' : ''}>${inner(text)}</${tag}>`;
  const line = (cells: readonly Cell[], tag: 'td' | 'th'): string =>
    `<tr>${cells.map((text, column) => cell(tag, text, column)).join('')}</tr>`;
  return `<div class="wide"><table>\n<thead>${line(head, 'th')}</thead>\n<tbody>\n${rows.map((row) => line(row, 'td')).join('\n')}\n</tbody></table></div>`;
}

/** Names and values, a row each. */
export function facts(rows: readonly (readonly [name: string, value: Cell])[]): string {
  const lines = rows.map(([name, value]) => `<tr><th>${safe(name)}</th><td>${inner(value)}</td></tr>`);
  return `<div class="wide"><table class="facts"><tbody>\n${lines.join('\n')}\n</tbody></table></div>`;
}

export function cards(rows: readonly (readonly [name: string, value: string, below: string])[]): string {
  const items = rows.map(
    ([name, value, below]) =>
      `<div><span>${safe(name)}</span><strong>${safe(value)}</strong><small>${safe(below)}</small></div>`,
  );
  return `<div class="cards">\n${items.join('\n')}\n</div>`;
}

export function picture(svg: string, caption = ''): string {
  const below = caption === '' ? '' : `<figcaption>${safe(caption)}</figcaption>`;
  return `<figure><div class="wide">${svg}</div>${below}</figure>`;
}

const STYLE = `
  :root { color-scheme: light; --ink: #1b2430; --soft: #56616e; --rule: #d5dce4; --accent: #0b4f7d; }
  * { box-sizing: border-box; }
  body { font: 14.5px/1.5 "Source Sans 3", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; color: var(--ink);
         background: #fff; max-width: 800px; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
  header { border-bottom: 2px solid var(--accent); margin-bottom: 1.1rem; }
  h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem; text-wrap: balance; }
  .under { color: var(--soft); margin: 0 0 .8rem; overflow-wrap: anywhere; }
  h2 { font-size: 1.08rem; color: var(--accent); margin: 2rem 0 .5rem; break-after: avoid; }
  p { margin: .4rem 0; }
  .note { color: var(--soft); font-size: .92em; }
  .banner { background: #fff3d6; border: 1px solid #e0a82e; border-left-width: 6px; padding: .5rem .8rem; font-weight: 600; }
  .bad { background: #fdecea; border: 1px solid #c0392b; border-left-width: 6px; padding: .5rem .8rem; }
  .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(148px, 1fr)); gap: .6rem; margin: 1rem 0; }
  .cards div { border: 1px solid var(--rule); border-radius: 6px; padding: .5rem .7rem; break-inside: avoid; }
  .cards span, .cards small { display: block; color: var(--soft); font-size: .82em; }
  .cards strong { font-size: 1.28em; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-size: .93em; }
  th { text-align: left; font-weight: 600; }
  thead th { border-bottom: 1.5px solid var(--ink); vertical-align: bottom; white-space: nowrap; }
  th, td { padding: .22rem .7rem .22rem 0; vertical-align: top; }
  td { overflow-wrap: break-word; }
  tbody tr { break-inside: avoid; }
  tbody tr + tr > * { border-top: 1px solid var(--rule); }
  .facts th { width: 30%; color: var(--soft); font-weight: 400; }
  .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  code, pre { font: .86em/1.45 "DejaVu Sans Mono", Consolas, monospace; }
  code { overflow-wrap: anywhere; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f8fa; border: 1px solid var(--rule); padding: .7rem; }
  figure { margin: .35rem 0; break-inside: avoid; }
  figcaption { color: var(--soft); font-size: .88em; }
  svg { display: block; width: 100%; min-width: 560px; height: auto; }
  svg text { font-size: 11px; fill: #56616e; }
  svg .name { font-weight: 600; fill: #1b2430; font-size: 12px; }
  svg .grid { stroke: #dde3ea; fill: none; }
  svg .line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
  svg .alarm { stroke: #c0392b; stroke-dasharray: 2 3; fill: none; }
  footer { margin-top: 2rem; border-top: 1px solid var(--rule); padding-top: .6rem; color: var(--soft); font-size: .86em; }
  @media screen and (max-width: 520px) {
    body { padding: 1.2rem .9rem 2rem; }
    table { font-size: .78em; }
    thead th { white-space: normal; overflow-wrap: anywhere; }
    th, td { padding-right: .4rem; }
    th:last-child, td:last-child { padding-right: 0; }
    td { overflow-wrap: anywhere; }
  }
  @media print {
    body { max-width: none; padding: 0; font-size: 9.6pt; }
    .wide { overflow: visible; }
    svg { min-width: 0; width: 97%; margin: 0 auto; }
    figure { margin: 0; }
    thead { display: table-header-group; }
    h2 { margin-top: 1.3rem; }
    pre { font-size: 7.4pt; }
    * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  }`;

/** No script, no font, no picture, no address: the page asks nobody for anything. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** `foot` stands at the foot of each sheet of paper. */
export function page(title: string, foot: string, parts: readonly string[]): string {
  const sheet = foot.replaceAll(/[^A-Za-z0-9 .,:-]/g, ' ');
  const paper = `
  @page { size: A4; margin: 15mm 15mm 17mm;
    @bottom-left { content: "${sheet}"; font: 8pt Arial, sans-serif; color: #56616e; }
    @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Arial, sans-serif; color: #56616e; } }`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${safe(title)}</title>`,
    `<style>${STYLE}${paper}\n</style></head>`,
    '<body>',
    ...parts.filter((part) => part !== ''),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
