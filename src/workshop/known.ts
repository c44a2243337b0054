/** Where the record lies, and which runs are in it: an id that is not is never used. */
import { refuse, type Answer } from '../console/api/exchange.js';
import type { History } from '../record/history.js';

export interface Directories {
  readonly dataDir: string;
  readonly spareDir: string;
}

export const unknownRun = (run: string): Answer => refuse(404, `there is no run "${run.slice(0, 64)}"`);

export function knows(history: History, run: string): boolean {
  return history.runs().some((one) => one.run === run);
}
