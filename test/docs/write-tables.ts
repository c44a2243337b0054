/** Writes the tables that are made from the program's data into their documents: `npx tsx test/docs/write-tables.ts`. */
import { writeFileSync } from 'node:fs';
import { packagePath } from '../../src/model/entry.js';
import { readDocument } from './documents.js';
import { TABLES, withTable } from './tables.js';

for (const { name, document, render } of TABLES) {
  writeFileSync(packagePath(document), withTable(readDocument(document).text, name, render()));
}
