/** Questions asked at the terminal before anything runs, one line each. Owns when there is somebody to ask. */
import { createInterface } from 'node:readline';
import { Lines } from './lines.js';

/** The answer to a question; null where nobody answers any more. */
export type Ask = (question: string) => Promise<string | null>;

/** Hands a way to ask to `work`; null where input or output is no terminal. */
export async function atTerminal<T>(work: (ask: Ask | null) => Promise<T>): Promise<T> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return work(null);
  const lines = new Lines(createInterface({ input: process.stdin }));
  try {
    return await work((question) => {
      process.stderr.write(question);
      return lines.next();
    });
  } finally {
    lines.close();
  }
}
