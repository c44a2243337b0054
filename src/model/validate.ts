/**
 * A located document against a zod schema: the value, or every issue at its line and column.
 * Schemas write an issue as `said(message, hint)`; issues of zod's own are put into the same words here.
 */
import { z } from 'zod';
import type { LocatedDocument, Path } from './document.js';
import { inReadingOrder, type Outcome, type Problem, problemsMax } from './problem.js';

const seam = '\n';

/** Message and hint of a schema's own issue, in the one string that zod carries. */
export function said(message: string, hint: string): string {
  return `${message}${seam}${hint}`;
}

/** A strict object that names the keys it knows to whoever writes another. */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? said('this key is not known here', `one of ${known}`)
        : said(issue.input === null || issue.input === undefined ? 'holds nothing' : 'is not a set of fields', known),
  });
}

/** Validates; `earlier` are problems of the document itself, which stand first and silence others at the same place. */
export function validate<T>(
  document: LocatedDocument,
  schema: z.ZodType<T>,
  earlier: readonly Problem[] = [],
): Outcome<T> {
  const parsed = schema.safeParse(document.data);
  if (parsed.success && earlier.length === 0) return { ok: true, value: parsed.data };
  const issues = parsed.success
    ? []
    : parsed.error.issues
        .flatMap(meant)
        .slice(0, problemsMax)
        .flatMap((issue) => problemsOf(document, issue));
  // The schema knows the field's name and what it takes, the document what was written there.
  const merged = earlier.map((problem) => {
    const same = issues.find((issue) => placeOf(issue) === placeOf(problem));
    return same ? { ...problem, path: problem.path || same.path, hint: same.hint || problem.hint } : problem;
  });
  const first = new Map<string, Problem>();
  for (const problem of [...merged, ...issues]) if (!first.has(placeOf(problem))) first.set(placeOf(problem), problem);
  return { ok: false, problems: inReadingOrder([...first.values()]) };
}

/** What is missing stands at its parent's place, beside others that are missing there. */
function placeOf({ file, line, column, message, path }: Problem): string {
  return `${file}:${line}:${column}:${message === missing ? path : ''}`;
}

const missing = 'is missing';

/**
 * Of alternatives the one that was meant: the only one that took the shape of what was written and found its mistake
 * further in. Where none or several did, the alternatives speak as one.
 */
function meant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inner = issue.errors.filter((issues) => issues.every(isFurtherIn));
  const [only, ...others] = inner;
  if (only === undefined || others.length > 0) return [issue];
  return only.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

function isFurtherIn({ code, path }: z.core.$ZodIssue): boolean {
  return path.length > 0 || code === 'unrecognized_keys';
}

function problemsOf(document: LocatedDocument, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.filter((part): part is string | number => typeof part !== 'symbol');
  const { message, hint } = wordsOf(document, issue, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, problemsMax).map((key) => document.problem([...path, key], message, hint, 'key'));
  return [document.problem(path, message, hint, issue.code === 'invalid_key' ? 'key' : 'value')];
}

function wordsOf(document: LocatedDocument, issue: z.core.$ZodIssue, path: Path): { message: string; hint: string } {
  const [message = '', hint = ''] = (
    issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? '') : issue.message
  ).split(seam);
  if (isAbsent(document.data, path)) return { message: missing, hint: hint === '' ? expected(issue) : hint };
  if (hint !== '') return { message, hint };
  return { message: plainMessages[issue.code] ?? message, hint: expected(issue) };
}

/** Words for issues that zod finds by itself; its own speak of types. */
const plainMessages: Partial<Record<z.core.$ZodIssue['code'], string>> = {
  invalid_value: 'is not one of the values known here',
  invalid_type: 'is of the wrong kind',
  too_big: 'is too large',
  too_small: 'is too small',
};

const kindNames: Readonly<Record<string, string>> = {
  object: 'fields, one a line',
  record: 'fields, one a line',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
};

function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code === 'invalid_type') return kindNames[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  if (issue.code === 'too_small') return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
  return '';
}

function isAbsent(data: unknown, path: Path): boolean {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return true;
    value = Reflect.get(value, part);
  }
  return false;
}
