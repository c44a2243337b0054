/**
 * Recipe and series files to plans: reads them, makes each entry of a series a recipe, and hands every recipe to the one
 * checker with the reactor that it names and the board. Knows the order of these; each part is elsewhere.
 */
import { createHash } from 'node:crypto';
import type { Board } from '../model/board.js';
import { type Misplaced, readDocument, type Reading } from '../model/document.js';
import type { Plan } from '../model/plan.js';
import { formatProblem, inReadingOrder, type Outcome, type Problem } from '../model/problem.js';
import type { Reactor } from '../model/reactor.js';
import type { Series } from '../model/series.js';
import { check } from './check.js';
import { writtenPath } from './expand.js';
import { withIncludes } from './include.js';
import { loadReading, loadRecipe, type LoadedRecipe } from './load.js';
import { addressOf, nameOf } from './paths.js';
import { type Read, readBeside, type ReadBytes, readBytes } from './reading.js';
import { foldProblems, isSeries, type LoadedSeries, loadSeries, memberReading } from './series.js';
import { type Kept, keptBoard, loadReactor, readReactor } from './shelf.js';

export { loadBoard, reactorNamed } from './shelf.js';

export interface PlanOptions {
  /** Name of a board in boards/. */
  readonly board: string;
  /** Arguments of `--set`, `path=value`. */
  readonly sets?: readonly string[];
}

/** What a file gives: one plan, or one of each entry of a series. */
export type PlannedFile =
  | { readonly kind: 'recipe'; readonly plan: Plan }
  | { readonly kind: 'series'; readonly series: Series; readonly plans: readonly Plan[] };

/** One recipe, by its file or as `FILE#entry` of a series, to a plan; or every problem. */
export async function planFile(address: string, options: PlanOptions): Promise<Outcome<Plan>> {
  const found = await planAll(address, options, 'one');
  if (!found.ok) return found;
  if (found.value.kind === 'recipe') return { ok: true, value: found.value.plan };
  throw new Error('one recipe was asked for');
}

/** A recipe, a series with all its entries, or `FILE#entry`. A whole series is refused where one recipe is due. */
export async function planAll(
  address: string,
  options: PlanOptions,
  take: 'one' | 'all' = 'all',
): Promise<Outcome<PlannedFile>> {
  return planOf(address, await readBytes(addressOf(address).file), options, take);
}

/** The same of a text that stands in the place of that file, from where it names others. */
export async function planWritten(
  address: string,
  text: string,
  options: PlanOptions,
  take: 'one' | 'all' = 'all',
): Promise<Outcome<PlannedFile>> {
  const { file } = addressOf(address);
  return planOf(address, { ok: true, value: { file, bytes: Buffer.from(text, 'utf8') } }, options, take);
}

async function planOf(
  address: string,
  bytes: Read,
  { board: name, sets }: PlanOptions,
  take: 'one' | 'all',
): Promise<Outcome<PlannedFile>> {
  const { file, entry } = addressOf(address);
  const [board, read] = await Promise.all([keptBoard(name), readAddressed(file, bytes, entry, take)]);
  if (!read.ok || !board.ok) return { ok: false, problems: [...problemsOf(read), ...problemsOf(board)] };
  if (read.value.kind === 'series') return planSeries(read.value.loaded, file, { board: board.value, sets });
  const plan = await planReading(read.value.reading, { board: board.value, sets });
  if (!plan.ok) {
    const { entry: id } = read.value;
    return id === undefined ? plan : { ok: false, problems: foldProblems([{ entry: id, problems: plan.problems }], 1) };
  }
  return { ok: true, value: { kind: 'recipe', plan: plan.value } };
}

/** A series file by itself: what its entries are, not yet whether they hold. */
export async function readSeries(file: string): Promise<Outcome<LoadedSeries>> {
  const read = await readBytes(file);
  if (!read.ok) return refuse(file, read.wrong);
  const reading = readDocument(file, read.value.bytes);
  if (reading.document !== null && !isSeries(reading.document)) {
    const wrong = { message: 'is not a series', hint: 'a file with `series: 1` at its top' };
    return refuse(file, wrong);
  }
  return loadSeries(reading);
}

/** Board and overrides of a plan. */
interface Against {
  readonly board: Kept<Board>;
  readonly sets: readonly string[] | undefined;
}

type Addressed =
  | { readonly kind: 'series'; readonly loaded: LoadedSeries }
  | { readonly kind: 'recipe'; readonly reading: Reading; readonly entry: string | undefined };

