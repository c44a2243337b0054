/**
 * Recipes that were saved from the console: each version a file of its own below the folder, `NAME@VERSION.yaml`, never
 * written again, with who saved it when and why beside it. Owns these files and their names; judges no recipe.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import * as z from 'zod';

const VERSION = /^(?<name>.+)@(?<version>[1-9][0-9]{0,5})$/;
const FILE = /^(?<name>.+)@(?<version>[0-9]{1,6})\.yaml$/;
const MODE = 0o644;

export interface SavedFile {
  readonly version: number;
  readonly file: string;
}

/** Who saved it when, as it was then. */
const note = z.object({
  user: z.string().nullable(),
  t: z.number().nullable(),
  remark: z.string(),
  from: z.string().nullable(),
  sha256: z.string().nullable(),
});
export type SavedNote = z.infer<typeof note>;

const UNKNOWN: SavedNote = { user: null, t: null, remark: '', from: null, sha256: null };

/** Below the directory of the record. */
export function savedFolder(dataDir: string): string {
  return join(dataDir, 'recipes');
}

/** Version 0 is none that was saved: the place in which a text stands that is not saved yet. */
export function savedFile(folder: string, name: string, version: number): string {
  return join(folder, `${name}@${version}.yaml`);
}

export function isSavedFile(file: string): boolean {
  return FILE.test(basename(file));
}

/** `NAME@VERSION` in its parts; null: of no version. */
export function versionOf(written: string): { readonly name: string; readonly version: number | null } {
  const { name, version } = VERSION.exec(written)?.groups ?? {};
  return name === undefined ? { name: written, version: null } : { name, version: Number(version) };
}

/** Every name with its versions, the oldest first. A folder that is not there holds none. */
export async function savedRecipes(folder: string): Promise<ReadonlyMap<string, readonly SavedFile[]>> {
  const found = new Map<string, SavedFile[]>();
  for (const file of await filesIn(folder)) {
    const { name, version } = FILE.exec(file)?.groups ?? {};
    if (name === undefined || !(Number(version) > 0)) continue;
    const key = name.split(sep).join('/');
    found.set(key, [...(found.get(key) ?? []), { version: Number(version), file: join(folder, file) }]);
  }
  for (const versions of found.values()) versions.sort((a, b) => a.version - b.version);
  return new Map([...found].toSorted(([a], [b]) => a.localeCompare(b)));
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** What was noted when it was saved; nothing is known where that is lost. */
export async function savedNote(file: string): Promise<SavedNote> {
  try {
    return note.parse(JSON.parse(await readFile(noteOf(file), 'utf8')));
  } catch {
    return UNKNOWN; // the text is what counts; who wrote it is told as unknown
  }
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Is on the disk when it returns, whole or not at all.
 * @returns false: this version is there already, and stays as it is.
 */
export async function saveVersion(file: string, text: string, by: Omit<SavedNote, 'sha256'>): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true });
  if (!(await putNew(file, text))) return false;
  await putNew(noteOf(file), `${JSON.stringify({ ...by, sha256: sha256Of(text) })}\n`);
  return true;
}

function noteOf(file: string): string {
  return file.replace(/\.yaml$/, '.json');
}

/** Under another name first: a link to the whole file appears at once, and never over another one. */
async function putNew(file: string, text: string): Promise<boolean> {
  const early = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  const handle = await open(early, 'w', MODE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(early, file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(early);
  }
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync(); // the name, too, outlives a power cut
  } finally {
    await folder.close();
  }
  return true;
}

/** Name of a file below a folder, without its ending. */
export function nameBelow(folder: string, file: string): string {
  return relative(folder, file)
    .split(sep)
    .join('/')
    .replace(/\.ya?ml$/, '');
}
