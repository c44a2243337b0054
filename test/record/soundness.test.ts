import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RealClock } from '../../src/model/real-clock.js';
import { History } from '../../src/record/history.js';
import { databaseFile } from '../../src/record/place.js';
import { openRecorder } from '../../src/record/recorder.js';
import { damageOf, setAside } from '../../src/record/soundness.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { freshDirectory } from './directory.js';
import { headerOf, OUTCOME, sampleOf } from './samples.js';
import { recordThreeRuns } from './three-runs.js';

/** A change to the closed file. */
function spoil(dataDir: string, change: (bytes: Buffer) => Buffer | void): void {
  const file = databaseFile(dataDir);
  const bytes = readFileSync(file);
  writeFileSync(file, change(bytes) ?? bytes);
}

function query(dataDir: string, sql: string): void {
  const db = openDatabase(databaseFile(dataDir), 'write');
  db.exec('PRAGMA foreign_keys = OFF');
  db.exec(sql);
  // Else the log is taken in whenever the connection is collected, while the test compares bytes.
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

const DAMAGE: readonly (readonly [string, (dataDir: string) => void])[] = [
  ['its first bytes overwritten', (dataDir) => spoil(dataDir, (bytes) => void bytes.fill(0, 0, 100))],
  ['flipped bytes in the middle', (dataDir) => spoil(dataDir, (bytes) => void bytes.fill(0x5a, 8192))],
  ['its end cut off', (dataDir) => spoil(dataDir, (bytes) => bytes.subarray(0, bytes.length / 2))],
  [
    'the end of a chain deleted',
    (dataDir) => query(dataDir, "DELETE FROM events WHERE run LIKE '20261123%' AND seq > 5"),
  ],
  ['a whole chain deleted', (dataDir) => query(dataDir, "DELETE FROM events WHERE run LIKE '20261123%'")],
  ['a head changed', (dataDir) => query(dataDir, "UPDATE heads SET hash = 'x'")],
  ['a head deleted', (dataDir) => query(dataDir, 'DELETE FROM heads')],
];

describe('a record that is whole', () => {
  it('is found so, closed or left behind by a killed writer, and looking changes nothing', () => {
    const dataDir = freshDirectory();
    expect(damageOf(databaseFile(dataDir))).toBeNull();
    recordThreeRuns(dataDir);
    const before = readFileSync(databaseFile(dataDir));
    expect(damageOf(databaseFile(dataDir))).toBeNull();
    expect(readFileSync(databaseFile(dataDir)).equals(before)).toBe(true);
  });
});

describe.each(DAMAGE)('a record with %s', (_, damage) => {
  it('is not added to: it is kept under a name that tells, a new one is begun, and that is said', async () => {
    const dataDir = freshDirectory();
    recordThreeRuns(dataDir);
    damage(dataDir);
    const damaged = readFileSync(databaseFile(dataDir));
    const recorder = await openRecorder({ dataDir, clock: new RealClock() });
    const run = await recorder.begin(headerOf());
    recorder.sample(sampleOf(1));
    await recorder.end(OUTCOME);
    const aside = readdirSync(dataDir).find((name) => /^galvanode\.sqlite\.damaged-\d{8}-\d{6}$/.test(name)) ?? '';
    expect(recorder.health.warning).toMatch(
      /old record was damaged [^]* it is kept as .*damaged-.*a new one was begun/,
    );
    await recorder.close();
    expect(readFileSync(`${dataDir}/${aside}`).equals(damaged)).toBe(true);
    const history = History.open(dataDir);
    expect(history?.runs().map((found) => found.run)).toEqual([run]);
    history?.close();
  });
});

it('keeps two damaged records of one second apart, each with its log', () => {
  const file = databaseFile(freshDirectory());
  for (const content of ['one', 'two']) {
    writeFileSync(file, content);
    writeFileSync(`${file}-wal`, `log of ${content}`);
    const aside = setAside(file, 0);
    expect(aside).toBe(`${file}.damaged-19700101-000000${content === 'one' ? '' : '-2'}`);
    expect([readFileSync(aside, 'utf8'), readFileSync(`${aside}-wal`, 'utf8')]).toEqual([content, `log of ${content}`]);
    expect(existsSync(file) || existsSync(`${file}-wal`)).toBe(false);
  }
});
