/**
 * A series and its base to ordinary recipes: each entry is the base with what the entry changes, every value at the place
 * where it was written. Pure: no file is opened here. What an entry makes is judged like any other recipe, elsewhere.
 */
import { basename } from 'node:path';
import type { LocatedDocument, Misplaced, Path, Reading } from '../model/document.js';
import { type Outcome, type Problem, problemsMax } from '../model/problem.js';
import { type Entry, memberName, type Series, seriesSchema } from '../model/series.js';
import { validate } from '../model/validate.js';
import { keepingNotes, leadsNowhere, takeAway } from './override.js';
import { pathOf } from './paths.js';

export interface LoadedSeries {
  readonly series: Series;
  readonly document: LocatedDocument;
}

/** Whether a text that is parsed already is a series, right or wrong. */
export function isSeries({ data }: LocatedDocument): boolean {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, 'series') && !Object.hasOwn(data, 'recipe');
}

export function loadSeries({ document, problems }: Reading): Outcome<LoadedSeries> {
  if (document === null) return { ok: false, problems };
  const validated = validate(document, seriesSchema, problems);
  return validated.ok ? { ok: true, value: { series: validated.value, document } } : validated;
}

/** What a series has made by itself of every entry, and what there is instead. */
const own: ReadonlyMap<string, string> = new Map([
  ['recipe', 'nothing: it stays that of the base'],
  ['name', 'the id of the entry'],
  ['title', 'the title of the entry'],
  ['part_of', 'the tags of the entry'],
]);

/** The recipe that an entry makes of a reading of the base that is changed here; not yet validated. */
export function memberReading({ series, document: from }: LoadedSeries, index: number, base: Reading): Reading {
  const entry = series.entries[index];
  if (entry === undefined) throw new RangeError(`the series has no entry ${index}`);
  const { document, problems } = base;
  if (document === null) return base;
  if (isSeries(document)) {
    const wrong = from.problem(['base'], `"${series.base}" is itself a series`, 'the file of a recipe');
    return { document: null, problems: [wrong] };
  }
  return { document, problems: [...problems, ...new Member(series, entry, index, from, document).make()] };
}

/** One entry on its way into the base's document. */
class Member {
  private readonly problems: Problem[] = [];

  constructor(
    private readonly series: Series,
    private readonly entry: Entry,
    private readonly index: number,
    private readonly from: LocatedDocument,
    private readonly document: LocatedDocument,
  ) {}

  make(): readonly Problem[] {
    const { series, entry, from, document } = this;
    const at = ['entries', this.index];
    document.write(['name'], memberName(series.name, entry.id), from.placeOf([...at, 'id']));
    document.write(['title'], `${series.title}: ${entry.title}`, from.placeOf([...at, 'title']));
    if (series.source !== undefined) this.put('source', ['source'], ['source']);
    if (entry.steps !== undefined) this.put('steps', ['steps'], [...at, 'steps']);
    this.setAll(series.set, ['set']);
    this.setAll(entry.set, [...at, 'set']);
    this.noteAll(series.provenance, ['provenance']);
    this.noteAll(entry.provenance, [...at, 'provenance']);
    this.sign(at);
    document.head((lines) =>
      headOf(lines, `Entry ${entry.id} of the series ${series.name}, made from ${basename(series.base)}.`),
    );
    return this.problems;
  }

  private setAll(values: Entry['set'], at: Path): void {
    for (const [name, value] of Object.entries(values ?? {})) {
      const instead = own.get(name.split('.', 1)[0] ?? '');
      if (instead !== undefined) this.refuse(name, [...at, name], { message: 'is made by the series', hint: instead });
      else if (value === null) {
        const place = this.from.placeOf([...at, name], 'key');
        this.refuse(name, [...at, name], takeAway(this.document, name, place));
      } else this.put(name, pathOf(name, this.document.data), [...at, name]);
    }
  }

  private noteAll(notes: Entry['provenance'], at: Path): void {
    for (const name of Object.keys(notes ?? {})) this.put(`provenance.${name}`, ['provenance', name], [...at, name]);
  }

  /** Puts a value of the series in the recipe. */
  private put(name: string, path: Path, at: Path): void {
    const { document, from } = this;
    const wrong = leadsNowhere(path) ?? keepingNotes(document, from.placeOf(at), () => document.graft(path, from, at));
    this.refuse(name, at, wrong);
  }

  /** The recipe says itself of which series and entry it is. */
  private sign(at: Path): void {
    const { series, entry, from, document } = this;
    document.write(['part_of', 'series'], series.name, from.placeOf(['name']));
    document.write(['part_of', 'entry'], entry.id, from.placeOf([...at, 'id']));
    if (entry.tags !== undefined) document.graft(['part_of', 'tags'], from, [...at, 'tags']);
  }

  private refuse(name: string, at: Path, wrong: Misplaced | undefined): void {
    if (wrong !== undefined) this.problems.push({ ...this.from.placeOf(at, 'key'), path: name, ...wrong });
  }
}

/** The line for editors stays the first; what follows says where the recipe comes from. */
function headOf(lines: readonly string[], origin: string): string[] {
  const isForEditors = (line: string): boolean => line.startsWith('yaml-language-server:');
  return [...lines.filter(isForEditors), origin, ...lines.filter((line) => !isForEditors(line))];
}

/** What is wrong with an entry. */
export interface MemberProblems {
  readonly entry: string;
  readonly problems: readonly Problem[];
}

/** Problems of entries, each told once with the entries that have it: a fault of the base is in all. */
export function foldProblems(members: readonly MemberProblems[], entries: number): Problem[] {
  const folded = new Map<string, { readonly problem: Problem; readonly of: string[] }>();
  for (const { entry, problems } of members) {
    for (const problem of problems) {
      const key = Object.values(problem).join('\n');
      const known = folded.get(key);
      if (known === undefined) folded.set(key, { problem, of: [entry] });
      else if (!known.of.includes(entry)) known.of.push(entry);
    }
  }
  return [...folded.values()].slice(0, problemsMax).map(({ problem, of }) => {
    const who = of.length === entries && entries > 1 ? 'every entry' : of.join(', ');
    return { ...problem, path: problem.path === '' ? who : `${who}: ${problem.path}` };
  });
}
