/** A process of the campaign: does the jobs that it is sent, one after the other, and sends their verdicts back. */
import type { Job } from './jobs.js';
import { work } from './work.js';

let last = Promise.resolve();

process.on('message', (message: unknown) => {
  const { job, index } = message as { readonly job: Job; readonly index: number };
  last = last.then(async () => {
    process.send?.({ index, done: await work(job) });
  });
});
