/**
 * Many cases over two processes: a job is a seed or a single fault in a phase, and its verdict does not depend on which
 * process did it. What a job is, it is told by name so that it can cross a process border.
 */
import { fileURLToPath } from 'node:url';
import { handOut, type Handing } from '../support/workers.js';
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

/** In the order of the jobs. Rejects when a worker process dies. */
export const doAll = (jobs: readonly Job[], handing: Handing<Done>): Promise<readonly Done[]> =>
  handOut(WORKER, jobs, handing);
