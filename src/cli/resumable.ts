/**
 * What resuming asks before anything is touched, for the terminal and for the network: the plan of then, what the board
 * says now, and why the run may not go on. Decides; asks nobody, and tells nobody.
 */
import type { OpenedBench } from '../bench.js';
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import type { Plan } from '../model/plan.js';
import type { Outcome } from '../model/problem.js';
import { loadBoard, planKept } from '../recipe/files.js';
import type { RunDetail } from '../record/history.js';
import type { Resumption } from '../record/run.js';
import { accountOf, chargeLeft_C, lookAtBoard, type PastRun, planAlong, resumptionOf } from '../recovery.js';
import type { Known } from './known.js';

export interface PlannedAgain {
  /** What the interrupted run itself had to do. */
  readonly plan: Plan;
  readonly board: Board;
}

/** The plan is made anew from the recipe and reactor as they were recorded, whatever has become of their files. */
export async function plannedAgain(chain: readonly RunDetail[], boardName: string): Promise<Outcome<PlannedAgain>> {
  const newest = chain.at(-1);
  if (newest === undefined) throw new Error('a chain of runs has at least one');
  const { run: place, recipe_text: text, reactor_text: reactor, overrides } = newest;
  const [whole, board] = await Promise.all([
    planKept({ place, text, reactor, overrides }, { board: boardName }),
    loadBoard(boardName),
  ]);
  if (!whole.ok) return whole;
  if (!board.ok) return board;
  return { ok: true, value: { plan: planAlong(whole.value, chain), board: board.value } };
}

/** Charge that a simulation has counted did not flow on hardware, nor the other way round. */
export function simulatedRefusal(board: Board, { simulated, run }: RunDetail): string | null {
  if (board.simulated === simulated) return null;
  const was = simulated ? 'on a simulated bench' : 'on hardware';
  return `--board: ${run} was ${was}, and ${board.name} is not (would be right: leave --board out)`;
}

/** Looks at the opened bench: what is known, and what would be handed over. Changes nothing on it. */
export async function knownOf(
  past: PastRun,
  plan: Plan,
  at: { readonly bench: OpenedBench; readonly clock: Clock; readonly wall: Clock },
): Promise<{ readonly known: Known; readonly resume: Resumption }> {
  const now = await lookAtBoard(at.bench, at.clock);
  const account = accountOf(past, now);
  const { plan: rest, resume } = resumptionOf(plan, past, account);
  const known = { past, plan, rest, account, now, left_C: chargeLeft_C(rest), at_ms: at.wall.wallTime_ms() };
  return { known, resume };
}

/** Why the run may not go on, by what the board says and by what is left of it; null: it may. */
export function whyNot({ past, rest, now, left_C }: Known): string | null {
  if (now.reading === null) return 'the board gives no reading: nothing is known of what it does';
  if (now.reading.armed || now.reading.outputOn)
    return 'the board is armed: somebody drives it, and that has to end first';
  if (rest.steps.length === 0) return `all of ${past.detail.run} was done: nothing is left of it`;
  if (left_C > 0 || past.detail.outcome === 'interrupted') return null;
  return `all charge of ${past.detail.run} has passed: nothing is left to electrolyse`;
}
