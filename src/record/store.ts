/**
 * The writing side of the tables: turns orders into rows. Synchronous, and always inside a transaction of the caller's.
 * Knows no threads and no time.
 */
import type { RunEvent } from '../model/event.js';
import { canonicalJson, eventHash, headerHash, keptEvent, keptHeader, storable } from './chain.js';
import { decodeSample, SAMPLE_COLUMNS, SAMPLE_WIDTH } from './columns.js';
import { RecordError } from './error.js';
import { type ChainHead, type RunHeader, type RunOutcome, runId } from './run.js';
import type { Database, SqlValue, Statement } from './sqlite.js';
import { LEDGER_WIDTH, type Order, type RowBatch } from './wire.js';

export class RunStore {
  private current: { readonly run: string; head: ChainHead } | undefined;
  private readonly insertSample: Statement;
  private readonly insertLedger: Statement;
  private readonly insertEvent: Statement;
  private readonly writeHead: Statement;

  constructor(private readonly db: Database) {
    this.insertSample = db.prepare(insertInto('samples', ['run', ...SAMPLE_COLUMNS]));
    this.insertLedger = db.prepare(insertInto('ledger', ['run', 'seq', 'elapsed_s', 'host_C', 'board_C']));
    const event = ['run', 'seq', 't', 'elapsed_s', 'kind', 'actor', 'text', 'data', 'prev_hash', 'hash'];
    this.insertEvent = db.prepare(insertInto('events', event));
    this.writeHead = db.prepare('INSERT OR REPLACE INTO heads (run, seq, hash) VALUES (?, ?, ?)');
  }

  /** The run that is being written, also after its end. */
  get run(): string | null {
    return this.current?.run ?? null;
  }

  get head(): ChainHead | null {
    return this.current?.head ?? null;
  }

  obey(order: Order): void {
    switch (order.kind) {
      case 'begin':
        return this.begin(order.header);
      case 'rows':
        return this.add(order.rows);
      case 'end':
        return this.end(order.outcome, order.lostSamples);
      case 'flush':
        return;
    }
  }

  private begin(header: RunHeader): void {
    const run = this.freeId(header);
    const kept = keptHeader(run, header);
    this.db.prepare(insertInto('runs', Object.keys(kept))).run(Object.values(kept));
    this.current = { run, head: { seq: 0, hash: headerHash(kept) } };
    this.saveHead();
  }

  private freeId(header: RunHeader): string {
    const taken = this.db.prepare('SELECT 1 FROM runs WHERE id = ?');
    for (let clash = 0; ; clash++) {
      const id = runId(header.startedUtc_ms, header.recipe.name, clash);
      if (taken.all([id]).length === 0) return id;
    }
  }

  private add(rows: RowBatch): void {
    const { run } = this.begun();
    const values: SqlValue[] = [run];
    for (let offset = 0; offset < rows.samples.length; offset += SAMPLE_WIDTH) {
      decodeSample(rows.samples, offset, rows.strings, values, 1);
      this.insertSample.run(values);
    }
    for (let offset = 0; offset < rows.ledger.length; offset += LEDGER_WIDTH) {
      this.insertLedger.run([run, ...rows.ledger.subarray(offset, offset + LEDGER_WIDTH)]);
    }
    for (const event of rows.events) this.addEvent(event);
    if (rows.events.length > 0) this.saveHead();
  }

  private addEvent(event: RunEvent): void {
    const current = this.begun();
    const previous = current.head.hash;
    const kept = keptEvent(current.run, current.head.seq + 1, event);
    const hash = eventHash(previous, kept);
    const { run, seq, t, elapsed_s, kind, actor, text, data } = kept;
    this.insertEvent.run([run, seq, t, elapsed_s, kind, actor, text, data, previous, hash]);
    current.head = { seq, hash };
  }

  private saveHead(): void {
    const { run, head } = this.begun();
    this.writeHead.run([run, head.seq, head.hash]);
  }

  private end(outcome: RunOutcome, lostSamples: number): void {
    const { run } = this.begun();
    this.db
      .prepare(
        `UPDATE runs SET outcome = ?, reason = ?, ended_utc_ms = CAST(round(started_utc_ms + 1000 * ?) AS INTEGER),
         elapsed_s = ?, charge_C = ?, absolute_charge_C = ?, board_charge_C = ?, charge_F_mol = ?, figures = ?,
         lost_samples = ? WHERE id = ?`,
      )
      .run([
        outcome.outcome,
        storable(outcome.reason),
        outcome.elapsed_s,
        outcome.elapsed_s,
        outcome.charge_C,
        outcome.absolute_charge_C,
        outcome.board_charge_C,
        outcome.charge_F_mol,
        storable(canonicalJson(outcome.figures)),
        lostSamples,
        run,
      ]);
  }

  private begun(): { readonly run: string; head: ChainHead } {
    if (this.current === undefined) throw new RecordError('fault', 'rows came before the run was begun');
    return this.current;
  }
}

function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}
