/**
 * A short run on the simulated bench that cools, pumps and passes current, with something that breaks four seconds into
 * its electrolysis, or as the pump starts. Knows no particular fault and judges nothing.
 */
import { openBench } from '../../../src/bench.js';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import type { FaultOrder, Injection } from '../../../src/twin/faults/order.js';
import type { PlantDefects } from '../../../src/twin/plant.js';
import type { Truth } from '../../../src/twin/truth.js';
import { boardNamed } from '../../contract/files.js';
import { SHORT } from '../../scenario/plans.js';
import { unrecordedRun } from '../../support/unrecorded.js';

export interface BrokenRun {
  readonly fired: readonly number[];
  /** What the run says of its end. */
  readonly said: string;
  readonly truth: Truth;
  /** After all faults have ended. */
  readonly mended: Truth;
  readonly defects: PlantDefects;
}

const named = boardNamed('bench-sim');
/** With a hydrogen sensor that is warm after a second. */
const BOARD = { ...named, chips: { ...named.chips, hydrogen: { ...named.chips.hydrogen, warmUp_s: 1 } } };
/** In the electrolysis the current has been full for 3 s. */
const BREAK_S = { electrolyse: 4.013, flow: 0.013 };
const SEED = 7;
/** Somebody looks at a held run for so long before it is stopped. */
const LOOK_MS = 2000;

/** Breaks all of `orders`, their times counted from there; `hand` opens a line a second later. */
export function brokenRun(
  orders: readonly FaultOrder[],
  {
    during = 'electrolyse',
    hand = null,
  }: { readonly during?: keyof typeof BREAK_S; readonly hand?: string | null } = {},
): Promise<BrokenRun> {
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const bench = await openBench({ board: BOARD, reactor: SHORT.reactor, clock, seed: SEED });
    const { simulation } = bench;
    const inject = simulation?.inject ?? null;
    const world = simulation?.world ?? null;
    if (simulation === null || inject === null || world === null) throw new Error('this bench cannot be broken');
    const run = await unrecordedRun(SHORT, bench, BOARD, clock);
    let injections: readonly Injection[] = [];
    const waiting = run.samples$.subscribe(({ state, step }) => {
      if (state !== 'execute' || SHORT.steps[step]?.kind !== during) return;
      waiting.unsubscribe();
      injections = orders.map((order) => inject({ ...order, at_s: BREAK_S[during] + order.at_s }));
      if (hand !== null) clock.after(1000 * (BREAK_S[during] + 1), () => void simulation.hand(hand, false));
    });
    const held = run.state$.subscribe(({ run: state }) => {
      if (state !== 'held') return;
      held.unsubscribe();
      clock.after(LOOK_MS, () => run.stop('operator', 'seen enough'));
    });
    const { result } = await run.report;
    const truth = await simulation.truth();
    for (const injection of injections) injection.end();
    const mended = await simulation.truth();
    const defects = { ...world.plant.defects };
    const said = `${result.outcome}: ${result.reason}`;
    await bench.close();
    return { fired: injections.map(({ fired }) => fired), said, truth, mended, defects };
  });
}
