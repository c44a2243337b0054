/**
 * The record as the control process sees it: samples and events go in without waiting, and what is on the disk is told.
 * Owns what happens when the disk is slow or gone; it must not know SQL.
 *
 * In real time nothing here waits for the disk: rows pile up in a buffer of over a minute. A store that fails, or is too
 * slow for the buffer, is left for the second one (failover.ts); the guard holds the run meanwhile. In virtual time a slow disk stops the clock instead.
 */
import type { Clock, Timer } from '../model/clock.js';
import type { RunEvent } from '../model/event.js';
import { RealClock } from '../model/real-clock.js';
import type { Sample } from '../model/sample.js';
import { Batch } from './batch.js';
import { type DiskFacts, expectedRunBytes, megabytes, spaceLimits, WAL_WARNING_BYTES } from './disk.js';
import { RecordError } from './error.js';
import { FailoverStore, type StoreListener, type Stores } from './failover.js';
import { spareDirectory } from './place.js';
import type { ChainHead, RunHeader, RunOutcome } from './run.js';
import { opensWindow, Thinner } from './thinner.js';

/** Longest wait of a row for its group, ms of wall time: with the commit itself, well inside a second. */
const GROUP_MS = 500;
/** A power cut costs the charge since the newest row: with its group, 0.75 s and the commit, under 180 mC at 180 mA. */
const LEDGER_s = 0.25;
/** The board's time is a sum of doubles: an instant that is due may fall short of it by so much, in rows. */
const LEDGER_SLACK = 1e-6;
/** Rows that may wait for the disk: three minutes at 20 Hz, or two and all that an alarm brings out at once. */
const BUFFER_ROWS = 4096;
/** Rows that may wait while a second store is being opened, or in it: then there is nowhere left to go. */
const LAST_ROWS = 2 * BUFFER_ROWS;

/** A row that waits this long says that the disk is slow, s. */
const SLOW_s = 10;
/** Control cycles for which a failure is shown at the least, so that the guard cannot miss it. */
const SHOWN_CYCLES = 3;

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
  /** Why the record is lost, for the rest of the run; null while it is kept, also in the second store. */
  readonly error: RecordError | null;
  /**
   * Why the run must be held just now: the record is lost, or has just failed over. Null when there is no reason, or no
   * longer one: the guard latches.
   */
  readonly hold: string | null;
  /** Share of the buffer that is full; over 1 the store is given up. */
  readonly backlog: number;
  /** What a person should look at: little space, a slow disk, a long log, a second store in service. Null when nothing. */
  readonly warning: string | null;
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
  /**
   * Writes what is left and lets go of the file. A run that was not ended shows as interrupted. Gives what could not be
   * let go of, in words, or null. Never rejects.
   */
  close(): Promise<string | null>;
  readonly health: RecordHealth;
  /** Called once when a store fails, at once when one already did: a fault that holds the run. */
  onFailure(listener: (error: RecordError) => void): void;
}

export interface RecorderOptions {
  readonly dataDir: string;
  /** Where a run goes on when its record fails; by default `spare` in the data directory. */
  readonly spareDir?: string;
  readonly clock: Clock;
}

/** Opens, makes or migrates the record. Rejects with RecordError when it cannot be written, or another process does. */
export async function openRecorder({ dataDir, spareDir, clock }: RecorderOptions): Promise<Recorder> {
  const recorder = new WorkerRecorder(clock, { dataDir, spareDir: spareDirectory(dataDir, spareDir) });
  await clock.hold(recorder.open());
  return recorder;
}

class WorkerRecorder implements Recorder {
  private readonly store: FailoverStore;
  /** Commits follow the wall, whatever the pace of the run: it is the disk that they spare. */
  private readonly wall: Clock;
  private timer: Timer | undefined;
  private readonly batch = new Batch();
  private batchSince_s = 0;
  private thinner: Thinner | undefined;
  private newest_s = 0;
  private ledgerPlace = NaN;
  private rows = 0;
  private lost = 0;
  private lastCommit_ms: number | null = null;
  private spaceWarning_bytes = 0;
  /** The first store failed; `shown` counts the cycles since. */
  private failure: RecordError | null = null;
  private shown = 0;
  private error: RecordError | null = null;
  private holding = false;
  private readonly listeners: ((error: RecordError) => void)[] = [];

  constructor(
    private readonly clock: Clock,
    stores: Stores,
  ) {
    this.wall = clock.virtual ? new RealClock() : clock;
    const listener: StoreListener = {
      acknowledged: (rows) => {
        this.rows += rows;
        this.lastCommit_ms = this.wall.wallTime_ms();
      },
      failed: (error) => this.failed(error),
      lost: (error) => {
        this.error ??= error;
      },
    };
    this.store = new FailoverStore(stores, listener, (work) => clock.hold(work), this.wall);
  }

  open(): Promise<void> {
    return this.store.open();
  }

