/**
 * Recipes, reactors and boards from the disk: the one place of the recipe folder that opens files. Names are looked up in
 * the folders that ship with the program and cannot lead out of them.
 */
import { createHash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Board, readBoardText } from '../model/board.js';
import type { LocatedDocument } from '../model/document.js';
import type { Plan } from '../model/plan.js';
import { sizeMax_byte } from '../model/prescan.js';
import { inReadingOrder, type Outcome, type Problem } from '../model/problem.js';
import { parseReactor, type Reactor, ReactorFileError } from '../model/reactor.js';
import { check } from './check.js';
import { loadRecipe, type LoadedRecipe } from './load.js';

const boardsFolder = new URL('../../boards/', import.meta.url);
const reactorsFolder = new URL('../../boards/reactors/', import.meta.url);
const safeName = /^[a-z0-9][a-z0-9-]{0,63}$/;

export interface PlanOptions {
  /** Name of a board in boards/. */
  readonly board: string;
  /** Arguments of `--set`, `path=value`. */
  readonly sets?: readonly string[];
}

/** A recipe file to a plan, or every problem. Touches nothing but the three files. */
export async function planFile(file: string, options: PlanOptions): Promise<Outcome<Plan>> {
  const [bytes, board] = await Promise.all([readRecipe(file), keptBoard(options.board)]);
  const loaded = bytes.ok ? loadRecipe(file, bytes.value, options.sets) : bytes;
  if (!loaded.ok || !board.ok)
    return { ok: false, problems: [loaded, board].flatMap((part) => (part.ok ? [] : part.problems)) };
  const { recipe, document } = loaded.value;
  const reactor = await loadReactor(recipe.cell.reactor, document);
  return reactor.ok ? planned(loaded.value, reactor.value, board.value) : reactor;
}

/** Recipe and reactor as a record kept them. */
export interface KeptRecipe {
  /** Where they come from, for messages. */
  readonly place: string;
  /** With `--set` already in it; `overrides` are only told on. */
  readonly text: string;
  readonly overrides: readonly string[];
  readonly reactor: string;
}

/** A plan from the record: the files of then, whatever has become of them, on a board of now. Or every problem. */
export async function planKept(kept: KeptRecipe, options: Pick<PlanOptions, 'board'>): Promise<Outcome<Plan>> {
  const board = await keptBoard(options.board);
  const loaded = loadRecipe(kept.place, Buffer.from(kept.text, 'utf8'));
  const reactor = readReactor(kept.reactor, `${kept.place}, reactor`);
  if (!loaded.ok || !board.ok || !reactor.ok)
    return { ok: false, problems: [loaded, board, reactor].flatMap((part) => (part.ok ? [] : part.problems)) };
  return planned({ ...loaded.value, overrides: kept.overrides }, reactor.value, board.value);
}

function planned(
  { recipe, document, overrides }: LoadedRecipe,
  reactor: Kept<Reactor>,
  board: Kept<Board>,
): Outcome<Plan> {
  const checked = check(recipe, reactor.read, board.read);
  if (!checked.ok) {
    const problems = checked.findings.map(({ path, message, hint }) => document.problem(path, message, hint));
    return { ok: false, problems: inReadingOrder(problems) };
  }
  const { text } = document;
  const files = { board: board.text, reactor: reactor.text };
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ok: true, value: { ...checked.plan, overrides, text, sha256, files } };
}

/** What a file says, and its text for the record. */
interface Kept<T> {
  readonly read: T;
  readonly text: string;
}

/** A board by its name. */
export async function loadBoard(name: string): Promise<Outcome<Board>> {
  const board = await keptBoard(name);
  return board.ok ? { ok: true, value: board.value.read } : board;
}

async function keptBoard(name: string): Promise<Outcome<Kept<Board>>> {
  const text = safeName.test(name) ? await textIn(boardsFolder, name) : undefined;
  if (text === undefined) {
    const hint = `one of ${(await namesIn(boardsFolder)).join(', ')}`;
    return refuse({ file: '--board', line: 0, column: 0, path: '', message: `there is no board "${name}"`, hint });
  }
  const board = readBoardText(text, `boards/${name}.yaml`);
  return board.ok ? { ok: true, value: { read: board.value, text } } : board;
}

/** A reactor by its name; `document` is the recipe that names it. */
async function loadReactor(name: string, document: LocatedDocument): Promise<Outcome<Kept<Reactor>>> {
  const text = safeName.test(name) ? await textIn(reactorsFolder, name) : undefined;
  if (text === undefined) {
    const hint = `one of ${(await namesIn(reactorsFolder)).join(', ')}`;
    return refuse(document.problem(['cell', 'reactor'], `there is no reactor "${name}"`, hint));
  }
  return readReactor(text, `boards/reactors/${name}.yaml`);
}

function readReactor(text: string, file: string): Outcome<Kept<Reactor>> {
  try {
    return { ok: true, value: { read: parseReactor(text, file), text } };
  } catch (error) {
    if (!(error instanceof ReactorFileError)) throw error;
    return { ok: false, problems: error.problems.map((problem) => ({ ...problem, file, hint: '' })) };
  }
}

/** No more than one byte over the limit is read, so that a huge file costs nothing. */
async function readRecipe(file: string): Promise<Outcome<Uint8Array>> {
  const buffer = Buffer.alloc(sizeMax_byte + 1);
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return { ok: true, value: buffer.subarray(0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return refuse({
      file,
      line: 0,
      column: 0,
      path: '',
      message: `cannot be read: ${reason(error)}`,
      hint: 'the path of a recipe file',
    });
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  return error.message.replace(/, \w+( '.*')?$/, '');
}

function refuse(problem: Problem): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [problem] };
}

async function textIn(folder: URL, name: string): Promise<string | undefined> {
  try {
    return await readFile(new URL(`${name}.yaml`, folder), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function namesIn(folder: URL): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .toSorted();
}
