/** A plot as a file: SVG for one run, HTML for any number, by the ending of its name. Owns what is refused. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { fileFault } from '../model/file-fault.js';
import { type Chapter, pageOf } from './page.js';
import { svgOf } from './svg.js';

/** Why nothing can be plotted there, before anything runs; null when it can. */
export async function plotRefusal(file: string, kind: 'recipe' | 'series'): Promise<string | null> {
  return endingRefusal(file, kind) ?? (await placeRefusal(file));
}

/** By the folder and, where there is one already, the file; nothing is made. */
async function placeRefusal(file: string): Promise<string | null> {
  const folder = dirname(file);
  try {
    if (!(await stat(folder)).isDirectory()) return cannot(file, `${folder} is no folder`);
    await access(folder, constants.W_OK);
    const there = await stat(file).catch(() => null);
    if (there?.isDirectory() === true) return cannot(file, 'it is a folder, not a file');
    if (there !== null) await access(file, constants.W_OK);
    return null;
  } catch (error) {
    return cannot(file, fileFault(error, 'writing'));
  }
}

function cannot(file: string, why: string): string {
  return `--plot: ${file} cannot be written: ${why} (would be right: a file in a folder that is there)`;
}

function endingRefusal(file: string, kind: 'recipe' | 'series'): string | null {
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
