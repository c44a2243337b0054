/** A run as its report needs it: from the record, with the plan made anew from what the record kept. */
import { exportedRun } from '../export/source.js';
import type { Plan } from '../model/plan.js';
import { planKept } from '../recipe/files.js';
import type { History, RunDetail } from '../record/history.js';
import { verifyRecord } from '../record/verify.js';
import { courseOf } from './course.js';
import type { ReportedRun } from './reported.js';

export async function readReported(
  history: History,
  run: string,
  { dataDir, spareDir }: { readonly dataDir: string; readonly spareDir: string },
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
