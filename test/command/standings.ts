/** How a reactor may stand before the judge, for the tests of commands. */
import type { Done, Executor, Order, Standing } from '../../src/command/executor.js';
import type { RunState } from '../../src/model/state.js';

export const BOOT = 'boot-1';

const RESTING: ReadonlySet<RunState> = new Set(['idle', 'complete', 'stopped', 'aborted']);

/** A run is on unless the reactor rests; one question is open while it is. */
export function standingIn(state: RunState, permit: boolean): Standing {
  const rests = RESTING.has(state);
  return {
    state,
    run: rests ? null : 'run-1',
    takesStarts: rests,
    permit,
    answerPermit: permit,
    permitUntil_ms: null,
    alarms: 0,
    prompts: rests ? [] : ['weigh'],
  };
}

/** Writes down what it is told to do, and does it. */
export class WrittenOrders implements Executor {
  readonly orders: Order[] = [];
  standingNow = standingIn('execute', true);

  standing(): Standing {
    return this.standingNow;
  }

  execute(order: Order): Promise<Done> {
    this.orders.push(order);
    return Promise.resolve({ ok: true, reason: null });
  }
}
