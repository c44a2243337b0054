import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Timer } from '../../src/model/clock.js';
import { RealClock } from '../../src/model/real-clock.js';
import type { Sample } from '../../src/model/sample.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { canonicalJson, eventHash, headerHash, keptEvent, keptHeader } from '../../src/record/chain.js';
import type { RecordError } from '../../src/record/error.js';
import { History } from '../../src/record/history.js';
import { databaseFile, spareDirectory } from '../../src/record/place.js';
import { openRecorder, type Recorder } from '../../src/record/recorder.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { verifyRecord } from '../../src/record/verify.js';
import { freshDirectory } from './directory.js';
import { eventOf, headerOf, OUTCOME, sampleOf } from './samples.js';

async function withRecorder<T>(dataDir: string, work: (recorder: Recorder) => Promise<T>): Promise<T> {
  const recorder = await openRecorder({ dataDir, clock: new RealClock() });
  try {
    return await work(recorder);
  } finally {
    await recorder.close();
  }
}

function withHistory<T>(dataDir: string, work: (history: History) => T): T {
  const history = History.open(dataDir);
  if (history === undefined) throw new Error('there is no record');
  try {
    return work(history);
  } finally {
    history.close();
  }
}

function until(done: () => boolean, clock = new RealClock()): Promise<void> {
  return done() ? Promise.resolve() : clock.sleep(5).then(() => until(done, clock));
}

/** Real time in which no timer ever comes: whatever waits for its group waits for good. */
class StoppedClock extends RealClock {
  override at(): Timer {
    return { cancel: () => undefined };
  }
}

describe('a recorded run', () => {
  it('reads back as it was given, to the last bit', async () => {
    const dataDir = freshDirectory();
    const odd = sampleOf(2, {
      state: 'held',
      eta_s: null,
      temperature_C: NaN,
      voltage_V: 0.1 + 0.2,
      invalid: 'hydrogen_ppm:stale',
    });
    const run = await withRecorder(dataDir, async (recorder) => {
      const id = await recorder.begin(headerOf({ recordRate_Hz: 20 }));
      for (const sample of [sampleOf(1), odd, sampleOf(3)]) recorder.sample(sample);
      recorder.event(eventOf(0.1, 'prompt', { text: 'Is it “in”?\nsay', data: { yes: true, n: 1e-7 } }));
      await recorder.end(OUTCOME);
      return id;
    });
    expect(run).toBe('20261122-161503-general-procedure-3a');
    withHistory(dataDir, (history) => {
      const samples = [...history.samples(run)];
      const expected: Sample[] = [sampleOf(1), { ...odd, temperature_C: null }, sampleOf(3)];
      expect(samples).toEqual(expected);
      expect([...history.events(run)]).toMatchObject([
        {
          seq: 1,
          t: eventOf(0.1).t,
          elapsed_s: 0.1,
          kind: 'prompt',
          text: 'Is it “in”?\nsay',
          data: { yes: true, n: 1e-7 },
        },
        { seq: 2, kind: 'record', actor: 'record', text: 'last seal over 3 samples and 1 rows of the ledger' },
      ]);
      const { outcome, reason, charge_C, figures, recipe_text, overrides, steps, numbers, simulated, seed } =
        history.run(run);
      expect({ outcome, reason, charge_C, figures }).toEqual({
        outcome: 'complete',
        reason: 'charge reached',
        charge_C: 194.4,
        figures: OUTCOME.figures,
      });
      expect({ recipe_text, overrides, steps, numbers, simulated, seed }).toEqual({
        recipe_text: headerOf().recipe.text,
        overrides: headerOf().recipe.overrides,
        steps: headerOf().steps,
        numbers: headerOf().numbers,
        simulated: true,
        seed: 1,
      });
    });
  });

  it('has an id of its own, also when two begin in one second', async () => {
    const dataDir = freshDirectory();
    const ids = await withRecorder(dataDir, async (recorder) => {
      const names: string[] = [];
      for (let n = 0; n < 3; n++) {
        names.push(await recorder.begin(headerOf()));
        await recorder.end(OUTCOME);
      }
      return names;
    });
    const id = '20261122-161503-general-procedure-3a';
    expect(ids).toEqual([id, `${id}-2`, `${id}-3`]);
  });

  it('has four ledger rows a second of both counters, whatever the recipe wants of samples', async () => {
    const dataDir = freshDirectory();
    await withRecorder(dataDir, async (recorder) => {
      await recorder.begin(headerOf({ recordRate_Hz: 0.01 }));
      for (let seq = 1; seq <= 2000; seq++) recorder.sample(sampleOf(seq, seq === 40 ? { board_charge_C: null } : {}));
    });
    const db = openDatabase(databaseFile(dataDir), 'read');
    const rows = db.prepare('SELECT seq, elapsed_s, host_C, board_C FROM ledger ORDER BY seq').all([]);
    const counts = db.prepare('SELECT count(*) AS n FROM samples').all([]);
    db.close();
    expect(rows.length).toBe(401);
    expect(counts).toEqual([{ n: 2 }]);
    const first = sampleOf(1);
    expect(rows[0]).toEqual({ seq: 1, elapsed_s: 0.05, host_C: first.charge_C, board_C: first.board_charge_C });
    expect(rows[8]).toMatchObject({ seq: 40, board_C: null });
    expect(
      Math.max(...rows.slice(1).map((row, place) => Number(row['elapsed_s']) - Number(rows[place]?.['elapsed_s']))),
    ).toBeCloseTo(0.25, 9);
  });

  it('chains its events: each hash can be made again from the file alone', async () => {
    const dataDir = freshDirectory();
    const events = [
      eventOf(0, 'run'),
      eventOf(1, 'step', { text: 'cut \ud800 here\0' }),
      eventOf(2.5, 'trip', { data: { b: 1, a: null } }),
    ];
    const [run, head] = await withRecorder(dataDir, async (recorder) => {
      const id = await recorder.begin(headerOf());
      for (const event of events) recorder.event(event);
      await recorder.flush();
      return [id, recorder.health.head] as const;
    });
    let hash = headerHash(keptHeader(run, headerOf()));
    withHistory(dataDir, (history) => {
      const kept = [...history.events(run)];
      expect(kept).toHaveLength(3);
      for (const { prev_hash, hash: own, data, ...event } of kept) {
        expect(prev_hash).toBe(hash);
        hash = eventHash(hash, { run, ...event, data: canonicalJson(data) });
        expect(own).toBe(hash);
      }
      expect(history.run(run)).toMatchObject({ head_seq: 3, head_hash: hash });
    });
    expect(head).toEqual({ seq: 3, hash });
    expect(hash).toBe(
      events.reduce(
        (previous, event, place) => eventHash(previous, keptEvent(run, place + 1, event)),
        headerHash(keptHeader(run, headerOf())),
      ),
    );
  });
});

