/**
 * Whether a record is still what was written: every event against its chain, every sample and ledger row against the seals
 * in the chain, the outcome against the last seal, and all of it against a head that was published. Reads; changes nothing
 * and repairs nothing.
 *
 * Without a published head it shows every edit but one: somebody who makes a whole chain anew. With one it shows that too.
 */
import { existsSync } from 'node:fs';
import { eventHash, headerHash, type KeptEvent, RECORD_KIND } from './chain.js';
import { RecordError } from './error.js';
import { databaseFile } from './place.js';
import type { ChainHead } from './run.js';
import { holdsNothing, prepareToRead } from './schema.js';
import { headerOfRow, ledgerDigest, outcomeDigest, sampleDigest } from './seal.js';
import { type Database, openDatabase, type Row } from './sqlite.js';
import { UNSEALED } from './store.js';

/** proven: as it was written. unproven: nothing was found, but not all of it is under a seal. */
export type Verdict = 'proven' | 'unproven' | 'tampered';

export interface RunProof {
  readonly run: string;
  readonly verdict: Verdict;
  /** What is wrong, or not proven, a sentence each. */
  readonly findings: readonly string[];
  readonly events: number;
  readonly samples: number;
  readonly ledger: number;
  readonly head: ChainHead;
  /** Event that the head given belongs to; null when none was given, or it is not there. */
  readonly published: number | null;
}

export interface RecordProof {
  readonly runs: readonly RunProof[];
  /** What is wrong with a file as a whole. */
  readonly findings: readonly string[];
}

export interface VerifyOrder {
  readonly dataDir: string;
  readonly spareDir: string;
  /** Ids of the runs to look at; all when not given. */
  readonly runs?: readonly string[];
  /** A head that was published: 64 hexadecimal digits. */
  readonly head?: string;
}

/** A file that is no record at all throws RecordError; one that is damaged is a finding. */
export function verifyRecord({ dataDir, spareDir, runs, head }: VerifyOrder): RecordProof {
  const files = [...new Set([databaseFile(dataDir), databaseFile(spareDir)])].filter((file) => existsSync(file));
  const book = new ProofBook(runs, head);
  for (const file of files) {
    const db = openDatabase(file, 'read');
    try {
      if (file === databaseFile(spareDir) && file !== databaseFile(dataDir) && holdsNothing(db)) continue;
      prepareToRead(db);
      book.add(db);
    } finally {
      db.close();
    }
  }
  return book.proof;
}

/** What was found so far, file by file, in the order in which they were written. */
export class ProofBook {
  private readonly proofs = new Map<string, RunProof>();
  private readonly findings: string[] = [];
  /** Hashes of a run's parts so far: the next part goes on from one of them. */
  private readonly parts = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly runs?: readonly string[],
    private readonly head?: string,
  ) {}

  add(db: Database): void {
    try {
      this.findings.push(...fileFindings(db));
      for (const run of this.runs ?? runsOf(db)) this.look(db, run);
    } catch (error) {
      if (!(error instanceof RecordError) || error.reason !== 'corrupt') throw error;
      this.findings.push(error.message);
    }
  }

  get proof(): RecordProof {
    return withHead([...this.proofs.values()], [...this.findings], this.head);
  }

  private look(db: Database, run: string): void {
    const looked = lookAt(db, run, this.head, this.parts.get(run));
    if (looked === undefined) return;
    this.parts.set(run, looked.hashes);
    const before = this.proofs.get(run);
    this.proofs.set(run, before === undefined ? looked.proof : together(before, looked.proof));
  }
}

/** A head that is in no run that was looked at means that the record was cut off behind it, or made anew. */
function withHead(runs: readonly RunProof[], findings: string[], head: string | undefined): RecordProof {
  if (head !== undefined && !runs.some(({ published }) => published !== null)) {
    findings.push(`the published head ${head.slice(0, 16)} is in no chain: the record was cut off, or made anew`);
  }
  return { runs, findings };
}

/** Two parts of one run, in the record and in its spare. */
function together(first: RunProof, second: RunProof): RunProof {
  return {
    ...second,
    verdict: worst([first.verdict, second.verdict]),
    findings: [...first.findings, ...second.findings],
    events: first.events + second.events,
    samples: first.samples + second.samples,
    ledger: first.ledger + second.ledger,
    published: second.published ?? first.published,
  };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('tampered')) return 'tampered';
  return verdicts.includes('unproven') ? 'unproven' : 'proven';
}

