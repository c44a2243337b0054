/**
 * A run as files: every format of `runs export`, its report as page and as PDF. Owns how each reaches a browser: row by
 * row, with the connection to the record open until the last, or until nobody reads any more.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { refuse, type Answer, type Asked, type Route } from '../console/api/exchange.js';
import { packageEntries } from '../export/data-package.js';
import { FORMATS, isFormat, linesOf, nameOf } from '../export/formats.js';
import { inPieces } from '../export/place.js';
import { exportedRun, type ExportedRun } from '../export/source.js';
import { answerLines } from '../export/tables.js';
import { zipped } from '../export/zip.js';
import { History } from '../record/history.js';
import { verifyRecord } from '../record/verify.js';
import { chromiumFound, printPdf } from '../report/pdf.js';
import { readReported } from '../report/read.js';
import { reportHtml } from '../report/report.js';
import { knows, unknownRun, type Directories } from './known.js';

/** No script, nothing from elsewhere, in a frame of its own; its style stands in it. */
const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
const CSV = 'text/csv; charset=utf-8';
const TYPES = { csv: CSV, bdf: CSV, mpt: 'text/plain; charset=utf-8', datapackage: 'application/zip' } as const;

/**
 * @param scratch folder of this process alone, that goes when it ends: for what a browser prints.
 * @param chromium finds the browser that prints; by default on the search path.
 */
export function downloadRoutes(
  place: Directories,
  scratch: string,
  chromium: () => string | null = () => chromiumFound(),
): Route[] {
  const printer = new Printer(place, scratch, chromium);
  return [
    { method: 'GET', path: '/api/runs/:run/export/:format', handle: (asked) => exported(place, asked) },
    { method: 'GET', path: '/api/runs/:run/answers.csv', handle: (asked) => answersOf(place, asked) },
    { method: 'GET', path: '/api/runs/:run/report.html', handle: (asked) => shown(place, asked) },
    { method: 'GET', path: '/api/runs/:run/report.pdf', handle: (asked) => printer.print(asked) },
  ];
}

/** The run with its record, to be closed when nobody reads it any more; null: there is no such run. */
function openRun(place: Directories, run: string): { readonly history: History; readonly from: ExportedRun } | null {
  const history = History.open(place.dataDir, place.spareDir);
  if (history === undefined) return null;
  try {
    if (knows(history, run)) return { history, from: exportedRun(history, run) };
  } catch (error) {
    history.close();
    throw error;
  }
  history.close();
  return null;
}

/** Destroyed when nobody reads it any more; `end` comes once, whatever happened. */
function streamed(pieces: Iterable<string> | AsyncIterable<Buffer>, gone: AbortSignal, end: () => void): Readable {
  const stream = Readable.from(pieces);
  stream.once('close', end);
  if (gone.aborted) stream.destroy();
  gone.addEventListener('abort', () => stream.destroy());
  return stream;
}

function exported(place: Directories, { params, gone }: Asked): Answer {
  const { run = '', format = '' } = params;
  if (!isFormat(format)) return refuse(404, `there is no format "${format.slice(0, 32)}"`, FORMATS.join(', '));
  if (format === 'datapackage') return packaged(place, run, gone);
  const opened = openRun(place, run);
  if (opened === null) return unknownRun(run);
  const { history, from } = opened;
  const stream = streamed(inPieces(linesOf(format, from) ?? []), gone, () => history.close());
  return { stream, type: TYPES[format], file: nameOf(format, from) };
}

function answersOf(place: Directories, { params, gone }: Asked): Answer {
  const { run = '' } = params;
  const opened = openRun(place, run);
  if (opened === null) return unknownRun(run);
  const { history, from } = opened;
  const stream = streamed(inPieces(answerLines(from.answers)), gone, () => history.close());
  return { stream, type: CSV, file: `${run}.answers.csv` };
}

/** A data package is a folder: it travels as one archive, its files one after the other. */
function packaged(place: Directories, run: string, gone: AbortSignal): Answer {
  const opened = openRun(place, run);
  if (opened === null) return unknownRun(run);
  const proof = verifyRecord({ ...place, runs: [run] }).runs[0];
  const archive = zipped(packageEntries({ ...opened.from, proof }), `${run}/`);
  const stream = streamed(archive, gone, () => opened.history.close());
  return { stream, type: TYPES.datapackage, file: `${run}.zip` };
}

/** Its page; null: there is no such run. */
async function report(place: Directories, run: string): Promise<string | null> {
  const history = History.open(place.dataDir, place.spareDir);
  try {
    if (history === undefined || !knows(history, run)) return null;
    return reportHtml(await readReported(history, run, place));
  } finally {
    history?.close();
  }
}

async function shown(place: Directories, { params }: Asked): Promise<Answer> {
  const { run = '' } = params;
  const html = await report(place, run);
  if (html === null) return unknownRun(run);
  const headers = { 'content-security-policy': REPORT_POLICY };
  return { stream: Buffer.from(html), type: 'text/html; charset=utf-8', headers };
}

/** A browser takes the memory of everything else here together: one at a time. */
class Printer {
  private busy = false;

  constructor(
    private readonly place: Directories,
    private readonly scratch: string,
    private readonly chromium: () => string | null,
  ) {}

  async print({ params, gone }: Asked): Promise<Answer> {
    const { run = '' } = params;
    const chromium = this.chromium();
    if (chromium === null)
      return refuse(501, 'there is no Chromium on the machine of this reactor', 'print the report from your browser');
    if (this.busy) return refuse(503, 'another report is being printed', 'once more in a minute');
    this.busy = true;
    const folder = mkdtempSync(join(this.scratch, 'print-'));
    try {
      const html = await report(this.place, run);
      if (html === null) return unknownRun(run);
      const [page, pdf] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
      writeFileSync(page, html);
      await printPdf(chromium, page, pdf, gone);
      return { stream: await readFile(pdf), type: 'application/pdf', file: `${run}.pdf` };
    } finally {
      this.busy = false;
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
