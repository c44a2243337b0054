/** `galvanode runs list|show|export|report|verify`: arguments in, text, JSON or files out. Knows no SQL and no thread. */
import type { Writable } from 'node:stream';
import { AlreadyThere } from '../export/place.js';
import type { PartOf } from '../model/plan.js';
import { partOfText } from '../model/series.js';
import { answersOf } from '../record/answers.js';
import { RecordError, type RecordFailure } from '../record/error.js';
import { History, type RunSummary } from '../record/history.js';
import { listRuns, type Page, showProof, showRun } from '../record/listing.js';
import { dataDirectory, spareDirectory } from '../record/place.js';
import { verifyRecord } from '../record/verify.js';
import { exportAll, exportRun, type ExportOptions } from './export.js';
import { print, systemCode } from './printed.js';
import { Refused } from './refused.js';
import { reportRun, type ReportOptions } from './report.js';

export interface RunsOptions extends ExportOptions, ReportOptions {
  /** Directory of the record; by default $GALVANODE_DATA or ~/.local/share/galvanode. */
  readonly data?: string;
  /** Directory of the second record; by default $GALVANODE_DATA_SPARE or `spare` in the first. */
  readonly data2?: string;
  readonly json?: boolean;
  /** Of `list`: only runs of this series. */
  readonly series?: string;
  /** Of `verify`: a head that was published. */
  readonly head?: string;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
}

const DONE = 0;
const OWN_ERROR = 1;
const REFUSED = 2;
const NOT_PROVEN = 3;
const NOT_THERE = 4;

const EXIT: Readonly<Record<RecordFailure, number>> = {
  foreign: REFUSED,
  'too-new': REFUSED,
  corrupt: REFUSED,
  busy: NOT_THERE,
  full: NOT_THERE,
  io: NOT_THERE,
  'read-only': NOT_THERE,
  'cannot-open': NOT_THERE,
  overflow: NOT_THERE,
  fault: OWN_ERROR,
};

/** Failed system calls that are not the fault of the name that was given. */
const DISK_FAILURES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);

export type RunsSub = 'list' | 'show' | 'export' | 'report' | 'verify';

/**
 * Exit code: 0 done; 2 refused (no such run, not a record); 3 a record that is not proven to be as it was written; 4 the
 * disk, or the place to write to, failed; 1 our own error.
 */
export async function runsCommand(sub: RunsSub, run: string | undefined, options: RunsOptions = {}): Promise<number> {
  const dataDir = dataDirectory(options.data);
  try {
    if (sub === 'verify') return await verify(dataDir, run, options);
    const history = History.open(dataDir, spareDirectory(dataDir, options.data2));
    try {
      await runsOf(history, dataDir, sub, run, options);
    } finally {
      history?.close();
    }
    return DONE;
  } catch (error) {
    return explain(error, sub, options.stderr ?? process.stderr);
  }
}

async function runsOf(
  history: History | undefined,
  dataDir: string,
  sub: Exclude<RunsSub, 'verify'>,
  run: string | undefined,
  options: RunsOptions,
): Promise<void> {
  const out = options.stdout ?? process.stdout;
  switch (sub) {
    case 'list':
      return print(out, list(history, dataDir, options, pageOf(out)));
    case 'show':
      return print(out, show(...found(history, dataDir, run), options, pageOf(out)));
    case 'export': {
      const place = { dataDir, spareDir: spareDirectory(dataDir, options.data2), out };
      if (options.all !== true) return exportRun(...found(history, dataDir, run), options, place);
      if (history === undefined) throw new Refused(`no run has been recorded in ${dataDir}`);
      return exportAll(history, run, options, place);
    }
    case 'report': {
      const place = { dataDir, spareDir: spareDirectory(dataDir, options.data2), out };
      return reportRun(...found(history, dataDir, run), options, place);
    }
  }
}

/** A hash of 64 hexadecimal digits. */
const HEAD = /^[0-9a-f]{64}$/;

async function verify(dataDir: string, run: string | undefined, options: RunsOptions): Promise<number> {
  const { head, data2, json } = options;
  const out = options.stdout ?? process.stdout;
  if (head !== undefined && !HEAD.test(head)) {
    throw new Refused(`\`--head ${head}\` is no head; would be right: 64 hexadecimal digits, as at the end of a run`);
  }
  const spareDir = spareDirectory(dataDir, data2);
  const runs = run === undefined ? undefined : [runNamed(dataDir, spareDir, run)];
  const proof = verifyRecord({
    dataDir,
    spareDir,
    ...(runs === undefined ? {} : { runs }),
    ...(head === undefined ? {} : { head }),
  });
  if (proof.runs.length === 0 && proof.findings.length === 0)
    throw new Refused(`no run has been recorded in ${dataDir}`);
  const proven = proof.findings.length === 0 && proof.runs.every(({ verdict }) => verdict === 'proven');
  await print(out, json ? jsonText({ proven, ...proof }) : showProof(proof, head !== undefined, pageOf(out)));
  return proven ? DONE : NOT_PROVEN;
}

