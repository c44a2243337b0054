import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { runsCommand, type RunsOptions, type RunsSub } from '../../src/cli/runs.js';
import { CSV_COLUMNS } from '../../src/record/csv.js';
import { Batch } from '../../src/record/batch.js';
import { databaseFile } from '../../src/record/place.js';
import { prepareToWrite } from '../../src/record/schema.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { RunStore } from '../../src/record/store.js';
import { freshDirectory } from '../record/directory.js';
import { eventOf, headerOf, OUTCOME, sampleOf, START_MS } from '../record/samples.js';
import { recordThreeRuns } from '../record/three-runs.js';

class Sink extends Writable {
  text = '';
  /** Takes so many characters, then breaks as a closed pipe does. */
  constructor(private readonly capacity = Infinity) {
    super();
  }
  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.text += String(chunk);
    done(this.text.length > this.capacity ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : undefined);
  }
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let data = '';
beforeEach(() => {
  data = freshDirectory();
});

async function runs(sub: RunsSub, run?: string, options: RunsOptions = {}): Promise<Ran> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const code = await runsCommand(sub, run, { data, stdout, stderr, ...options });
  return { code, out: stdout.text, err: stderr.text };
}

/** Writes a run of `cycles` as the writer would; `step` 0, then 1 from the middle on. */
function record(store: RunStore, startedUtc_ms: number, recipe: string, cycles: number): string {
  const header = headerOf({ startedUtc_ms });
  store.obey({ kind: 'begin', header: { ...header, recipe: { ...header.recipe, name: recipe } } });
  for (let first = 1; first <= cycles; first += 500) {
    const batch = new Batch();
    for (let seq = first; seq < first + 500 && seq <= cycles; seq++) {
      batch.addSample(sampleOf(seq, { step: seq < cycles / 2 ? 0 : 1, invalid: seq === 2 ? 'flow_mL_min:stale' : '' }));
    }
    store.obey({ kind: 'rows', rows: batch.take() });
  }
  const batch = new Batch();
  batch.addEvent(eventOf(0, 'run', { text: 'the run began' }));
  batch.addEvent(
    eventOf(61, 'alarm', {
      actor: 'guard',
      text: `sweep gas below its limit, ${'and it stays there '.repeat(5)}\u001B[2J`,
    }),
  );
  store.obey({ kind: 'rows', rows: batch.take() });
  return store.run ?? '';
}

/** Three runs: one whole, one of the same second, one without an end. */
function recordThree(cycles = 2400): void {
  const db = openDatabase(databaseFile(data), 'write');
  prepareToWrite(db);
  const store = new RunStore(db);
  db.transaction(() => {
    record(store, START_MS, 'general-procedure-3a', cycles);
    store.obey({ kind: 'end', outcome: OUTCOME, lostSamples: 0 });
    record(store, START_MS + 86_400_000, 'scale-up-5mmol-3a-with-a-long-name', 40);
    store.obey({
      kind: 'end',
      outcome: { ...OUTCOME, outcome: 'aborted', reason: 'hydrogen\u001B[31m' },
      lostSamples: 3,
    });
    record(store, START_MS + 2 * 86_400_000, 'scale-up-5mmol-3a', 2000);
  });
  db.close();
}

describe('answers in runs show', () => {
  it('stand in a table with the charge at which each was asked for and given, and what is missing says so', async () => {
    const db = openDatabase(databaseFile(data), 'write');
    prepareToWrite(db);
    const store = new RunStore(db);
    store.obey({ kind: 'begin', header: headerOf({ startedUtc_ms: START_MS }) });
    const batch = new Batch();
    const given = { prompt: 's-1', key: 'gc-1', value: 12, unit: '%', charge_C: 5, asked_C: 4 };
    batch.addEvent(eventOf(61, 'answer', { actor: 'operator', text: '12 %', data: given }));
    batch.addEvent(eventOf(62, 'note', { data: { prompt: 's-2', key: 'gc-2', missed: 'never due' } }));
    store.obey({ kind: 'rows', rows: batch.take() });
    db.close();
    const { out } = await runs('show', 'latest');
    expect(out).toMatch(/Answers\n {2}NAME +AT +C ASKED +C ANSWERED +VALUE +UNIT\n {2}gc-1 .* 4\.00 +5\.00 +12 +%\n/);
    expect(out).toMatch(/ {2}gc-2 .* - +- +never due\n/);
    const shown: unknown = JSON.parse((await runs('show', 'latest', { json: true })).out);
    expect(shown).toMatchObject({
      answers: [
        { key: 'gc-1', value: 12 },
        { key: 'gc-2', came: 'never due' },
      ],
    });
  });
});

