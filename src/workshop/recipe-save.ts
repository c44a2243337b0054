/**
 * Saves a recipe as the next version of its name. Nothing is ever written over: a name that ships is refused, and so is a
 * text that was taken from a version before the newest. What the checker refuses may be saved all the same: work must not be
 * lost for a value that is not known yet, and every start asks the same checker again.
 */
import * as z from 'zod';
import { refuse, type Answer } from '../console/api/exchange.js';
import { OWN_NAME, type saveAsked } from '../console/api/recipes.js';
import { secondOf } from '../model/date.js';
import { readDocument } from '../model/document.js';
import { libraryFiles } from '../recipe/library.js';
import { savedFile, saveVersion } from '../recipe/saved.js';
import { endOf } from './recipe-place.js';
import { versionTold, versionsTold } from './recipe-list.js';

type Asked = z.infer<typeof saveAsked>;

/** As many as anybody tries; a folder with more is an accident. */
const VERSIONS_MAX = 999;

interface By {
  readonly user: string | null;
  /** UTC, ms. */
  readonly t: number;
}

export async function save(name: string, asked: Asked, saved: string, by: By): Promise<Answer> {
  const wrong = OWN_NAME.test(name) ? nameRefusal(name, asked.text) : badName(name);
  if (wrong !== null) return wrong;
  const known = (await libraryFiles(saved)).find((one) => one.name === name);
  if (known?.ships === true)
    return refuse(
      409,
      `"${name}" came with the program and stays as it is`,
      `another name, such as ${name.slice(0, 60)}-own`,
    );
  const newest = known?.versions.at(-1);
  const { text, base, remark, from = null } = asked;
  if ((newest?.version ?? 0) !== base)
    return overtaken(name, base, newest === undefined ? null : await versionTold(newest));
  if (!(base < VERSIONS_MAX)) return refuse(409, `"${name}" has ${base} versions`, 'another name');
  const next = { version: base + 1, file: savedFile(saved, name, base + 1) };
  if (!(await saveVersion(next.file, text, { ...by, remark, from })))
    return overtaken(name, base, await versionTold(next));
  const versions = await versionsTold([...(known?.versions ?? []), next]);
  return { json: { name, saved: versions.at(-1), versions } };
}

function badName(name: string): Answer {
  return refuse(
    400,
    `"${name.slice(0, 80)}" is not a name`,
    'small letters, digits and hyphens, with / between folders, at most 64',
  );
}

/** A record is found by the name in the text: the two are one, but for the folders. */
function nameRefusal(name: string, text: string): Answer | null {
  const { document } = readDocument(name, Buffer.from(text, 'utf8'));
  const data: unknown = document?.data;
  const written: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'name') : undefined;
  const due = name.split('/').at(-1) ?? name;
  if (document === null || typeof written !== 'string' || written === due) return null;
  const { line, column } = document.problem(['name'], '', '');
  const place = line > 0 ? { line, column, ...endOf(text, line, column) } : {};
  return {
    status: 400,
    problems: [
      {
        message: `the text is named "${written}", and is to be saved as "${name}"`,
        hint: `name: ${due}`,
        path: 'name',
        ...place,
      },
    ],
  };
}

function overtaken(
  name: string,
  base: number,
  newest: { readonly version: number; readonly user: string | null; readonly saved: number | null } | null,
): Answer {
  if (newest === null) return refuse(409, `"${name}" has no version ${base}`, 'base 0: the name is new');
  const when = newest.saved === null ? '' : ` on ${secondOf(newest.saved)} UTC`;
  const own = base === 0 ? 'this text was written as a new one' : `this text comes from version ${base}`;
  return refuse(
    409,
    `${newest.user ?? 'somebody'} saved version ${newest.version} of "${name}"${when}; ${own}`,
    'compare the two, then save on top of the newest, or under another name',
  );
}
