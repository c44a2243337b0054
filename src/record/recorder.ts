/**
 * The record as the control process sees it: samples and events go in without waiting, and what is on the disk is told.
 * Owns what happens when the disk is slow or gone; it must not know SQL.
 *
 * In real time nothing here waits for the disk: rows pile up in a buffer of over a minute, and a buffer that runs over
 * is a lost record, which is the guard's business. In virtual time a slow disk stops the clock instead.
 */
import type { Clock, Timer } from '../model/clock.js';
import type { RunEvent } from '../model/event.js';
import { RealClock } from '../model/real-clock.js';
import type { Sample } from '../model/sample.js';
import { Batch } from './batch.js';
import { asRecordError, RecordError } from './error.js';
import type { ChainHead, RunHeader, RunOutcome } from './run.js';
import { opensWindow, Thinner } from './thinner.js';
import { WriterLink } from './writer-link.js';
import type { Committed } from './wire.js';

/** Longest wait of a row for its group, ms of wall time: with the commit itself, well inside a second. */
const GROUP_MS = 500;
/** Rows that may wait for the disk: three minutes at 20 Hz, or two and all that an alarm brings out at once. */
const BUFFER_ROWS = 4096;

export interface RecordHealth {
  /** Run time from the oldest row that is not on the disk to the newest sample, s; 0 when all is. */
  readonly buffered_s: number;
  /** Rows that are not on the disk yet. */
  readonly waitingRows: number;
  /** Rows of this run on the disk. */
  readonly rows: number;
  /** UTC of the last commit, ms; null before the first. */
  readonly lastCommit_ms: number | null;
  /** Control cycles and events of this run that came after the record was lost. */
  readonly lost: number;
  /** Newest event on the disk, to be published. */
  readonly head: ChainHead | null;
  /** Why the record is lost, for the rest of the run; null while it is kept. */
  readonly error: RecordError | null;
}

export interface Recorder {
  /** Starts a run and gives its id, once the run is on the disk. Rejects with RecordError. One run at a time. */
  begin(header: RunHeader): Promise<string>;
  /** Every control cycle; the recorder thins. Never waits, and throws only when no run was begun. */
  sample(sample: Sample): void;
  event(event: RunEvent): void;
  /** Resolves when all that was given before is on the disk. */
  flush(): Promise<void>;
  /** Writes the outcome and all before it. Rejects with RecordError when the record is lost. */
  end(outcome: RunOutcome): Promise<void>;
  /** Writes what is left and lets go of the file. A run that was not ended shows as interrupted. Never rejects. */
  close(): Promise<void>;
  readonly health: RecordHealth;
  /** Called once when the record is lost, at once when it already is: a fault that holds the run. */
  onFailure(listener: (error: RecordError) => void): void;
}

/** Opens, makes or migrates the record. Rejects with RecordError when it cannot be written, or another process does. */
export async function openRecorder(options: { readonly dataDir: string; readonly clock: Clock }): Promise<Recorder> {
  const recorder = new WorkerRecorder(options.clock);
  await options.clock.hold(recorder.open(options.dataDir));
  return recorder;
}

/** Rows handed over and not yet acknowledged. */
interface Sent {
  readonly rows: number;
  readonly since_s: number;
}

class WorkerRecorder implements Recorder {
  private link: WriterLink | undefined;
  /** Commits follow the wall, whatever the pace of the run: it is the disk that they spare. */
  private readonly wall: Clock;
  private timer: Timer | undefined;
  private readonly batch = new Batch();
  private batchSince_s = 0;
  private readonly sent: Sent[] = [];
  private sentRows = 0;
  private thinner: Thinner | undefined;
  private newest_s = 0;
  private ledgerSecond = NaN;
  private rows = 0;
  private lost = 0;
  private lastCommit_ms: number | null = null;
  private head: ChainHead | null = null;
  private error: RecordError | null = null;
  private holding = false;
  private readonly listeners: ((error: RecordError) => void)[] = [];

  constructor(private readonly clock: Clock) {
    this.wall = clock.virtual ? new RealClock() : clock;
  }

  async open(dataDir: string): Promise<void> {
    this.link = await WriterLink.start(dataDir, (error) => this.fail(error));
  }

  get health(): RecordHealth {
    const oldest_s = this.sent[0]?.since_s ?? (this.batch.rows > 0 ? this.batchSince_s : this.newest_s);
    return {
      buffered_s: Math.max(0, this.newest_s - oldest_s),
      waitingRows: this.waitingRows,
      rows: this.rows,
      lastCommit_ms: this.lastCommit_ms,
      lost: this.lost,
      head: this.head,
      error: this.error,
    };
  }

