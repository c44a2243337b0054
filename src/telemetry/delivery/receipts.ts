/**
 * What each outside broker has acknowledged, kept in a small file beside the record: it outlives this process, which may be
 * killed at any instant. Written in groups; what a kill takes away is delivered again. It must not know brokers.
 *
 * A file that cannot be opened or written costs only that memory: then all is delivered that this process has not seen
 * acknowledged, and nobody waits. A damaged one is put aside, and a new one begun.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asRecordError, RecordError } from '../../record/error.js';
import { type Database, openDatabase } from '../../record/sqlite.js';
import { Ranges } from './ranges.js';

const FILE = 'delivery.sqlite';
/** Another network process of this reactor may be ending just now. */
const BUSY_MS = 1000;

const TABLES = `
CREATE TABLE IF NOT EXISTS uplinks (uplink TEXT PRIMARY KEY, since_utc_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
  uplink TEXT NOT NULL, run TEXT NOT NULL,
  events_to INTEGER NOT NULL, seconds TEXT NOT NULL, done INTEGER NOT NULL CHECK (done IN (0, 1)),
  PRIMARY KEY (uplink, run)
) STRICT, WITHOUT ROWID;
`;

/** Of one run by one uplink. */
export interface RunReceipts {
  readonly run: string;
  /** Seconds of run time whose sample is there, or of which the record has none. */
  seconds: Ranges;
  /** Events up to this number of the chain are there. */
  eventsTo: number;
  /** Nothing of it is owed, now or ever. */
  done: boolean;
}

/** The file, shared by all uplinks of this process. */
export class ReceiptFile {
  private readonly path: string;
  private db: Database | null = null;
  /** What it held is not known: then nobody counts as named for the first time, and all is delivered again. */
  private lost = false;
  private lastNotice = '';

  constructor(
    private readonly dataDir: string,
    private readonly notice: (text: string) => void,
  ) {
    this.path = join(dataDir, FILE);
    this.attempt(() => undefined, undefined);
  }

  /** Gives true when `uplink` was not known before. */
  introduce(uplink: string, utc_ms: number): boolean {
    return this.attempt((db) => {
      if (db.prepare('SELECT 1 FROM uplinks WHERE uplink = ?').all([uplink]).length > 0) return false;
      db.prepare('INSERT INTO uplinks (uplink, since_utc_ms) VALUES (?, ?)').run([uplink, Math.round(utc_ms)]);
      return !this.lost;
    }, false);
  }

  load(uplink: string): RunReceipts[] {
    return this.attempt(
      (db) =>
        db
          .prepare('SELECT run, events_to, seconds, done FROM runs WHERE uplink = ?')
          .all([uplink])
          .map((row) => ({
            run: String(row['run']),
            seconds: Ranges.parse(String(row['seconds'])),
            eventsTo: Number(row['events_to']),
            done: row['done'] === 1,
          })),
      [],
    );
  }

  /** Gives false when it could not be written down: then it is still to be. */
  save(uplink: string, receipts: readonly RunReceipts[]): boolean {
    return this.attempt((db) => {
      db.transaction(() => {
        const write = db.prepare(
          'INSERT OR REPLACE INTO runs (uplink, run, events_to, seconds, done) VALUES (?, ?, ?, ?, ?)',
        );
        for (const { run, eventsTo, seconds, done } of receipts)
          write.run([uplink, run, eventsTo, done ? '' : seconds.toString(), done ? 1 : 0]);
      });
      return true;
    }, false);
  }

  close(): void {
    this.db?.close();
    this.db = null;
  }

  /** Opens the file where it is not open: a full disk or a lock may be gone by now. */
  private attempt<T>(work: (db: Database) => T, otherwise: T): T {
    try {
      this.db ??= this.opened();
      return work(this.db);
    } catch (error) {
      this.giveUp(asRecordError(error));
      return otherwise;
    }
  }

  private opened(): Database {
    try {
      return this.prepared();
    } catch (error) {
      const { reason, message } = asRecordError(error);
      if (reason !== 'corrupt' && reason !== 'foreign') throw error;
      this.putAside(message);
      return this.prepared();
    }
  }

  /** Looks through all of it: it is small, and what is damaged may be further down. */
  private prepared(): Database {
    mkdirSync(this.dataDir, { recursive: true });
    const db = openDatabase(this.path, 'write');
    try {
      db.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL`);
      db.exec(TABLES);
      const found = db.pragma('quick_check');
      if (found !== 'ok') throw new RecordError('corrupt', `${this.path}: ${String(found)}`);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  private putAside(reason: string): void {
    this.lost = true;
    renameSync(this.path, `${this.path}.damaged`);
    rmSync(`${this.path}-journal`, { force: true }); // it would be rolled back into the new file
    this.say(`what the brokers have acknowledged is damaged and put aside (${reason}); they are sent all runs again`);
  }

  private giveUp({ message }: RecordError): void {
    this.db?.close();
    this.db = null;
    this.say(`what the brokers have acknowledged cannot be kept (${message}); after a restart it is sent again`);
  }

  private say(text: string): void {
    if (text !== this.lastNotice) this.notice(text);
    this.lastNotice = text;
  }
}

/** What one uplink has acknowledged. */
export class Receipts {
  private readonly runs = new Map<string, RunReceipts>();
  private readonly changed = new Set<string>();

  /** @param earlier runs that a broker which is named for the first time is not told of. */
  constructor(
    private readonly file: ReceiptFile,
    private readonly uplink: string,
    utc_ms: number,
    earlier: () => readonly string[],
  ) {
    const fresh = file.introduce(uplink, utc_ms);
    for (const receipts of file.load(uplink)) this.runs.set(receipts.run, receipts);
    if (fresh) for (const run of earlier()) this.finish(run);
    this.save();
  }

  of(run: string): RunReceipts {
    const known = this.runs.get(run) ?? { run, seconds: new Ranges(), eventsTo: 0, done: false };
    this.runs.set(run, known);
    return known;
  }

  haveSeconds(run: string, from: number, to = from): void {
    this.of(run).seconds.add(from, to);
    this.changed.add(run);
  }

  haveEvents(run: string, to: number): void {
    this.of(run).eventsTo = to;
    this.changed.add(run);
  }

  finish(run: string): void {
    const receipts = this.of(run);
    receipts.done = true;
    receipts.seconds = new Ranges();
    this.changed.add(run);
  }

  save(): void {
    if (this.changed.size === 0) return;
    const receipts = [...this.changed].map((run) => this.of(run));
    if (this.file.save(this.uplink, receipts)) this.changed.clear();
  }
}
