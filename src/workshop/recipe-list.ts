/** The library as a list, each recipe with what the checker says of it. Checks anew only when a file has changed. */
import { stat } from 'node:fs/promises';
import type { RecipeRow, SavedVersion, Verdict } from '../console/api/recipes.js';
import { planAll, planFile, readSeries } from '../recipe/files.js';
import { type LibraryFile, libraryFiles } from '../recipe/library.js';
import { readDocument } from '../model/document.js';
import { readBytes } from '../recipe/reading.js';
import { savedNote, type SavedFile } from '../recipe/saved.js';
import type { RecipePlace } from './recipe-place.js';
import { together, verdictOf } from './recipe-plans.js';

type Judged = Pick<RecipeRow, 'kind' | 'title' | 'what' | 'verdict' | 'entries'>;

export class RecipeList {
  /** What was found of a file, for as long as no file of the library changes: one may be the base of another. */
  private readonly judged = new Map<string, Judged>();
  private stamp = '';

  constructor(private readonly place: RecipePlace) {}

  async rows(): Promise<RecipeRow[]> {
    const files = await libraryFiles(this.place.saved);
    const stamp = (await Promise.all(files.map(({ file }) => stampOf(file)))).join('\n');
    if (stamp !== this.stamp) this.judged.clear();
    this.stamp = stamp;
    const rows: RecipeRow[] = [];
    for (const file of files) rows.push(await this.row(file));
    return rows;
  }

  private async row({ name, file, ships, versions }: LibraryFile): Promise<RecipeRow> {
    const judged = this.judged.get(file) ?? (await this.judge(file));
    this.judged.set(file, judged);
    return { name, ships, versions: await versionsTold(versions), ...judged };
  }

  private async judge(file: string): Promise<Judged> {
    const { board } = this.place;
    const { title, what } = await headOf(file);
    const series = await readSeries(file);
    if (!series.ok) {
      const planned = await planAll(file, { board });
      const one =
        planned.ok && planned.value.kind === 'recipe' ? { ok: true as const, value: planned.value.plan } : null;
      const verdict = verdictOf(one ?? { ok: false, problems: planned.ok ? [] : planned.problems });
      return { kind: 'recipe', title, what, verdict, entries: [] };
    }
    const entries: { id: string; title: string; verdict: Verdict }[] = [];
    for (const entry of series.value.series.entries)
      entries.push({
        id: entry.id,
        title: entry.title,
        verdict: verdictOf(await planFile(`${file}#${entry.id}`, { board })),
      });
    return { kind: 'series', title, what, verdict: together(entries.map(({ verdict }) => verdict)), entries };
  }
}

async function stampOf(file: string): Promise<string> {
  const { mtimeMs, size } = await stat(file);
  return `${file} ${mtimeMs} ${size}`;
}

/** Title and source as they are written, also of what is refused. */
async function headOf(file: string): Promise<{ readonly title: string; readonly what: string }> {
  const read = await readBytes(file);
  const data = read.ok ? readDocument(file, read.value.bytes).document?.data : undefined;
  const title = fieldOf(data, 'title');
  const what = fieldOf(fieldOf(data, 'source'), 'note');
  return { title: typeof title === 'string' ? title : '', what: typeof what === 'string' ? what : '' };
}

function fieldOf(data: unknown, key: string): unknown {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, key) ? Reflect.get(data, key) : undefined;
}

export function versionsTold(versions: readonly SavedFile[]): Promise<SavedVersion[]> {
  return Promise.all(versions.map(versionTold));
}

export async function versionTold({ version, file }: SavedFile): Promise<SavedVersion> {
  const { user, t, remark, from } = await savedNote(file);
  return { version, saved: t, user, remark, from };
}