describe('runs list', () => {
  it('is a table of 80 columns, newest first', async () => {
    recordThree();
    const { code, out } = await runs('list');
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^RUN +STARTED +RECIPE +OUTCOME +C +F\/mol +TIME$/);
    expect(lines.slice(1, 4).map((line) => line.split(/\s+/).filter((_, cell) => cell !== 1 && cell !== 2))).toEqual([
      ['20261124-161503', 'scale-up-5mmol-3a', '~interrupted', '1.8', '0.04', '1:40'],
      ['20261123-161503', expect.stringMatching(/^scale-up-5mmol.*…$/), '~aborted', '194.4', '4.03', '3:00:13'],
      ['20261122-161503', expect.stringMatching(/^general-pro/), '~complete', '194.4', '4.03', '3:00:13'],
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(out).not.toContain('\u001B');
    expect(out).toContain('~ on the simulated bench');
  });

  it('is JSON on request', async () => {
    recordThree();
    const listed: unknown = JSON.parse((await runs('list', undefined, { json: true })).out);
    expect(listed).toMatchObject([
      { run: '20261124-161503-scale-up-5mmol-3a', outcome: 'interrupted', elapsed_s: 100, simulated: true },
      { outcome: 'aborted' },
      {
        run: '20261122-161503-general-procedure-3a',
        started_utc: '2026-11-22T16:15:03.000Z',
        charge_C: 194.4,
        charge_F_mol: 4.0296,
      },
    ]);
  });

  it('leads to the series and the entry that a run is of', async () => {
    const db = openDatabase(databaseFile(data), 'write');
    prepareToWrite(db);
    const { recipe, ...header } = headerOf();
    const part = 'part_of: { series: catalysts, entry: cat-1, tags: { anode: felt } }';
    const store = new RunStore(db);
    db.transaction(() => {
      store.obey({ kind: 'begin', header: { ...header, recipe: { ...recipe, text: `recipe: 1\n${part}\n` } } });
      store.obey({ kind: 'end', outcome: OUTCOME, lostSamples: 0 });
    });
    db.close();
    const { out } = await runs('show', 'latest');
    expect(out).toMatch(/^ +series catalysts, entry cat-1\n +anode: felt$/m);
    expect(JSON.parse((await runs('show', 'latest', { json: true })).out)).toMatchObject({
      part_of: { series: 'catalysts', entry: 'cat-1', tags: { anode: 'felt' } },
    });
  });

  it('is of one series on request, with the entry and its tags', async () => {
    recordThree();
    const db = openDatabase(databaseFile(data), 'write');
    const { recipe, ...header } = headerOf({ startedUtc_ms: START_MS + 3 * 86_400_000 });
    const part = 'part_of: { series: catalysts, entry: cat-1, tags: { anode: felt } }';
    const store = new RunStore(db);
    db.transaction(() => {
      store.obey({ kind: 'begin', header: { ...header, recipe: { ...recipe, text: `recipe: 1\n${part}\n` } } });
      store.obey({ kind: 'end', outcome: OUTCOME, lostSamples: 0 });
    });
    db.close();
    const lines = (await runs('list', undefined, { series: 'catalysts' })).out.split('\n');
    expect(lines[0]).toMatch(/^RUN +STARTED +ENTRY +OUTCOME/);
    expect(lines[1]).toMatch(/^20261125-161503 .* cat-1 \(anode: felt\) ~complete/);
    expect(lines[2]).toBe('');
    const listed: unknown = JSON.parse((await runs('list', undefined, { json: true })).out);
    expect(listed).toMatchObject([{ part_of: { entry: 'cat-1' } }, { part_of: null }, {}, {}]);
    expect(JSON.parse((await runs('list', undefined, { json: true, series: 'catalysts' })).out)).toHaveLength(1);
    expect(await runs('list', undefined, { series: 'catalyst' })).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/no run of a series `catalyst` in .*; there are catalysts\n$/),
    });
  });

  it('is empty where nothing was recorded', async () => {
    expect(await runs('list')).toEqual({ code: 0, out: `No run has been recorded in ${data}.\n`, err: '' });
    expect(await runs('list', undefined, { json: true })).toEqual({ code: 0, out: '[]\n', err: '' });
    expect(readdirSync(data)).toEqual([]);
  });
});