  get health(): RecordHealth {
    const { waitingRows, buffered_s, rows, lastCommit_ms, lost, error } = this;
    const { hold, backlog, warning, store } = this;
    return { buffered_s, waitingRows, rows, lastCommit_ms, lost, head: store.head, error, hold, backlog, warning };
  }

  onFailure(listener: (error: RecordError) => void): void {
    this.listeners.push(listener);
    if (this.failure !== null) listener(this.failure);
  }

  async begin(header: RunHeader): Promise<string> {
    if (this.thinner !== undefined) throw new RecordError('fault', 'a run is being recorded already');
    this.rows = 0;
    this.lost = 0;
    this.newest_s = 0;
    this.ledgerPlace = NaN;
    this.thinner = new Thinner(header.recordRate_Hz, (sample) => {
      this.openBatch(sample.elapsed_s);
      this.batch.addSample(sample);
      this.group();
    });
    this.spaceWarning_bytes = spaceLimits(
      expectedRunBytes({ duration_s: header.numbers.duration_s, recordRate_Hz: header.recordRate_Hz }),
    ).warning_bytes;
    try {
      return await this.store.begin(header);
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
    this.shown++;
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
    await this.clock.hold(this.store.through({ kind: 'flush' }));
  }

  async end(outcome: RunOutcome): Promise<void> {
    this.recording();
    this.post();
    this.thinner = undefined;
    await this.clock.hold(this.store.through({ kind: 'end', outcome, lostSamples: this.lost }));
    this.store.ended();
  }

  async close(): Promise<string | null> {
    this.post();
    return this.clock.hold(this.store.close());
  }

  private get waitingRows(): number {
    return this.store.waitingRows + this.batch.rows;
  }

  private get buffered_s(): number {
    const oldest_s = this.store.oldest_s ?? (this.batch.rows > 0 ? this.batchSince_s : this.newest_s);
    return Math.max(0, this.newest_s - oldest_s);
  }

  private get hold(): string | null {
    if (this.error !== null) return this.error.message;
    if (this.failure === null || (this.store.relieved && this.shown > SHOWN_CYCLES)) return null;
    return this.failure.message;
  }

  /** Virtual time waits for the disk, so rows that wait in virtual time say nothing of it. */
  private get backlog(): number {
    return this.clock.virtual ? 0 : this.waitingRows / BUFFER_ROWS;
  }

  private get warning(): string | null {
    const { notice, stalled, disk, relieved } = this.store;
    const warnings = [
      ...(notice === null ? [] : [notice]),
      ...(relieved && this.failure !== null ? [`the second record is in use: ${this.failure.message}`] : []),
      ...(stalled === null ? [] : [`${stalled}; rows wait`]),
      ...(!this.clock.virtual && this.buffered_s > SLOW_s
        ? [`the disk is slow: ${this.buffered_s.toFixed(0)} s of the run wait for it`]
        : []),
      ...(disk === null ? [] : diskWarnings(disk, this.spaceWarning_bytes)),
    ];
    return warnings.length === 0 ? null : warnings.join('; ');
  }

  private recording(): Thinner {
    if (this.thinner === undefined) throw new RecordError('fault', 'no run is being recorded');
    return this.thinner;
  }

  /** The ledger has its rows, however few samples the recipe wants. */
  private addLedger(sample: Sample): void {
    const place = Math.floor(sample.elapsed_s / LEDGER_s + LEDGER_SLACK);
    if (place === this.ledgerPlace) return;
    this.ledgerPlace = place;
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
    const { rows } = this.batch;
    if (rows > 0) this.store.add(this.batch.take(), rows, this.batchSince_s);
  }

  private watchBuffer(): void {
    if (this.clock.virtual) this.holdTime();
    else if (!(this.waitingRows <= BUFFER_ROWS)) {
      const waiting = `${this.waitingRows} rows, ${this.buffered_s.toFixed(0)} s of the run, wait for the disk`;
      const overflow = new RecordError('overflow', `the disk is too slow for the record: ${waiting}`);
      if (this.failure === null) this.store.giveUp(overflow);
      else if (!(this.waitingRows <= LAST_ROWS)) this.error ??= overflow;
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
    void this.clock.hold(this.store.through({ kind: 'flush' }).then(settled, settled));
  }

  private failed(error: RecordError): void {
    this.failure = error;
    this.shown = 0;
    for (const listener of this.listeners) listener(error);
  }
}

function diskWarnings({ free_bytes, wal_bytes, readers }: DiskFacts, spaceWarning_bytes: number): string[] {
  const warnings: string[] = [];
  if (free_bytes !== null && !(free_bytes >= spaceWarning_bytes)) {
    warnings.push(`only ${megabytes(free_bytes)} are free on the disk of the record`);
  }
  if (!(wal_bytes <= WAL_WARNING_BYTES)) {
    const who = readers.length === 0 ? 'somebody reads it for too long' : `it is held open by ${readers.join(', ')}`;
    warnings.push(`the log of the record has grown to ${megabytes(wal_bytes)}: ${who}`);
  }
  return warnings;
}
