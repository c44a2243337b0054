/**
 * The writer: a worker thread that alone holds the database open for writing. Everything that waits when it turns to
 * its port goes into one transaction, so that the slower the disk, the larger the group; then it says what is safe.
 *
 * The first error is the last thing it does. A sync that failed may have dropped the pages that it was asked to keep, and
 * a second try would report success over the hole.
 */
import { mkdirSync } from 'node:fs';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { asRecordError, RecordError } from './error.js';
import { takeWriterLock, type WriterLock } from './lock.js';
import { databaseFile } from './place.js';
import { prepareToWrite } from './schema.js';
import { type Database, openDatabase } from './sqlite.js';
import { RunStore } from './store.js';
import type { FromWriter, ToWriter, WriterData } from './wire.js';

interface Desk {
  readonly lock: WriterLock;
  readonly db: Database;
  readonly store: RunStore;
}

function serve(port: MessagePort, dataDir: string): void {
  const say = (message: FromWriter): void => port.postMessage(message);
  let desk: Desk | undefined;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      const { reason, message } = asRecordError(error);
      say({ kind: 'failed', reason, message });
      leave();
    }
  };
  const leave = (): void => {
    port.close();
    desk?.db.close();
    desk?.lock.release();
    desk = undefined;
  };
  port.on('message', (first: ToWriter) => {
    attempt(() => {
      if (desk === undefined) return;
      const messages = [first, ...waiting(port)];
      commit(desk, messages, say);
      if (!messages.some((message) => 'close' in message)) return;
      desk.db.pragma('wal_checkpoint(TRUNCATE)');
      leave();
    });
  });
  attempt(() => {
    desk = open(dataDir);
    say({ kind: 'ready' });
  });
}

function open(dataDir: string): Desk {
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
    const db = openDatabase(databaseFile(dataDir), 'write');
    prepareToWrite(db);
    return { lock, db, store: new RunStore(db) };
  } catch (error) {
    lock.release();
    throw error;
  }
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
  db.transaction(() => {
    for (const { order } of orders) store.obey(order);
  });
  say({ kind: 'committed', committed: { ticket: last.ticket, run: store.run, head: store.head } });
}

if (parentPort === null) throw new Error('record/writer is a worker, not a program');
serve(parentPort, (workerData as WriterData).dataDir);
