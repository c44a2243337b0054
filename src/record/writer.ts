/**
 * The writer: a worker thread that alone holds the database open for writing. Everything that waits when it turns to
 * its port goes into one transaction, so that the slower the disk, the larger the group; then it says what is safe.
 *
 * The first error is the last thing it does. A sync that failed may have dropped the pages that it was asked to keep, and
 * a second try would report success over the hole. A disk that is only full has dropped nothing: then rows may wait.
 */
import { mkdirSync } from 'node:fs';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Timer } from '../model/clock.js';
import { RealClock } from '../model/real-clock.js';
import { diskFacts } from './disk.js';
import { asRecordError, RecordError } from './error.js';
import { sealInterrupted } from './interrupted.js';
import { takeWriterLock, type WriterLock } from './lock.js';
import { databaseFile } from './place.js';
import { prepareToWrite } from './schema.js';
import { damageOf, setAside } from './soundness.js';
import { type Database, openDatabase } from './sqlite.js';
import { RunStore } from './store.js';
import type { FromWriter, Order, ToWriter, WriterData } from './wire.js';

/** A full disk is tried again after so long, ms: somebody may be making room. */
const RETRY_MS = 1000;

interface Desk {
  readonly lock: WriterLock;
  readonly db: Database;
  readonly store: RunStore;
  /** What was found at the opening and put right. */
  readonly notice: string | null;
}

class Writer {
  private readonly clock = new RealClock();
  private desk: Desk | undefined;
  /** Rows that a full disk did not take. */
  private unwritten: ToWriter[] = [];
  private retry: Timer | undefined;

  constructor(private readonly port: MessagePort) {
    port.on('message', (first: ToWriter) => this.attempt(() => this.write([first, ...waiting(port)])));
  }

  open(data: WriterData): void {
    this.attempt(() => {
      this.desk = open(data, this.clock.wallTime_ms());
      this.say({ kind: 'ready', notice: this.desk.notice });
    });
  }

  private write(received: readonly ToWriter[]): void {
    const { desk } = this;
    if (desk === undefined) return;
    this.retry?.cancel();
    const messages = [...this.unwritten, ...received];
    try {
      commit(desk, messages, (message) => this.say(message));
      this.unwritten = [];
    } catch (error) {
      this.waitForSpace(asRecordError(error), messages);
    }
    if (!messages.some((message) => 'close' in message)) return;
    desk.db.pragma('wal_checkpoint(TRUNCATE)');
    this.leave();
  }

  /** Throws the error again where something is waited for: a begin, a flush or an end must not wait for a tidy-up. */
  private waitForSpace(error: RecordError, messages: ToWriter[]): void {
    if (error.reason !== 'full' || !messages.every(mayWait)) throw error;
    this.unwritten = messages;
    this.say({ kind: 'stalled', message: error.message });
    this.retry = this.clock.after(RETRY_MS, () => this.attempt(() => this.write([])));
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      const { reason, message } = asRecordError(error);
      this.say({ kind: 'failed', reason, message });
      this.leave();
    }
  }

  private leave(): void {
    this.retry?.cancel();
    this.port.close();
    this.desk?.db.close();
    this.desk?.lock.release();
    this.desk = undefined;
  }

  private say(message: FromWriter): void {
    this.port.postMessage(message, []);
  }
}

function open({ dataDir, spareDir }: WriterData, utc_ms: number): Desk {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new RecordError('cannot-open', `the directory of the record, ${dataDir}, cannot be made (${detail})`, {
      cause: error,
    });
  }
  const lock = takeWriterLock(dataDir);
  try {
    const file = databaseFile(dataDir);
    const notice = replaceDamaged(file, utc_ms);
    const db = openDatabase(file, 'write');
    prepareToWrite(db);
    const store = new RunStore(db);
    db.transaction(() => sealInterrupted(db, store, spareDir));
    return { lock, db, store, notice };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A damaged record is not added to, and not thrown away either. */
function replaceDamaged(file: string, utc_ms: number): string | null {
  const damage = damageOf(file);
  if (damage === null) return null;
  return `the old record was damaged (${damage}); it is kept as ${setAside(file, utc_ms)}, and a new one was begun`;
}

function mayWait(message: ToWriter): boolean {
  return 'order' in message && message.order.kind === 'rows';
}

function waiting(port: MessagePort): ToWriter[] {
  const messages: ToWriter[] = [];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    messages.push(next.message as ToWriter);
  }
  return messages;
}

function commit({ db, store }: Desk, messages: readonly ToWriter[], say: (message: FromWriter) => void): void {
  const orders = messages.filter((message) => 'order' in message);
  const last = orders.at(-1);
  if (last === undefined) return;
  write(
    db,
    store,
    orders.map(({ order }) => order),
  );
  const disk = diskFacts(db.file);
  say({ kind: 'committed', committed: { ticket: last.ticket, run: store.run, head: store.head, disk } });
}

function write(db: Database, store: RunStore, orders: readonly Order[]): void {
  const before = store.standing;
  try {
    db.transaction(() => {
      for (const order of orders) store.obey(order);
    });
  } catch (error) {
    store.goBack(before);
    throw error;
  }
}

if (parentPort === null) throw new Error('record/writer is a worker, not a program');
new Writer(parentPort).open(workerData as WriterData);
