/**
 * Nothing lost: what one outside broker is owed of the record, and the way it gets there. Samples go out live, by the
 * second; a second that was not acknowledged, or never told here, follows from the record with `late: true`. Events of a
 * recorded run go out from the record alone, in the order of their chain. Owns both streams and how fast they may be; memory
 * is a page of each, however long the broker was away.
 */
import type { Clock, Timer } from '../../model/clock.js';
import type { Past, PastRun } from '../../record/past.js';
import { SEAL_LAG_s } from '../../record/seal.js';
import type { Row } from '../../record/sqlite.js';
import type { BrokerConnection } from '../brokers/connection.js';
import type { Publication, RecordPlace } from '../publication.js';
import { lateSample, recordedEvent, type Teller } from './late.js';
import { LiveEvents } from './live-events.js';
import type { Receipts } from './receipts.js';
import { Stream } from './stream.js';

/** Of the 20 that a broker takes unacknowledged: late samples, events and live samples. */
const MOST_LATE = 10;
const MOST_EVENTS = 4;
const MOST_LIVE = 6;
/** Seconds of a run in one look at the record, and events. */
const PAGE_S = 200;
const PAGE_EVENTS = 50;
/** Late samples a second: 12 h in 43 s, and a small machine still has time for its other work. */
const LATE_HZ = 1000;
/** Acknowledgements are written down in groups: a kill of this process repeats so much at the most. */
const SAVE_MS = 2000;
/** A record that cannot be read, or a broker that says no, is asked again. */
const RETRY_MS = 5000;
/** For what is still on its way when this process ends. */
const SETTLE_MS = 1000;

export interface BacklogOptions {
  readonly connection: BrokerConnection;
  readonly past: Pick<Past, 'runs' | 'seconds' | 'events'>;
  readonly receipts: Pick<Receipts, 'of' | 'haveSeconds' | 'haveEvents' | 'finish' | 'save'>;
  readonly teller: Teller;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
}

interface LiveSecond {
  readonly run: string;
  readonly second: number;
}

export class Backlog {
  private readonly seconds: Stream;
  private readonly events: Stream;
  private readonly told = new LiveEvents();
  private readonly underWay = new Set<LiveSecond>();
  /** Newest second told live, of the run that goes on. */
  private newest: LiveSecond | null = null;
  /** How far a run was gone through since the connection came, s: nothing before it is owed that could be had. */
  private readonly passed = new Map<string, number>();
  /** A run has ended, and its last live samples are not acknowledged yet. */
  private waitsForLive = false;
  private saveTimer: Timer | undefined;
  private retryTimer: Timer | undefined;
  private lastNotice = '';

  constructor(private readonly options: BacklogOptions) {
    const { connection } = options;
    this.seconds = new Stream(() => this.attempt(() => this.drainSeconds()));
    this.events = new Stream(() => this.attempt(() => this.drainEvents()));
    connection.onConnected(() => this.begin());
    connection.onGone(() => this.told.clear());
  }

  /** What the control process has just told, with its place in the record. Never waits. */
  tell(publication: Publication, place: RecordPlace): void {
    switch (place.kind) {
      case 'sample':
        return this.liveSample(publication, { run: place.run, second: Math.floor(place.at_s) });
      case 'event':
        if (this.options.connection.connected) this.told.add(place.run, publication.payload);
        return;
      case 'head':
        return this.events.go();
    }
  }

  /** Lets out what can be had within a second, and writes down what is acknowledged. */
  async settle(): Promise<void> {
    if (this.options.connection.connected) {
      this.events.go();
      this.seconds.go();
      const late = new AbortController();
      const limit = this.options.clock.sleep(SETTLE_MS, late.signal).catch(() => undefined);
      await Promise.race([Promise.all([this.events.rests(), this.seconds.rests()]), limit]);
      late.abort(new Error('settled'));
    }
    this.retryTimer?.cancel();
    this.saveTimer?.cancel();
    this.options.receipts.save();
  }

  private begin(): void {
    this.passed.clear();
    this.events.go();
    this.seconds.go();
  }

  private liveSample(publication: Publication, live: LiveSecond): void {
    const { connection, receipts } = this.options;
    this.newest = live;
    if (!connection.connected) return;
    if (!(this.underWay.size < MOST_LIVE)) return; // it follows late
    this.underWay.add(live);
    void connection.publish(publication).then((taken) => {
      this.underWay.delete(live);
      if (taken) {
        receipts.haveSeconds(live.run, live.second);
        this.saveSoon();
      }
      if (this.waitsForLive || this.owesOf(live.run)) this.seconds.go();
    });
  }

  /** Whether a second that could be had by now is missing. Looks at no disk. */
  private owesOf(run: string): boolean {
    const from = this.passed.get(run) ?? 0;
    return this.options.receipts.of(run).seconds.firstMissing(from) < this.limitOf(run, false);
  }

  /** The first second that may still come live, and so is not late. */
  private limitOf(run: string, ended: boolean): number {
    const live = [...this.underWay].filter((one) => one.run === run).map(({ second }) => second);
    if (!ended && this.newest?.run === run) live.push(this.newest.second + (this.underWay.has(this.newest) ? 0 : 1));
    return Math.min(Infinity, ...live);
  }

  private owed(): readonly PastRun[] {
    return this.options.past.runs().filter(({ run }) => !this.options.receipts.of(run).done);
  }

