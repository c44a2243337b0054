/**
 * `galvanode scale`: a recipe at another size. Says what stays and what changes, lets the checker judge the result like any
 * other recipe, and writes it only when it holds. Never overwrites a file.
 */
import { writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { packagePath } from '../model/entry.js';
import { readDocument } from '../model/document.js';
import { fileFault } from '../model/file-fault.js';
import { formatProblem, type Problem } from '../model/problem.js';
import { type Kind, parseQuantity, unitsOf } from '../model/units.js';
import { invariants } from '../recipe/scale-invariants.js';
import { type Method, methods } from '../recipe/scale-cells.js';
import { scaleFile, type ScaledFile, type ScaleRequest, type Way } from '../recipe/scale-plan.js';
import { nameOf } from '../recipe/paths.js';
import type { Ask } from './asked.js';
import type { Streams } from './check.js';
import { EXIT } from './exit.js';

export interface ScaleArguments {
  readonly recipe: string;
  readonly to: string;
  readonly by?: string | undefined;
  readonly cathodeArea?: string | undefined;
  readonly cells?: number | undefined;
  readonly reactor?: string | undefined;
  readonly fixSweep: boolean;
  readonly board: string;
  readonly sets: readonly string[];
  readonly name?: string | undefined;
  /** null: nothing is written, only told. */
  readonly output: string | null;
}

/** Exit code: 0 when the scaled recipe holds, 2 when it is refused; then nothing is written. */
export async function scaleCommand(
  args: ScaleArguments,
  streams: Streams = process,
  ask: Ask | null = null,
): Promise<number> {
  const request = requestOf(args);
  if (!request.ok) return refuse(request.problems, streams);
  let scaled = await scaleFile(request.value);
  if (!scaled.ok) return refuse(scaled.problems, streams);
  if (onlySweepFails(scaled.value.way) && !args.fixSweep) {
    const fixed = await scaleFile({ ...request.value, sweep: true });
    if (fixed.ok && fixed.value.way.checked.ok) {
      const sweep = sweepOf(fixed.value.way);
      const question = `The old sweep of nitrogen will not do. Write ${sweep}? [y/N] `;
      const answer = ask === null ? null : await ask(question);
      if (/^y(es)?$/i.test(answer?.trim() ?? '')) scaled = fixed;
      else return refuseSweep(scaled.value, sweep, streams);
    }
  }
  return write(args, scaled.value, streams);
}

type Read = { readonly ok: true; readonly value: ScaleRequest } | { readonly ok: false; readonly problems: Problem[] };

/** All that is wrong with the options at once. */
function requestOf(args: ScaleArguments): Read {
  const problems: Problem[] = [];
  const wrong = (option: string, message: string, hint: string): undefined => {
    problems.push({ file: option, line: 0, column: 0, path: '', message, hint });
    return undefined;
  };
  const quantity = (option: string, kind: Kind, text: string): number | undefined => {
    const parsed = parseQuantity(kind, text);
    if (!parsed.ok) return wrong(option, parsed.message, parsed.hint);
    if (!(parsed.quantity.value > 0)) return wrong(option, `"${text}" is not above zero`, unitsOf(kind).example);
    return parsed.quantity.value;
  };
  const by = methods.find((method) => method === args.by);
  if (args.by !== undefined && by === undefined) wrong('--by', `"${args.by}" is no way to scale`, methods.join(', '));
  if (args.name !== undefined && !/^[a-z0-9][a-z0-9-]{0,63}$/.test(args.name))
    wrong('--name', `"${args.name}" is not a name`, 'small letters, digits and hyphens, at most 64');
  if (args.by === 'cells' && (args.cathodeArea ?? args.reactor) !== undefined)
    wrong('--by', 'cells are all like the one of the recipe', '--cells with --reactor or --cathode-area, without --by');
  quantity('--to', 'amount', args.to);
  const area_cm2 = args.cathodeArea === undefined ? undefined : quantity('--cathode-area', 'area', args.cathodeArea);
  if (problems.length > 0) return { ok: false, problems };
  const { recipe: file, to, cells, reactor, board, sets, fixSweep: sweep } = args;
  const name = args.name ?? nameOfFile(args.output);
  const given = { by, area_cm2, cells, reactor, name };
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given;
  return { ok: true, value: { file, to, board, sets, sweep, ...present } };
}

type Given = Partial<{ by: Method; area_cm2: number; cells: number; reactor: string; name: string }>;

/** A recipe bears the name of its file, where that is one. */
function nameOfFile(output: string | null): string | undefined {
  const name = basename(output ?? '-', '.yaml');
  return name !== '-' && /^[a-z0-9][a-z0-9-]{0,63}$/.test(name) ? name : undefined;
}

function onlySweepFails({ checked }: Way): boolean {
  return !checked.ok && checked.problems.every(({ path }) => /^purge(-\d+)?\./.test(path));
}

/** "250 mL/min for 1 min". */
function sweepOf({ scaled }: Way): string {
  const [sweep, time] = ['sweep', 'for'].map(
    (field) => scaled.changes.find(({ path }) => path.at(-1) === field && path.includes('purge'))?.to,
  );
  return [sweep ?? 'the old sweep', time ?? 'the old time'].join(' for ');
}

function refuse(problems: readonly Problem[], streams: Streams): number {
  streams.stderr.write(`${problems.map(formatProblem).join('\n')}\n`);
  return EXIT.refused;
}

function refuseSweep(scaled: ScaledFile, sweep: string, streams: Streams): number {
  const { way } = scaled;
  streams.stderr.write(`${summary(scaled).join('\n')}\n`);
  if (!way.checked.ok) refuse(way.checked.problems, streams);
  streams.stderr.write(
    `galvanode scale: --fix-sweep writes ${sweep}, for which "${way.fit.reactor.name}" is laid out\n`,
  );
  return EXIT.refused;
}

async function write({ output }: ScaleArguments, scaled: ScaledFile, streams: Streams): Promise<number> {
  const { way } = scaled;
  if (!way.checked.ok) {
    streams.stderr.write(`${summary(scaled).join('\n')}\n`);
    return refuse(way.checked.problems, streams);
  }
  const problem =
    output === null || output === '-' ? null : await writeNew(output, withSchema(way.scaled.text, output));
  if (problem !== null) return refuse([problem], streams);
  if (output === '-') streams.stdout.write(way.scaled.text);
  const warnings = way.checked.value.warnings.map((warning) => `  asks      ${warning}`);
  const end = output === '-' ? [] : [output === null ? '  passes    -o FILE writes it' : `  written   ${output}`];
  (output === '-' ? streams.stderr : streams.stdout).write(`${[...summary(scaled), ...warnings, ...end].join('\n')}\n`);
  return EXIT.done;
}

/** Writes a file that is not there yet. */
export async function writeNew(file: string, text: string): Promise<Problem | null> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return null;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const there = error.code === 'EEXIST';
    const message = there
      ? 'is there already and is not overwritten'
      : `cannot be written: ${fileFault(error, 'writing')}`;
    return { file, line: 0, column: 0, path: '', message, hint: there ? 'another name' : 'a folder that is there' };
  }
}

