import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, Route } from '../../src/console/api/exchange.js';
import { exportInto } from '../../src/export/formats.js';
import { exportedRun } from '../../src/export/source.js';
import { History } from '../../src/record/history.js';
import { verifyRecord } from '../../src/record/verify.js';
import { downloadRoutes } from '../../src/workshop/downloads.js';
import { recordRun } from '../export/recorded.js';
import { freshDirectory } from '../record/directory.js';
import { eventOf } from '../record/samples.js';
import { ask, downloaded } from './asking.js';

let data = '';
let spareDir = '';
let scratch = '';
let routes: Route[] = [];
beforeEach(() => {
  data = freshDirectory();
  spareDir = join(data, 'spare');
  scratch = mkdtempSync(join(data, 'scratch-'));
  routes = downloadRoutes({ dataDir: data, spareDir }, scratch, () => null);
});

const ANSWER = { prompt: 'p', key: 'yield', value: 81.5, unit: '%', charge_C: 5 };
const record = (more: Parameters<typeof recordRun>[1] = {}): string =>
  recordRun(data, { events: [eventOf(5, 'answer', { data: ANSWER })], ...more });

/** What the command line writes of it, by path. */
async function exportedBy(run: string, format: 'csv' | 'mpt' | 'bdf' | 'datapackage'): Promise<string[]> {
  const history = History.open(data, spareDir);
  if (history === undefined) throw new Error('no record');
  const proof = verifyRecord({ dataDir: data, spareDir, runs: [run] }).runs[0];
  try {
    return await exportInto(exportedRun(history, run, proof), { format, folder: join(data, 'out'), force: false });
  } finally {
    history.close();
  }
}

describe('a run as a file', () => {
  it.each([
    ['csv', 'text/csv; charset=utf-8'],
    ['mpt', 'text/plain; charset=utf-8'],
    ['bdf', 'text/csv; charset=utf-8'],
  ] as const)('is what the command line writes: %s', async (format, type) => {
    const run = record({ seconds: 450 });
    const [path = ''] = await exportedBy(run, format);
    const file = await downloaded(await ask(routes, `/api/runs/${run}/export/${format}`));
    expect([file.type, file.file]).toEqual([type, path.split('/').at(-1)]);
    expect(file.bytes.equals(readFileSync(path))).toBe(true);
  });

  it('has the answers of the operator in a file of their own', async () => {
    const run = record();
    const [, path = ''] = await exportedBy(run, 'csv');
    const file = await downloaded(await ask(routes, `/api/runs/${run}/answers.csv`));
    expect(file.file).toBe(`${run}.answers.csv`);
    expect(file.bytes.equals(readFileSync(path))).toBe(true);
  });

  it('is a data package in one archive, file by file as the command line writes it', async () => {
    const run = record({ seconds: 450 });
    const [folder = ''] = await exportedBy(run, 'datapackage');
    const { bytes, type, file } = await downloaded(await ask(routes, `/api/runs/${run}/export/datapackage`));
    expect([type, file]).toEqual(['application/zip', `${run}.zip`]);
    writeFileSync(join(data, 'package.zip'), bytes);
    // another program's reading of it: checks every checksum, then unpacks
    const python =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
    execFileSync('python3', ['-c', python, join(data, 'package.zip'), join(data, 'unpacked')]);
    const names = readdirSync(folder).toSorted();
    expect(readdirSync(join(data, 'unpacked', run)).toSorted()).toEqual(names);
    for (const name of names)
      expect(readFileSync(join(data, 'unpacked', run, name)).equals(readFileSync(join(folder, name)))).toBe(true);
    const again = await downloaded(await ask(routes, `/api/runs/${run}/export/datapackage`));
    const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
    expect(hash(again.bytes)).toBe(hash(bytes));
  });

  it('comes as far as it is recorded when the run has no end', async () => {
    const run = record({ outcome: null });
    const file = await downloaded(await ask(routes, `/api/runs/${run}/export/csv`));
    const lines = file.bytes.toString().trim().split('\n');
    expect(lines.filter((line) => /^\d/.test(line))).toHaveLength(20);
  });

  it.each(['export/csv', 'export/datapackage', 'answers.csv', 'report.html'])(
    'of no run there is none: %s',
    async (rest) => {
      expect(await ask(routes, `/api/runs/latest/${rest}`)).toMatchObject({ status: 404 });
      record();
      expect(await ask(routes, `/api/runs/latest/${rest}`)).toMatchObject({ status: 404 });
    },
  );

  it('is refused in a format that there is not, with those that there are', async () => {
    const answer = await ask(routes, `/api/runs/${record()}/export/xlsx`);
    expect(answer).toMatchObject({ status: 404, problems: [{ hint: 'csv, datapackage, mpt, bdf' }] });
  });
});

describe('nobody reads any more', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(['csv', 'datapackage'])('before the first row, or amid: the record is closed, once (%s)', async (format) => {
    const run = record({ seconds: 450 });
    const closed = vi.spyOn(History.prototype, 'close');
    for (const readFirst of [false, true]) {
      closed.mockClear();
      const leaving = new AbortController();
      const answer = await ask(routes, `/api/runs/${run}/export/${format}`, { gone: leaving.signal });
      if (!('stream' in answer) || Buffer.isBuffer(answer.stream)) throw new Error('no stream');
      const { stream } = answer;
      if (readFirst) await new Promise((resolve) => stream.once('data', resolve));
      expect(closed).not.toHaveBeenCalled();
      const end = new Promise((resolve) => stream.once('close', resolve));
      leaving.abort();
      await end;
      expect(closed).toHaveBeenCalledTimes(1);
    }
  });

  it('after the last row: it is closed, once', async () => {
    const run = record();
    const closed = vi.spyOn(History.prototype, 'close');
    const answer = await ask(routes, `/api/runs/${run}/export/csv`);
    expect(closed).not.toHaveBeenCalled();
    await downloaded(answer);
    expect(closed).toHaveBeenCalledTimes(1);
  });
});

describe('the report', () => {
  it('has a policy of its own: no script, nothing from elsewhere, in a sandbox', async () => {
    const answer: Answer = await ask(routes, `/api/runs/${record()}/report.html`);
    if (!('stream' in answer)) throw new Error('no page');
    expect(answer.headers?.['content-security-policy']).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    );
    expect((await downloaded(answer)).bytes.toString()).toContain('General procedure, 0.5 mmol');
  });

  it('on paper is refused in words where no Chromium is', async () => {
    const answer = await ask(routes, `/api/runs/${record()}/report.pdf`);
    expect(answer).toMatchObject({ status: 501, problems: [{ hint: 'print the report from your browser' }] });
  });

  it('on paper leaves nothing behind when the browser fails, and the next may print', async () => {
    const run = record();
    const failing = downloadRoutes({ dataDir: data, spareDir }, scratch, () => '/bin/false');
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(ask(failing, `/api/runs/${run}/report.pdf`)).rejects.toThrow('/bin/false did not print the page');
    expect(readdirSync(scratch)).toEqual([]);
  });
});
