/**
 * A recipe's text at another size: fields, prompts, comments and provenance. Charge per mole, current density, concentrations
 * and temperature stay. What a field was before it was first scaled is kept in its provenance, so that scaling back gives the
 * same recipe. Pure; whether the result may run is the checker's to say.
 */
import type { Path } from '../model/document.js';
import type { Reactor } from '../model/reactor.js';
import { charge_C, hydrogen_umol } from '../physics/charge.js';
import { GAS_VOLUME_mL_MOL } from '../physics/constants.js';
import { bodies, type Change, changesOf, fieldsOf, pumpStep, type Scaling, wordAt } from './scale-fields.js';
import type { Method } from './scale-cells.js';
import { type Renewed, renewed, type Unknown } from './scale-prose.js';
import { read, significant } from './scale-quantity.js';
import { plain, RecipeText } from './scale-text.js';
import { exists, nameOf, pathOf } from './paths.js';

export interface Target {
  /** Amount of all cells and of one, as they are to be written. */
  readonly total: string;
  readonly amount: string;
  readonly factor: number;
  readonly areas: number;
  /** What carries the other size: area, time, cells, in this order. */
  readonly by: readonly Method[];
  readonly source: Reactor;
  readonly reactor: Reactor;
  /** Cells in parallel, each on a board of its own. */
  readonly cells: number;
  /** Also the nitrogen as the reactor is laid out. */
  readonly sweep: boolean;
  /** Default: the source's with the amount behind it. */
  readonly name?: string;
}

export interface Scaled {
  readonly text: string;
  readonly name: string;
  readonly changes: readonly Change[];
  /** Quantities in prompts and comments that a person should look at. */
  readonly unsure: readonly Unsure[];
}

/** A quantity in the words of a recipe that states nothing known of it, and stays as it is. */
export interface Unsure {
  readonly found: string;
  /** In the text of the source. */
  readonly line: number;
  /** What it would be if it went with the amount; null for what does not. */
  readonly grown: string | null;
}

/** What a field was before it was first scaled, and what its provenance said then. */
interface Root {
  readonly word: string;
  readonly recipe: string;
  readonly by: string;
  readonly note: string | null;
}

const marked = /^scaled by (?<by>[a-z, ]+?) from (?<word>.+?) of (?<recipe>[a-z0-9-]+)(?: \((?<note>.*)\))?$/s;

function rootIn(note: string): Root | null {
  const { by, word, recipe, note: old } = marked.exec(note)?.groups ?? {};
  if (by === undefined || word === undefined || recipe === undefined) return null;
  return { by, word, recipe, note: old ?? null };
}

export function scaledRecipe(source: string, data: unknown, target: Target): Scaled {
  const text = new RecipeText(source);
  const rootAt = (path: Path): Root | null => rootIn(noteOf(data, nameOf(path, data)));
  const home = rootAt(['cell', 'reactor'])?.word ?? wordAt(data, ['cell', 'reactor']);
  const scaling: Scaling = {
    factor: target.factor,
    areas: target.areas,
    source: target.source,
    target: target.reactor,
    sweep: target.sweep,
    root: (path) => rootAt(path)?.word,
    isHome: home === target.reactor.name,
  };
  const changes = [...changesOf(data, target.amount, scaling), ...counted(data, target.cells)];
  const sourceName = wordAt(data, ['name']);
  const name = target.name ?? nameFor(sourceName, target, rootAt, scaling.isHome);
  for (const { path, to } of changes) if (!isCount(path)) text.replace(path, to);
  if (name !== sourceName) text.replace(['name'], name);
  count(text, data, target.cells);
  const notes = new Map<string, string | null>(
    changes.map((change) => [nameOf(change.path, data), noteAfter(change, rootAt(change.path), data, target.by)]),
  );
  for (const [key, note] of pump(text, data, target)) notes.set(key, note);
  provenance(text, data, notes);
  const unsure = prose(text, data, changes, target);
  return { text: text.changed(), name, changes, unsure };
}

