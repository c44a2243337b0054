/**
 * Steps of other recipes put in the place of `include`, before anything is validated: the text that is kept, and every
 * problem's place, are then of one document. Reads files through the one reader that keeps to the folder of the recipes.
 */
import { type LocatedDocument, type Path, readDocument, type Reading } from '../model/document.js';
import type { Problem } from '../model/problem.js';
import { stepsMax } from '../model/recipe.js';
import { nameOf } from './paths.js';
import { readBeside } from './reading.js';

/** Includes within includes; deeper than this nobody finds what a recipe does. */
const depthMax = 5;

/** An include that is well written; what is not stays for the schema to refuse. */
interface Include {
  readonly path: Path;
  readonly recipe: string;
  readonly steps: readonly string[] | null;
}

/** Files read so far, each made whole once; a file in the making includes itself when it is asked for again. */
type Shelf = Map<string, Reading | 'in the making'>;

/** The reading with everything included, or with what is wrong about that. */
export async function withIncludes(reading: Reading): Promise<Reading> {
  if (reading.document === null) return reading;
  const { file } = reading.document;
  return whole(reading, file, new Map([[file, 'in the making']]), 0);
}

async function whole(reading: Reading, file: string, shelf: Shelf, depth: number): Promise<Reading> {
  const { document } = reading;
  if (document === null) return reading;
  const problems: Problem[] = [...reading.problems];
  for (
    let one = firstInclude(document.data);
    one !== null && problems.length === 0;
    one = firstInclude(document.data)
  ) {
    const found = await includedBy(document, one, file, shelf, depth);
    if (found.document === null) problems.push(...found.problems);
    else problems.push(...exchanged(document, one, found.document));
  }
  return { document, problems };
}

async function includedBy(
  document: LocatedDocument,
  { path, recipe }: Include,
  file: string,
  shelf: Shelf,
  depth: number,
): Promise<Reading> {
  const refuse = (message: string, hint: string): Reading => ({
    document: null,
    problems: [document.problem([...path, 'include', 'recipe'], message, hint)],
  });
  if (depth >= depthMax) return refuse(`more than ${depthMax} files include one another`, 'fewer of them');
  const read = await readBeside(file, recipe);
  if (!read.ok) return refuse(read.wrong.message, read.wrong.hint);
  const known = shelf.get(read.value.file);
  if (known === 'in the making') return refuse(`"${recipe}" includes itself`, 'a file that does not come back here');
  if (known !== undefined) return known;
  shelf.set(read.value.file, 'in the making');
  const made = await whole(readDocument(read.value.file, read.value.bytes, nameOf), read.value.file, shelf, depth + 1);
  const kept = made.problems.length > 0 ? { document: null, problems: made.problems } : made;
  shelf.set(read.value.file, kept);
  return kept;
}

/** Puts the steps in their place; gives what is wrong with them. */
function exchanged(document: LocatedDocument, { path, steps }: Include, from: LocatedDocument): Problem[] {
  const refuse = (field: string, message: string, hint: string): Problem[] => [
    document.problem([...path, 'include', field], message, hint),
  ];
  const offered = listOf(from.data, 'steps').map((_, index) => nameOf(['steps', index], from.data));
  if (offered.length === 0) return refuse('recipe', 'this file has no steps', 'a recipe');
  const unknown = steps?.find((id) => !offered.includes(id));
  if (unknown !== undefined)
    return refuse('steps', `there is no step "${unknown}" in that file`, `one of ${offered.join(', ')}`);
  const taken = (steps ?? offered).map((id) => ['steps', offered.indexOf(id)]);
  if (listOf(document.data, 'steps').length + taken.length > stepsMax)
    return refuse('recipe', `with it there are more than ${stepsMax} steps`, `at most ${stepsMax}`);
  const wrong = document.exchange(path, from, taken);
  return wrong === undefined ? [] : refuse('recipe', wrong.message, wrong.hint);
}

/** The first include among the steps, also of those that are repeated. */
function firstInclude(
  data: unknown,
  path: Path = ['steps'],
  list: readonly unknown[] = listOf(data, 'steps'),
): Include | null {
  for (const [index, step] of list.entries()) {
    const place = [...path, index];
    const own = includeIn(field(step, 'include'), place);
    if (own !== null) return own;
    const inner = firstInclude(data, [...place, 'repeat', 'steps'], listOf(field(step, 'repeat'), 'steps'));
    if (inner !== null) return inner;
  }
  return null;
}

function includeIn(written: unknown, path: Path): Include | null {
  const recipe = field(written, 'recipe');
  const steps = field(written, 'steps');
  if (typeof recipe !== 'string' || recipe === '') return null;
  if (steps === undefined) return { path, recipe, steps: null };
  const names = Array.isArray(steps) ? steps.filter((id) => typeof id === 'string') : [];
  return Array.isArray(steps) && names.length === steps.length && names.length > 0
    ? { path, recipe, steps: names }
    : null;
}

function listOf(data: unknown, name: string): readonly unknown[] {
  const list = field(data, name);
  return Array.isArray(list) ? list : [];
}

function field(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, name) ? Reflect.get(data, name) : undefined;
}
