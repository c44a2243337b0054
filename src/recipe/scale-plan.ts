/**
 * A recipe file to the same recipe at another size: chooses the cell, writes the text, and hands it to the one checker like
 * any other recipe. What the recipe includes is scaled with it and stands written out in the new one. Opens the files that the checker opens; writes none.
 */
import { readDocument } from '../model/document.js';
import type { Plan } from '../model/plan.js';
import type { Outcome, Problem } from '../model/problem.js';
import { planFile, planKept } from './files.js';
import { scaledRecipe, type Scaled } from './scale.js';
import { type Asked, type Choice, choices, type Fit, type Present } from './scale-cells.js';
import { fieldsOf, wordAt } from './scale-fields.js';
import { allReactors, type Kept } from './shelf.js';
import type { Reactor } from '../model/reactor.js';

export interface ScaleRequest extends Asked {
  readonly file: string;
  readonly board: string;
  readonly sets?: readonly string[];
  /** Also writes the nitrogen that the new cell is laid out for. */
  readonly sweep: boolean;
  readonly name?: string;
}

/** One way to the amount: the recipe that it gives, and what the checker says of that. */
export interface Way {
  readonly fit: Fit;
  readonly scaled: Scaled;
  readonly checked: Outcome<Plan>;
}

export interface ScaledFile {
  /** Of the recipe as it was. */
  readonly source: Plan;
  readonly data: unknown;
  readonly way: Way;
  /** Other ways that were open, and those that were not. */
  readonly others: readonly Way[];
  readonly closed: readonly Exclude<Choice, { ok: true }>[];
}

export async function scaleFile(request: ScaleRequest): Promise<Outcome<ScaledFile>> {
  const source = await planFile(request.file, { board: request.board, sets: request.sets ?? [] });
  return source.ok ? scalePlan(source.value, request) : source;
}

/** The same of a recipe that is planned already. */
export async function scalePlan(source: Plan, request: ScaleRequest): Promise<Outcome<ScaledFile>> {
  const { document } = readDocument(request.file, Buffer.from(source.text, 'utf8'));
  const data = document?.data;
  const reactors = await allReactors();
  const found = choices(
    presentOf(source, data),
    request,
    reactors.map(({ read }) => read),
  );
  const ways = await Promise.all(
    found.flatMap((choice) => (choice.ok ? [wayOf(choice.fit, source, data, request, reactors)] : [])),
  );
  const closed = found.filter((choice) => !choice.ok);
  const [way, ...others] = ways;
  if (way === undefined) return { ok: false, problems: closed.map((one) => problemOf(one, request)) };
  return { ok: true, value: { source, data, way, others, closed } };
}

function presentOf(plan: Plan, data: unknown): Present {
  const count = fieldsOf(fieldsOf(data)['cell'])['count'];
  const note = wordAt(data, ['provenance', 'cell.reactor', 'from']);
  return {
    amount: wordAt(data, ['basis', 'amount']),
    cells: typeof count === 'number' ? count : 1,
    current_mA: plan.numbers.current_mA,
    reactor: plan.reactor,
    home: / from (\S+) of /.exec(note)?.[1] ?? plan.reactor.name,
  };
}

async function wayOf(
  fit: Fit,
  source: Plan,
  data: unknown,
  { to: total, board, sweep, name }: ScaleRequest,
  reactors: readonly Kept<Reactor>[],
): Promise<Way> {
  const named = name === undefined ? {} : { name };
  const scaled = scaledRecipe(source.text, data, { ...fit, total, source: source.reactor, sweep, ...named });
  const reactor = reactors.find(({ read }) => read === fit.reactor || read.name === fit.reactor.name)?.text;
  const kept = { place: scaled.name, text: scaled.text, overrides: [], reactor: reactor ?? source.files.reactor };
  return { fit, scaled, checked: await planKept(kept, { board }) };
}

function problemOf({ by, message, hint }: Exclude<Choice, { ok: true }>, { to }: ScaleRequest): Problem {
  return { file: by === null ? `--to "${to}"` : `--by ${by}`, line: 0, column: 0, path: '', message, hint };
}