/** The whole id of a run. */
function runNamed(dataDir: string, spareDir: string, name: string): string {
  const history = History.open(dataDir, spareDir);
  try {
    return found(history, dataDir, name)[1];
  } finally {
    history?.close();
  }
}

function list(history: History | undefined, dataDir: string, options: RunsOptions, page: Page): string {
  const runs = history?.runs() ?? [];
  const parts = options.series !== undefined || options.json ? partsOf(history) : new Map<string, PartOf>();
  const listed = options.series === undefined ? runs : ofSeries(options.series, runs, parts, dataDir);
  if (options.json)
    return jsonText(listed.map((run) => ({ ...summaryJson(run), part_of: parts.get(run.run) ?? null })));
  if (runs.length === 0) return `No run has been recorded in ${dataDir}.\n`;
  return listRuns(listed, page, parts);
}

/** Runs of a series, by their ids. */
type Parts = ReadonlyMap<string, PartOf>;

function partsOf(history: History | undefined): Parts {
  const texts = [...(history?.textsOfSeries() ?? [])];
  return new Map(
    texts.flatMap(([run, text]): [string, PartOf][] => {
      const part = partOfText(text);
      return part === null ? [] : [[run, part]];
    }),
  );
}

function ofSeries(series: string, runs: readonly RunSummary[], parts: Parts, dataDir: string): readonly RunSummary[] {
  const found = runs.filter(({ run }) => parts.get(run)?.series === series);
  if (found.length > 0) return found;
  const known = [...new Set([...parts.values()].map((part) => part.series))].toSorted();
  const hint = known.length === 0 ? 'no run of a series has been recorded' : `there are ${known.join(', ')}`;
  throw new Refused(`there is no run of a series \`${series}\` in ${dataDir}; ${hint}`);
}

function show(history: History, run: string, options: RunsOptions, page: Page): string {
  const detail = history.run(run);
  const events = [...history.events(run)];
  const steps = history.steps(run);
  const extremes = history.extremes(run);
  if (!options.json) return showRun({ run: detail, steps, extremes, events }, page);
  return jsonText({
    ...detail,
    ...summaryJson(detail),
    part_of: partOfText(detail.recipe_text),
    steps: detail.steps.map((step, index) => ({ ...step, ...steps.find((span) => span.step === index), step: index })),
    extremes,
    answers: answersOf(events),
    events,
    alarms: events.filter(({ kind }) => kind === 'alarm' || kind === 'trip'),
  });
}

function summaryJson(run: RunSummary): object {
  return { ...run, started_utc: new Date(run.started_utc_ms).toISOString() };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The run that a name stands for. Throws Refused with what would be right. */
function found(history: History | undefined, dataDir: string, name: string | undefined): [History, string] {
  if (name === undefined) throw new Refused('which run? Give an id, the beginning of one, or `latest`');
  if (history === undefined) throw new Refused(`no run has been recorded in ${dataDir}`);
  const named = history.find(name);
  switch (named.kind) {
    case 'found':
      return [history, named.run];
    case 'ambiguous':
      throw new Refused(`\`${name}\` begins ${named.runs.length} runs: ${named.runs.slice(0, 5).join(', ')}`);
    case 'unknown': {
      const near = named.near.length === 0 ? 'there is none yet' : `near it are ${named.near.join(', ')}`;
      throw new Refused(`there is no run \`${name}\` in ${dataDir}; ${near}`);
    }
  }
}

function pageOf(out: Writable): Page {
  const terminal = 'isTTY' in out && out.isTTY === true;
  const columns = 'columns' in out && typeof out.columns === 'number' ? out.columns : 80;
  return { width: terminal ? columns : 80, colour: terminal && process.env['NO_COLOR'] === undefined };
}

function explain(error: unknown, sub: string, stderr: Writable): number {
  const text = error instanceof Error ? error.message : String(error);
  stderr.write(`galvanode runs ${sub}: ${text}\n`);
  if (error instanceof Refused || error instanceof AlreadyThere) return REFUSED;
  if (error instanceof RecordError) return EXIT[error.reason];
  const code = systemCode(error);
  if (DISK_FAILURES.has(code)) return NOT_THERE;
  return /^E[A-Z]+$/.test(code) ? REFUSED : OWN_ERROR;
}
