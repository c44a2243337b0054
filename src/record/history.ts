/**
 * Past runs, read from the record. Opens the file read-only, which can neither checkpoint nor hold up the writer: long
 * reads go in pages, each a short transaction. Knows no layout of what it finds; listing.ts and csv.ts do.
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { RecordError } from './error.js';
import { voltageGlimpse } from './glimpse.js';
import { writerLives } from './lock.js';
import { joinSpare } from './parts.js';
import { databaseFile, spareDirectory } from './place.js';
import type { RunStanding } from './run.js';
import { prepareToRead } from './schema.js';
import { sampleColumnsIn } from './seal.js';
import { type Database, openDatabase, type Row, type SqlValue } from './sqlite.js';

const number = z.number().nullable();
const flag = z.number().transform((value) => value === 1);
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
const numbers = z.record(z.string(), number);

const summaryRow = z.object({
  run: z.string(),
  started_utc_ms: z.number(),
  recipe: z.string(),
  title: z.string(),
  simulated: flag,
  outcome: z.enum(['complete', 'stopped', 'aborted', 'interrupted']).nullable(),
  /** Of the end, or of the newest sample of a run that has none. */
  elapsed_s: number,
  charge_C: number,
  charge_F_mol: number,
});

export type RunSummary = Omit<z.infer<typeof summaryRow>, 'outcome'> & { readonly outcome: RunStanding };

const textRow = z.object({ run: z.string(), recipe_text: z.string() });

const orNull = <T>(value: T | null | undefined): T | null => value ?? null;
const later = z.number().nullish().transform(orNull);

const saidRow = z.object({
  run: z.string(),
  key: z.string().nullable(),
  value: z.union([z.string(), z.number()]).nullable(),
});

const detailRow = z.object({
  reason: z.string().nullable(),
  absolute_charge_C: number,
  board_charge_C: number,
  figures: json(numbers).nullable(),
  lost_samples: z.number(),
  recipe_text: z.string(),
  recipe_sha256: z.string(),
  overrides: json(z.array(z.string())),
  board: z.string(),
  reactor: z.string(),
  calibration: json(z.record(z.string(), z.union([z.string(), z.number()]))),
  program_version: z.string(),
  firmware_version: z.string().nullable(),
  firmware_serial: z.string().nullable(),
  seed: number,
  record_rate_Hz: z.number(),
  /** `duration_s`: of a wait, in records of programs that note it. */
  steps: json(
    z.array(z.object({ id: z.string(), kind: z.string(), title: z.string(), duration_s: z.number().optional() })),
  ),
  numbers: json(numbers),
  /** What a record of schema 1 does not have is null. */
  run_tag: later,
  board_boot_count: later,
  resumes: z.string().nullish().transform(orNull),
  resumed_step: later,
  resumed_passed_C: later,
  carried_charge_C: later,
  carried_absolute_C: later,
  board_text: z.string(),
  reactor_text: z.string(),
  head_seq: z.number(),
  head_hash: z.string(),
  samples: z.number(),
});

export type RunDetail = RunSummary & z.infer<typeof detailRow>;

