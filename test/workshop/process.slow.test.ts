/** The workshop as a process of its own: its folder goes with it, whoever ends first. Needs the package chromium. */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runsAnswer } from '../../src/console/api/runs.js';
import { entryPoint } from '../../src/model/entry.js';
import { recordRun } from '../export/recorded.js';
import { freshDirectory } from '../record/directory.js';

let child: ChildProcess | null = null;
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
});

/** Gives the path of its socket once it listens. */
async function workshop(dataDir: string): Promise<string> {
  const socket = join(mkdtempSync(join(dataDir, 'workshop-')), 'socket');
  const { path, execArgv } = entryPoint('workshop');
  const started = fork(path, [], { execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child = started;
  const ready = new Promise((resolve) => started.once('message', resolve));
  started.send({ kind: 'open', socket, record: { dataDir, spareDir: join(dataDir, 'spare') } });
  await ready;
  return socket;
}

function get(
  socketPath: string,
  path: string,
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

it('answers on its socket, refuses what is not there in words, and ends with its folder when its parent has gone', async () => {
  const data = freshDirectory();
  const run = recordRun(data);
  const socket = await workshop(data);
  const list = await get(socket, '/api/runs');
  expect(runsAnswer.parse(JSON.parse(list.text)).runs.map((row) => row.run)).toEqual([run]);
  const csv = await get(socket, `/api/runs/${run}/export/csv`);
  expect([csv.status, csv.text.split('\n').filter((line) => /^\d/.test(line)).length]).toEqual([200, 20]);
  for (const path of ['/api/runs/none', '/api/none', `/api/runs/${run}/export/..%2F..%2Fetc`])
    expect(await get(socket, path)).toMatchObject({ status: 404, text: expect.stringContaining('problems') });
  const pdf = await get(socket, `/api/runs/${run}/report.pdf`);
  expect([pdf.status, pdf.text.slice(0, 5)]).toEqual([200, '%PDF-']);
  expect(readdirSync(join(socket, '..'))).toEqual(['socket']); // what the browser needed is gone
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child?.disconnect();
  expect(await ended).toBe(0);
  expect(existsSync(join(socket, '..'))).toBe(false);
});
