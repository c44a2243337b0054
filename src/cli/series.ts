/**
 * `galvanode series`: what a series holds, and its entries as ordinary recipe files. Never writes over a file, and writes
 * nothing unless all entries pass the checker.
 */
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Plan } from '../model/plan.js';
import { formatProblem, type Problem } from '../model/problem.js';
import { planAll, readSeries } from '../recipe/files.js';
import { entriesText } from '../recipe/series-text.js';
import type { Streams } from './check.js';
import { EXIT } from './exit.js';

export interface SeriesListOptions {
  readonly json?: boolean;
}

export async function seriesListCommand(
  file: string,
  { json = false }: SeriesListOptions,
  streams: Streams = process,
): Promise<number> {
  const loaded = await readSeries(file);
  if (!loaded.ok) return refused(loaded.problems, streams);
  const { series } = loaded.value;
  if (!json) {
    streams.stdout.write(entriesText(series));
    return EXIT.done;
  }
  const { name, title, base, entries } = series;
  const told = entries.map(({ id, title, tags = {} }) => ({ id, title, tags, recipe: `${file}#${id}` }));
  streams.stdout.write(`${JSON.stringify({ name, title, base, entries: told }, null, 2)}\n`);
  return EXIT.done;
}

export interface SeriesExpandOptions {
  /** Folder to write in; made when it is not there. */
  readonly output: string;
  readonly board: string;
}

export async function seriesExpandCommand(
  file: string,
  { output, board }: SeriesExpandOptions,
  streams: Streams = process,
): Promise<number> {
  const loaded = await readSeries(file);
  const planned = loaded.ok ? await planAll(file, { board }) : loaded;
  if (!loaded.ok) return refused(loaded.problems, streams);
  if (!planned.ok) return refused(planned.problems, streams);
  if (planned.value.kind !== 'series') throw new Error('a series has become a recipe while it was read');
  const base = join(dirname(file), loaded.value.series.base);
  const files = planned.value.plans.map((plan) => ({
    path: join(output, `${plan.recipe}.yaml`),
    text: textFor(plan, base, output),
  }));
  const there = await existing(files.map(({ path }) => path));
  if (there.length > 0) {
    for (const path of there)
      streams.stderr.write(`${path}: is there already, and is not written over (would be right: another folder)\n`);
    return EXIT.refused;
  }
  return write(output, files, streams);
}

async function write(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
  streams: Streams,
): Promise<number> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { path, text } of files) {
      await writeFile(path, text, { flag: 'wx' });
      streams.stdout.write(`${path}\n`);
    }
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    streams.stderr.write(`-o: cannot be written: ${error.message} (would be right: a folder of your own)\n`);
    return EXIT.refused;
  }
}

/** The line for editors names the schema from the base's folder; from the new one it is elsewhere. */
function textFor({ text }: Plan, base: string, folder: string): string {
  return text.replace(/^(# yaml-language-server: \$schema=)(?!\w+:)(\S+)$/m, (_line, key: string, schema: string) => {
    const way = relative(resolve(folder), resolve(dirname(base), schema))
      .split(sep)
      .join('/');
    return `${key}${way.startsWith('.') ? way : `./${way}`}`;
  });
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(isThere));
  return paths.filter((_path, index) => found[index]);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

function refused(problems: readonly Problem[], streams: Streams): number {
  streams.stderr.write(`${problems.map(formatProblem).join('\n')}\n`);
  return EXIT.refused;
}
