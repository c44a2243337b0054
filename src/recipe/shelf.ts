/**
 * Boards and reactors that ship with the program, by their names, which cannot lead out of their folders. Each comes with its
 * text for the record. Knows no recipe but the document that names a reactor.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Board, readBoardText } from '../model/board.js';
import type { LocatedDocument } from '../model/document.js';
import type { Outcome, Problem } from '../model/problem.js';
import { readReactorText, type Reactor } from '../model/reactor.js';

const boardsFolder = new URL('../../boards/', import.meta.url);
const reactorsFolder = new URL('../../boards/reactors/', import.meta.url);
const safeName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What a file says, and its text for the record. */
export interface Kept<T> {
  readonly read: T;
  readonly text: string;
}

/** A board by its name. */
export async function loadBoard(name: string): Promise<Outcome<Board>> {
  const board = await keptBoard(name);
  return board.ok ? { ok: true, value: board.value.read } : board;
}

export async function keptBoard(name: string): Promise<Outcome<Kept<Board>>> {
  const text = safeName.test(name) ? await textIn(boardsFolder, name) : undefined;
  if (text === undefined) {
    const hint = `one of ${(await namesIn(boardsFolder)).join(', ')}`;
    return refuse({ file: '--board', line: 0, column: 0, path: '', message: `there is no board "${name}"`, hint });
  }
  const board = readBoardText(text, `boards/${name}.yaml`);
  return board.ok ? { ok: true, value: { read: board.value, text } } : board;
}

/** A reactor by its name; `document` is the recipe that names it. */
export async function loadReactor(name: string, document: LocatedDocument): Promise<Outcome<Kept<Reactor>>> {
  const text = safeName.test(name) ? await textIn(reactorsFolder, name) : undefined;
  if (text === undefined) {
    const hint = `one of ${(await namesIn(reactorsFolder)).join(', ')}`;
    return refuse(document.problem(['cell', 'reactor'], `there is no reactor "${name}"`, hint));
  }
  return readReactor(text, `boards/reactors/${name}.yaml`);
}

/** A reactor that a person names on the command line. */
export async function reactorNamed(name: string): Promise<Outcome<Reactor>> {
  const text = safeName.test(name) ? await textIn(reactorsFolder, name) : undefined;
  if (text !== undefined) return readReactorText(text, `boards/reactors/${name}.yaml`);
  const hint = `one of ${(await namesIn(reactorsFolder)).join(', ')}`;
  return refuse({ file: '--reactor', line: 0, column: 0, path: '', message: `there is no reactor "${name}"`, hint });
}

/** Every reactor that ships, in the order of their names. */
export async function allReactors(): Promise<Kept<Reactor>[]> {
  const names = await namesIn(reactorsFolder);
  const read = await Promise.all(
    names.map(async (name) => readReactor((await textIn(reactorsFolder, name)) ?? '', `boards/reactors/${name}.yaml`)),
  );
  return read.flatMap((one) => (one.ok ? [one.value] : []));
}

export function readReactor(text: string, file: string): Outcome<Kept<Reactor>> {
  const reactor = readReactorText(text, file);
  return reactor.ok ? { ok: true, value: { read: reactor.value, text } } : reactor;
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
