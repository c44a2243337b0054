/**
 * A recipe's bytes and `--set` arguments to a checked form, every problem at its place. Pure: no file is opened here, and
 * no text of any kind makes it throw.
 */
import { type LocatedDocument, readDocument } from '../model/document.js';
import { inReadingOrder, type Outcome, type Problem } from '../model/problem.js';
import { type Recipe, recipeSchema } from '../model/recipe.js';
import { validate } from '../model/validate.js';
import { exists, nameOf, pathOf } from './paths.js';

export interface LoadedRecipe {
  readonly recipe: Recipe;
  readonly document: LocatedDocument;
  readonly overrides: readonly string[];
}

/** Reads a recipe. `sets` are the arguments of `--set`, `path=value`, applied in order before validation. */
export function loadRecipe(file: string, bytes: Uint8Array, sets: readonly string[] = []): Outcome<LoadedRecipe> {
  const { document, problems } = readDocument(file, bytes, nameOf);
  if (document === null) return { ok: false, problems };
  const early = [...problems, ...sets.flatMap((argument) => override(document, argument))];
  const validated = validate(document, recipeSchema, early);
  if (!validated.ok) return validated;
  const late = provenanceProblems(document, validated.value);
  if (late.length > 0) return { ok: false, problems: inReadingOrder(late) };
  return { ok: true, value: { recipe: validated.value, document, overrides: sets } };
}

/** Applies one `--set path=value` to the document. Gives what is wrong with it; the value itself is validated with the rest. */
export function override(document: LocatedDocument, argument: string): Problem[] {
  const equals = argument.indexOf('=');
  const place = { file: `--set "${argument}"`, line: 0, column: 0 };
  if (equals < 1)
    return [{ ...place, path: '', message: 'is not path=value', hint: '--set "electrolyse.current=20 mA"' }];
  const name = argument.slice(0, equals).trim();
  const value = argument.slice(equals + 1).trim();
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (argument.length > 1000 || /[\u0000-\u001f\u007f]/.test(argument)) {
    return [
      {
        ...place,
        file: '--set',
        path: '',
        message: 'is too long or holds control characters',
        hint: 'one line of text',
      },
    ];
  }
  const wrong = document.set(pathOf(name, document.data), scalar(value), place.file);
  return wrong === undefined ? [] : [{ ...place, path: name, ...wrong }];
}

function scalar(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^-?(0|[1-9][0-9]{0,14})$/.test(value) ? Number(value) : value;
}

/** Each path of the provenance must lead to a field: a note about nothing misleads. */
function provenanceProblems(document: LocatedDocument, recipe: Recipe): Problem[] {
  const { data } = document;
  return Object.keys(recipe.provenance ?? {})
    .filter((name) => !exists(pathOf(name, data), data))
    .map((name) =>
      document.problem(
        ['provenance', name],
        'there is no such field in this recipe',
        'the path of a field, as in --set',
        'key',
      ),
    );
}
