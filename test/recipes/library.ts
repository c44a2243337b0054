/** Every recipe that ships, found on the disk: files of recipes, and each entry of each series. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Plan } from '../../src/model/plan.js';
import { formatProblem } from '../../src/model/problem.js';
import { planFile } from '../../src/recipe/files.js';

export const folder = fileURLToPath(new URL('../../recipes/', import.meta.url));

function entriesOf(file: string): string[] | null {
  const data: unknown = parse(readFileSync(folder + file, 'utf8'));
  const entries: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'entries') : undefined;
  if (!Array.isArray(entries)) return null;
  return entries.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null ? String(Reflect.get(entry, 'id')) : '',
  );
}

/** Files under recipes/, by their paths there. */
export const files: readonly string[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .toSorted();

const read = files.map((file) => ({ file, entries: entriesOf(file) }));

export const recipeFiles = read.filter(({ entries }) => entries === null).map(({ file }) => file);
export const seriesFiles = read.filter(({ entries }) => entries !== null).map(({ file }) => file);

/** What `check` and `run` take: FILE, or FILE#entry of a series. */
export const addresses: readonly string[] = read.flatMap(({ file, entries }) =>
  entries === null ? [file] : entries.map((entry) => `${file}#${entry}`),
);

/** The plan of an address; every problem in the message when there is none. */
export async function plan(address: string, sets: readonly string[] = [], board = 'bench-sim'): Promise<Plan> {
  const outcome = await planFile(folder + address, { board, sets });
  if (!outcome.ok) throw new Error(outcome.problems.map(formatProblem).join('\n'));
  return outcome.value;
}

/** All that the operator is told before anything runs, in one line. */
export function toldFirst({ steps }: Plan): string {
  const first = steps.findIndex(({ kind }) => kind !== 'prompt');
  const texts = steps.slice(0, first).map((step) => (step.kind === 'prompt' ? step.text : ''));
  return texts.join(' ').replaceAll(/\s+/g, ' ');
}
