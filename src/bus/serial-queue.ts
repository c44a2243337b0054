/**
 * One thing at a time on a bus, each with a deadline. Knows nothing of what is done.
 *
 * A piece of work that is late is answered for at its deadline but keeps the queue closed until it settles, so that
 * nothing ever overlaps it on the wire. One whose turn never came is dropped: it is not done later, when nobody waits.
 */
import type { Clock } from '../model/clock.js';

export class SerialQueue {
  private tail: Promise<void> = Promise.resolve();
  private unsettled = 0;

  constructor(private readonly clock: Clock) {}

  /** Pieces of work asked for and not settled yet, late ones included. */
  get length(): number {
    return this.unsettled;
  }

  /**
   * Does `work` when all before it have settled, and settles with it. Once `deadline_ms` have passed since this call it
   * answers with `late(begun)` instead; what late work settles with has nobody waiting for it any more and is dropped.
   */
  run<T>(work: () => Promise<T>, deadline_ms: number, late: (begun: boolean) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let begun = false;
      let answered = false;
      const deadline = this.clock.after(deadline_ms, () => {
        answered = true;
        resolve(late(begun));
      });
      const turn = async (): Promise<void> => {
        begun = !answered;
        try {
          if (begun) resolve(await work());
        } catch (error) {
          reject(error);
        } finally {
          deadline.cancel();
          this.unsettled--;
        }
      };
      this.unsettled++;
      this.tail = this.tail.then(turn);
    });
  }
}
