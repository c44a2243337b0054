/** The campaign itself: so many random cases, and what they came to. */
import { performance } from 'node:perf_hooks';
import { doAll, type Job } from './jobs.js';
import { errorsOf, replayCommand, tell, verdictsOf, type Part, type Task } from './part.js';
import { totals } from './verdict.js';

/** Progress is told so often, cases. */
const TOLD_EVERY = 500;

export async function campaign({ seeds, first, processes, say }: Task & { readonly seeds: number }): Promise<Part> {
  const began_ms = performance.now();
  const jobs = Array.from({ length: seeds }, (_, k): Job => ({ kind: 'seed', seed: first + k }));
  let ran = 0;
  const done = await doAll(jobs, {
    processes,
    onDone: () => {
      if (++ran % TOLD_EVERY === 0) say(`${ran} of ${seeds} cases`);
    },
  });
  const errors = errorsOf(done);
  const { cells, failures, ...sums } = totals(verdictsOf(done));
  for (const failure of failures) tell(say, `seed ${failure.seed}: ${replayCommand(failure.seed)}`, failure);
  for (const { job, error } of errors) say(`seed ${job.seed}: the program failed: ${error}`);
  const unsafe = sums.unsafe + errors.length;
  const { injected, fired, silent, nuisance, simulated_h, outcomes } = sums;
  const wall_s = Math.round((performance.now() - began_ms) / 1000);
  say(
    `${done.length} cases of seeds ${first} to ${first + seeds - 1}: ${injected} faults put in, ${fired} fired, ${unsafe} unsafe, ${silent} silent, ${nuisance} nuisance; ${cells.size} cells of fault and state; ${simulated_h.toFixed(1)} h simulated in ${wall_s} s`,
  );
  const figures = {
    ran: done.length,
    firstSeed: first,
    injected,
    fired,
    unsafe,
    silent,
    nuisance,
    failures: [
      ...failures.map((one) => ({
        seed: one.seed,
        unsafe: one.unsafe,
        silent: one.silent,
        nuisance: one.nuisance,
        replay: replayCommand(one.seed),
      })),
      ...errors.map(({ job, error }) => ({ seed: job.seed, unsafe: [error], replay: replayCommand(job.seed) })),
    ],
    cells: cells.size,
    outcomes,
    simulated_h: Math.round(simulated_h * 100) / 100,
    wall_s,
  };
  return { ok: unsafe + silent + nuisance === 0, figures };
}
