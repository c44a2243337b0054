/** A preview in a thread of its own: virtual time leaves no turn to anything else. Given a plan, tells what came of it once. */
import { parentPort, workerData } from 'node:worker_threads';
import { previewPlan } from '../preview.js';
import { ran, type ToRun } from './ran.js';

async function main(): Promise<void> {
  const { plan, board, seed } = workerData as ToRun; // from in-thread.ts, of the same program
  parentPort?.postMessage(ran(await previewPlan(plan, board, seed)), []);
}

void main();
