/**
 * The blank without electricity, all 48 h of it: it must end with 0.00 C by the board's ledger and in truth. The slow suite
 * runs an hour of it; in full it takes a minute or two, nearly all of it waiting with every cycle of the host and the board.
 */
import { previewPlan } from '../../src/cli/preview.js';
import { packagePath } from '../../src/model/entry.js';
import { formatProblem } from '../../src/model/problem.js';
import { loadBoard, planFile } from '../../src/recipe/files.js';
import { Rig } from './rig.js';

const BLANK = packagePath('recipes', 'controls', 'blank-48h.yaml');
const BOARD = 'bench-sim';
const WAITED_S = 48 * 3600;
/** What still reads 0.00 C. */
const NOTHING_C = 0.005;

const rig = new Rig('blank');
await rig.run(async () => {
  const board = await loadBoard(BOARD);
  const plan = await planFile(BLANK, { board: BOARD });
  if (!plan.ok) throw new Error(plan.problems.map(formatProblem).join('\n'));
  if (!board.ok) throw new Error(board.problems.map(formatProblem).join('\n'));
  const { report, numbers, truth } = await previewPlan(plan.value, board.value, 1);
  const { outcome, reason, charge_C } = report.result;
  rig.check('the run is complete', outcome === 'complete', `${outcome}: ${reason}`);
  rig.check('it lasts 48 h and more', numbers.run_s >= WAITED_S, `${(numbers.run_s / 3600).toFixed(2)} h`);
  rig.check('the ledger has 0.00 C', Math.abs(charge_C) < NOTHING_C, `${charge_C.toExponential(2)} C`);
  rig.check('the cell had 0.00 C', Math.abs(truth.charge_C) < NOTHING_C, `${truth.charge_C.toExponential(2)} C`);
  const made_umol = truth.hydrogenMade_umol;
  rig.check('no hydrogen is made', made_umol < 0.1, `${made_umol.toExponential(2)} µmol`);
  return { charge_C, truth_C: truth.charge_C, run_s: numbers.run_s };
});