describe('the group commit', () => {
  it('brings a lone row to the disk within a second, unasked', async () => {
    const dataDir = freshDirectory();
    const clock = new RealClock();
    await withRecorder(dataDir, async (recorder) => {
      await recorder.begin(headerOf());
      const before_ms = clock.now();
      recorder.sample(sampleOf(1));
      expect(recorder.health).toMatchObject({ waitingRows: 2, rows: 0, lastCommit_ms: null });
      await until(() => recorder.health.rows === 2);
      expect(clock.now() - before_ms).toBeLessThan(1000);
      expect(recorder.health).toMatchObject({ waitingRows: 0, buffered_s: 0, error: null });
      expect(recorder.health.lastCommit_ms).not.toBeNull();
    });
  });

  it('does not let an alarm wait for its group', async () => {
    const recorder = await openRecorder({ dataDir: freshDirectory(), clock: new StoppedClock() });
    await recorder.begin(headerOf());
    recorder.sample(sampleOf(1));
    recorder.event(eventOf(0.05, 'note'));
    expect(recorder.health.waitingRows).toBe(3);
    recorder.event(eventOf(0.05, 'trip'));
    await until(() => recorder.health.waitingRows === 0);
    expect(recorder.health.rows).toBe(4);
    await recorder.close();
  });

  it('lets a reader in while it writes', async () => {
    const dataDir = freshDirectory();
    await withRecorder(dataDir, async (recorder) => {
      const run = await recorder.begin(headerOf({ recordRate_Hz: 20 }));
      for (let round = 1; round <= 5; round++) {
        for (let n = 1; n <= 400; n++) recorder.sample(sampleOf((round - 1) * 400 + n));
        await recorder.flush();
        withHistory(dataDir, (history) => {
          expect([...history.samples(run)].map(({ seq }) => seq)).toEqual(
            Array.from({ length: round * 400 }, (_, n) => n + 1),
          );
          expect(history.run(run).outcome).toBe('running');
        });
      }
    });
    withHistory(dataDir, (history) =>
      expect(history.runs()).toMatchObject([{ outcome: 'interrupted', elapsed_s: 100 }]),
    );
  });
});