  /** Gives false when something that is owed did not get there. */
  private async drainSeconds(): Promise<boolean> {
    const runs = this.owed();
    for (const run of runs) {
      if (!(await this.drainRun(run))) return false;
      this.finishOf(run, run === runs.at(-1));
    }
    return true;
  }

  private async drainRun(run: PastRun): Promise<boolean> {
    const ended = run.outcome !== null;
    const { past, receipts } = this.options;
    const had = receipts.of(run.run);
    for (;;) {
      const from = had.seconds.firstMissing(this.passed.get(run.run) ?? 0);
      const limit = this.limitOf(run.run, ended);
      if (!(from < limit)) return true;
      const to = Math.min(limit, from + PAGE_S);
      const { rows, newest } = past.seconds(run.run, from, to);
      // A record of less than one sample a second may still bring out the minute before an alarm: in order, that is waited for.
      const settled = ended || run.record_rate_Hz >= 1 ? newest : newest - SEAL_LAG_s;
      if (!(await this.sendSeconds(run, rows, settled))) return false;
      if (settled >= to || ended) this.have(run.run, from, Math.min(to, settled + 1) - 1);
      if (!(settled >= to)) return true;
      this.passed.set(run.run, to);
    }
  }

  private async sendSeconds(run: PastRun, rows: readonly Row[], to: number): Promise<boolean> {
    const { receipts, teller, clock } = this.options;
    const had = receipts.of(run.run).seconds;
    const begun_ms = clock.now();
    const late = rows.flatMap((row) => {
      const second = Math.floor(Number(row['elapsed_s']));
      const publication = had.has(second) || second > to ? null : lateSample(row, run, teller);
      return publication === null ? [] : [{ publication, second }];
    });
    const taken = await this.sendAll(late, MOST_LATE, ({ second }) => this.have(run.run, second, second));
    const due_ms = begun_ms + (1000 * late.length) / LATE_HZ;
    if (taken) await clock.sleep(Math.max(0, due_ms - clock.now()));
    return taken;
  }

  private async drainEvents(): Promise<boolean> {
    for (const run of this.owed()) {
      if (!(await this.drainChain(run.run))) return false;
      if (run.outcome !== null) this.seconds.go();
    }
    return true;
  }

  private async drainChain(run: string): Promise<boolean> {
    const { past, receipts, teller } = this.options;
    for (;;) {
      const rows = past.events(run, receipts.of(run).eventsTo, PAGE_EVENTS);
      const due = rows.flatMap((row) => {
        const { live, late } = this.told.match(run, row);
        const publication = recordedEvent(row, run, live, late, teller);
        return publication === null ? [] : [{ publication, seq: publication.record.seq }];
      });
      const there = new Set<number>();
      const taken = await this.sendAll(due, MOST_EVENTS, ({ seq }) => there.add(seq));
      const missing = due.find(({ seq }) => !there.has(seq));
      const to = missing === undefined ? Number(rows.at(-1)?.['seq'] ?? 0) : missing.seq - 1;
      if (to > receipts.of(run).eventsTo) receipts.haveEvents(run, to);
      this.saveSoon();
      if (!taken) return false;
      if (rows.length < PAGE_EVENTS) break;
    }
    this.told.caughtUp();
    return true;
  }

  /** A run that has ended, and of which all is there, is not looked at again. The newest one may still get its seal. */
  private finishOf({ run, outcome }: PastRun, newest: boolean): void {
    const { past, receipts } = this.options;
    if (outcome === null || (outcome === 'interrupted' && newest)) return;
    this.waitsForLive = [...this.underWay].some((one) => one.run === run);
    if (this.waitsForLive) return;
    if (past.events(run, receipts.of(run).eventsTo, 1).length > 0) return this.events.go();
    receipts.finish(run);
    this.saveSoon();
  }

  private have(run: string, from: number, to: number): void {
    this.options.receipts.haveSeconds(run, from, to);
    this.saveSoon();
  }

  /** One after another with so many unacknowledged; after the first that is not taken, none follows. */
  private async sendAll<T extends { readonly publication: Publication }>(
    due: readonly T[],
    most: number,
    there: (one: T) => void,
  ): Promise<boolean> {
    const { connection } = this.options;
    const underWay = new Set<Promise<void>>();
    let refused = false;
    for (const one of due) {
      while (underWay.size >= most) await Promise.race(underWay);
      if (refused || !connection.connected) return false;
      const sent: Promise<void> = connection.publish(one.publication).then((taken) => {
        underWay.delete(sent);
        if (taken) there(one);
        else refused = true;
      });
      underWay.add(sent);
    }
    await Promise.all(underWay);
    return !refused;
  }

  private async attempt(work: () => Promise<boolean>): Promise<void> {
    if (!this.options.connection.connected) return;
    try {
      if (await work()) return;
    } catch (error) {
      this.notice(`what ${this.options.connection.name} is owed cannot be read from the record: ${wordsOf(error)}`);
    }
    if (!this.options.connection.connected) return; // the next connection begins anew
    this.retryTimer?.cancel();
    this.retryTimer = this.options.clock.after(RETRY_MS, () => this.begin());
  }

  private saveSoon(): void {
    this.saveTimer ??= this.options.clock.after(SAVE_MS, () => {
      this.saveTimer = undefined;
      this.options.receipts.save();
    });
  }

  private notice(text: string): void {
    if (text !== this.lastNotice) this.options.notice(text);
    this.lastNotice = text;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