const eventRow = z.object({
  seq: z.number(),
  t: number,
  elapsed_s: number,
  kind: z.string(),
  actor: z.string(),
  text: z.string(),
  data: json(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  prev_hash: z.string(),
  hash: z.string(),
});
export type PastEvent = z.infer<typeof eventRow>;

const spanRow = z.object({
  step: z.number(),
  from_s: z.number(),
  to_s: z.number(),
  charge_C: number,
});
/** When a step ran, and the charge that it passed. */
export type StepSpan = z.infer<typeof spanRow>;

const extremesRow = z.object({
  voltage_min_V: number,
  voltage_max_V: number,
  temperature_min_C: number,
  temperature_max_C: number,
  hydrogen_max_ppm: number,
});
/** Of the kept samples in which current was asked for. */
export type Extremes = z.infer<typeof extremesRow>;

const lastSampleRow = z.object({
  elapsed_s: number,
  state: z.string().nullable(),
  step: number,
  setpoint_mA: number,
  current_mA: number,
  temperature_C: number,
  charge_C: number,
  absolute_charge_C: number,
});
const lastLedgerRow = z.object({ elapsed_s: number, host_C: number, board_C: number });

/** The newest of a run that is on the disk. */
export interface LastRows {
  readonly sample: z.infer<typeof lastSampleRow> | null;
  readonly ledger: z.infer<typeof lastLedgerRow> | null;
  /** The furthest step that began, and what host and board had counted when it did; null before the first. */
  readonly step: {
    readonly index: number;
    readonly from_C: number;
    readonly boardFrom_C: number;
    /** Of a wait: how long it had run, holds left out, s. */
    readonly waited_s?: number;
  } | null;
}

/** What a name on the command line stands for. */
export type NamedRun =
  | { readonly kind: 'found'; readonly run: string }
  | { readonly kind: 'ambiguous'; readonly runs: readonly string[] }
  | { readonly kind: 'unknown'; readonly near: readonly string[] };

const NEWEST_SAMPLE = 's.run = r.id AND s.seq = (SELECT max(seq) FROM samples WHERE run = r.id)';
const SUMMARY = `SELECT r.id AS run, r.started_utc_ms, r.recipe, r.recipe_title AS title, r.simulated, r.outcome,
  coalesce(r.elapsed_s, s.elapsed_s) AS elapsed_s, coalesce(r.charge_C, s.charge_C) AS charge_C,
  coalesce(r.charge_F_mol, s.charge_F_mol) AS charge_F_mol
  FROM runs r LEFT JOIN samples s ON ${NEWEST_SAMPLE} ORDER BY r.started_utc_ms DESC, r.id DESC`;
const TEXTS_OF_SERIES = `SELECT id AS run, recipe_text FROM runs WHERE instr(recipe_text, 'part_of:') > 0`;
const DETAIL = `SELECT r.*, h.seq AS head_seq, h.hash AS head_hash,
  (SELECT count(*) FROM samples WHERE run = r.id) AS samples
  FROM runs r JOIN heads h ON h.run = r.id WHERE r.id = ?`;
const SPANS = `SELECT step, min(elapsed_s) AS from_s, max(elapsed_s) AS to_s, max(charge_C) - min(charge_C) AS charge_C
  FROM samples WHERE run = ? AND step IS NOT NULL AND elapsed_s IS NOT NULL GROUP BY step ORDER BY from_s, step`;
const EXTREMES = `SELECT min(voltage_V) AS voltage_min_V, max(voltage_V) AS voltage_max_V,
  min(temperature_C) AS temperature_min_C, max(temperature_C) AS temperature_max_C, max(hydrogen_ppm) AS hydrogen_max_ppm
  FROM samples WHERE run = ? AND setpoint_mA > 0`;
const LAST_SAMPLE = 'SELECT * FROM samples WHERE run = ? ORDER BY seq DESC LIMIT 1';
const LAST_LEDGER = 'SELECT * FROM ledger WHERE run = ? ORDER BY seq DESC LIMIT 1';
const LAST_STEP = `SELECT max(json_extract(data, '$.index')) AS step FROM events WHERE run = ? AND kind = 'step'`;
/** Time from each row of a step to the next, of those that began while the run executed. */
const WAITED = `SELECT coalesce(sum(gap), 0) AS waited_s FROM (SELECT elapsed_s - lag(elapsed_s) OVER (ORDER BY seq) AS gap,
  lag(state) OVER (ORDER BY seq) AS was FROM samples WHERE run = ? AND step = ?) WHERE was = 'execute'`;
const STEP_START = 'SELECT charge_C, elapsed_s FROM samples WHERE run = ? AND step = ? ORDER BY seq LIMIT 1';
/** What the counts differed by at an instant: by the newest row of the ledger until then. */
const DIFFERENCE = `SELECT host_C - board_C AS difference_C FROM ledger WHERE run = ? AND elapsed_s <= ?
  AND host_C IS NOT NULL AND board_C IS NOT NULL ORDER BY seq DESC LIMIT 1`;
/** What the operator said in every run, as it was typed. */
const ANSWERS = `SELECT run, json_extract(data, '$.key') AS key, json_extract(data, '$.value') AS value
  FROM events WHERE kind = 'answer'`;
const EVENTS = 'SELECT * FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?';
const PAGE_ROWS = 1000;

export class History {
  private constructor(
    private readonly db: Database,
    private readonly directories: readonly string[],
    /** Of the record's schema. */
    private readonly version: number,
  ) {}

  /**
   * The record and its spare as one; undefined when nothing was ever recorded there. Throws RecordError when a file cannot
   * be read as a record.
   */
  static open(dataDir: string, spareDir = spareDirectory(dataDir)): History | undefined {
    const file = [dataDir, spareDir].map(databaseFile).find((path) => existsSync(path));
    if (file === undefined) return undefined;
    const db = openDatabase(file, 'read');
    try {
      joinSpare(db, spareDir);
      return new History(db, [dataDir, spareDir], prepareToRead(db));
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Newest first. */
  runs(): RunSummary[] {
    const rows = this.rows(summaryRow, SUMMARY, []);
    const newestOpen = this.directories.some(writerLives) ? rows.find((row) => row.outcome === null) : undefined;
    return rows.map((row) => ({ ...row, outcome: row.outcome ?? (row === newestOpen ? 'running' : 'interrupted') }));
  }

  /** Recipes of the runs that may be of a series, by their run. */
  textsOfSeries(): ReadonlyMap<string, string> {
    return new Map(this.rows(textRow, TEXTS_OF_SERIES, []).map((row) => [row.run, row.recipe_text]));
  }

  /** Named answers of the operators, as text, by their run. */
  answerTexts(): ReadonlyMap<string, readonly string[]> {
    const said = new Map<string, string[]>();
    for (const { run, key, value } of this.rows(saidRow, ANSWERS, [])) {
      const texts = said.get(run) ?? [];
      for (const word of [key, value]) if (word !== null) texts.push(String(word));
      said.set(run, texts);
    }
    return said;
  }

  /**
   * The cell voltage at so many instants of a run, evenly from its first cycle to its last; null where no current was asked
   * for. A look at few rows, however long the run: what lies between them does not show.
   */
  voltageGlimpse(run: string, instants: number): (number | null)[] {
    return voltageGlimpse(this.db, run, instants);
  }

  /** `latest`, a whole id, or the beginning of just one. */
  find(name: string): NamedRun {
    const ids = this.runs().map(({ run }) => run);
    const latest = ids[0];
    if (name === 'latest' && latest !== undefined) return { kind: 'found', run: latest };
    if (ids.includes(name)) return { kind: 'found', run: name };
    const matches = name === '' ? [] : ids.filter((id) => id.startsWith(name));
    const only = matches[0];
    if (only === undefined) return { kind: 'unknown', near: nearest(name, ids) };
    return matches.length === 1 ? { kind: 'found', run: only } : { kind: 'ambiguous', runs: matches };
  }

  /** Throws RecordError when there is no such run. */
  run(id: string): RunDetail {
    const summary = this.runs().find(({ run }) => run === id);
    const detail = this.rows(detailRow, DETAIL, [id])[0];
    if (summary === undefined || detail === undefined) throw new RecordError('fault', `there is no run ${id}`);
    return { ...summary, ...detail };
  }

  *events(run: string): Generator<PastEvent> {
    for (const row of this.pages(EVENTS, run)) yield this.parsed(eventRow, row);
  }

  steps(run: string): StepSpan[] {
    return this.rows(spanRow, SPANS, [run]);
  }

  /** How far a run had come when it was last written down. */
  lastRows(run: string): LastRows {
    const sample = this.rows(lastSampleRow, LAST_SAMPLE, [run])[0] ?? null;
    const ledger = this.rows(lastLedgerRow, LAST_LEDGER, [run])[0] ?? null;
    // The event comes before the first sample of its step, and a crash may fall between them.
    const index = this.rows(z.object({ step: number }), LAST_STEP, [run])[0]?.step ?? null;
    if (index === null) return { sample, ledger, step: null };
    const begun = this.rows(z.object({ charge_C: number, elapsed_s: number }), STEP_START, [run, index])[0] ?? sample;
    const from_C = begun?.charge_C ?? 0;
    const at_s = begun?.elapsed_s ?? 0;
    // Arming zeroes the board's counter: without a row of before, they began as one.
    const apart = this.rows(z.object({ difference_C: number }), DIFFERENCE, [run, at_s])[0];
    const waited = this.waited(run, index);
    return { sample, ledger, step: { index, from_C, boardFrom_C: from_C - (apart?.difference_C ?? 0), ...waited } };
  }

  private waited(run: string, step: number): { readonly waited_s?: number } {
    if (this.run(run).steps[step]?.kind !== 'wait') return {};
    return this.rows(z.object({ waited_s: z.number() }), WAITED, [run, step])[0] ?? {};
  }

  /** The run that went on from this one, or null. */
  resumedBy(run: string): string | null {
    if (this.version < 2) return null;
    const rows = this.db.prepare('SELECT id FROM runs WHERE resumes = ? ORDER BY id LIMIT 1').all([run]);
    const id = rows[0]?.['id'];
    return typeof id === 'string' ? id : null;
  }

  extremes(run: string): Extremes | undefined {
    return this.rows(extremesRow, EXTREMES, [run])[0];
  }

  /** Kept samples in the order of the run; keys as in `Sample`, with the state as its word. */
  samples(run: string): Generator<Row> {
    const columns = sampleColumnsIn(this.db).join(', ');
    return this.pages(`SELECT ${columns} FROM samples WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?`, run);
  }

  /** Charge by host and by board, in the order of the run. */
  ledger(run: string): Generator<Row> {
    return this.pages(
      'SELECT seq, elapsed_s, host_C, board_C FROM ledger WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?',
      run,
    );
  }

  close(): void {
    this.db.close();
  }

  private *pages(sql: string, run: string): Generator<Row> {
    const statement = this.db.prepare(sql);
    let after = -1;
    for (;;) {
      const rows = statement.all([run, after, PAGE_ROWS]);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) return;
      after = Number(last['seq']);
    }
  }

  private rows<T extends z.ZodType>(schema: T, sql: string, values: readonly SqlValue[]): z.output<T>[] {
    return this.db
      .prepare(sql)
      .all(values)
      .map((row) => this.parsed(schema, row));
  }

  private parsed<T extends z.ZodType>(schema: T, row: Row): z.output<T> {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    const place = result.error.issues[0];
    const detail = place === undefined ? 'unknown' : `${place.path.join('.')}: ${place.message}`;
    throw new RecordError('corrupt', `${this.db.file}: a row is not as this program writes it (${detail})`);
  }
}

/** Up to three ids that share most with the name: its longest common beginning, or the name anywhere inside. */
function nearest(name: string, ids: readonly string[]): string[] {
  const likeness = (id: string): number => {
    if (name !== '' && id.includes(name)) return name.length;
    let common = 0;
    while (common < name.length && id[common] === name[common]) common++;
    return common;
  };
  return ids.toSorted((a, b) => likeness(b) - likeness(a)).slice(0, 3);
}
