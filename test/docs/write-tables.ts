/**
 * Writes what is made from the program's data: tables into their documents, JSON Schemas beside the recipes.
 * `npx tsx test/docs/write-tables.ts`; with `--check` it writes nothing and says what differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { packagePath } from '../../src/model/entry.js';
import { jsonSchemas, jsonText } from '../../src/recipe/json-schema.js';
import { readDocument } from './documents.js';
import { TABLES, withTable } from './tables.js';

const onlyCheck = process.argv.includes('--check');

function put(path: string, text: string): void {
  if (!onlyCheck) return writeFileSync(packagePath(path), text);
  if (readFileSync(packagePath(path), 'utf8') === text) return;
  process.stderr.write(`${path} is not what the program would write: npx tsx test/docs/write-tables.ts\n`);
  process.exitCode = 1;
}

for (const { name, document, render } of TABLES) put(document, withTable(readDocument(document).text, name, render()));
for (const [file, schema] of jsonSchemas()) put(`recipes/${file}`, jsonText(schema));
