/** `galvanode runs export`: which run, in which format, to which place. Owns what is refused; knows no format's inside. */
import { Readable, type Writable } from 'node:stream';
import { exportInto, type Format, FORMATS, isFormat, linesOf } from '../export/formats.js';
import { inPieces, writeLines, writeWhole } from '../export/place.js';
import { type ExportedRun, exportedRun } from '../export/source.js';
import type { History } from '../record/history.js';
import { type RunProof, verifyRecord } from '../record/verify.js';
import { pipeTo, print } from './printed.js';
import { Refused } from './refused.js';

export interface ExportOptions {
  readonly format?: string;
  /** File; `-` or absent is the standard output. */
  readonly output?: string;
  /** Folder, in which the export has the name of its run. */
  readonly out?: string;
  readonly all?: boolean;
  /** Writes over what is there. */
  readonly force?: boolean;
  /** Of the data. */
  readonly licence?: string;
}

export interface Place {
  readonly dataDir: string;
  readonly spareDir: string;
  readonly out: Writable;
}

export async function exportRun(history: History, run: string, options: ExportOptions, place: Place): Promise<void> {
  const { output = '-', out: folder, force = false } = options;
  const format = formatOf(options);
  if (folder !== undefined && output !== '-')
    throw new Refused('--output names a file and --out a folder: would be right: one of them');
  const from = exportedRun(history, run, proofFor(format, run, place));
  const lines = linesOf(format, from);
  if (folder !== undefined || lines === null) {
    if (output !== '-') throw new Refused(`--output: a ${format} is a folder (would be right: --out FOLDER)`);
    return tell(await exportInto(from, order(options, format, folder ?? '.')), from, place);
  }
  if (output === '-') return pipeTo(Readable.from(inPieces(lines)), place.out);
  await writeWhole(output, force, async (part) => {
    await writeLines(part, lines);
  });
}

/** One after the other, oldest first; the first that cannot be written ends it. */
export async function exportAll(
  history: History,
  run: string | undefined,
  options: ExportOptions,
  place: Place,
): Promise<void> {
  if (run !== undefined) throw new Refused(`--all: and ${run}? Would be right: one of them`);
  if ((options.output ?? '-') !== '-') throw new Refused('--all: many runs are no file (would be right: --out FOLDER)');
  if (options.out === undefined) throw new Refused('--all: where to? Would be right: --out FOLDER');
  const format = formatOf(options);
  for (const { run: id } of history.runs().toReversed()) {
    const from = exportedRun(history, id, proofFor(format, id, place));
    await tell(await exportInto(from, order(options, format, options.out)), from, place);
  }
}

function formatOf({ format = 'csv', licence }: ExportOptions): Format {
  if (!isFormat(format)) throw new Refused(`\`--format ${format}\` is not known; there is ${FORMATS.join(', ')}`);
  if (licence === undefined) return format;
  if (format !== 'datapackage') throw new Refused(`--licence: a ${format} has no place for one; a datapackage has`);
  if (/^[-a-zA-Z0-9._]+$/.test(licence)) return format;
  throw new Refused(`\`--licence ${licence}\` is no name of a licence; would be right: CC-BY-4.0, or CC0-1.0`);
}

function order(
  { force = false, licence }: ExportOptions,
  format: Format,
  folder: string,
): Parameters<typeof exportInto>[1] {
  return { format, folder, force, ...(licence === undefined ? {} : { licence }) };
}

/** Only the data package says whether the record is as it was written. */
function proofFor(format: Format, run: string, { dataDir, spareDir }: Place): RunProof | undefined {
  return format === 'datapackage' ? verifyRecord({ dataDir, spareDir, runs: [run] }).runs[0] : undefined;
}

async function tell(paths: readonly string[], from: ExportedRun, { out }: Place): Promise<void> {
  const { run, resumedBy } = from;
  const notes = [
    ...(run.outcome === 'running' ? ['it is still running: what came so far'] : []),
    ...(run.resumes === null ? [] : [`it goes on from ${run.resumes}`]),
    ...(resumedBy === null ? [] : [`it is gone on with by ${resumedBy}`]),
  ];
  await print(out, [...paths, ...notes.map((note) => `  ${note}`)].map((line) => `${line}\n`).join(''));
}
