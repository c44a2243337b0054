/**
 * The control of the power-cut model: the same tables, rows and groups as the record's writer, but with
 * `synchronous=NORMAL`. It acknowledges what the disk does not have yet, and the model must show that. Prints each cycle
 * that it believes to be kept. Only the rig uses it; the program has no way to be set so.
 */
import { mkdirSync } from 'node:fs';
import { Batch } from '../../src/record/batch.js';
import { databaseFile } from '../../src/record/place.js';
import { prepareToWrite } from '../../src/record/schema.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { RunStore } from '../../src/record/store.js';
import { eventOf, headerOf, sampleOf } from '../record/samples.js';

const dataDir = process.argv[2] ?? '';
mkdirSync(dataDir, { recursive: true });
const db = openDatabase(databaseFile(dataDir), 'write');
prepareToWrite(db);
db.exec('PRAGMA synchronous = NORMAL');
const store = new RunStore(db);
db.transaction(() => store.obey({ kind: 'begin', header: headerOf({ recordRate_Hz: 20 }) }));
const batch = new Batch();
for (let seq = 1; ; seq++) {
  batch.addSample(sampleOf(seq));
  if (seq % 10 !== 0) continue;
  batch.addEvent(eventOf(sampleOf(seq).elapsed_s));
  db.transaction(() => store.obey({ kind: 'rows', rows: batch.take() }));
  process.stdout.write(`${seq}\n`);
  // The other writer hands over to a thread: between two groups both let the output go.
  await new Promise((resolve) => process.stdout.write('', resolve));
}
