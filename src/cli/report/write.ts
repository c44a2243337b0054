/** `galvanode runs report`: reads a run, makes its page, and writes it, and its PDF where asked for. Owns what is refused. */
import { rename } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Plan } from '../../model/plan.js';
import { writeLines, writeWhole } from '../../export/place.js';
import { exportedRun } from '../../export/source.js';
import { planKept } from '../../recipe/files.js';
import type { History, RunDetail } from '../../record/history.js';
import { verifyRecord } from '../../record/verify.js';
import type { Place } from '../export.js';
import { print } from '../printed.js';
import { Refused } from '../refused.js';
import { courseOf } from './course.js';
import { chromiumAt, printPdf } from './pdf.js';
import { reportHtml } from './report.js';
import type { ReportedRun } from './reported.js';

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

export async function readReported(
  history: History,
  run: string,
  { dataDir, spareDir }: Pick<Place, 'dataDir' | 'spareDir'>,
): Promise<ReportedRun> {
  const proof = verifyRecord({ dataDir, spareDir, runs: [run] }).runs[0];
  const from = exportedRun(history, run, proof);
  return {
    from,
    plan: await plannedAgain(from.run),
    course: courseOf(from.samples(), from.run.elapsed_s ?? 0),
    steps: history.steps(run),
    extremes: history.extremes(run),
  };
}

/** The plan of then, from the files of then; null where this program cannot read them any more. */
async function plannedAgain(run: RunDetail): Promise<Plan | null> {
  const { run: place, recipe_text: text, reactor_text: reactor, overrides, board } = run;
  const whole = await planKept({ place, text, reactor, overrides }, { board });
  return whole.ok ? whole.value : null;
}
