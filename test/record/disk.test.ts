import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RealClock } from '../../src/model/real-clock.js';
import { diskFacts, expectedRunBytes, freeBytes, spaceLimits, spaceMissing } from '../../src/record/disk.js';
import { databaseFile } from '../../src/record/place.js';
import { openRecorder } from '../../src/record/recorder.js';
import { prepareToWrite } from '../../src/record/schema.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { freshDirectory } from './directory.js';
import { headerOf, sampleOf } from './samples.js';

const THREE_HOURS = { duration_s: 10_800, recordRate_Hz: 5 };

describe('the space that a run takes', () => {
  it('is expected to be at least what it is, and not twice that', async () => {
    const dataDir = freshDirectory();
    const recorder = await openRecorder({ dataDir, clock: new RealClock() });
    await recorder.begin(headerOf({ recordRate_Hz: 20 }));
    for (let seq = 1; seq <= 20 * 600; seq++) {
      recorder.sample(sampleOf(seq));
      if (seq % 500 === 0) await recorder.flush();
    }
    await recorder.close();
    const bytes = statSync(databaseFile(dataDir)).size;
    const expected =
      expectedRunBytes({ duration_s: 600, recordRate_Hz: 20 }) - expectedRunBytes({ duration_s: 0, recordRate_Hz: 1 });
    expect(bytes).toBeLessThan(expected);
    expect(bytes).toBeGreaterThan(expected / 2);
  });

  it('is asked for ten times before a run, and warned of when one run would still fit', () => {
    const run = expectedRunBytes(THREE_HOURS);
    const { needed_bytes, warning_bytes } = spaceLimits(run);
    expect([needed_bytes / run, warning_bytes / run]).toEqual([10, 1]);
    expect(spaceMissing('/data', THREE_HOURS, needed_bytes)).toBeNull();
    expect(spaceMissing('/data', THREE_HOURS, needed_bytes - 1)).toMatch(
      /^\/data: .* are free and .* are asked for.*--data/,
    );
  });

  it('counts where the directory will be made, also when it is not there yet', () => {
    const directory = freshDirectory();
    expect(freeBytes(join(directory, 'a', 'b'))).toBeGreaterThan(0);
    expect(freeBytes(directory)).toBeGreaterThan(0);
  });
});

it('tells how long the log is', () => {
  const file = databaseFile(freshDirectory());
  expect(diskFacts(file)).toMatchObject({ wal_bytes: 0, readers: [] });
  const db = openDatabase(file, 'write');
  prepareToWrite(db);
  expect(diskFacts(file).wal_bytes).toBe(statSync(`${file}-wal`).size);
  expect(diskFacts(file).wal_bytes).toBeGreaterThan(0);
  db.close();
});

describe('a log that a long reader keeps from being taken in', () => {
  it('grows, is warned of, and costs no row', async () => {
    const dataDir = freshDirectory();
    const recorder = await openRecorder({ dataDir, clock: new RealClock() });
    await recorder.begin(headerOf({ recordRate_Hz: 20 }));
    recorder.sample(sampleOf(1));
    await recorder.flush();
    const reader = openDatabase(databaseFile(dataDir), 'read');
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM samples').all([]);
    expect(recorder.health.warning).toBeNull();
    // Every commit writes the pages of three trees anew: a log of 64 MB stands for hours.
    const padding = 'x'.repeat(200_000);
    for (let n = 0; recorder.health.warning === null && n < 600; n++) {
      recorder.event({ t: 0, elapsed_s: 1, kind: 'note', actor: 'program', text: padding, data: {} });
      await recorder.flush();
    }
    expect(recorder.health.warning).toMatch(/log of the record has grown to 6\d MB/);
    expect(recorder.health).toMatchObject({ lost: 0, error: null, hold: null });
    reader.exec('COMMIT');
    reader.close();
    await recorder.close();
    expect(statSync(databaseFile(dataDir)).size).toBeGreaterThan(50 * 1024 * 1024);
  });
});
