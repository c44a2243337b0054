/**
 * The record's way to the disk: one store, and a second for when the first fails. Rows are kept until a store has
 * acknowledged them, and what the first did not acknowledge is written again into the second. Owns which store is in
 * service; knows nothing of samples or of groups.
 *
 * A store that failed is never written to again: what it says after a failed sync is not to be trusted.
 */
import type { Clock } from '../model/clock.js';
import type { DiskFacts } from './disk.js';
import { asRecordError, RecordError } from './error.js';
import { databaseFile } from './place.js';
import type { ChainHead, RunHeader } from './run.js';
import type { Committed, Order, RowBatch } from './wire.js';
import { WriterLink } from './writer-link.js';

/** Rows that are on no disk yet. */
interface Unacknowledged {
  readonly batch: RowBatch;
  readonly rows: number;
  /** Run time of the oldest of them, s. */
  readonly since_s: number;
}

export interface Stores {
  readonly dataDir: string;
  readonly spareDir: string;
}

export interface StoreListener {
  /** Rows came to a disk. */
  acknowledged(rows: number): void;
  /** The first store failed. What follows goes into the second, if that can be had. */
  failed(error: RecordError): void;
  /** No store is left. */
  lost(error: RecordError): void;
}

/** A store that was given up for a disk that hangs may never end, s; nobody waits for it longer than this. */
const RETIRED_S = 5;

/** The run in progress, as the second store must be told of it. */
interface RunInProgress {
  readonly header: RunHeader;
  readonly run: string;
}

export class FailoverStore {
  private link: WriterLink | undefined;
  private retired: WriterLink | undefined;
  private readonly unacknowledged: Unacknowledged[] = [];
  private relief: Promise<void> | undefined;
  private inProgress: RunInProgress | undefined;
  private finished = false;
  /** Why the first store failed; null while it is in service. */
  failure: RecordError | null = null;
  /** The second store has taken over. */
  relieved = false;
  waitingRows = 0;
  head: ChainHead | null = null;
  disk: DiskFacts | null = null;

  constructor(
    private readonly stores: Stores,
    private readonly listener: StoreListener,
    /** Holds virtual time until a promise has settled. */
    private readonly hold: <T>(work: Promise<T>) => Promise<T>,
    /** Time of the wall, whatever the pace of the run: it is a disk that is waited for. */
    private readonly wall: Clock,
  ) {}

  /** Rejects with a RecordError when the first store cannot be had: a run must not begin on the second. */
  async open(): Promise<void> {
    const { dataDir, spareDir } = this.stores;
    this.link = await WriterLink.start({ dataDir, spareDir }, (error) => this.fail(error));
  }

  /** What was found at the opening and put right, in words. */
  get notice(): string | null {
    return (this.retired ?? this.link)?.notice ?? null;
  }

  /** Rows wait because no space is left: what the writer says of it. */
  get stalled(): string | null {
    return this.link?.stalled ?? null;
  }

  /** Run time of the oldest row on no disk, s. */
  get oldest_s(): number | undefined {
    return this.unacknowledged[0]?.since_s;
  }

  async begin(header: RunHeader): Promise<string> {
    const { run, head } = await this.hold(this.inService.post({ kind: 'begin', header }));
    if (run === null) throw new RecordError('fault', 'the writer named no run');
    this.inProgress = { header, run };
    this.head = head;
    return run;
  }

  add(batch: RowBatch, rows: number, since_s: number): void {
    const added = { batch, rows, since_s };
    this.unacknowledged.push(added);
    this.waitingRows += rows;
    if (this.relief === undefined) this.send(this.inService, added);
  }

  /** Carries an order out, in the second store if the first fails over it. */
  async through(order: Order): Promise<void> {
    await this.relief;
    const link = this.inService;
    try {
      this.heard(await link.post(order));
    } catch (error) {
      await this.relief;
      if (this.inService === link) throw error;
      this.heard(await this.inService.post(order));
    }
  }

  /** The run has its end: nothing goes on in another store any more. */
  ended(): void {
    this.inProgress = undefined;
  }

  /** The first store is given up although it said nothing: it is too slow. */
  giveUp(error: RecordError): void {
    this.fail(error);
  }

  /** Gives what is still open then, in words; null when nothing is. Never rejects. */
  async close(): Promise<string | null> {
    if (this.unacknowledged.length > 0) await this.through({ kind: 'flush' }).catch(() => undefined);
    this.finished = true;
    await this.relief;
    await this.hold(Promise.resolve(this.link?.close()));
    if (this.retired === undefined || (await this.hold(closesWithin(RETIRED_S, this.retired, this.wall)))) return null;
    return `the first record does not close within ${RETIRED_S} s: its disk hangs. All of the run is in ${databaseFile(this.stores.spareDir)}`;
  }

  private get inService(): WriterLink {
    if (this.link === undefined) throw new RecordError('fault', 'the record is not open');
    return this.link;
  }

  private send(link: WriterLink, { batch, rows }: Unacknowledged): void {
    link.post({ kind: 'rows', rows: batch }).then(
      (committed) => {
        // A store that was given up may still come to its end; what it says counts no more.
        if (link !== this.link) return;
        this.unacknowledged.shift();
        this.waitingRows -= rows;
        this.heard(committed);
        this.listener.acknowledged(rows);
      },
      (error: unknown) => {
        if (link === this.link) this.fail(asRecordError(error));
      },
    );
  }

  private heard({ head, disk }: Committed): void {
    this.head = head;
    this.disk = disk;
  }

  private fail(error: RecordError): void {
    if (this.failure !== null) {
      if (this.relieved) this.listener.lost(error);
      return;
    }
    this.failure = error;
    this.listener.failed(error);
    if (this.inProgress === undefined || this.finished) this.listener.lost(error);
    else this.relief = this.hold(this.relieve(this.inProgress, error));
  }

  /** Never rejects: what goes wrong is the loss of the record. */
  private async relieve(inProgress: RunInProgress, error: RecordError): Promise<void> {
    const { dataDir, spareDir } = this.stores;
    try {
      const link = await WriterLink.start({ dataDir: spareDir, spareDir: null }, (second) => this.fail(second));
      await link.post({
        kind: 'continue',
        ...inProgress,
        head: this.head,
        elapsed_s: this.oldest_s ?? 0,
        text: `the record failed (${error.message}); from here on it is kept in ${databaseFile(spareDir)}`,
        data: { first: databaseFile(dataDir), reason: error.reason, detail: error.message },
      });
      this.retired = this.link;
      this.link = link;
      this.relieved = true;
      for (const unacknowledged of this.unacknowledged) this.send(link, unacknowledged);
    } catch (second) {
      const text = `${error.message}; and no second record: ${asRecordError(second).message}`;
      this.listener.lost(new RecordError(error.reason, text, { cause: second }));
    } finally {
      this.relief = undefined;
    }
  }
}

/** Whether it has closed in time; one that has not is waited for no more. */
export async function closesWithin(
  limit_s: number,
  store: Pick<WriterLink, 'close' | 'abandon'>,
  clock: Clock,
): Promise<boolean> {
  const waiting = new AbortController();
  const late = clock.sleep(limit_s * 1000, waiting.signal).then(
    () => false,
    () => true,
  );
  const inTime = await Promise.race([store.close().then(() => true), late]);
  waiting.abort(new Error('closed in time'));
  if (!inTime) store.abandon();
  return inTime;
}
