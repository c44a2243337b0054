/**
 * Writes what is made from the program's data: tables into their documents, JSON Schemas beside the recipes.
 * `npx tsx test/docs/write-tables.ts`; with `--check` it writes nothing and says what differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { packagePath } from '../../src/model/entry.js';
import { jsonSchemas, jsonText } from '../../src/recipe/json-schema.js';
import { readDocument } from './documents.js';
import { asyncapiText } from './asyncapi.js';
import { brokenPromises, KEPT_CONTRACT, keptContract, type KeptContract } from './mqtt-contract.js';
import { TABLES, withTable } from './tables.js';

const onlyCheck = process.argv.includes('--check');

function put(path: string, text: string): void {
  if (!onlyCheck) return writeFileSync(packagePath(path), text);
  if (readFileSync(packagePath(path), 'utf8') === text) return;
  process.stderr.write(`${path} is not what the program would write: npx tsx test/docs/write-tables.ts\n`);
  process.exitCode = 1;
}

for (const { name, document, render } of TABLES) put(document, withTable(readDocument(document).text, name, render()));
put('docs/asyncapi.yaml', asyncapiText());

/** Of the MQTT contract only what was added is written: what was changed is to be put right in the program. */
const kept = JSON.parse(readFileSync(packagePath(KEPT_CONTRACT), 'utf8')) as KeptContract;
const broken = brokenPromises(kept, keptContract());
for (const promise of broken) process.stderr.write(`the MQTT contract is broken: ${promise}\n`);
if (broken.length > 0) process.exitCode = 1;
else put(KEPT_CONTRACT, `${JSON.stringify(keptContract(), null, 1)}\n`);

for (const [file, schema] of jsonSchemas()) put(`recipes/${file}`, jsonText(schema));
