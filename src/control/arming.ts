/**
 * From a start to an armed board: readiness, the proof, then arming in a cycle that has fresh values. Owns what stands
 * between the two; what is proven and how the board is armed are output.ts's and proof/'s.
 */
import type { Clock } from '../model/clock.js';
import type { EventData, EventKind } from '../model/event.js';
import type { Plan } from '../model/plan.js';
import type { ReadinessFacts } from '../model/proof-test.js';
import type { RunState } from '../model/state.js';
import type { ProcedureEvent } from '../procedure/types.js';
import { capLeft_C, type Carried } from './ledger.js';
import type { Output } from './output.js';
import { readinessOf } from './proof/readiness.js';
import type { Senses } from './senses.js';

export interface ArmingOptions {
  readonly clock: Clock;
  readonly senses: Senses;
  readonly output: Output;
  /** Period of the control loop, s. */
  readonly period_s: number;
  readonly clearFirst: boolean;
  /** Absent in a preview: nothing around the bench is asked for. */
  readonly readiness: ReadinessFacts | undefined;
  readonly journal: (kind: EventKind, actor: string, text: string, data: EventData) => void;
}

/** After the proof the chips get so long to give a fresh value; the slowest is read every second. */
const FRESH_S = 5;

/** The plan as the board gets it: the guard's cap is of the whole charge, the board's of what is still to come. */
export function forBoard(plan: Plan, carried: Carried | undefined): Plan {
  return { ...plan, envelope: { ...plan.envelope, charge_C: capLeft_C(plan.envelope.charge_C, carried) } };
}

/** A request that ends the run before it has begun. */
const ends = ({ kind }: ProcedureEvent): boolean => kind === 'stop' || kind === 'abort';

export class Arming {
  /** When the proof passed, ms; null when nothing is to be armed. */
  private proven_ms: number | null = null;

  constructor(private readonly options: ArmingOptions) {}

  /** What came of it, if that is already known; null when arming follows, or when the run is to end. */
  async prove(requests: readonly ProcedureEvent[]): Promise<ProcedureEvent | null> {
    const { senses, output, clock, clearFirst, readiness, journal } = this.options;
    const missing = senses.missing();
    if (missing.length > 0) return failed(`no good value of ${missing.join(', ')}`);
    if (readiness !== undefined) {
      const { refusals, remarks } = readinessOf(readiness);
      for (const remark of remarks) journal('note', 'program', remark, {});
      if (refusals.length > 0) return failed(refusals.join('; '));
    }
    const proven = await output.prove({ clearFirst, interrupted: () => requests.some(ends) });
    senses.ledger.restart(); // the proof's charge, some 1e-5 C, is none of the run's
    if (proven.kind === 'failed') return failed(proven.reason);
    if (proven.kind === 'passed') this.proven_ms = clock.now();
    return null;
  }

  /** The proof has passed, and the board is not armed yet. */
  get waits(): boolean {
    return this.proven_ms !== null;
  }

  /** In a cycle after the proof, in which the guard has looked and every chip is fresh again; null until then. */
  async arm(run: RunState, boardAge_s: number): Promise<ProcedureEvent | null> {
    const { senses, output, clock, period_s } = this.options;
    if (this.proven_ms === null) return null;
    const stale = boardAge_s > period_s ? ['the galvanostat'] : senses.missing();
    if (run === 'starting' && stale.length > 0) {
      if (clock.now() - this.proven_ms <= FRESH_S * 1000) return null;
      this.proven_ms = null;
      return failed(`no good value of ${stale.join(', ')}`);
    }
    this.proven_ms = null;
    if (run !== 'starting') return null;
    const failure = await output.arm();
    if (failure !== null) return failed(failure);
    senses.ledger.restart();
    return { kind: 'armed' };
  }
}

function failed(reason: string): ProcedureEvent {
  return { kind: 'arm-failed', reason };
}