function runsOf(db: Database): string[] {
  return db
    .prepare('SELECT id FROM runs ORDER BY started_utc_ms DESC, id DESC')
    .all([])
    .map(({ id }) => String(id));
}

/** Damage, and rows of a run that there is not. */
function fileFindings(db: Database): string[] {
  const check = db.pragma('quick_check(1)');
  const orphans = ['samples', 'ledger', 'events', 'heads'].flatMap((table) =>
    db
      .prepare(`SELECT run, count(*) AS n FROM ${table} WHERE run NOT IN (SELECT id FROM runs) GROUP BY run`)
      .all([])
      .map(({ run, n }) => `${db.file}: ${String(n)} rows of ${table} belong to ${String(run)}, which is no run here`),
  );
  return check === 'ok' ? orphans : [`${db.file}: SQLite finds: ${String(check)}`, ...orphans];
}

interface Looked {
  readonly proof: RunProof;
  /** Of the header and of each event. */
  readonly hashes: ReadonlySet<string>;
}

function lookAt(
  db: Database,
  run: string,
  head: string | undefined,
  first: ReadonlySet<string> | undefined,
): Looked | undefined {
  const row = db.prepare('SELECT * FROM runs WHERE id = ?').all([run])[0];
  if (row === undefined) return undefined;
  const part = new Part(db, run, row);
  part.chain(first);
  part.heads();
  part.seals();
  part.runBefore();
  return { proof: part.proof(head), hashes: part.hashes };
}

/** What of a run lies in one file. */
class Part {
  readonly hashes = new Set<string>();
  private readonly wrong: string[] = [];
  private readonly open: string[] = [];
  private readonly places = new Map<string, number>();
  private readonly sealEvents: { readonly seq: number; readonly data: Row }[] = [];
  private last: ChainHead;
  private events = 0;
  private sealedTo = UNSEALED;
  private readonly rows = { samples: 0, ledger: 0 };

  constructor(
    private readonly db: Database,
    private readonly run: string,
    private readonly row: Row,
  ) {
    this.last = { seq: 0, hash: headerHash(headerOfRow(row)) };
    this.hashes.add(this.last.hash);
    this.places.set(this.last.hash, 0);
  }

  /** `first`: hashes of the part in the file before this one. */
  chain(first: ReadonlySet<string> | undefined): void {
    const header = this.last.hash;
    for (const row of this.eventRows()) {
      const event = keptEventOf(this.run, row);
      const data = dataOf(event.data);
      if (this.events === 0 && event.kind === RECORD_KIND && 'first' in data) this.joined(event, row, header, first);
      if (this.events++ === 0 && this.last.seq === 0 && event.seq === 1 && row['prev_hash'] !== header) {
        this.wrong.push('what the run was started with is not what its chain begins with');
      } else if (event.seq !== this.last.seq + 1) {
        this.wrong.push(`event ${event.seq} follows event ${this.last.seq}: some are missing, or out of order`);
      } else if (row['prev_hash'] !== this.last.hash) {
        this.wrong.push(`event ${event.seq} does not follow the event before it`);
      }
      const hash = String(row['hash']);
      if (eventHash(String(row['prev_hash']), event) !== hash) {
        this.wrong.push(`event ${event.seq} (${event.kind}) is not as it was written`);
      }
      this.last = { seq: event.seq, hash };
      this.hashes.add(hash);
      this.places.set(hash, event.seq);
      if (event.kind === RECORD_KIND && 'samples_sha256' in data) this.sealEvents.push({ seq: event.seq, data });
    }
  }

  /** The newest event is the one that the table of heads names. */
  heads(): void {
    const head = this.db.prepare('SELECT seq, hash FROM heads WHERE run = ?').all([this.run])[0];
    if (head?.['seq'] !== this.last.seq || head['hash'] !== this.last.hash) {
      this.wrong.push(
        `the chain ends at event ${this.last.seq}, its head says ${head === undefined ? 'nothing' : String(head['seq'])}`,
      );
    }
  }

  seals(): void {
    let closed = false;
    for (const { seq, data } of this.sealEvents) {
      if (closed) this.wrong.push(`event ${seq} is a seal behind the last seal`);
      if (data['after'] !== this.sealedTo) this.wrong.push(`the seal in event ${seq} leaves a gap`);
      const range = { after: Number(data['after']), to: Number(data['to']) };
      this.compare(seq, 'samples', data, sampleDigest(this.db, this.run, range));
      this.compare(seq, 'ledger', data, ledgerDigest(this.db, this.run, range));
      this.sealedTo = range.to;
      closed = typeof data['outcome_sha256'] === 'string';
      if (closed && data['outcome_sha256'] !== outcomeDigest(this.row)) {
        this.wrong.push('the outcome of the run is not as it was written');
      }
    }
    this.rest(closed);
  }

