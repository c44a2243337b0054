/** How fast a preview of the whole general procedure goes, with the real firmware and all chips in the loop. */
import { cpus, loadavg } from 'node:os';
import * as z from 'zod';
import { galvanode } from '../support/process.js';
import { GENERAL } from '../support/runs.js';
import { Rig, spread } from './rig.js';

const RUNS = 3;
/** Times real time: what must be reached, and what is aimed at. */
const LEAST = 2000;
const GOAL = 5000;

const previewed = z.object({ outcome: z.string(), speedup: z.number(), wall_s: z.number(), run_s: z.number() });

const rig = new Rig('preview-speed');
await rig.run(async () => {
  const speedups: number[] = [];
  const load = loadavg()[0] ?? NaN;
  rig.note(`load of the machine before: ${load.toFixed(2)}`);
  for (let run = 1; run <= RUNS; run++) {
    const { code, stdout } = await galvanode(['preview', GENERAL, '--json']).ended;
    const { outcome, speedup, wall_s, run_s } = previewed.parse(JSON.parse(stdout));
    rig.note(`run ${run}: ${run_s.toFixed(0)} s in ${wall_s.toFixed(2)} s, ${speedup.toFixed(0)} × real time`);
    if (code === 0 && outcome === 'complete') speedups.push(speedup);
  }
  const { median } = spread(speedups);
  rig.check(`${RUNS} previews complete`, speedups.length === RUNS);
  rig.check(`median over ${LEAST} × real time`, median > LEAST, `${median.toFixed(0)} × (goal ${GOAL})`);
  return { speedups: speedups.map(Math.round), median: Math.round(median), goal: GOAL, load, cpu: cpus()[0]?.model };
});
