/** A record of three runs, written as the writer would: two whole, with several seals, and one of few rows. */
import { Batch } from '../../src/record/batch.js';
import { databaseFile } from '../../src/record/place.js';
import { prepareToWrite } from '../../src/record/schema.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { RunStore } from '../../src/record/store.js';
import { eventOf, headerOf, OUTCOME, sampleOf, START_MS } from './samples.js';

/** Gives the heads, oldest first. */
export function recordThreeRuns(dataDir: string): string[] {
  const db = openDatabase(databaseFile(dataDir), 'write');
  prepareToWrite(db);
  const store = new RunStore(db);
  const heads = [400, 500, 3].map((seconds, place) => {
    const begin = { kind: 'begin', header: headerOf({ startedUtc_ms: START_MS + 86_400_000 * place }) } as const;
    db.transaction(() => store.obey(begin));
    for (let from = 1; from <= seconds; from += 100) addRows(db, store, from, Math.min(from + 99, seconds));
    const outcome = { ...OUTCOME, elapsed_s: seconds, reason: `run ${place}` };
    db.transaction(() => store.obey({ kind: 'end', outcome, lostSamples: 0 }));
    return store.head?.hash ?? '';
  });
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return heads;
}

/** A sample and a row of the ledger a second, and an event in ten. */
function addRows(db: ReturnType<typeof openDatabase>, store: RunStore, from: number, to: number): void {
  const batch = new Batch();
  for (let second = from; second <= to; second++) {
    const sample = sampleOf(second, { elapsed_s: second, invalid: second % 7 === 0 ? 'flow_mL_min:stale' : '' });
    batch.addSample(sample);
    batch.addLedger(sample);
    if (second % 10 === 0) batch.addEvent(eventOf(second, 'note', { data: { place: second } }));
  }
  db.transaction(() => store.obey({ kind: 'rows', rows: batch.take() }));
}
