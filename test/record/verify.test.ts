import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventHash, headerHash, type KeptEvent } from '../../src/record/chain.js';
import { databaseFile } from '../../src/record/place.js';
import { headerOfRow } from '../../src/record/seal.js';
import { type Database, openDatabase } from '../../src/record/sqlite.js';
import { type RecordProof, verifyRecord } from '../../src/record/verify.js';
import { randomOf } from '../support/random.js';
import { freshDirectory } from './directory.js';
import { tamperTrials } from './tamper.js';
import { recordThreeRuns } from './three-runs.js';

function verify(dataDir: string, head?: string): RecordProof {
  return verifyRecord({ dataDir, spareDir: join(dataDir, 'spare'), ...(head === undefined ? {} : { head }) });
}

function proven({ runs, findings }: RecordProof): boolean {
  return findings.length === 0 && runs.every(({ verdict }) => verdict === 'proven');
}

function change<T>(dataDir: string, work: (db: Database) => T): T {
  const db = openDatabase(databaseFile(dataDir), 'write');
  db.exec('PRAGMA foreign_keys = OFF');
  try {
    return work(db);
  } finally {
    db.close();
  }
}

describe('a record as it was written', () => {
  it('is proven, with and without its heads', () => {
    const dataDir = freshDirectory();
    const heads = recordThreeRuns(dataDir);
    const proof = verify(dataDir);
    expect(proof.findings).toEqual([]);
    expect(proof.runs.map(({ verdict, findings }) => ({ verdict, findings }))).toEqual(
      [1, 2, 3].map(() => ({ verdict: 'proven', findings: [] })),
    );
    expect(proof.runs.map(({ samples, ledger }) => [samples, ledger])).toEqual([
      [3, 3],
      [500, 500],
      [400, 400],
    ]);
    for (const head of heads) expect(proven(verify(dataDir, head))).toBe(true);
  });

  it('has a seal in every few minutes, each over what the one before left', () => {
    const dataDir = freshDirectory();
    recordThreeRuns(dataDir);
    const seals = change(dataDir, (db) =>
      db.prepare("SELECT run, data FROM events WHERE kind = 'record' ORDER BY run, seq").all([]),
    ).map(({ data }) => JSON.parse(String(data)) as { after: number; to: number });
    expect(seals.map(({ after, to }) => [after, to])).toEqual([
      [-1, 180],
      [180, 400],
      [-1, 180],
      [180, 380],
      [380, 500],
      [-1, 3],
    ]);
  });
});

describe('a record whose last rows a power cut took', () => {
  it('is unproven, not proven, when the outcome is there and its seal is not', () => {
    const dataDir = freshDirectory();
    recordThreeRuns(dataDir);
    const newest = change(dataDir, (db) => {
      const run = String(db.prepare('SELECT max(id) AS id FROM runs').all([])[0]?.['id']);
      expect(db.prepare('SELECT kind FROM events WHERE run = ?').all([run])).toEqual([{ kind: 'record' }]);
      db.prepare('DELETE FROM events WHERE run = ?').run([run]); // the last seal is all that it has
      const header = db.prepare('SELECT * FROM runs WHERE id = ?').all([run])[0] ?? {};
      db.prepare('UPDATE heads SET seq = 0, hash = ? WHERE run = ?').run([headerHash(headerOfRow(header)), run]);
      return { run, outcome: header['outcome'] };
    });
    expect(newest.outcome).toBe('complete');
    const verdicts = verify(dataDir).runs.map(({ run, verdict }) => [run === newest.run, verdict]);
    expect(verdicts).toEqual([
      [true, 'unproven'],
      [false, 'proven'],
      [false, 'proven'],
    ]);
  });
});

