/** A process of the generated recipes: tries the seeds that it is sent, one after the other, and sends back what came of each. */
import { tried } from './trial.js';

let last = Promise.resolve();

process.on('message', (message: unknown) => {
  const { job, index } = message as { readonly job: number; readonly index: number };
  last = last.then(async () => {
    try {
      process.send?.({ index, done: await tried(job) });
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : 'unknown';
      process.send?.({ index, done: { seed: job, error: text } });
    }
  });
});
