/**
 * Starts over the network on their way to the one who runs them: at most one at a time, each answered once, when its run has
 * begun or when it is sure that none will. No thread and no timer.
 */
import type { Done } from '../command/executor.js';

/** What is to be done; it answers through `reply`, and settles when the run is over. */
export type StartJob = (reply: (done: Done) => void) => Promise<void>;

interface Asked {
  readonly job: StartJob;
  readonly reply: (done: Done) => void;
}

const FULL: Done = { ok: false, reason: 'another start is under way' };
const ENDING: Done = { ok: false, reason: 'the service is about to end' };
const AT_THE_TERMINAL: Done = { ok: false, reason: 'a start at the terminal of the service came before it' };
const NEVER_BEGUN: Done = { ok: false, reason: 'nothing was started; the terminal of the service says why' };

export class StartQueue {
  private asked: Asked | null = null;
  private wake: (() => void) | null = null;
  private closed = false;
  private elsewhere = false;

  /** Settles with what came of it. Never rejects. */
  ask(job: StartJob): Promise<Done> {
    if (this.closed) return Promise.resolve(ENDING);
    if (this.elsewhere) return Promise.resolve(AT_THE_TERMINAL);
    if (this.asked !== null) return Promise.resolve(FULL);
    return new Promise((resolve) => {
      this.asked = { job, reply: resolve };
      this.wake?.();
    });
  }

  /** Settles when something was asked for, or when `enough` aborts: then nothing was taken. */
  waiting(enough: AbortSignal): Promise<boolean> {
    if (this.asked !== null || enough.aborted) return Promise.resolve(this.asked !== null);
    return new Promise((resolve) => {
      const settle = (): void => {
        this.wake = null;
        enough.removeEventListener('abort', settle);
        resolve(this.asked !== null);
      };
      this.wake = settle;
      enough.addEventListener('abort', settle);
    });
  }

  /** Does what was asked for, if anything was. Nothing else is taken meanwhile. Rejects with what the job rejects with. */
  async work(): Promise<void> {
    const { asked } = this;
    if (asked === null) return;
    try {
      await asked.job(asked.reply);
    } finally {
      asked.reply(NEVER_BEGUN); // heard only where nothing else was said
      this.asked = null;
    }
  }

  /** Nothing is taken meanwhile: what waited behind a run of hours would begin when nobody expects it any more. */
  async without(work: () => Promise<void>): Promise<void> {
    this.elsewhere = true;
    try {
      await work();
    } finally {
      this.elsewhere = false;
    }
  }

  /** Nothing is taken any more; what waits is refused. */
  close(): void {
    this.closed = true;
    this.asked?.reply(ENDING);
    this.asked = null;
  }
}
