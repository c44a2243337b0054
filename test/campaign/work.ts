/** Does one job of the campaign in this process. */
import type { Case } from './case.js';
import { CELLS } from './fault-cells.js';
import { caseOf, nominalCase, singleCase } from './generate.js';
import type { Done, Job } from './jobs.js';
import { play } from './play.js';
import { sabotaged } from './sabotage.js';
import { verdictOn, type Verdict } from './verdict.js';

export function planned(job: Job): Case {
  switch (job.kind) {
    case 'seed':
      return caseOf(job.seed);
    case 'single': {
      const cell = CELLS[job.cell];
      if (cell === undefined) throw new RangeError(`there is no fault cell ${job.cell}`);
      return singleCase(job.seed, cell, cell.amounts[job.amount] ?? null, job.phase);
    }
    case 'nominal':
      return nominalCase(job.seed);
  }
}

export async function work(job: Job): Promise<Done> {
  const asked = planned(job);
  try {
    const verdict =
      job.kind === 'seed' && job.sabotage !== undefined
        ? await noticed(asked, job.sabotage)
        : verdictOn(asked, await play(asked));
    return { job, verdict };
  } catch (error) {
    return { job, error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' };
  }
}

/** What is unsafe with the sabotage and would not be without it. */
async function noticed(asked: Case, sabotage: string): Promise<Verdict> {
  const verdict = await sabotaged(sabotage, async (conditions) => verdictOn(asked, await play(asked, conditions)));
  if (verdict.unsafe.length === 0) return verdict;
  const healthy = verdictOn(asked, await play(asked));
  return healthy.unsafe.length === 0 ? verdict : { ...verdict, unsafe: [] };
}