/** The line for editors leads from where the recipe is to the schema that ships. */
export function withSchema(text: string, file: string): string {
  const path = relative(dirname(resolve(file)), packagePath('recipes', 'recipe.schema.json'));
  const line = `# yaml-language-server: $schema=${path.startsWith('.') ? path : `./${path}`}`;
  const marked = /^# yaml-language-server: \$schema=.*$/m;
  return marked.test(text) ? text.replace(marked, () => line) : `${line}\n${text}`;
}

/** What stays, what becomes of the rest, and the other ways. */
function summary({ source, data, way, others }: ScaledFile): string[] {
  const { fit, scaled } = way;
  const cells = fit.cells === 1 ? '' : `, ${fit.cells} cells, each on a board of its own`;
  const after = readDocument(scaled.name, Buffer.from(scaled.text, 'utf8')).document?.data;
  const promised = invariants(data, after);
  const kept = promised.filter(({ isKept }) => isKept).map(({ name, after: now }) => `${name} ${now}`);
  const lost = promised.filter(({ isKept }) => !isKept);
  const wide = Math.max(24, ...scaled.changes.map(({ path }) => nameOf(path, data).length));
  return [
    `${source.recipe} by ${fit.by.join(' and ')} on ${fit.reactor.name}${cells}: ${scaled.name}`,
    `  kept      ${kept.join(', ')}`,
    ...lost.map(({ name, before, after: now }) => `  not kept  ${name}: ${before}, now ${now}`),
    ...scaled.changes.map(({ path, from, to }) => `  changed   ${nameOf(path, data).padEnd(wide)} ${from} -> ${to}`),
    ...scaled.unsure.map(
      ({ found, line, grown }) =>
        `  look at   line ${line} of the source, "${found}": stays as it is${grown === null ? '' : `; with the amount it would be ${grown}`}`,
    ),
    ...others.map(
      (other) => `  or        by ${other.fit.by.join(' and ')} on ${other.fit.reactor.name}${verdict(other)}`,
    ),
  ];
}

function verdict({ fit, checked }: Way): string {
  const cells = fit.cells === 1 ? '' : `, ${fit.cells} cells`;
  const [first] = checked.ok ? [] : checked.problems;
  return first === undefined ? `${cells}: passes` : `${cells}: refused, ${first.path}: ${first.message}`;
}
