/** Whether the campaign would notice: each sabotaged program has to be found unsafe within a bounded number of seeds. */
import { doAll, type Job } from './jobs.js';
import { verdictsOf, type Part, type Task } from './part.js';
import { SABOTAGES } from './sabotage.js';

export async function sabotage({ seeds, first, processes, say }: Task & { readonly seeds: number }): Promise<Part> {
  const found: Record<string, number | null> = {};
  for (const { name, does } of SABOTAGES) {
    const jobs = Array.from({ length: seeds }, (_, k): Job => ({ kind: 'seed', seed: first + k, sabotage: name }));
    const done = await doAll(jobs, {
      processes,
      enough: (one) => 'verdict' in one && one.verdict.unsafe.length > 0,
    });
    const unsafe = verdictsOf(done).find((one) => one.unsafe.length > 0);
    found[name] = unsafe?.seed ?? null;
    if (unsafe === undefined) say(`${name} (${does}): NOT noticed in ${seeds} seeds`);
    else say(`${name} (${does}): noticed by seed ${unsafe.seed}: ${unsafe.unsafe[0] ?? ''}`);
  }
  const failed = Object.values(found).filter((seed) => seed === null).length;
  return { ok: failed === 0, figures: { passed: SABOTAGES.length - failed, failed, sabotage: found, seeds } };
}
