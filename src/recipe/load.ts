/**
 * A recipe's bytes and `--set` arguments to a checked form, every problem at its place. Pure: no file is opened here, and
 * no text of any kind makes it throw.
 */
import { type LocatedDocument, type Path, readDocument, type Reading } from '../model/document.js';
import { inReadingOrder, type Outcome, type Problem } from '../model/problem.js';
import { type Recipe, recipeSchema, type WrittenRecipe } from '../model/recipe.js';
import { validate } from '../model/validate.js';
import { expand } from './expand.js';
import { override } from './override.js';
import { exists, nameOf, pathOf } from './paths.js';

export interface LoadedRecipe {
  /** With its steps written out one after the other. */
  readonly recipe: Recipe;
  /** Where each of them was written; see `writtenPath`. */
  readonly places: readonly Path[];
  readonly document: LocatedDocument;
  readonly overrides: readonly string[];
}

/** Reads a recipe. `sets` are the arguments of `--set`, `path=value`, applied in order before validation. */
export function loadRecipe(file: string, bytes: Uint8Array, sets: readonly string[] = []): Outcome<LoadedRecipe> {
  return loadReading(readDocument(file, bytes, nameOf), sets);
}

/** The same of a document that is read already, such as the one that an entry of a series makes. */
export function loadReading({ document, problems }: Reading, sets: readonly string[] = []): Outcome<LoadedRecipe> {
  if (document === null) return { ok: false, problems };
  const early = [...problems, ...sets.flatMap((argument) => override(document, argument))];
  const validated = validate(document, recipeSchema, early);
  if (!validated.ok) return validated;
  const late = provenanceProblems(document, validated.value);
  const expanded = expand(validated.value);
  if (!expanded.ok)
    late.push(...expanded.findings.map(({ path, message, hint }) => document.problem(path, message, hint)));
  if (!expanded.ok || late.length > 0) return { ok: false, problems: inReadingOrder(late) };
  return { ok: true, value: { ...expanded.value, document, overrides: sets } };
}

/** Each path of the provenance must lead to a field: a note about nothing misleads. */
function provenanceProblems(document: LocatedDocument, recipe: WrittenRecipe): Problem[] {
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
