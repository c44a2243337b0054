/** Forks the workshop, with a socket in a folder that only this user can enter. Owns node:child_process, and nothing asked. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoardShown } from '../../model/board-shown.js';
import { entryPoint } from '../../model/entry.js';
import type { StartWorkshop } from './workshop.js';

/** Heap of the workshop, MB: a preview and the curves of a long run, beside a control process that matters more. */
const HEAP_MB = 384;

/** @param complain is told what the workshop says when it fails. */
export function forkWorkshop(
  record: { readonly dataDir: string; readonly spareDir: string } | null,
  complain: (text: string) => void,
  board: BoardShown | null = null,
): StartWorkshop {
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'galvanode-workshop-'));
    const socket = join(folder, 'socket');
    const { path, execArgv } = entryPoint('workshop');
    const child = fork(path, [], {
      execArgv: [...execArgv, `--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-1000);
    });
    const ended = new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', (code) => {
        if (code !== 0 && code !== null) complain(`the workshop ended with ${code}: ${lastWords.trim().slice(-500)}`);
        rmSync(folder, { recursive: true, force: true });
        resolve();
      });
    });
    const ready = new Promise<string>((resolve) => {
      child.once('message', () => resolve(socket));
    });
    child.send({ kind: 'open', socket, record, board }, () => undefined); // a failure to send is its end, which is told
    return { ready, ended, kill: () => void child.kill('SIGKILL') };
  };
}
