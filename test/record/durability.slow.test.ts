import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { entryPoint } from '../../src/model/entry.js';
import { canonicalJson, eventHash, headerHash, keptHeader } from '../../src/record/chain.js';
import { History } from '../../src/record/history.js';
import { databaseFile } from '../../src/record/place.js';
import { APPLICATION_ID, prepareToWrite, SCHEMA_VERSION } from '../../src/record/schema.js';
import { SAMPLE_COLUMNS } from '../../src/record/columns.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { freshDirectory } from './directory.js';
import { headerOf, sampleOf } from './samples.js';

const SCRIPT = fileURLToPath(new URL('writing-process.ts', import.meta.url));

function writingProcess(dataDir: string, before = ''): ChildProcess {
  const { execArgv } = entryPoint('record/writer');
  const command = [process.execPath, ...execArgv, SCRIPT, dataDir].map((word) => `'${word}'`).join(' ');
  return spawn('bash', ['-c', `${before} exec ${command}`], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function linesOf(child: ChildProcess, heard: (line: string) => void): Promise<void> {
  if (child.stdout === null) throw new Error('the process has no output');
  for await (const line of createInterface({ input: child.stdout })) heard(line);
}

describe('a record whose process is killed', () => {
  it.each([1, 3, 17])('has every row that was acknowledged, and a whole chain, after %i groups', async (groups) => {
    const dataDir = freshDirectory();
    const child = writingProcess(dataDir);
    const ended = once(child, 'exit');
    let acknowledged = 0;
    let heard = 0;
    await linesOf(child, (line) => {
      acknowledged = Number(line);
      if (++heard === groups) child.kill('SIGKILL');
    });
    expect((await ended)[1]).toBe('SIGKILL');
    expect(acknowledged).toBeGreaterThanOrEqual(10 * groups);
    const history = History.open(dataDir);
    const run = history?.runs()[0];
    expect(run).toMatchObject({ outcome: 'interrupted' });
    const samples = [...(history?.samples(run?.run ?? '') ?? [])];
    expect(samples.length).toBeGreaterThanOrEqual(acknowledged);
    expect(samples).toEqual(samples.map((_, place) => sampleOf(place + 1)));
    let hash = headerHash(keptHeader(run?.run ?? '', headerOf({ recordRate_Hz: 20 })));
    for (const { prev_hash, hash: own, data, ...event } of history?.events(run?.run ?? '') ?? []) {
      expect(prev_hash).toBe(hash);
      hash = eventHash(hash, { run: run?.run ?? '', ...event, data: canonicalJson(data) });
      expect(own).toBe(hash);
    }
    history?.close();
  });

  it('is closed as interrupted, and proven whole, by the next writer', async () => {
    const dataDir = freshDirectory();
    const child = writingProcess(dataDir);
    await linesOf(child, () => child.kill('SIGKILL'));
    const db = openDatabase(databaseFile(dataDir), 'write');
    prepareToWrite(db);
    expect(db.prepare('SELECT outcome FROM runs').all([])).toEqual([{ outcome: 'interrupted' }]);
    expect(db.pragma('quick_check')).toBe('ok');
    db.close();
  });
});

it('says that the disk failed, instead of hanging, when a file can grow no further', async () => {
  const dataDir = freshDirectory();
  const lines: string[] = [];
  // 300 blocks of 1024 bytes: a write beyond fails in the kernel, as on a full or broken disk.
  await linesOf(writingProcess(dataDir, 'ulimit -f 300;'), (line) => lines.push(line));
  expect(lines.at(-1)).toMatch(/^failed: (io|full)$/);
  const acknowledged = Number(lines.at(-2));
  expect(acknowledged).toBeGreaterThan(0);
  const history = History.open(dataDir);
  expect(history?.run(history.runs()[0]?.run ?? '').samples).toBeGreaterThanOrEqual(acknowledged);
  history?.close();
});

describe('the database', () => {
  it('syncs fully at every open, the second as the first', () => {
    const file = databaseFile(freshDirectory());
    for (let opening = 0; opening < 3; opening++) {
      const db = openDatabase(file, 'write');
      db.exec('PRAGMA synchronous = OFF');
      prepareToWrite(db);
      expect({ journal: db.pragma('journal_mode'), synchronous: db.pragma('synchronous') }).toEqual({
        journal: 'wal',
        synchronous: 2,
      });
      expect({ id: db.pragma('application_id'), version: db.pragma('user_version') }).toEqual({
        id: APPLICATION_ID,
        version: SCHEMA_VERSION,
      });
      db.close();
    }
  });

  it('is refused where it cannot have a write-ahead log', () => {
    const db = openDatabase(':memory:', 'write');
    expect(() => prepareToWrite(db)).toThrow(/journal_mode=memory/);
    db.close();
  });

  it('is refused when a newer program wrote it', () => {
    const db = openDatabase(databaseFile(freshDirectory()), 'write');
    prepareToWrite(db);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    expect(() => prepareToWrite(db)).toThrow(/newer galvanode/);
    db.close();
  });

  it('has a column for every field of a sample', () => {
    const db = openDatabase(databaseFile(freshDirectory()), 'write');
    prepareToWrite(db);
    const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all(['samples']);
    expect(columns.map(({ name }) => String(name)).toSorted()).toEqual(['run', ...SAMPLE_COLUMNS].toSorted());
    db.close();
  });

  it('cannot be written, nor its log moved, through a reader', () => {
    const file = databaseFile(freshDirectory());
    const writer = openDatabase(file, 'write');
    prepareToWrite(writer);
    const reader = openDatabase(file, 'read');
    expect(() => reader.exec('DELETE FROM runs')).toThrow(expect.objectContaining({ reason: 'read-only' }));
    expect(() => reader.pragma('wal_checkpoint(TRUNCATE)')).toThrow(expect.objectContaining({ reason: 'io' }));
    reader.close();
    writer.close();
  });
});