describe('virtual time', () => {
  it('waits for the disk: three hours at 20 Hz are all there, and few rows ever wait', async () => {
    const dataDir = freshDirectory();
    const clock = new VirtualClock({ drain: 'tick', epoch_ms: Date.UTC(2026, 0, 1) });
    const cycles = 3 * 3600 * 20;
    let mostWaiting = 0;
    await clock.run(async () => {
      const recorder = await openRecorder({ dataDir, clock });
      await recorder.begin(headerOf());
      for (let seq = 1; seq <= cycles; seq++) {
        recorder.sample(sampleOf(seq));
        if (seq === 100_000) recorder.event(eventOf(5000, 'alarm'));
        mostWaiting = Math.max(mostWaiting, recorder.health.waitingRows);
        await clock.sleep(50);
      }
      await recorder.end(OUTCOME);
      await recorder.close();
    });
    expect(clock.now()).toBe(cycles * 50);
    expect(mostWaiting).toBeLessThan(4096 + 1300);
    withHistory(dataDir, (history) => {
      const { samples, run, lost_samples } = history.run(history.runs()[0]?.run ?? '');
      expect({ samples, lost_samples }).toEqual({ samples: 1 + cycles / 4 + 2401 - 601, lost_samples: 0 });
      expect(run).toBe('20261122-161503-general-procedure-3a');
    });
  });
});

