/** `galvanode runs report`: reads a run, makes its page, and writes it, and its PDF where asked for. Owns what is refused. */
import { rename } from 'node:fs/promises';
import { extname } from 'node:path';
import { writeLines, writeWhole } from '../export/place.js';
import type { History } from '../record/history.js';
import type { Place } from './export.js';
import { print } from './printed.js';
import { Refused } from './refused.js';
import { chromiumAt } from './pdf.js';
import { printPdf } from '../report/pdf.js';
import { readReported } from '../report/read.js';
import { reportHtml } from '../report/report.js';

export interface ReportOptions {
  /** File; by default the name of the run. `-` is the standard output. */
  readonly out?: string;
  readonly pdf?: boolean;
  readonly chromium?: string;
  readonly force?: boolean;
}

export async function reportRun(history: History, run: string, options: ReportOptions, place: Place): Promise<void> {
  const { out = `${run}.html`, force = false } = options;
  if (out === '-' && options.pdf !== true) return print(place.out, reportHtml(await readReported(history, run, place)));
  if (!/^\.html?$/i.test(extname(out))) throw new Refused(`--out: ${out} is no page (would be right: ${out}.html)`);
  const chromium = options.pdf === true ? chromiumAt(options.chromium) : null;
  const html = reportHtml(await readReported(history, run, place));
  await writeWhole(out, force, async (part) => {
    await writeLines(part, [html]);
  });
  if (chromium === null) return print(place.out, `${out}\n`);
  const pdf = out.replace(/\.html?$/i, '.pdf');
  await writeWhole(pdf, force, async (part) => {
    await printPdf(chromium, out, `${part}.pdf`);
    await rename(`${part}.pdf`, part);
  });
  await print(place.out, `${out}\n${pdf}\n`);
}
