/**
 * The text of a reactor file to plain data, and a place in the text for each complaint about that data. Owns the use of
 * line counters; must not know what a reactor is.
 */
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** One complaint. Lines and columns count from 1; `path` is dotted and empty for the file as a whole. */
export interface FileProblem {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

export type ParsedFile =
  | { readonly ok: true; readonly value: unknown; locate(issue: Issue): FileProblem[] }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Parses one YAML document. Aliases are refused: data this small needs none, and nested ones can exhaust memory. */
export function parseYaml(text: string): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { ok: false, problems: faults.map((e) => ({ ...place(lines, e.pos[0]), path: '', message: e.message })) };
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return { ok: true, value, locate: (issue) => locate(document, lines, issue) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ line: 1, column: 1, path: '', message }] };
  }
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function locate(document: Document, lines: LineCounter, issue: Issue): FileProblem[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...place(lines, keyOffset(document, path, key)),
      path: [...path, key].join('.'),
      message: 'is not a key of this format',
    }));
  }
  const message = path.length > 0 && !document.hasIn(path) ? `is missing (${issue.message})` : issue.message;
  return [{ ...place(lines, valueOffset(document, path)), path: path.join('.'), message }];
}

/** Offset of the value at `path`, or of the nearest parent that the text has. */
function valueOffset(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: readonly (string | number)[], key: string): number {
  const parent: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(parent)) return valueOffset(document, path);
  for (const pair of parent.items) {
    if (isScalar(pair.key) && pair.key.value === key && pair.key.range) return pair.key.range[0];
  }
  return valueOffset(document, path);
}