  onFailure(listener: (error: RecordError) => void): void {
    this.listeners.push(listener);
    if (this.error !== null) listener(this.error);
  }

  async begin(header: RunHeader): Promise<string> {
    if (this.thinner !== undefined) throw new RecordError('fault', 'a run is being recorded already');
    this.rows = 0;
    this.lost = 0;
    this.newest_s = 0;
    this.ledgerSecond = NaN;
    this.thinner = new Thinner(header.recordRate_Hz, (sample) => {
      this.openBatch(sample.elapsed_s);
      this.batch.addSample(sample);
      this.group();
    });
    try {
      const { run } = await this.clock.hold(this.writer.post({ kind: 'begin', header }));
      if (run === null) throw new RecordError('fault', 'the writer named no run');
      this.error = null; // a buffer that once ran over has been emptied: the disk is there again
      return run;
    } catch (error) {
      this.thinner = undefined;
      throw error;
    }
  }

  sample(sample: Sample): void {
    const thinner = this.recording();
    if (this.error !== null) {
      this.lost++;
      return;
    }
    this.newest_s = sample.elapsed_s;
    this.addLedger(sample);
    thinner.sample(sample);
    this.watchBuffer();
  }

  event(event: RunEvent): void {
    const thinner = this.recording();
    if (this.error !== null) {
      this.lost++;
      return;
    }
    thinner.event(event);
    this.openBatch(event.elapsed_s);
    this.batch.addEvent(event);
    if (opensWindow(event.kind)) this.post();
    else this.group();
    this.watchBuffer();
  }

  async flush(): Promise<void> {
    this.post();
    await this.clock.hold(this.writer.post({ kind: 'flush' }));
  }

  async end(outcome: RunOutcome): Promise<void> {
    this.recording();
    this.post();
    this.thinner = undefined;
    await this.clock.hold(this.writer.post({ kind: 'end', outcome, lostSamples: this.lost }));
  }

  async close(): Promise<void> {
    this.post();
    await this.clock.hold(this.writer.close());
  }

  private get writer(): WriterLink {
    if (this.link === undefined) throw new RecordError('fault', 'the record is not open');
    return this.link;
  }

  private get waitingRows(): number {
    return this.sentRows + this.batch.rows;
  }

  private recording(): Thinner {
    if (this.thinner === undefined) throw new RecordError('fault', 'no run is being recorded');
    return this.thinner;
  }

  /** The ledger has a row a second, however few samples the recipe wants. */
  private addLedger(sample: Sample): void {
    const second = Math.floor(sample.elapsed_s);
    if (second === this.ledgerSecond) return;
    this.ledgerSecond = second;
    this.openBatch(sample.elapsed_s);
    this.batch.addLedger(sample);
    this.group();
  }

  /** Before a row is added: the batch is as old as its first row. */
  private openBatch(elapsed_s: number): void {
    if (this.batch.rows === 0) this.batchSince_s = elapsed_s;
  }

  /** After a row was added: it goes with its group. */
  private group(): void {
    if (this.batch.full) this.post();
    else this.timer ??= this.wall.after(GROUP_MS, () => this.post());
  }

  /** Hands over what is in the batch. */
  private post(): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.batch.rows === 0) return;
    const sent: Sent = { rows: this.batch.rows, since_s: this.batchSince_s };
    this.sent.push(sent);
    this.sentRows += sent.rows;
    this.writer.post({ kind: 'rows', rows: this.batch.take() }).then(
      (committed) => this.committed(committed),
      (error: unknown) => this.fail(asRecordError(error)),
    );
  }

  /** Acknowledgements come in the order of the batches. */
  private committed({ head }: Committed): void {
    const rows = this.sent.shift()?.rows ?? 0;
    this.sentRows -= rows;
    this.rows += rows;
    this.head = head;
    this.lastCommit_ms = this.wall.wallTime_ms();
  }

  private watchBuffer(): void {
    if (this.clock.virtual) this.holdTime();
    else if (!(this.waitingRows <= BUFFER_ROWS)) {
      const waiting = `${this.waitingRows} rows, ${this.health.buffered_s.toFixed(0)} s of the run, wait for the disk`;
      this.fail(new RecordError('overflow', `the disk is too slow for the record: ${waiting}`));
    }
  }

  /** Virtual time stands still until all that was given so far is on the disk. */
  private holdTime(): void {
    if (this.holding || !(this.waitingRows > BUFFER_ROWS)) return;
    this.holding = true;
    this.post();
    const settled = (): void => {
      this.holding = false;
    };
    void this.clock.hold(this.writer.post({ kind: 'flush' }).then(settled, settled));
  }

  private fail(error: RecordError): void {
    if (this.error !== null) return;
    this.error = error;
    for (const listener of this.listeners) listener(error);
  }
}