async function readAddressed(
  file: string,
  read: Read,
  entry: string | undefined,
  take: 'one' | 'all',
): Promise<Outcome<Addressed>> {
  if (!read.ok) return refuse(file, read.wrong);
  const reading = readDocument(file, read.value.bytes, nameOf);
  const ofSeries = reading.document !== null && isSeries(reading.document);
  if (!ofSeries && (entry === undefined || reading.document === null))
    return { ok: true, value: { kind: 'recipe', reading, entry: undefined } };
  if (!ofSeries) return refuse(`${file}#${entry}`, { message: 'is a recipe, and has no entries', hint: file });
  const loaded = loadSeries(readDocument(file, read.value.bytes));
  if (!loaded.ok) return loaded;
  const { series } = loaded.value;
  const index = series.entries.findIndex(({ id }) => id === entry);
  if (index >= 0) return memberOf(loaded.value, index, file);
  if (entry === undefined && take === 'all') return { ok: true, value: { kind: 'series', loaded: loaded.value } };
  const hint = `one of ${series.entries.map(({ id }) => `${file}#${id}`).join(', ')}`;
  if (entry === undefined) return refuse(file, { message: 'is a series; one entry of it is due here', hint });
  return refuse(`${file}#${entry}`, { message: `the series "${series.name}" has no such entry`, hint });
}

async function memberOf(loaded: LoadedSeries, index: number, file: string): Promise<Outcome<Addressed>> {
  const base = await readBase(loaded, file);
  if (!base.ok) return base;
  const entry = loaded.series.entries[index]?.id;
  return { ok: true, value: { kind: 'recipe', reading: await entryReading(loaded, index, base.value), entry } };
}

async function readBase({ series, document }: LoadedSeries, file: string) {
  const read = await readBeside(file, series.base);
  if (read.ok) return read;
  return { ok: false, problems: [document.problem(['base'], read.wrong.message, read.wrong.hint)] } as const;
}

/** What the base includes stands in it before the entry changes it, so that these steps can be set as well. */
async function entryReading(loaded: LoadedSeries, index: number, { file, bytes }: ReadBytes): Promise<Reading> {
  return memberReading(loaded, index, await withIncludes(readDocument(file, bytes, nameOf)));
}

async function planSeries(loaded: LoadedSeries, file: string, against: Against): Promise<Outcome<PlannedFile>> {
  const { series } = loaded;
  const base = await readBase(loaded, file);
  if (!base.ok) return base;
  const members = await Promise.all(
    series.entries.map(async ({ id: entry }, index) => ({
      entry,
      plan: await planReading(await entryReading(loaded, index, base.value), against),
    })),
  );
  const wrong = members.map(({ entry, plan }) => ({ entry, problems: problemsOf(plan) }));
  const problems = foldProblems(wrong, series.entries.length);
  if (problems.length > 0) return { ok: false, problems };
  const plans = members.flatMap(({ plan }) => (plan.ok ? [plan.value] : []));
  return { ok: true, value: { kind: 'series', series, plans } };
}

async function planReading(reading: Reading, { board, sets }: Against): Promise<Outcome<Plan>> {
  const loaded = loadReading(await withIncludes(reading), sets);
  if (!loaded.ok) return loaded;
  const { recipe, document } = loaded.value;
  const reactor = await loadReactor(recipe.cell.reactor, document);
  return reactor.ok ? planned(loaded.value, reactor.value, board) : reactor;
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

/** A recipe that came as text: it stands alone, and no file is read for it but those of the reactor and the board. */
export async function planText(
  place: string,
  text: string,
  options: Pick<PlanOptions, 'board'>,
): Promise<Outcome<Plan>> {
  const board = await keptBoard(options.board);
  const loaded = loadRecipe(place, Buffer.from(text, 'utf8'));
  if (!loaded.ok || !board.ok) return { ok: false, problems: [...problemsOf(loaded), ...problemsOf(board)] };
  const { recipe, document } = loaded.value;
  const reactor = await loadReactor(recipe.cell.reactor, document);
  return reactor.ok ? planned(loaded.value, reactor.value, board.value) : reactor;
}

function planned(
  { recipe, places, document, overrides }: LoadedRecipe,
  reactor: Kept<Reactor>,
  board: Kept<Board>,
): Outcome<Plan> {
  const checked = check(recipe, reactor.read, board.read, places);
  if (!checked.ok) {
    const problems = checked.findings.map(({ rule, path, message, hint }) => ({
      ...document.problem(writtenPath({ places }, path), message, hint),
      rule,
    }));
    return { ok: false, problems: inReadingOrder(onceEach(problems)) };
  }
  const { text } = document;
  const files = { board: board.text, reactor: reactor.text };
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ok: true, value: { ...checked.plan, overrides, text, sha256, files } };
}

/** A step that repeats is wrong in one place of the file, however often it is run. */
function onceEach(problems: readonly Problem[]): Problem[] {
  const told = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...told.values()];
}

function problemsOf(outcome: Outcome<unknown>): readonly Problem[] {
  return outcome.ok ? [] : outcome.problems;
}

/** Of a whole file. */
function refuse(file: string, wrong: Misplaced): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [{ file, line: 0, column: 0, path: '', ...wrong }] };
}