function noteOf(data: unknown, name: string): string {
  const notes = fieldsOf(fieldsOf(data)['provenance']);
  return Object.hasOwn(notes, name) ? wordAt(notes[name], ['from']) : '';
}

/** The name of the source when this goes back to it; else that name and the amount. */
function nameFor(name: string, target: Target, rootAt: (path: Path) => Root | null, isHome: boolean): string {
  const { total, amount, cells, reactor } = target;
  const size = rootAt(['basis', 'amount']);
  const root = size ?? rootAt(['cell', 'count']);
  const first = root?.recipe ?? name;
  if (root !== null && isHome && cells === 1 && (size === null || size.word === amount)) return first;
  const suffix = total.replace(/ /g, '').replace(/\./g, '-').toLowerCase();
  const many = cells === 1 ? '' : `-${cells}-cells`;
  const flows = reactor.transport.kind === 'channel' && !first.includes('flow') ? '-flow' : '';
  return `${first.slice(0, 40)}-${suffix}${flows}${many}`;
}

function isCount(path: Path): boolean {
  return path.join('.') === 'cell.count';
}

/** Cells in parallel; one is not written. */
function counted(data: unknown, cells: number): Change[] {
  const written = fieldsOf(fieldsOf(data)['cell'])['count'];
  const from = typeof written === 'number' ? written : 1;
  return from === cells ? [] : [{ path: ['cell', 'count'], from: String(from), to: String(cells), kind: null }];
}

/** What provenance says of a changed field; null where the field is the source's again and it had none. */
function noteAfter({ path, from, to }: Change, root: Root | null, data: unknown, by: readonly Method[]): string | null {
  if (root !== null && root.word === to) return root.note;
  const old = noteOf(data, nameOf(path, data));
  const note = root === null ? (old === '' ? null : old) : root.note;
  const ways = new Set([...(root?.by.split(', ') ?? []), ...by]);
  const word = root?.word ?? from;
  const recipe = root?.recipe ?? wordAt(data, ['name']);
  return `scaled by ${[...ways].join(', ')} from ${word} of ${recipe}${note === null ? '' : ` (${note})`}`;
}

/** Cells in parallel stand in the recipe, whose numbers are all those of one cell. */
function count(text: RecipeText, data: unknown, cells: number): void {
  const path = ['cell', 'count'];
  const has = exists(path, data);
  if (cells === 1 && has) text.remove(path);
  else if (has) text.replace(path, cells);
  else if (cells > 1) text.insertField(['cell'], 'count', String(cells));
}

/** A step for the pump where the new cell has one and the old had none, or none any more. Gives what provenance says of it. */
function pump(text: RecipeText, data: unknown, { reactor, source, by }: Target): [string, string | null][] {
  if (reactor.transport.kind === source.transport.kind) return [];
  const steps = bodies(fieldsOf(data)['steps'], ['steps']);
  if (reactor.transport.kind === 'stirred') {
    const flows = steps.filter(({ kind }) => kind === 'flow').map(({ path }) => path.slice(0, -1));
    const gone = [...flows, ['limits', 'flow_min'], ['pause', 'flow']].filter((path) => exists(path, data));
    for (const path of gone) text.remove(path);
    const names = gone.map((path) => nameOf(path, data));
    const notes = Object.keys(fieldsOf(fieldsOf(data)['provenance']));
    return notes
      .filter((note) => names.some((name) => note === name || note.startsWith(`${name}.`)))
      .map((note) => [note, null]);
  }
  const before = steps.find(({ kind }) => kind === 'cool' || kind === 'heat' || kind === 'electrolyse');
  const step = pumpStep(reactor);
  if (before === undefined || step === null) return [];
  text.insertBefore(before.path.slice(0, 2), step);
  return [['flow.rate', `added for the pump, scaled by ${by.join(', ')}; ${reactor.name} is laid out for it`]];
}

