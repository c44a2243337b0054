/**
 * The writing side of the tables: turns orders into rows, and seals what it wrote into the chain (seal.ts). Synchronous,
 * and always inside a transaction of the caller's. Knows no threads and no time.
 */
import type { EventData } from '../model/event.js';
import {
  canonicalJson,
  type ChainedEvent,
  eventHash,
  headerHash,
  keptEvent,
  keptHeader,
  RECORD_KIND,
  storable,
} from './chain.js';
import { decodeSample, SAMPLE_COLUMNS, SAMPLE_WIDTH } from './columns.js';
import { RecordError } from './error.js';
import { type ChainHead, type RunHeader, type RunOutcome, runId } from './run.js';
import { type RunBefore, SEAL_EVERY_s, SEAL_LAG_s, sealable, sealData, sealText } from './seal.js';
import type { Database, Row, SqlValue, Statement } from './sqlite.js';
import { type Continuation, LEDGER_WIDTH, type Order, type RowBatch } from './wire.js';

/** Where the writing of a run stands. Never changed, only replaced, so that a transaction undone leaves the one before. */
export interface Standing {
  readonly run: string;
  readonly startedUtc_ms: number;
  readonly head: ChainHead;
  readonly before: RunBefore | null;
  /** Last row under a seal, and how old it is. */
  readonly sealedSeq: number;
  readonly sealed_s: number;
  readonly newest_s: number;
}

/** Below every row of a run. */
export const UNSEALED = -1;

export class RunStore {
  private current: Standing | undefined;
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

  get standing(): Standing | undefined {
    return this.current;
  }

  /** Back to where it stood, after the transaction was undone. */
  goBack(standing: Standing | undefined): void {
    this.current = standing;
  }

  obey(order: Order): void {
    switch (order.kind) {
      case 'begin':
        return this.begin(order.header);
      case 'continue':
        return this.continue(order);
      case 'rows':
        return this.add(order.rows);
      case 'end':
        return this.end(order.outcome, order.lostSamples);
      case 'flush':
        return;
    }
  }

  /** Takes up a run that lost its writer, to add to its chain. */
  takeUp(standing: Standing): void {
    this.current = standing;
  }

  /** An event of the record itself. */
  mark(text: string, elapsed_s: number, data: EventData): void {
    const { startedUtc_ms } = this.begun();
    const t = startedUtc_ms + 1000 * elapsed_s;
    this.addEvent({ t, elapsed_s, kind: RECORD_KIND, actor: 'record', text, data });
    this.saveHead();
  }

  /** The seal over all that is left, and over the outcome. */
  sealRest(): void {
    const { run, newest_s } = this.begun();
    const last = this.db
      .prepare(
        `SELECT max(seq) AS seq FROM
         (SELECT seq FROM samples WHERE run = ? UNION ALL SELECT seq FROM ledger WHERE run = ?)`,
      )
      .all([run, run])[0];
    const outcome = this.db.prepare('SELECT * FROM runs WHERE id = ?').all([run])[0];
    if (outcome === undefined) throw new RecordError('fault', `there is no run ${run} to seal`);
    this.seal(Number(last?.['seq'] ?? UNSEALED), newest_s, outcome);
  }

  private begin(header: RunHeader): void {
    const before = this.newestRun();
    const run = this.freeId(header);
    const kept = keptHeader(run, header);
    this.db.prepare(insertInto('runs', Object.keys(kept))).run(Object.values(kept));
    this.current = unwritten(run, header, { seq: 0, hash: headerHash(kept) }, before);
    this.saveHead();
  }

  /** The same run in another file: its chain goes on from the last event that the first was sure to have. */
  private continue({ header, run, head, text, data, elapsed_s }: Continuation): void {
    const kept = keptHeader(run, header);
    this.db.prepare(insertInto('runs', Object.keys(kept))).run(Object.values(kept));
    const from = unwritten(run, header, head ?? { seq: 0, hash: headerHash(kept) }, null);
    this.current = { ...from, sealed_s: elapsed_s, newest_s: elapsed_s };
    this.mark(text, elapsed_s, data);
  }

  private newestRun(): RunBefore | null {
    const row = this.db
      .prepare(
        `SELECT h.run, h.seq, h.hash FROM runs r JOIN heads h ON h.run = r.id
         ORDER BY r.started_utc_ms DESC, r.id DESC LIMIT 1`,
      )
      .all([])[0];
    if (row === undefined) return null;
    return { run: String(row['run']), head: { seq: Number(row['seq']), hash: String(row['hash']) } };
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
      this.aged(rows.ledger[offset + 1] ?? NaN);
    }
    for (const event of rows.events) this.addEvent(event);
    if (rows.events.length > 0) this.saveHead();
    this.sealWhatIsOld();
  }

  /** The ledger has a row a second, whatever is kept of the samples: it tells how far the run is. */
  private aged(elapsed_s: number): void {
    const current = this.begun();
    if (elapsed_s > current.newest_s) this.current = { ...current, newest_s: elapsed_s };
  }

  private sealWhatIsOld(): void {
    const { run, newest_s, sealed_s, sealedSeq } = this.begun();
    if (!(newest_s - sealed_s >= SEAL_EVERY_s)) return;
    const upTo = sealable(this.db, run, newest_s - SEAL_LAG_s);
    if (upTo !== undefined && upTo.seq > sealedSeq) this.seal(upTo.seq, upTo.elapsed_s, null);
  }

  private seal(to: number, elapsed_s: number, outcome: Row | null): void {
    const { run, sealedSeq, before } = this.begun();
    const data = sealData(this.db, run, { after: sealedSeq, to }, outcome, outcome === null ? null : before);
    this.mark(sealText(data, outcome !== null), elapsed_s, data);
    this.current = { ...this.begun(), sealedSeq: to, sealed_s: elapsed_s };
  }

  private addEvent(event: ChainedEvent): void {
    const current = this.begun();
    const previous = current.head.hash;
    const kept = keptEvent(current.run, current.head.seq + 1, event);
    const hash = eventHash(previous, kept);
    const { run, seq, t, elapsed_s, kind, actor, text, data } = kept;
    this.insertEvent.run([run, seq, t, elapsed_s, kind, actor, text, data, previous, hash]);
    this.current = { ...current, head: { seq, hash } };
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
    this.aged(outcome.elapsed_s);
    this.sealRest();
  }

  private begun(): Standing {
    if (this.current === undefined) throw new RecordError('fault', 'rows came before the run was begun');
    return this.current;
  }
}

function unwritten(run: string, header: RunHeader, head: ChainHead, before: RunBefore | null): Standing {
  const startedUtc_ms = Math.round(header.startedUtc_ms);
  return { run, startedUtc_ms, head, before, sealedSeq: UNSEALED, sealed_s: 0, newest_s: 0 };
}

function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}
