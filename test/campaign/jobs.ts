/**
 * Many cases over two processes: a job is a seed or a single fault in a phase, and its verdict does not depend on which
 * process did it. Owns the handing out; what a job is, it is told by name so that it can cross a process border.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Phase } from './case.js';
import type { Verdict } from './verdict.js';

export type Job =
  | { readonly kind: 'seed'; readonly seed: number; readonly sabotage?: string }
  | {
      readonly kind: 'single';
      readonly seed: number;
      readonly cell: number;
      readonly amount: number;
      readonly phase: Phase;
    }
  | { readonly kind: 'nominal'; readonly seed: number };

/** What a job came to, or the words of a program that failed on it. */
export type Done = { readonly job: Job; readonly verdict: Verdict } | { readonly job: Job; readonly error: string };

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Jobs on their way to one process: enough that it never waits. */
const AHEAD = 3;

export interface Handing {
  readonly processes: number;
  readonly onDone?: (done: Done) => void;
  /** Ends the handing out when it says so; what is under way is finished. */
  readonly enough?: (done: Done) => boolean;
}

/** In the order of the jobs. Rejects when a worker process dies. */
export async function doAll(jobs: readonly Job[], { processes, onDone, enough }: Handing): Promise<readonly Done[]> {
  const waiting = jobs.map((job, index) => ({ job, index }));
  const results: (Done | undefined)[] = jobs.map(() => undefined);
  const finish = (index: number, done: Done): void => {
    results[index] = done;
    onDone?.(done);
    if (enough?.(done) === true) waiting.length = 0;
  };
  await Promise.all(Array.from({ length: processes }, () => serve(waiting, finish)));
  return results.filter((done) => done !== undefined);
}

function serve(
  waiting: { readonly job: Job; readonly index: number }[],
  finish: (index: number, done: Done) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker: ChildProcess = fork(WORKER);
    let open = 0;
    const hand = (): void => {
      for (; open < AHEAD; open++) {
        const next = waiting.shift();
        if (next === undefined) break;
        worker.send(next);
      }
      if (open === 0) worker.disconnect();
    };
    worker.on('message', (message: unknown) => {
      const { index, done } = message as { readonly index: number; readonly done: Done };
      open--;
      finish(index, done);
      hand();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker process ended with ${code}`))));
    hand();
  });
}