/** Notes are put in place, taken out, or added behind the others. */
function provenance(text: RecipeText, data: unknown, notes: ReadonlyMap<string, string | null>): void {
  const before = fieldsOf(fieldsOf(data)['provenance']);
  const lines: string[] = [];
  let taken = 0;
  for (const [name, note] of notes) {
    const has = Object.hasOwn(before, name);
    if (note === null && has) {
      taken++;
      text.remove(['provenance', name]);
    } else if (note !== null && has) text.replace(['provenance', name, 'from'], note);
    else if (note !== null && isField(name, data)) lines.push(`${name}: { derived: true, from: ${plain(note)} }`);
  }
  const isEmpty = taken > 0 && taken === Object.keys(before).length;
  if (isEmpty && lines.length === 0) text.removeWithGap(['provenance']);
  else text.append('provenance', lines);
}

/** A step that is added now is none of the data yet. */
function isField(name: string, data: unknown): boolean {
  return name === 'flow.rate' || name === 'cell.count' || exists(pathOf(name, data), data);
}

/** Prompts, title and comments. Gives the quantities that nothing is known of. */
function prose(text: RecipeText, data: unknown, changes: readonly Change[], { factor }: Target): Unsure[] {
  const table: Renewed[] = changes.flatMap(({ kind, from, to }) => (kind === null ? [] : [{ kind, from, to }]));
  const before = wordAt(data, ['basis', 'amount']);
  const after = changes.find(({ path }) => path.join('.') === 'basis.amount')?.to ?? before;
  for (const reagent of Object.values(fieldsOf(fieldsOf(data)['reagents']))) {
    const mass = wordAt(reagent, ['mass']);
    const precise = { from: massOf(reagent, before), to: massOf(reagent, after) };
    const at = table.findIndex(({ from }) => from === mass);
    const { to = mass } = table[at] ?? {};
    if (mass === '') table.push({ kind: 'mass', ...precise });
    else table.splice(at < 0 ? table.length : at, at < 0 ? 0 : 1, { kind: 'mass', from: mass, to, precise });
  }
  const charge = wordAt(data, ['basis', 'charge']);
  if (charge !== '')
    table.push({ kind: 'volume', from: hydrogenMax_mL(before, charge), to: hydrogenMax_mL(after, charge) });
  const kept = wordsOf(data);
  const spans = [...text.comments(), ...text.spansUnder(new Set(['prompt', 'ask', 'title']))];
  const unsure = spans.flatMap(({ from, to }) => {
    const old = text.text.slice(from, to);
    const { text: next, unknown } = renewed(old, table, kept);
    if (next !== old) text.splice(from, to, next);
    return unknown.map((one) => unsureOf(one, text.text.slice(0, from + one.at), factor));
  });
  const isFirst = (one: Unsure, index: number): boolean =>
    unsure.findIndex(({ found, line }) => found === one.found && line === one.line) === index;
  // More cells of the same size change nothing in the words of one.
  return factor === 1 ? [] : unsure.filter(isFirst);
}

function unsureOf({ found, kind }: Unknown, before: string, factor: number): Unsure {
  const value = kind === null ? undefined : read(kind, found)?.value;
  const grown = kind === null || value === undefined ? null : significant(kind, factor * value, found);
  return { found, line: before.split('\n').length, grown };
}

/** Of a reagent whose mass the recipe leaves to the weighing table. */
function massOf(reagent: unknown, amount: string): string {
  const equivalents = read('equivalents', wordAt(reagent, ['equivalents']))?.value ?? 0;
  const molarMass_g_mol = read('molarMass', wordAt(reagent, ['molar_mass']))?.value ?? 0;
  return `${(equivalents * molarMass_g_mol * (read('amount', amount)?.value ?? 0)).toFixed(6)} mg`;
}

/** Hydrogen at 25 degC if all charge made it, mL: prompts tell it. */
function hydrogenMax_mL(amount: string, charge: string): string {
  const passed_C = charge_C(read('chargePerMole', charge)?.value ?? 0, read('amount', amount)?.value ?? 0);
  return `${(hydrogen_umol(passed_C) * 1e-6 * GAS_VOLUME_mL_MOL).toFixed(6)} mL`;
}

/** Every text of the data: a quantity that stands in a field and has not changed is right in a prompt as well. */
function wordsOf(data: unknown): string[] {
  if (typeof data === 'string') return [data];
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(wordsOf) : [];
}
