/** Lines of an input, one at a time: what comes while nobody asks waits, and the end of input is not lost. */
import type { Interface } from 'node:readline';
import { onEndingSignal, onTerminalGone } from './signals.js';

export class Lines {
  private readonly waiting: string[] = [];
  private ended = false;
  private wake: (() => void) | null = null;

  constructor(private readonly source: Interface) {
    source.on('line', (line) => {
      this.waiting.push(line);
      this.wake?.();
    });
    const end = (): void => {
      this.ended = true;
      this.wake?.();
    };
    source.on('close', end);
    source.on('error', end); // the terminal it was read from is gone
  }

  /**
   * The next line; null at the end of input, when a signal asks the program to end, and when the terminal goes. With
   * `enough`, also when that aborts: a line that has not been given then waits for the next who asks.
   */
  async next(enough?: AbortSignal): Promise<string | null> {
    const interrupt = new AbortController();
    const stop = (): void => {
      interrupt.abort();
      this.wake?.();
    };
    const releases = [onEndingSignal(stop), onTerminalGone(stop)];
    enough?.addEventListener('abort', stop);
    releases.push(() => enough?.removeEventListener('abort', stop));
    if (enough?.aborted === true) interrupt.abort();
    while (this.waiting.length === 0 && !this.ended && !interrupt.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.wake = null;
    for (const release of releases) release();
    return interrupt.signal.aborted ? null : (this.waiting.shift() ?? null);
  }

  /** Takes what comes from now on, and what has waited, until it is released; says when no more can come. */
  listen(heard: (line: string) => void, ended: () => void): () => void {
    let told = false;
    const take = (): void => {
      for (let line = this.waiting.shift(); line !== undefined; line = this.waiting.shift()) heard(line);
      if (!this.ended || told) return;
      told = true;
      ended();
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
