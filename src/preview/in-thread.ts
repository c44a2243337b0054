/** Starts the thread of a preview and ends it when nobody wants it any more. Owns node:worker_threads for previews. */
import { Worker } from 'node:worker_threads';
import { entryPoint } from '../model/entry.js';
import type { Ran, ToRun } from './ran.js';

/** Heap of one preview, MB: a run of two days takes some 60. */
const HEAP_MB = 256;

/** Nobody waits for it any more. */
export class PreviewGone extends Error {
  override readonly name = 'PreviewGone';
}

/** Rejects with PreviewGone when `gone` is aborted: the thread is then ended at once, wherever it is. */
export function previewInThread(toRun: ToRun, gone: AbortSignal): Promise<Ran> {
  const { path, execArgv } = entryPoint('preview/thread');
  return new Promise((resolve, reject) => {
    if (gone.aborted) return reject(new PreviewGone());
    const worker = new Worker(path, {
      execArgv: [...execArgv],
      workerData: toRun,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    const leave = (): void => {
      reject(new PreviewGone());
      void worker.terminate();
    };
    gone.addEventListener('abort', leave, { once: true });
    worker.once('message', (said: Ran) => resolve(said));
    worker.once('error', reject);
    worker.once('exit', (code) => {
      gone.removeEventListener('abort', leave);
      reject(new Error(`the preview ended with ${code}`)); // settled long ago when it said something first
    });
  });
}
