/**
 * Many jobs over a few processes of one program, which gets `{ job, index }` and sends `{ index, done }`. Owns the handing
 * out; knows neither what a job is nor what comes of it, but that both cross a process border as data.
 */
import { fork, type ChildProcess } from 'node:child_process';

/** Jobs on their way to one process: enough that it never waits. */
const AHEAD = 3;

export interface Handing<Done> {
  readonly processes: number;
  readonly onDone?: (done: Done) => void;
  /** Ends the handing out when it says so; what is under way is finished. */
  readonly enough?: (done: Done) => boolean;
}

/** A job as it crosses the border. */
type Job = number | object;

interface Waiting {
  readonly job: Job;
  readonly index: number;
}

/** In the order of the jobs. Rejects when a worker process dies. */
export async function handOut<Done>(
  worker: string,
  jobs: readonly Job[],
  { processes, onDone, enough }: Handing<Done>,
): Promise<readonly Done[]> {
  const waiting = jobs.map((job, index) => ({ job, index }));
  const results: (Done | undefined)[] = jobs.map(() => undefined);
  const finish = (index: number, done: Done): void => {
    results[index] = done;
    onDone?.(done);
    if (enough?.(done) === true) waiting.length = 0;
  };
  await Promise.all(
    Array.from({ length: processes }, () => serve(worker, waiting, (index, done) => finish(index, done as Done))),
  );
  return results.filter((done) => done !== undefined);
}

function serve(program: string, waiting: Waiting[], finish: (index: number, done: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker: ChildProcess = fork(program);
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
      const { index, done } = message as { readonly index: number; readonly done: unknown };
      open--;
      finish(index, done);
      hand();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker process ended with ${code}`))));
    hand();
  });
}
