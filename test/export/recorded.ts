/** A record of one run for the tests of exports and report: samples a second apart, events and header as they are given. */
import type { RunEvent } from '../../src/model/event.js';
import type { Sample } from '../../src/model/sample.js';
import { Batch } from '../../src/record/batch.js';
import { databaseFile } from '../../src/record/place.js';
import type { RunHeader, RunOutcome } from '../../src/record/run.js';
import { prepareToWrite } from '../../src/record/schema.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { RunStore } from '../../src/record/store.js';
import { headerOf, OUTCOME, sampleOf } from '../record/samples.js';

export interface Recorded {
  readonly seconds?: number;
  readonly header?: Partial<RunHeader>;
  readonly sample?: (second: number) => Partial<Sample>;
  readonly events?: readonly RunEvent[];
  /** null: the run has no end. */
  readonly outcome?: RunOutcome | null;
}

/** Gives the run's id. */
export function recordRun(dataDir: string, recorded: Recorded = {}): string {
  const { seconds = 20, header = {}, sample = () => ({}), events = [], outcome = OUTCOME } = recorded;
  const db = openDatabase(databaseFile(dataDir), 'write');
  prepareToWrite(db);
  const store = new RunStore(db);
  db.transaction(() => {
    store.obey({ kind: 'begin', header: headerOf(header) });
    const batch = new Batch();
    for (let second = 1; second <= seconds; second++) {
      const row = sampleOf(second, { elapsed_s: second, ...sample(second) });
      batch.addSample(row);
      batch.addLedger(row);
    }
    for (const event of events) batch.addEvent(event);
    store.obey({ kind: 'rows', rows: batch.take() });
    if (outcome !== null) store.obey({ kind: 'end', outcome, lostSamples: 0 });
  });
  const id = store.run ?? '';
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return id;
}