describe('runs show', () => {
  it('tells what was run, what came of it and what happened', async () => {
    recordThree();
    const { code, out } = await runs('show', '20261122');
    expect(code).toBe(0);
    for (const text of [
      '20261122-161503-general-procedure-3a',
      'SIMULATED',
      'General procedure, 0.5 mmol (general-procedure-3a)',
      '--set basis.amount=0.5 mmol',
      '(2026-11-22T16:15:03Z)',
      'complete: charge reached',
      '194.400 C, planned 194.4 C, by the board 194.390 C',
      'hydrogen_made_umol 995.200',
      'bench-sim, firmware 1.0.0, serial 17',
      'Charge the cell',
      'Electrolyse',
      'the run began',
      'guard',
    ]) {
      expect(out).toContain(text);
    }
    expect(out).not.toContain('\u001B');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('lets no text from outside steer the terminal', async () => {
    recordThree(10);
    const { out } = await runs('show', '20261123');
    expect(out).toContain('aborted: hydrogen?[31m');
    expect(out).toContain('3 LOST');
  });

  it('is JSON on request, with steps and alarms', async () => {
    recordThree();
    const shown: unknown = JSON.parse((await runs('show', 'latest', { json: true })).out);
    expect(shown).toMatchObject({
      run: '20261124-161503-scale-up-5mmol-3a',
      outcome: 'interrupted',
      reason: null,
      steps: [
        { step: 0, id: 'prompt', from_s: 0.05, to_s: 999 * 0.05 },
        { step: 1, id: 'electrolyse', from_s: 50, to_s: 100 },
      ],
      alarms: [{ kind: 'alarm', actor: 'guard', elapsed_s: 61 }],
      events: [{ seq: 1 }, { seq: 2 }],
      numbers: { charge_C: 194.4 },
    });
  });

  it.each([
    ['nothing', /which run/],
    ['20261122-161503-generol', /no run `20261122-161503-generol`.*near it are 20261122-161503-general-procedure-3a/],
    ['202611', /begins 3 runs/],
    ['', /no run ``/],
    ["' OR 1=1 --", /no run/],
    ['../../etc/passwd', /no run/],
    ['%', /no run/],
  ])('refuses a run that is not one: %s', async (name, message) => {
    recordThree(10);
    const { code, out, err } = await runs('show', name === 'nothing' ? undefined : name);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

/** The fields of each line, after RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('runs export', () => {
  it('gives every sample back, to the last bit', async () => {
    recordThree();
    const { code, out, err } = await runs('export', '20261122', { format: 'csv' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [header, ...rows] = parseCsv(out);
    expect(header).toEqual(CSV_COLUMNS);
    expect(rows).toHaveLength(2400);
    rows.forEach((row, place) => {
      const sample = sampleOf(place + 1, {
        step: place + 1 < 1200 ? 0 : 1,
        invalid: place === 1 ? 'flow_mL_min:stale' : '',
      });
      const expected: Readonly<Record<string, string | number | boolean | null>> = {
        ...sample,
        t_utc: new Date(START_MS + 1000 * sample.elapsed_s).toISOString(),
        simulated: true,
      };
      expect(row).toEqual(CSV_COLUMNS.map((name) => String(expected[name] ?? '')));
    });
  });

  it('writes a file, and nothing beside it', async () => {
    recordThree(20);
    const output = join(data, 'out.csv');
    expect(await runs('export', 'latest', { output })).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(output, 'utf8').split('\n')).toHaveLength(2002);
    expect(readdirSync(data).filter((name) => name.includes('out'))).toEqual(['out.csv']);
  });

  it('ends quietly when the reader has seen enough', async () => {
    recordThree();
    const stdout = new Sink(1000);
    expect(await runs('export', 'latest', { stdout })).toMatchObject({ code: 0, err: '' });
    expect(stdout.text.length).toBeLessThan(100_000);
  });

  it('refuses a format that there is not, and a place that there is not', async () => {
    recordThree(10);
    expect(await runs('export', 'latest', { format: 'xls' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is csv, datapackage, mpt, bdf'),
    });
    expect(await runs('export', 'latest', { output: join(data, 'no', 'x.csv') })).toMatchObject({ code: 2, out: '' });
  });
});

/** What somebody with an editor for databases does. */
function tamper(sql: string): void {
  const db = openDatabase(databaseFile(data), 'write');
  db.exec('PRAGMA foreign_keys = OFF');
  db.exec(sql);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

describe('runs verify', () => {
  it('tells of each run what it holds, its head, and that it is proven', async () => {
    const heads = recordThreeRuns(data);
    const { code, out, err } = await runs('verify');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.match(/^\d{8}-\d{6}-\S+ {2}proven$/gm)).toHaveLength(3);
    for (const head of heads) expect(out).toContain(`  head ${head}\n`);
    expect(out).toContain('500 samples, 500 rows of the ledger');
    expect(out).toContain('Without --head');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('looks at one run by its name', async () => {
    recordThreeRuns(data);
    const { code, out } = await runs('verify', '20261123');
    expect(code).toBe(0);
    expect(out.match(/ {2}proven$/gm)).toHaveLength(1);
    expect(await runs('verify', 'no-such-run')).toMatchObject({ code: 2, out: '' });
  });

  it('holds a run to a head that was published, wherever in its chain that is', async () => {
    const head = recordThreeRuns(data)[1] ?? '';
    const { code, out } = await runs('verify', '20261123', { head });
    expect(code).toBe(0);
    expect(out).toMatch(/the published head is event \d+, 0 came after it/);
    const [past] = readHashes(6);
    const earlier = await runs('verify', '20261123', { head: past ?? '' });
    expect(earlier.code).toBe(0);
    expect(earlier.out).toMatch(/the published head is event 6, [1-9]\d* came after it/);
  });

  it('does not prove a record that has not the head', async () => {
    recordThreeRuns(data);
    const head = 'ab'.repeat(32);
    const { code, out } = await runs('verify', undefined, { head });
    expect(code).toBe(3);
    expect(out).toMatch(/TAMPERED: .*head/);
  });

  it.each(['', 'abc', 'g'.repeat(64), 'ab'.repeat(33)])('refuses a head that is none: "%s"', async (head) => {
    recordThreeRuns(data);
    const { code, out, err } = await runs('verify', undefined, { head });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/is no head; would be right: 64 hexadecimal digits/);
  });

  it.each([
    ['a current that was changed', "UPDATE samples SET current_mA = 17 WHERE seq = 300 AND run LIKE '20261123%'"],
    ['an event that was taken out', "DELETE FROM events WHERE seq = 5 AND run LIKE '20261123%'"],
    ['a text that was changed', "UPDATE events SET text = 'all well' WHERE seq = 5 AND run LIKE '20261123%'"],
    ['a charge that was changed', "UPDATE runs SET charge_C = 195 WHERE id LIKE '20261123%'"],
  ])('finds %s, ends with 3, and says so of that run alone', async (_, sql) => {
    recordThreeRuns(data);
    tamper(sql);
    const { code, out } = await runs('verify');
    expect(code).toBe(3);
    expect(out.match(/^20261123-\S+ {2}TAMPERED$/gm)).toHaveLength(1);
    expect(out.match(/ {2}proven$/gm)).toHaveLength(2);
    const json = await runs('verify', 'latest', { json: true });
    expect(json.code).toBe(0);
  });

  it('is JSON on request, also when it is not proven', async () => {
    const heads = recordThreeRuns(data);
    const whole: unknown = JSON.parse((await runs('verify', undefined, { json: true })).out);
    expect(whole).toMatchObject({
      proven: true,
      findings: [],
      runs: heads.toReversed().map((hash) => ({ verdict: 'proven', head: { hash } })),
    });
    tamper("DELETE FROM ledger WHERE seq = 450 AND run LIKE '20261123%'");
    const { code, out } = await runs('verify', undefined, { json: true });
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({
      proven: false,
      runs: [{ verdict: 'proven' }, { verdict: 'tampered', findings: [expect.any(String)] }, { verdict: 'proven' }],
    });
  });

  it('refuses where nothing was recorded', async () => {
    const { code, err } = await runs('verify');
    expect(code).toBe(2);
    expect(err).toContain(`no run has been recorded in ${data}`);
  });
});

/** Hashes of the events of that number in the run of the middle. */
function readHashes(seq: number): string[] {
  const db = openDatabase(databaseFile(data), 'read');
  const rows = db.prepare("SELECT hash FROM events WHERE seq = ? AND run LIKE '20261123%'").all([seq]);
  db.close();
  return rows.map(({ hash }) => String(hash));
}

describe('a file that is no record', () => {
  it.each([
    ['text', 'this is a text and no database at all\n'.repeat(200)],
    ['an empty file', ''],
    ['a cut header', 'SQLite format 3\0'],
  ])('is refused in one line: %s', async (_, content) => {
    writeFileSync(databaseFile(data), content);
    const { code, out, err } = await runs('list');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^galvanode runs list: [^\n]*galvanode record[^\n]*\n$/);
  });

  it('is refused when it is damaged in the middle', async () => {
    recordThree();
    const file = databaseFile(data);
    const db = openDatabase(file, 'write');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096);
    writeFileSync(file, bytes);
    const { code, err } = await runs('show', 'latest');
    expect(code).toBe(2);
    expect(err).toMatch(/damaged/);
    expect(err).not.toMatch(/\n +at /);
  });
});
