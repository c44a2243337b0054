/** Hours of routine with a hundredth of all transfers failing: no trip may come of it. */
import { doAll, type Job } from './jobs.js';
import { errorsOf, tell, verdictsOf, type Part, type Task } from './part.js';
import { totals } from './verdict.js';

/** A routine run of two hours and a short one, which follow each other. */
const PAIR_H = 2;

export async function nuisance({ hours, first, processes, say }: Task & { readonly hours: number }): Promise<Part> {
  const pairs = Math.ceil(hours / PAIR_H);
  const jobs = Array.from({ length: 2 * pairs }, (_, k): Job => ({ kind: 'nominal', seed: 2 * first + k }));
  const done = await doAll(jobs, { processes, onDone: () => undefined });
  const errors = errorsOf(done);
  const verdicts = verdictsOf(done);
  const { failures, fired, simulated_h, outcomes, ...sums } = totals(verdicts);
  for (const failure of failures) tell(say, `nominal run ${failure.seed}`, failure);
  for (const { job, error } of errors) say(`nominal run ${job.seed}: the program failed: ${error}`);
  const trips = verdicts.reduce((sum, one) => sum + one.nuisance.length, 0);
  const transfers = verdicts.reduce((sum, one) => sum + one.firedCount, 0);
  const complete = outcomes['complete'] ?? 0;
  say(
    `${done.length} runs, ${simulated_h.toFixed(1)} h simulated, ${transfers} transfers that failed, ${trips} trips, ${complete} complete`,
  );
  const ok = trips + sums.unsafe + errors.length === 0 && complete === done.length && simulated_h >= hours;
  const figures = {
    ran: done.length,
    simulated_h,
    fired,
    failedTransfers: transfers,
    nuisance: trips,
    unsafe: sums.unsafe,
    silent: sums.silent,
    complete,
    failures,
  };
  return { ok, figures };
}
