/** Lines of an input, one at a time: what comes while nobody asks waits, and the end of input is not lost. */
import type { Interface } from 'node:readline';
import { onEndingSignal } from './signals.js';

export class Lines {
  private readonly waiting: string[] = [];
  private ended = false;
  private wake: (() => void) | null = null;

  constructor(private readonly source: Interface) {
    source.on('line', (line) => {
      this.waiting.push(line);
      this.wake?.();
    });
    source.on('close', () => {
      this.ended = true;
      this.wake?.();
    });
  }

  /** The next line; null at the end of input, and when a signal asks the program to end. */
  async next(): Promise<string | null> {
    const interrupt = new AbortController();
    const release = onEndingSignal(() => {
      interrupt.abort();
      this.wake?.();
    });
    while (this.waiting.length === 0 && !this.ended && !interrupt.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.wake = null;
    release();
    return interrupt.signal.aborted ? null : (this.waiting.shift() ?? null);
  }

  /** Takes what comes from now on, and what has waited, until it is released. */
  listen(heard: (line: string) => void): () => void {
    const take = (): void => {
      for (let line = this.waiting.shift(); line !== undefined; line = this.waiting.shift()) heard(line);
    };
    this.wake = take;
    take();
    return () => {
      this.wake = null;
    };
  }

  close(): void {
    this.source.close();
  }
}