  /** The run that was the newest when this one began must be there still, with the chain that it had then. */
  runBefore(): void {
    const data = this.sealEvents.at(-1)?.data ?? {};
    const run = data['before_run'];
    if (typeof run !== 'string') return;
    const [seq, hash] = [Number(data['before_seq']), String(data['before_hash'])];
    const there =
      seq === 0
        ? this.db
            .prepare('SELECT * FROM runs WHERE id = ?')
            .all([run])
            .some((row) => headerHash(headerOfRow(row)) === hash)
        : this.db.prepare('SELECT 1 FROM events WHERE run = ? AND seq = ? AND hash = ?').all([run, seq, hash])
            .length === 1;
    if (!there) this.wrong.push(`the run before it, ${run}, is missing or is not as it was`);
  }

  proof(head: string | undefined): RunProof {
    const verdict: Verdict = this.wrong.length > 0 ? 'tampered' : this.open.length > 0 ? 'unproven' : 'proven';
    const published = head === undefined ? null : (this.places.get(head) ?? null);
    const { samples, ledger } = this.rows;
    const findings = [...this.wrong, ...this.open];
    return { run: this.run, verdict, findings, events: this.events, samples, ledger, head: this.last, published };
  }

  private *eventRows(): Generator<Row> {
    const page = this.db.prepare('SELECT * FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT 1000');
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const rows = page.all([this.run, after]);
      yield* rows;
      if (rows.length < 1000) return;
      after = Number(rows.at(-1)?.['seq']);
    }
  }

  /** A part that goes on from another file begins at an event that the other file was sure to have. */
  private joined(event: KeptEvent, row: Row, header: string, first: ReadonlySet<string> | undefined): void {
    const from = String(row['prev_hash']);
    this.last = { seq: event.seq - 1, hash: from };
    if (first === undefined) this.open.push(`the part before event ${event.seq} is in another file, which is not here`);
    else if (!first.has(from)) this.wrong.push(`event ${event.seq} does not go on from the part before it`);
    else if (!first.has(header)) this.wrong.push('the two parts were not started with the same');
  }

  private compare(
    seq: number,
    table: 'samples' | 'ledger',
    data: Row,
    found: { readonly rows: number; readonly sha256: string },
  ): void {
    this.rows[table] += found.rows;
    if (found.rows === data[table] && found.sha256 === data[`${table}_sha256`]) return;
    const what = found.rows === data[table] ? 'are not as they were' : `were ${String(data[table])}`;
    this.wrong.push(
      `${table} ${String(data['after'])} to ${String(data['to'])}, ${found.rows} rows, ${what} when event ${seq} sealed them`,
    );
  }

  /** Rows that no seal covers. */
  private rest(closed: boolean): void {
    for (const table of ['samples', 'ledger'] as const) {
      const all = this.count(table, '');
      const unsealed = this.count(table, `AND seq > ${this.sealedTo}`);
      if (all !== this.rows[table] + unsealed) this.wrong.push(`${table} has rows between the seals`);
      if (unsealed === 0) continue;
      if (closed) this.wrong.push(`${unsealed} rows of ${table} came after the last seal`);
      else this.open.push(`${unsealed} rows of ${table} are under no seal`);
      this.rows[table] += unsealed;
    }
    if (closed) return;
    this.open.push(
      this.sealEvents.length === 0
        ? 'there is no seal: it is running, was cut off, or is of a version that made none'
        : 'there is no last seal: it is running, or was cut off',
    );
  }

  private count(table: 'samples' | 'ledger', where: string): number {
    return Number(
      this.db.prepare(`SELECT count(*) AS n FROM ${table} WHERE run = ? ${where}`).all([this.run])[0]?.['n'],
    );
  }
}

function keptEventOf(run: string, row: Row): KeptEvent {
  const number = (name: string): number | null => {
    const value = row[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    run,
    seq: Number(row['seq']),
    t: number('t'),
    elapsed_s: number('elapsed_s'),
    kind: String(row['kind']),
    actor: String(row['actor']),
    text: String(row['text']),
    data: String(row['data']),
  };
}

/** Data that is no JSON object any more says nothing; that it was edited, its hash says. */
function dataOf(text: string): Row {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null ? { ...data } : {};
  } catch {
    return {};
  }
}
