/** A record of schema 1, from before runs could be resumed: it stays readable, and the next writer brings it up. */
import { describe, expect, it } from 'vitest';
import { Batch } from '../../src/record/batch.js';
import { headerHash, keptHeader } from '../../src/record/chain.js';
import { History } from '../../src/record/history.js';
import { databaseFile } from '../../src/record/place.js';
import { prepareToWrite, SCHEMA_VERSION } from '../../src/record/schema.js';
import { sampleDigest } from '../../src/record/seal.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { RunStore } from '../../src/record/store.js';
import { freshDirectory } from './directory.js';
import { eventOf, headerOf, sampleOf } from './samples.js';

/** Columns that schema 1 has not. */
const LATER = [
  'run_tag',
  'board_boot_count',
  'resumes',
  'resumed_step',
  'resumed_passed_C',
  'carried_charge_C',
  'carried_absolute_C',
] as const;

/** Columns of a sample that schemas 1 and 2 have not. */
const LATER_SAMPLES = [
  'expected_voltage_V',
  'expected_temperature_C',
  'expected_vent_hydrogen_vol_percent',
  'faradaic_efficiency',
  'faradaic_efficiency_uncertainty',
] as const;

function older(): { readonly data: string; readonly run: string } {
  const data = freshDirectory();
  const db = openDatabase(databaseFile(data), 'write');
  prepareToWrite(db);
  const store = new RunStore(db);
  const batch = new Batch();
  db.transaction(() => {
    store.obey({ kind: 'begin', header: headerOf() });
    for (const seq of [1, 2, 3]) batch.addSample(sampleOf(seq, { step: 1 }));
    batch.addEvent(eventOf(0.05, 'step', { data: { step: 'electrolyse', index: 1, ended: false } }));
    store.obey({ kind: 'rows', rows: batch.take() });
  });
  for (const column of LATER) db.exec(`ALTER TABLE runs DROP COLUMN ${column}`);
  for (const column of LATER_SAMPLES) db.exec(`ALTER TABLE samples DROP COLUMN ${column}`);
  db.exec('PRAGMA user_version = 1');
  db.close();
  return { data, run: store.run ?? '' };
}

function read<T>(data: string, work: (history: History) => T): T {
  const history = History.open(data);
  if (history === undefined) throw new Error('there is no record');
  try {
    return work(history);
  } finally {
    history.close();
  }
}

describe('a record of schema 1', () => {
  it('is read as it is, and what it has not is null', () => {
    const { data, run } = older();
    read(data, (history) => {
      expect(history.runs()).toMatchObject([{ run, outcome: 'interrupted' }]);
      expect(history.run(run)).toMatchObject({ run_tag: null, resumes: null, carried_charge_C: null, samples: 3 });
      expect(history.resumedBy(run)).toBeNull();
      const kept = [...history.samples(run)];
      expect(kept).toHaveLength(3);
      expect(kept[0]).toMatchObject({ seq: 1, charge_C: sampleOf(1).charge_C });
      for (const column of LATER_SAMPLES) expect(kept[0]).not.toHaveProperty(column);
      expect(history.lastRows(run).step).toEqual({
        index: 1,
        from_C: sampleOf(1).charge_C,
        boardFrom_C: sampleOf(1).charge_C,
      });
    });
  });

  it('is brought up by the next writer, and keeps its runs', () => {
    const { data, run } = older();
    const db = openDatabase(databaseFile(data), 'write');
    prepareToWrite(db);
    expect(Number(db.pragma('user_version'))).toBe(SCHEMA_VERSION);
    db.close();
    read(data, (history) => {
      expect(history.run(run)).toMatchObject({ outcome: 'interrupted', run_tag: null, samples: 3 });
      expect(history.resumedBy(run)).toBeNull();
    });
  });

  it('keeps the digest of its samples when the columns of later versions come', () => {
    const { data, run } = older();
    const db = openDatabase(databaseFile(data), 'write');
    const range = { after: 0, to: 3 };
    const before = sampleDigest(db, run, range);
    prepareToWrite(db);
    expect(before.rows).toBe(3);
    expect(sampleDigest(db, run, range)).toEqual(before);
    db.close();
  });

  it('keeps the hash of its runs: a column without a value is no part of it, one with a value is', () => {
    const kept = keptHeader('a', headerOf());
    const bare = Object.fromEntries(Object.entries(kept).filter(([name]) => !LATER.some((later) => later === name)));
    const empty = { ...kept, run_tag: null, board_boot_count: null };
    expect(headerHash(empty)).toBe(headerHash(bare));
    for (const name of LATER) expect(headerHash({ ...empty, [name]: 1 })).not.toBe(headerHash(empty));
  });
});
