/**
 * Runs whose writer went without ending them: the next one that writes here seals what they have, so that an edit made
 * from then on shows, and notes in their log where they went on. Knows the tables through the store; decides no outcome.
 */
import { existsSync } from 'node:fs';
import type { Database, Row } from './sqlite.js';
import { databaseFile } from './place.js';
import { holdsNothing, prepareToRead } from './schema.js';
import { UNSEALED, type RunStore } from './store.js';
import { openDatabase } from './sqlite.js';

/** Interrupted runs without a last seal. */
const UNSEALED_RUNS = `SELECT r.id, r.started_utc_ms, h.seq, h.hash FROM runs r JOIN heads h ON h.run = r.id
  WHERE r.outcome = 'interrupted' AND NOT EXISTS
  (SELECT 1 FROM events WHERE run = r.id AND kind = 'record' AND json_extract(data, '$.outcome_sha256') IS NOT NULL)`;
const NEWEST_SEAL = `SELECT data FROM events WHERE run = ? AND kind = 'record'
  AND json_extract(data, '$.samples_sha256') IS NOT NULL ORDER BY seq DESC LIMIT 1`;
const NEWEST = `SELECT max(elapsed_s) AS elapsed_s FROM
  (SELECT elapsed_s FROM samples WHERE run = ? UNION ALL SELECT elapsed_s FROM ledger WHERE run = ?)`;

/** Inside a transaction of the caller's. */
export function sealInterrupted(db: Database, store: RunStore, spareDir: string | null): void {
  const runs = db.prepare(UNSEALED_RUNS).all([]);
  if (runs.length === 0) return;
  const spare = spareDir === null ? null : databaseFile(spareDir);
  const elsewhere = continuedIn(spare);
  for (const row of runs) {
    const run = String(row['id']);
    const newest_s = Number(db.prepare(NEWEST).all([run, run])[0]?.['elapsed_s'] ?? 0);
    store.takeUp({
      run,
      startedUtc_ms: Number(row['started_utc_ms']),
      head: { seq: Number(row['seq']), hash: String(row['hash']) },
      before: null,
      sealedSeq: sealedTo(db.prepare(NEWEST_SEAL).all([run])[0]),
      sealed_s: 0,
      newest_s,
    });
    if (elsewhere.has(run)) store.mark(`the record failed here; the run goes on in ${spare}`, newest_s, { spare });
    store.sealRest();
  }
  store.goBack(undefined);
}

function sealedTo(row: Row | undefined): number {
  const data: unknown = row === undefined ? null : JSON.parse(String(row['data']));
  return typeof data === 'object' && data !== null && 'to' in data ? Number(data.to) : UNSEALED;
}

/** Runs that have a part in the spare record. */
function continuedIn(file: string | null): ReadonlySet<string> {
  if (file === null || !existsSync(file)) return new Set();
  const db = openDatabase(file, 'read');
  try {
    if (holdsNothing(db)) return new Set();
    prepareToRead(db);
    return new Set(
      db
        .prepare('SELECT id FROM runs')
        .all([])
        .map(({ id }) => String(id)),
    );
  } finally {
    db.close();
  }
}
