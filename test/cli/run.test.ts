/** `galvanode run` as a process: to its end, refused, and without its page; and `runs` afterwards. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import { endPrograms, type Ended, galvanode, removeFolders, temporaryFolder } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { DEAD_MAN, GENERAL, resultOf, startRun, TEN_MINUTES } from '../support/runs.js';

afterAll(async () => {
  await endPrograms();
  removeFolders();
});

describe('a run to its end, and its record', () => {
  let data: string;
  let ended: Ended;
  beforeAll(async () => {
    data = temporaryFolder();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const args = ['--yes', '--json', '--data', data, '--console', String(port), '--broker', 'off', '--speed', 'max'];
    ended = await galvanode(['run', DEAD_MAN, ...TEN_MINUTES, ...args]).ended;
    taken.close();
  }, 60_000);
  const runs = (...args: string[]): Promise<Ended> => galvanode(['runs', ...args, '--data', data]).ended;

  it('exits 0, and tells charge, F/mol, hydrogen and where the record is', () => {
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/charge +108\.\d\d C of 108\.00 C, 0\.224 F\/mol/);
    expect(ended.stdout).toMatch(/hydrogen +0\.5\d\d mmol made/);
    expect(ended.stdout).toContain(`record      ${data}`);
    const { charge_C, truth, outcome, missedTicks } = resultOf(ended.stdout);
    expect({ outcome, missedTicks }).toEqual({ outcome: 'complete', missedTicks: 0 });
    expect(Math.abs((truth?.charge_C ?? NaN) / 108 - 1)).toBeLessThan(0.0005);
    expect(Math.abs(charge_C / (truth?.charge_C ?? NaN) - 1)).toBeLessThan(0.0005);
  });

  it('goes on without a page when its port is taken, and says so', () => {
    expect(ended.stdout).toMatch(/page +none: .*(?:in use|EADDRINUSE).*; the run goes on without it/);
  });

  it('is listed', async () => {
    const { code, stdout } = await runs('list', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ recipe: 'dead-man-180ma', outcome: 'complete', simulated: true }]);
    expect((await runs('list')).stdout).toMatch(/dead-man-180ma +~complete/);
  });

  it('is shown with its steps, its numbers and what was set', async () => {
    const { code, stdout } = await runs('show', 'latest', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      run: resultOf(ended.stdout).run,
      overrides: [TEN_MINUTES[1], TEN_MINUTES[3]],
      lost_samples: 0,
      steps: [{ kind: 'electrolyse' }, { kind: 'finish' }],
    });
  });

  it('is exported with every kept sample, to a file or to stdout', async () => {
    const file = join(data, 'run.csv');
    expect(await runs('export', 'latest', '--format', 'csv', '-o', file)).toMatchObject({ code: 0, stdout: '' });
    const { stdout } = await runs('export', 'latest');
    const [header, ...rows] = stdout.trim().split('\n');
    expect(header).toMatch(/^seq,t_utc,elapsed_s,.*charge_C.*,simulated$/);
    expect(rows.length).toBe(latestRecording(data).samples.length);
    expect(existsSync(file)).toBe(true);
  });
});

describe('a broken recipe', () => {
  it.concurrent.each([
    ['wrong-kind-of-unit', /wrong-kind-of-unit\.yaml:\d+:\d+: .*would be right/],
    ['bare-number', /bare-number\.yaml:\d+:\d+: .*has no unit/],
    ['duplicate-key', /duplicate-key\.yaml:\d+:\d+: /],
    ['disagreeing-current', /disagreeing-current\.yaml:\d+:\d+: /],
    ['over-board-range', /over-board-range\.yaml:\d+:\d+: /],
    ['bomb', /bomb\.yaml:\d+:\d+: /],
    ['ten-thousand-brackets', /ten-thousand-brackets\.yaml:\d+:\d+: /],
    ['include-traversal', /include-traversal\.yaml:\d+:\d+: /],
  ])('%s is refused at its place, and nothing is touched', async (name, message) => {
    const data = join(temporaryFolder(), 'data');
    const recipe = packagePath('test', 'fixtures', 'recipes', 'broken', `${name}.yaml`);
    const { code, stdout, stderr } = await startRun({ recipe, data }).ended;
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(existsSync(data)).toBe(false);
  });
});

describe('what run refuses before it begins', () => {
  it.concurrent.each([
    ['a recipe that asks, without a terminal', [GENERAL], /no terminal to ask at \(would be right: --yes/],
    [
      'a speed on a bench in real time',
      [DEAD_MAN, '--yes', '--board', 'bench-live', '--speed', '2'],
      /--speed: bench-live runs in real time/,
    ],
    ['a file that is not there', ['nothing.yaml', '--yes'], /nothing\.yaml: cannot be read/],
    [
      'a board that is not there',
      [DEAD_MAN, '--yes', '--board', 'gs2'],
      /no board "gs2" \(would be right: one of bench-/,
    ],
  ])('%s', async (_what, args, message) => {
    const data = join(temporaryFolder(), 'data');
    const { code, stdout, stderr } = await galvanode(['run', ...args, '--data', data]).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(existsSync(data)).toBe(false);
  });
});
