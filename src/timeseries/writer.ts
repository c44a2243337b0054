/**
 * Brings the record into a PostgreSQL, batch by batch, for as long as the process lives: every sample and event once,
 * however long the server was away. What the server has is the cursor, so no file of its own can disagree with it; a row
 * that comes twice meets its key. Owns the pace and the back-off. Memory is one batch.
 */
import type { Clock, Timer } from '../model/clock.js';
import type { Past, PastRunRow } from '../record/past.js';
import type { Held, Warehouse } from './postgres.js';
import { BATCH_ROWS, eventRow, runRow, sampleRow } from './tables.js';

/** Between two looks at the record. */
const PERIOD_MS = 1000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** For the last rows when the process ends. */
const CLOSE_MS = 1500;

export interface WriterOptions {
  readonly reactor: string;
  readonly warehouse: Warehouse;
  readonly past: Pick<Past, 'runRows' | 'samplesAfter' | 'events' | 'counts' | 'sealed'>;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
}

type Kind = 'samples' | 'events';
const KINDS = ['samples', 'events'] as const;
/** A run that goes on is counted so often. */
const CONFIRM_MS = 5000;
/** So near its newest sample older ones may still be kept: 3 min at 20 Hz, and the record keeps one minute before an alarm. */
const OPEN_ROWS = 3600;
/** Below every number of a row. */
const BEFORE_ALL = -1;

export class TimeSeriesWriter {
  private cursors: Record<Kind, Map<string, number>> | null = null;
  /** Of runs that have ended and are there: their outcome, since an interrupted one may yet be taken up. */
  private readonly done = new Map<string, string | null>();
  /** Numbers up to which all that is ever kept of a run is there. */
  private readonly confirmed = new Map<string, Readonly<Record<Kind, number>>>();
  private confirmAt_ms = 0;
  private readonly toldRuns = new Map<string, string>();
  private going: Promise<void> | null = null;
  private timer: Timer | undefined;
  private retry_ms = FIRST_RETRY_MS;
  private lastNotice = '';
  private closing = false;

  constructor(private readonly options: WriterOptions) {
    this.go();
  }

  /** Lets out what can be had within a second or so; the rest follows at the next start. */
  async close(): Promise<void> {
    const { clock, warehouse } = this.options;
    this.timer?.cancel();
    const limit = new AbortController();
    const late = clock.sleep(CLOSE_MS, limit.signal).catch(() => undefined);
    const rest = async (): Promise<void> => {
      await this.going;
      if (this.cursors !== null) await this.round();
    };
    await Promise.race([rest(), late]);
    this.closing = true;
    this.timer?.cancel();
    limit.abort(new Error('closed'));
    await warehouse.close();
  }

  private go(): void {
    this.going = this.round().then((wait_ms) => {
      this.going = null;
      if (!this.closing) this.timer = this.options.clock.after(wait_ms, () => this.go());
    });
  }

  /** One look at the record. Gives how long to wait for the next, ms. Never rejects. */
  private async round(): Promise<number> {
    try {
      this.cursors ??= await this.ask();
      for (const run of this.options.past.runRows()) await this.bring(run, this.cursors);
      this.retry_ms = FIRST_RETRY_MS;
      this.notice(`writing to ${this.options.warehouse.name}`);
      return PERIOD_MS;
    } catch (error) {
      if (this.closing) return PERIOD_MS;
      this.cursors = null; // what it has is asked again: a commit may have gone through unheard
      this.notice(error instanceof Error ? error.message : String(error));
      const wait_ms = this.retry_ms;
      this.retry_ms = Math.min(LONGEST_RETRY_MS, 2 * this.retry_ms);
      return wait_ms;
    }
  }

  private async ask(): Promise<Record<Kind, Map<string, number>>> {
    const { warehouse, reactor } = this.options;
    this.toldRuns.clear();
    this.confirmed.clear();
    this.done.clear();
    await warehouse.prepare();
    const last = (held: readonly Held[]) => new Map(held.map((one) => [one.run, one.last]));
    const samples = last(await warehouse.held('galvanode_samples', reactor));
    return { samples, events: last(await warehouse.held('galvanode_events', reactor)) };
  }

  private async bring(run: PastRunRow, cursors: Record<Kind, Map<string, number>>): Promise<void> {
    if (run.outcome !== null && this.done.get(run.run) === run.outcome) return;
    await this.tellRun(run);
    // Asked before the events are read, so that a seal which comes meanwhile is read by the next round.
    const ended = run.outcome !== null && (run.outcome !== 'interrupted' || this.options.past.sealed(run.run));
    for (const kind of KINDS) await this.drain(run, kind, cursors[kind]);
    const { clock } = this.options;
    if (!ended && clock.now() < this.confirmAt_ms) return;
    await this.confirm(run, cursors);
    this.confirmAt_ms = clock.now() + CONFIRM_MS;
    if (ended) this.done.set(run.run, run.outcome);
  }

  private async tellRun(run: PastRunRow): Promise<void> {
    const row = runRow(this.options.reactor, run);
    const text = JSON.stringify(row);
    if (this.toldRuns.get(run.run) === text) return;
    await this.options.warehouse.putRun(row);
    this.toldRuns.set(run.run, text);
  }

  private async drain(run: PastRunRow, kind: Kind, cursor: Map<string, number>): Promise<void> {
    const { past, warehouse, reactor } = this.options;
    for (;;) {
      const after = cursor.get(run.run) ?? BEFORE_ALL;
      const rows =
        kind === 'samples' ? past.samplesAfter(run.run, after, BATCH_ROWS) : past.events(run.run, after, BATCH_ROWS);
      const newest = rows.at(-1);
      if (newest === undefined) return;
      const told = kind === 'samples' ? sampleRow : eventRow;
      await warehouse.add(
        `galvanode_${kind}`,
        rows.map((row) => told(reactor, run, row)),
      );
      cursor.set(run.run, Number(newest['seq']));
      if (rows.length < BATCH_ROWS) return;
    }
  }

  /**
   * Around an alarm a slow record keeps samples that are older than the newest one. So what is kept is counted beyond the
   * number up to which it is known to be there, and gone through again from that where the numbers differ.
   */
  private async confirm(run: PastRunRow, cursors: Record<Kind, Map<string, number>>): Promise<void> {
    const { past, warehouse, reactor } = this.options;
    const from = this.confirmed.get(run.run) ?? { samples: BEFORE_ALL, events: BEFORE_ALL };
    const due = past.counts(run.run, from);
    for (const kind of KINDS) {
      const held = await warehouse.count(`galvanode_${kind}`, reactor, run.run, from[kind]);
      if (held === due[kind]) continue;
      cursors[kind].set(run.run, from[kind]);
      await this.drain(run, kind, cursors[kind]);
    }
    const behind = (kind: Kind): number => Math.max(BEFORE_ALL, (cursors[kind].get(run.run) ?? 0) - OPEN_ROWS);
    this.confirmed.set(run.run, { samples: behind('samples'), events: behind('events') });
  }

  private notice(text: string): void {
    if (text !== this.lastNotice) this.options.notice(text);
    this.lastNotice = text;
  }
}