describe('a record that was changed', () => {
  it('is found out in every one of 100 random edits, deletions, swaps, cuts and additions', () => {
    const dataDir = freshDirectory();
    recordThreeRuns(dataDir);
    expect(change(dataDir, (db) => tamperTrials(db, 100, randomOf(4)))).toEqual({ changed: 100, missed: [] });
    expect(proven(verify(dataDir))).toBe(true);
  }, 120_000);

  it('says which rows it found', () => {
    const dataDir = freshDirectory();
    recordThreeRuns(dataDir);
    change(dataDir, (db) => {
      db.exec("UPDATE samples SET current_mA = 17 WHERE seq = 300 AND run LIKE '20261122%'");
      db.exec("DELETE FROM ledger WHERE seq = 450 AND run LIKE '20261123%'");
      db.exec("UPDATE runs SET charge_C = 195 WHERE id LIKE '20261124%'");
    });
    const { runs } = verify(dataDir);
    expect(runs.map(({ findings }) => findings.join('; '))).toEqual([
      expect.stringMatching(/event 1 \(record\)|outcome of the run is not as it was written/),
      expect.stringMatching(/ledger 380 to 500, 119 rows, were 120/),
      expect.stringMatching(/samples 180 to 400, 220 rows, are not as they were/),
    ]);
    expect(runs.map(({ verdict }) => verdict)).toEqual(['tampered', 'tampered', 'tampered']);
  });

  it('misses a run that was taken out whole, between two others', () => {
    const dataDir = freshDirectory();
    recordThreeRuns(dataDir);
    change(dataDir, (db) => {
      for (const table of ['samples', 'ledger', 'events', 'heads'])
        db.exec(`DELETE FROM ${table} WHERE run LIKE '20261123%'`);
      db.exec("DELETE FROM runs WHERE id LIKE '20261123%'");
    });
    expect(verify(dataDir).runs[0]?.findings).toEqual([
      expect.stringMatching(/the run before it, 20261123-.*, is missing/),
    ]);
  });
});

/** What somebody who knows the program can do: everything after the change is hashed again, and the head with it. */
function forgeNewest(db: Database): void {
  const run = String(db.prepare('SELECT id FROM runs ORDER BY id DESC LIMIT 1').all([])[0]?.['id']);
  db.prepare("UPDATE events SET text = 'forged' WHERE run = ? AND seq = 1").run([run]);
  const row = db.prepare('SELECT * FROM runs WHERE id = ?').all([run])[0] ?? {};
  let hash = headerHash(headerOfRow(row));
  for (const event of db.prepare('SELECT * FROM events WHERE run = ? ORDER BY seq').all([run])) {
    const before = hash;
    hash = eventHash(before, event as unknown as KeptEvent);
    const seq = Number(event['seq']);
    db.prepare('UPDATE events SET prev_hash = ?, hash = ? WHERE run = ? AND seq = ?').run([before, hash, run, seq]);
    db.prepare('UPDATE heads SET seq = ?, hash = ? WHERE run = ?').run([seq, hash, run]);
  }
}

/** Takes the end off the newest run and makes it look as if its writer had been killed. */
function cutNewest(db: Database): void {
  const run = String(db.prepare('SELECT id FROM runs ORDER BY id DESC LIMIT 1').all([])[0]?.['id']);
  db.prepare("DELETE FROM events WHERE run = ? AND kind = 'record'").run([run]);
  db.prepare("UPDATE heads SET seq = 0, hash = 'x' WHERE run = ?").run([run]);
  forgeNewest(db);
}

describe('a published head', () => {
  it('shows a chain that was made anew as a whole, which nothing else does', () => {
    const dataDir = freshDirectory();
    const head = recordThreeRuns(dataDir).at(-1) ?? '';
    change(dataDir, forgeNewest);
    expect(proven(verify(dataDir))).toBe(true);
    expect(verify(dataDir, head).findings).toEqual([expect.stringMatching(/published head .* is in no chain/)]);
  });

  it('shows a run that was cut off at its end', () => {
    const dataDir = freshDirectory();
    const head = recordThreeRuns(dataDir).at(-1) ?? '';
    change(dataDir, cutNewest);
    expect(verify(dataDir, head).findings).toHaveLength(1);
  });

  it('is found in the middle of a run that has gone on since', () => {
    const dataDir = freshDirectory();
    recordThreeRuns(dataDir);
    const hash = change(dataDir, (db) =>
      String(db.prepare('SELECT hash FROM events WHERE seq = 5').all([])[0]?.['hash']),
    );
    const proof = verify(dataDir, hash);
    expect(proven(proof)).toBe(true);
    expect(proof.runs.filter(({ published }) => published === 5)).toHaveLength(1);
  });
});
