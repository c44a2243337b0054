/** The service at the bench, as a process whose input is a pipe: what it takes, and what becomes of a run when that ends. */
import { spawn } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { PROGRAM, removeFolders, temporaryFolder } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { DEAD_MAN } from '../support/runs.js';

afterAll(removeFolders);

/** Everything is typed at once, and the input ends before the first run has begun. */
function serve(data: string, typed: readonly string[]): Promise<{ code: number | null; said: string; errors: string }> {
  const args = ['serve', '--speed', 'max', '--data', data, '--console', 'off', '--broker', 'off'];
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'pipe' });
  let said = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.end(`${typed.join('\n')}\n`);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said, errors }));
  });
}

describe('serve', { timeout: 120_000 }, () => {
  it('starts with --clear when asked, refuses what it does not know, and goes on when its input ends', async () => {
    const data = temporaryFolder();
    const { code, said, errors } = await serve(data, [`start ${DEAD_MAN} --claer`, `start ${DEAD_MAN} --clear`, 'y']);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(said).toContain('start: "--claer" is not known (would be right: start');
    expect(said).toContain('latched faults of the board cleared');
    const { run, events } = latestRecording(data);
    expect(run.outcome).toBe('complete');
    expect(events.some(({ text }) => text.startsWith('the input of the terminal has ended'))).toBe(true);
  });

  it('clears nothing unasked', async () => {
    const { said } = await serve(temporaryFolder(), [`start ${DEAD_MAN}`, 'y']);
    expect(said).toContain('all steps done');
    expect(said).not.toContain('cleared');
  });

  it('tells what to weigh, and starts nothing that it warns of without a yes', async () => {
    const { said } = await serve(temporaryFolder(), [`start ${DEAD_MAN}`]);
    expect(said).toMatch(/Weigh\n +reagent/);
    expect(said).toContain('Nothing was started.');
    expect(said).not.toContain('begins');
  });

  it('stops a run whose question nobody can answer', async () => {
    const data = temporaryFolder();
    const { code } = await serve(data, ['start general-procedure-3a']);
    expect(code).toBe(0);
    const { run, events } = latestRecording(data);
    expect(run).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringMatching(/^asked for 10 min with nobody here/),
    });
    expect(events.some(({ kind }) => kind === 'answer')).toBe(false);
  });
});
