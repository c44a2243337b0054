/**
 * The source files as text, and the imports in them. Reads import statements by their form (the formatter gives them
 * one), so that it needs no compiler. Knows no rule; the rules are in test/architecture.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** Path below src, with slashes: `twin/chips/tmp117.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  /** Below src for a file of ours (`model/clock.ts`), else the name of the package. */
  readonly to: string;
  readonly ours: boolean;
  /** Erased by the compiler: no code is loaded for it. */
  readonly typesOnly: boolean;
}

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** All TypeScript below src. */
export function readSources(): SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(`${SRC}${path}`, 'utf8') }));
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:([^;'"]*?)\s+from\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(file: SourceFile, all: ReadonlySet<string>): Import[] {
  const text = withoutComments(file.text);
  const found: Import[] = [];
  for (const [, type, names = '', target = ''] of text.matchAll(STATEMENT))
    found.push(importOf(file, target, type !== undefined || onlyTypes(names), all));
  for (const [, target = ''] of text.matchAll(DYNAMIC)) found.push(importOf(file, target, false, all));
  return found;
}

/** `{ type A, type B }` with nothing else loads nothing. */
function onlyTypes(names: string): boolean {
  const braces = /^\{([\s\S]*)\}$/.exec(names.trim());
  if (braces === null) return false;
  const each = (braces[1] ?? '').split(',').map((name) => name.trim());
  return each.every((name) => name === '' || name.startsWith('type '));
}

function importOf(file: SourceFile, target: string, typesOnly: boolean, all: ReadonlySet<string>): Import {
  if (!target.startsWith('.')) return { from: file.path, to: packageOf(target), ours: false, typesOnly };
  const plain = posix.normalize(posix.join(posix.dirname(file.path), target));
  const source = [plain.replace(/\.js$/, '.ts'), plain.replace(/\.js$/, '.tsx')].find((path) => all.has(path));
  return { from: file.path, to: source ?? plain.replace(/\.js$/, '.ts'), ours: true, typesOnly };
}

function packageOf(target: string): string {
  if (target.startsWith('node:')) return target;
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/');
}

export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(,])\/\/.*$/gm, '$1');
}

/** Quoted strings emptied, for rules about code that a word in a message must not break. */
export function withoutStrings(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'/g, "''").replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}