describe('a record that cannot be kept', () => {
  const opening = (dataDir: string): Promise<unknown> => openRecorder({ dataDir, clock: new RealClock() });

  it('refuses a directory that is a file, and a database that is a directory', async () => {
    const dataDir = freshDirectory();
    writeFileSync(join(dataDir, 'file'), '');
    await expect(opening(join(dataDir, 'file'))).rejects.toMatchObject({ reason: 'cannot-open' });
    mkdirSync(databaseFile(dataDir));
    await expect(opening(dataDir)).rejects.toMatchObject({ reason: 'cannot-open' });
  });

  it('refuses a file of another program, and leaves it as it was', async () => {
    const dataDir = freshDirectory();
    const db = openDatabase(databaseFile(dataDir), 'write');
    db.exec('CREATE TABLE theirs (a)');
    db.close();
    await expect(opening(dataDir)).rejects.toMatchObject({ reason: 'foreign' });
    const again = openDatabase(databaseFile(dataDir), 'read');
    expect(again.pragma('journal_mode')).toBe('delete');
    again.close();
  });

  it('refuses a second writer, and takes the next one when the first has gone', async () => {
    const dataDir = freshDirectory();
    await withRecorder(dataDir, () => expect(opening(dataDir)).rejects.toMatchObject({ reason: 'busy' }));
    await withRecorder(dataDir, (recorder) => recorder.begin(headerOf()));
  });

  it('goes on in the second store when a write fails: told once and at once, nothing lost, the log marked', async () => {
    const dataDir = freshDirectory();
    const failures: RecordError[] = [];
    const run = await withRecorder(dataDir, async (recorder) => {
      recorder.onFailure((error) => failures.push(error));
      const id = await recorder.begin(headerOf());
      recorder.sample(sampleOf(1));
      recorder.event(eventOf(0.05, 'step'));
      await recorder.flush();
      // The table has that cycle: the first store cannot keep it twice, and the second has none of it.
      recorder.sample(sampleOf(1, { elapsed_s: 10 }));
      await recorder.flush();
      expect(recorder.health).toMatchObject({ lost: 0, error: null, hold: failures[0]?.message });
      for (let seq = 201; seq <= 204; seq++) recorder.sample(sampleOf(seq));
      expect(recorder.health).toMatchObject({
        hold: null,
        warning: expect.stringContaining('second record is in use'),
      });
      await recorder.end(OUTCOME);
      recorder.onFailure((error) => failures.push(error));
      return id;
    });
    expect(failures).toHaveLength(2);
    expect(failures[1]).toBe(failures[0]);
    withHistory(dataDir, (history) => {
      expect(history.runs()).toMatchObject([{ run, outcome: 'complete' }]);
      expect([...history.samples(run)].map(({ seq }) => seq)).toEqual([1, 201, 202, 203, 204]);
      expect([...history.events(run)]).toMatchObject([
        { seq: 1, kind: 'step' },
        { seq: 2, kind: 'record', data: { first: databaseFile(dataDir), reason: 'fault' } },
        { seq: 3, text: expect.stringContaining('last seal') },
      ]);
    });
    await withRecorder(dataDir, async () => undefined);
    const first = openDatabase(databaseFile(dataDir), 'read');
    expect(first.prepare('SELECT seq, text FROM events ORDER BY seq').all([])).toMatchObject([
      { seq: 1, text: 'step at 0.05 s' },
      { seq: 2, text: `the record failed here; the run goes on in ${databaseFile(spareDirectory(dataDir))}` },
      { seq: 3, text: expect.stringContaining('last seal') },
    ]);
    first.close();
    expect(verifyRecord({ dataDir, spareDir: spareDirectory(dataDir) })).toMatchObject({
      findings: [],
      runs: [{ run, verdict: 'proven' }],
    });
  });

  it('does not stumble over a second store that was left empty by an opening without space', async () => {
    const dataDir = freshDirectory();
    const spareDir = spareDirectory(dataDir);
    mkdirSync(spareDir);
    writeFileSync(databaseFile(spareDir), '');
    for (let k = 0; k < 2; k++)
      await withRecorder(dataDir, async (recorder) => void (await recorder.begin(headerOf())));
    withHistory(dataDir, (history) => expect(history.runs()).toHaveLength(2));
    expect(verifyRecord({ dataDir, spareDir })).toMatchObject({ findings: [], runs: [{}, {}] });
  });

  it('is lost when the second store fails as well: said, held for good, and what comes after is counted', async () => {
    const dataDir = freshDirectory();
    writeFileSync(spareDirectory(dataDir), 'a file where the second store would be');
    const failures: RecordError[] = [];
    await withRecorder(dataDir, async (recorder) => {
      recorder.onFailure((error) => failures.push(error));
      await recorder.begin(headerOf());
      recorder.sample(sampleOf(1));
      recorder.event(eventOf(0.05, 'step'));
      recorder.sample(sampleOf(1, { elapsed_s: 10 }));
      await expect(recorder.flush()).rejects.toMatchObject({ reason: 'fault' });
      for (let seq = 2; seq <= 9; seq++) recorder.sample(sampleOf(seq));
      expect(failures).toHaveLength(1);
      const { lost, error, hold } = recorder.health;
      expect({ lost, reason: error?.reason, hold }).toEqual({ lost: 8, reason: 'fault', hold: error?.message });
      expect(hold).toMatch(/UNIQUE.*and no second record: .*spare.*cannot be made/);
      await expect(recorder.end(OUTCOME)).rejects.toMatchObject({ reason: 'fault' });
    });
    withHistory(dataDir, (history) => expect(history.runs()).toMatchObject([{ outcome: 'interrupted' }]));
  });

  it('leaves a disk that is too slow for its buffer, loses nothing, and reads the two parts as one', async () => {
    const dataDir = freshDirectory();
    const failures: RecordError[] = [];
    const run = await withRecorder(dataDir, async (recorder) => {
      recorder.onFailure((error) => failures.push(error));
      const id = await recorder.begin(headerOf({ recordRate_Hz: 20 }));
      const blocker = openDatabase(databaseFile(dataDir), 'write');
      blocker.exec('BEGIN IMMEDIATE');
      for (let seq = 1; seq <= 1300; seq++) recorder.sample(sampleOf(seq));
      expect(recorder.health).toMatchObject({ error: null, waitingRows: 1300 + 261, buffered_s: 64.95, hold: null });
      expect(recorder.health.backlog).toBeCloseTo(1561 / 4096, 9);
      expect(recorder.health.warning).toMatch(/the disk is slow: 65 s/);
      for (let seq = 1301; seq <= 6000; seq++) recorder.sample(sampleOf(seq));
      expect(failures.map(({ reason }) => reason)).toEqual(['overflow']);
      expect(recorder.health).toMatchObject({ hold: expect.stringContaining('too slow'), error: null, lost: 0 });
      await recorder.flush();
      blocker.exec('ROLLBACK');
      blocker.close();
      await recorder.end({ ...OUTCOME, outcome: 'aborted' });
      return id;
    });
    withHistory(dataDir, (history) => {
      const { samples, lost_samples, outcome } = history.run(run);
      expect({ samples, lost_samples, outcome }).toEqual({ samples: 6000, lost_samples: 0, outcome: 'aborted' });
      expect([...history.samples(run)]).toEqual(Array.from({ length: 6000 }, (_, place) => sampleOf(place + 1)));
    });
  });

  it('is lost when the buffer runs over twice: keeps what it has, and counts what it lost', async () => {
    const dataDir = freshDirectory();
    const run = await withRecorder(dataDir, async (recorder) => {
      const id = await recorder.begin(headerOf({ recordRate_Hz: 20 }));
      const blocker = openDatabase(databaseFile(dataDir), 'write');
      blocker.exec('BEGIN IMMEDIATE');
      for (let seq = 1; seq <= 10_000; seq++) recorder.sample(sampleOf(seq));
      expect(recorder.health).toMatchObject({ waitingRows: 8193, error: { reason: 'overflow' } });
      blocker.exec('ROLLBACK');
      blocker.close();
      await recorder.end({ ...OUTCOME, outcome: 'aborted' });
      return id;
    });
    withHistory(dataDir, (history) => {
      const { samples, lost_samples } = history.run(run);
      expect(samples + lost_samples).toBe(10_000);
      expect(lost_samples).toBeGreaterThan(2000);
    });
  });
});
