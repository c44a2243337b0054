/** Recipes, runs and entries as rows of a reply. Reads; decides nothing. */
import type { Row } from '../command/executor.js';
import { knownRecipes } from './named.js';
import { History } from '../record/history.js';
import { dataDirectory, spareDirectory } from '../record/place.js';
import type { Entries } from '../station/entries.js';

/** Older versions can be started by their names, and are not listed: a reply stays short. */
export async function recipeRows(data: string | undefined): Promise<Row[]> {
  const names = [...(await knownRecipes(data)).keys()];
  return names.filter((recipe) => !recipe.includes('@')).map((recipe) => ({ recipe }));
}

/** Newest first. */
export function runRows(data: string | undefined, data2: string | undefined): Row[] {
  const dataDir = dataDirectory(data);
  const history = History.open(dataDir, spareDirectory(dataDir, data2));
  try {
    return (history?.runs() ?? []).map(({ run, recipe, outcome, started_utc_ms, charge_C }) => ({
      run,
      recipe,
      outcome,
      started: started_utc_ms,
      charge_C,
    }));
  } finally {
    history?.close();
  }
}

/** Newest first. */
export function entryRows(entries: Entries): Row[] {
  return entries
    .all()
    .toReversed()
    .map(({ entry, run, actor, t }) => ({ entry, run, actor, t }));
}
