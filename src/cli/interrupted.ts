/** Which run of a record can go on, and the line that tells of one. Reads the record; knows no bench. */
import type { PastRun } from '../recovery.js';
import { RecordError } from '../record/error.js';
import { History, type RunDetail } from '../record/history.js';
import { dataDirectory, spareDirectory } from '../record/place.js';
import { plain } from '../model/words.js';

export interface Interrupted {
  readonly past: PastRun;
  /** From the first run on, each resumed by the next; the last one is the run itself. */
  readonly chain: readonly RunDetail[];
}

/** The run to resume, or why there is none, with what would be right. */
export function readInterrupted(
  dataDir: string,
  name: string | undefined,
  spareDir = spareDirectory(dataDir),
): Interrupted | string {
  try {
    const history = History.open(dataDir, spareDir);
    if (history === undefined) return `no run has been recorded in ${dataDir}`;
    try {
      return interruptedIn(history, dataDir, name);
    } finally {
      history.close();
    }
  } catch (error) {
    if (error instanceof RecordError) return error.message;
    throw error;
  }
}

function interruptedIn(history: History, dataDir: string, name: string | undefined): Interrupted | string {
  const named = history.find(name ?? 'latest');
  if (named.kind === 'ambiguous') return `\`${name ?? ''}\` begins ${named.runs.length} runs: ${named.runs.join(', ')}`;
  if (named.kind === 'unknown') return `there is no run \`${name ?? 'latest'}\` in ${dataDir}`;
  const detail = history.run(named.run);
  const refusal = whyFinal(detail, history.resumedBy(detail.run), name === undefined);
  if (refusal !== null) return refusal;
  return { past: { detail, rows: history.lastRows(detail.run) }, chain: chainTo(history, detail) };
}

/** Why a run cannot go on; null when it can, as far as its record knows. */
function whyFinal({ run, outcome }: RunDetail, by: string | null, byItself: boolean): string | null {
  const other = byItself ? '; name an older run to resume that (galvanode runs list)' : '';
  if (outcome === 'running') return `${run} is being written: its program has to end first`;
  if (by !== null) return `${run} was resumed already, by ${by} (would be right: galvanode resume ${by})`;
  if (outcome === 'complete') return `${run} is complete${other}`;
  if (outcome === 'stopped' && byItself)
    return `${run} was stopped by a person (would be right: galvanode resume ${run})`;
  return null;
}

function chainTo(history: History, newest: RunDetail): RunDetail[] {
  const chain = [newest];
  for (let first = newest; first.resumes !== null; ) {
    first = history.run(first.resumes);
    if (chain.some(({ run }) => run === first.run))
      throw new RecordError('corrupt', `${first.run} resumes itself: the record is not as this program writes it`);
    chain.unshift(first);
  }
  return chain;
}

/** The newest run, when it was interrupted. */
export function interruptedRun(data: string | undefined, data2: string | undefined): RunDetail | null {
  const dataDir = dataDirectory(data);
  const found = readInterrupted(dataDir, undefined, spareDirectory(dataDir, data2));
  if (typeof found === 'string' || found.past.detail.outcome !== 'interrupted') return null;
  return found.past.detail;
}

/** For the beginning of `run` and `serve`: the newest run was interrupted, and how it would go on. Starts nothing. */
export function interruptedNotice(data: string | undefined, data2: string | undefined): string | null {
  const found = interruptedRun(data, data2);
  if (found === null) return null;
  const { run, charge_C, numbers } = found;
  const of = numbers['charge_C'] ?? null;
  const passed = `${plain(charge_C ?? 0, 1)} C${of === null ? '' : ` of ${plain(of, 1)} C`}`;
  const where = whereOf(data, data2);
  return `  note      ${run} was interrupted at ${passed}: galvanode resume${where}`;
}

/** The options by which another command finds the same record. */
export function whereOf(data: string | undefined, data2: string | undefined): string {
  return `${data === undefined ? '' : ` --data ${data}`}${data2 === undefined ? '' : ` --data2 ${data2}`}`;
}
