/** Drives the procedure machine in tests: a run with its time, its state, and all that it asked for. */
import type { Observation } from '../../src/model/observation.js';
import type { Plan } from '../../src/model/plan.js';
import { advance, idle } from '../../src/procedure/machine.js';
import type { Intent, ProcedureEvent, ProcedureState } from '../../src/procedure/types.js';
import { seen } from './observation.js';

export class Rehearsal {
  state: ProcedureState = idle();
  now_s = 0;
  /** What the last event made the machine ask for. */
  intents: readonly Intent[] = [];

  constructor(readonly plan: Plan) {}

  hear(event: ProcedureEvent): this {
    const outcome = advance(this.plan, this.state, event, this.now_s);
    this.state = outcome.state;
    this.intents = outcome.intents;
    return this;
  }

  /** A tick `dt_s` after the last. */
  tick(changes: Partial<Observation> = {}, dt_s = 1): this {
    this.now_s += dt_s;
    return this.hear({ kind: 'tick', observation: seen({ now_s: this.now_s, ...changes }) });
  }

  ticks(count: number, changes: Partial<Observation> = {}, dt_s = 1): this {
    for (let k = 0; k < count; k++) this.tick(changes, dt_s);
    return this;
  }

  begin(): this {
    return this.hear({ kind: 'start', actor: 'operator' }).hear({ kind: 'armed' });
  }

  /** The kinds of the last intents, without the journal. */
  get asked(): string[] {
    return this.intents.filter(({ kind }) => kind !== 'journal').map(({ kind }) => kind);
  }
}

export const START: ProcedureEvent = { kind: 'start', actor: 'operator' };
export const ARMED: ProcedureEvent = { kind: 'armed' };
export const ARM_FAILED: ProcedureEvent = { kind: 'arm-failed', reason: 'the board stored another envelope' };
export const OFF_MEASURED: ProcedureEvent = { kind: 'off-measured' };
export const OFF_UNCONFIRMED: ProcedureEvent = { kind: 'off-unconfirmed', detail: '79.90 mA still flow' };
export const HOLD: ProcedureEvent = { kind: 'hold', actor: 'operator', reason: 'a look at the cell' };
export const UNHOLD: ProcedureEvent = { kind: 'unhold', actor: 'operator' };
export const FINISH_NOW: ProcedureEvent = { kind: 'finish', actor: 'operator' };
export const STOP: ProcedureEvent = { kind: 'stop', actor: 'operator', reason: 'enough' };
export const ABORT: ProcedureEvent = { kind: 'abort', actor: 'guard', reason: 'over-voltage: 4.2 V' };
export const CLEAR: ProcedureEvent = { kind: 'clear', actor: 'operator' };
export const RESET: ProcedureEvent = { kind: 'reset', actor: 'operator' };
export const answerTo = (prompt: string): ProcedureEvent => ({
  kind: 'answer',
  prompt,
  text: 'yes',
  actor: 'operator',
});
