/**
 * protocol.yaml -> firmware/protocol.h and src/bus/protocol.gen.ts. With --check it writes nothing and exits 1 when a
 * committed file differs from what the table gives. Owns files and exit codes; the rest is pure.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { problemsOf } from './check.js';
import { emitC } from './emit-c.js';
import { emitTs } from './emit-ts.js';
import { parseTable, TableError, type Table } from './schema.js';

/** One generated file: where it lies, from the root of the package, and what belongs into it. */
export interface Generated {
  readonly path: string;
  readonly text: string;
}

/** All generated files of a table. Throws TableError with everything that is wrong in it. */
export function generate(text: string): Generated[] {
  const table = parseTable(text);
  const problems = problemsOf(table);
  if (problems.length > 0) throw new TableError(problems);
  const hash = hashOf(table);
  return [
    { path: 'firmware-bridge/firmware/protocol.h', text: emitC(table, hash) },
    { path: 'src/bus/protocol.gen.ts', text: emitTs(table, hash) },
  ];
}

/** First 32 bits of SHA-256 over the table without its prose and without the firmware's own version. */
export function hashOf(table: Table): number {
  const wire = JSON.stringify(table, (key, value: unknown) =>
    key === 'description' || key === 'advice' || key === 'firmware' ? undefined : value,
  );
  return createHash('sha256').update(wire).digest().readUInt32BE(0);
}

/** The first lines in which a file differs from what it should be; empty when it does not. */
export function differences(path: string, committed: string, wanted: string): string[] {
  if (committed === wanted) return [];
  const before = committed.split('\n');
  const after = wanted.split('\n');
  const first = after.findIndex((line, index) => line !== before[index]);
  const at = first < 0 ? after.length : first;
  return [
    `--- ${path} (committed)`,
    `+++ ${path} (from protocol.yaml)`,
    `@@ line ${at + 1} @@`,
    ...before.slice(at, at + 3).map((line) => `-${line}`),
    ...after.slice(at, at + 3).map((line) => `+${line}`),
  ];
}

/** The present text of a file, empty when there is none yet. */
function readIfThere(url: URL): string {
  try {
    return readFileSync(url, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw cause;
  }
}

function main(checkOnly: boolean): number {
  const root = new URL('../', import.meta.url);
  const files = generate(readFileSync(new URL('firmware-bridge/protocol.yaml', root), 'utf8'));
  if (!checkOnly) {
    for (const file of files) writeFileSync(new URL(file.path, root), file.text);
    return 0;
  }
  const lines = files.flatMap((file) => differences(file.path, readIfThere(new URL(file.path, root)), file.text));
  for (const line of lines) console.error(line);
  if (lines.length > 0) console.error('Generated files are not up to date: run `npm run generate`.');
  return lines.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = main(process.argv.includes('--check'));
  } catch (problem) {
    if (!(problem instanceof TableError)) throw problem;
    console.error(problem.message);
    process.exitCode = 1;
  }
}
