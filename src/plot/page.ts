/** Pictures and numbers as one HTML page that needs nothing else: no script, no font, no network. Knows no run. */
import { escaped, type Picture, svgOf } from './svg.js';

export interface Chapter {
  readonly picture: Picture;
  /** What `preview` prints: label and text. An empty label goes on with the row before. */
  readonly rows: readonly (readonly [label: string, text: string])[];
}

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 900px; padding: 0 1rem;
         color: #1f2328; background: #ffffff; }
  .picture { overflow-x: auto; }
  svg { max-width: 100%; min-width: 640px; height: auto; }
  table { border-collapse: collapse; margin: 0.5rem 0 3rem; }
  th { text-align: left; font-weight: 600; padding: 0.15rem 1.5rem 0.15rem 0; vertical-align: top; white-space: nowrap; }
  @media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } }`;

export function pageOf(title: string, chapters: readonly Chapter[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style></head>`,
    '<body>',
    ...chapters.map(chapterHtml),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function chapterHtml({ picture, rows }: Chapter): string {
  const body = rows.map(([label, text]) => `<tr><th>${escaped(label)}</th><td>${escaped(text)}</td></tr>`);
  return `<section>\n<div class="picture">\n${svgOf(picture)}</div>\n<table>\n${body.join('\n')}\n</table>\n</section>`;
}
