/** A plot as a file: SVG for one run, HTML for any number, by the ending of its name. Owns what is refused. */
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Chapter, pageOf } from './page.js';
import { svgOf } from './svg.js';

/** Why nothing can be plotted there, before anything runs; null when it can. */
export function plotRefusal(file: string, kind: 'recipe' | 'series'): string | null {
  const ending = extname(file).toLowerCase();
  if (ending === '.html' || (ending === '.svg' && kind === 'recipe')) return null;
  if (ending === '.svg')
    return `--plot: a series has a picture for each entry (would be right: ${file.slice(0, -4)}.html)`;
  return `--plot: ${file} is no kind of picture that is written here (would be right: ${file}.svg, or ${file}.html)`;
}

/** Rejects when the file cannot be written. */
export async function writePlot(file: string, chapters: readonly Chapter[]): Promise<void> {
  const [first] = chapters;
  if (first === undefined) throw new RangeError('there is nothing to plot');
  const svg = extname(file).toLowerCase() === '.svg';
  await writeFile(file, svg ? svgOf(first.picture) : pageOf(first.picture.title, chapters));
}
