/**
 * The control thread's end of the line to the writer: numbers the orders, and says which of them are on the disk.
 * Knows no runs; owns the worker and the one failure that ends it.
 */
import { Worker } from 'node:worker_threads';
import { entryPoint } from '../model/entry.js';
import { asRecordError, RecordError } from './error.js';
import type { Committed, FromWriter, Order, ToWriter, WriterData } from './wire.js';

interface Pending {
  readonly ticket: number;
  resolve(committed: Committed): void;
  reject(error: RecordError): void;
}

export class WriterLink {
  private ticket = 0;
  private readonly pending: Pending[] = [];
  private failure: RecordError | undefined;
  private closing = false;
  private readonly exited: Promise<void>;

  /** What was found at the opening and put right; null when all was well. */
  notice: string | null = null;
  /** Rows wait in the writer because no space is left: what it says of that; null when they do not. */
  stalled: string | null = null;

  /** `onFailure` is called once, when the writer can write no more. */
  private constructor(
    private readonly worker: Worker,
    private readonly onFailure: (error: RecordError) => void,
  ) {
    this.exited = new Promise((resolve) => {
      worker.once('exit', () => {
        if (!this.closing) this.fail(new RecordError('fault', 'the writer of the record ended'));
        resolve();
      });
    });
  }

  /** Resolves when the database is open and proven durable; rejects with a RecordError otherwise. */
  static start(workerData: WriterData, onFailure: (error: RecordError) => void): Promise<WriterLink> {
    const { path, execArgv } = entryPoint('record/writer');
    const worker = new Worker(path, { execArgv: [...execArgv], workerData });
    return new Promise((resolve, reject) => {
      let ready = false;
      const link = new WriterLink(worker, (error) => {
        if (ready) onFailure(error);
        else reject(error);
      });
      worker.on('message', (message: FromWriter) => {
        if (message.kind === 'ready') {
          ready = true;
          link.notice = message.notice;
          resolve(link);
        } else link.hear(message);
      });
      worker.on('error', (error) => link.fail(asRecordError(error)));
    });
  }

  /** Sends an order. Resolves once it is on the disk; rejects when that can no longer be. */
  post(order: Order): Promise<Committed> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.closing) return Promise.reject(new RecordError('fault', 'the record is closed'));
    const ticket = ++this.ticket;
    return new Promise((resolve, reject) => {
      this.pending.push({ ticket, resolve, reject });
      this.send({ ticket, order });
    });
  }

  /** Lets the writer finish what it has, close the file and end. */
  async close(): Promise<void> {
    if (!this.closing) {
      this.closing = true;
      if (this.failure === undefined) this.send({ close: true });
    }
    await this.exited;
    // Nothing is left to say after a failure on the way out: whoever waits for an order must hear it.
    this.settle((pending) => pending.reject(new RecordError('fault', 'the writer ended before this was on the disk')));
  }

  /** It is not waited for any more. A thread that hangs in the kernel may still hold the process until its disk answers. */
  abandon(): void {
    this.worker.unref();
  }

  private send(message: ToWriter): void {
    this.worker.postMessage(message, []);
  }

  private hear(message: Exclude<FromWriter, { kind: 'ready' }>): void {
    if (message.kind === 'failed') {
      this.fail(new RecordError(message.reason, message.message));
      return;
    }
    if (message.kind === 'stalled') {
      this.stalled = message.message;
      return;
    }
    const { committed } = message;
    this.stalled = null;
    this.settle((pending) => {
      if (pending.ticket > committed.ticket) return false;
      pending.resolve(committed);
      return true;
    });
  }

  private settle(settled: (pending: Pending) => boolean | void): void {
    for (let next = this.pending[0]; next !== undefined; next = this.pending[0]) {
      if (settled(next) === false) return;
      this.pending.shift();
    }
  }

  private fail(error: RecordError): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.settle((pending) => pending.reject(error));
    this.onFailure(error);
  }
}
