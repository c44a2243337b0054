/**
 * Whatever is held and resumed, and whenever: the charge of a run is the planned one. The machine with the real current loop
 * and the real ledger over a cell that passes its set point, in cycles of 50 ms as the core runs them.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CurrentLoop } from '../../src/control/current-loop.js';
import { Ledger } from '../../src/control/ledger.js';
import { KEEP_ALL, type PausePolicy, type Plan, type PlanStep } from '../../src/model/plan.js';
import { FINAL_STATES } from '../../src/model/state.js';
import { ELECTROLYSE, FINISH, FLOW, planOf, PURGE } from '../support/plan.js';
import { answerTo, ABORT, HOLD, OFF_MEASURED, Rehearsal, STOP, UNHOLD } from '../support/procedure.js';

const CYCLE_S = 0.05;
const LIMIT_CYCLES = 200_000;
/** An off is measured so many cycles after it was asked for. */
const OFF_CYCLES = 2;

/** Short enough to be held many times, and of either polarity. */
const STEPS: readonly PlanStep[] = [
  { ...PURGE, duration_s: 1 },
  { ...FLOW, settle_s: 1 },
  { ...ELECTROLYSE, ramp_s: 2, charge_C: 1.2 },
  { ...ELECTROLYSE, id: 'electrolyse-2', current_mA: -40, ramp_s: 0, charge_C: 0.4 },
  { ...FINISH, sweep_s: 1 },
];
const PLANNED_C = 1.6;
/**
 * Each electrolysis ends in the first cycle at or over its charge, and its current is gone by the next; what passes of the
 * first then counts for the second, which flows the other way.
 */
const OVER_C = (1.5 * (0.08 + 0.04) + 0.5 * 0.08) * CYCLE_S + 1e-9;

interface Request {
  readonly kind: 'hold' | 'resume' | 'stop' | 'abort';
  /** After the last, in cycles. */
  readonly after: number;
}

/** The run as the core sees it, with the truth of the cell beside the ledger's. */
class Electrolyser extends Rehearsal {
  readonly ledger = new Ledger();
  truth_C = 0;
  absolute_C = 0;
  holds = 0;
  private readonly loop = new CurrentLoop();
  private current_mA = 0;
  private before_mA = 0;
  private offIn = Infinity;
  private cycles = 0;

  get ended(): boolean {
    return FINAL_STATES.has(this.state.run);
  }

  cycle(request: Request['kind'] | null): void {
    this.cycles++;
    this.pass();
    const before = this.state.run;
    if (request !== null) this.say({ hold: HOLD, resume: UNHOLD, stop: STOP, abort: ABORT }[request]);
    if (before !== 'holding' && this.state.run === 'holding') this.holds++;
    if (this.state.prompt !== null) this.say(answerTo(this.state.prompt.id));
    this.tick(this.seen(), CYCLE_S);
    this.obey();
    if (--this.offIn <= 0) {
      this.offIn = Infinity;
      this.say(OFF_MEASURED);
    }
    const { demand } = this.state;
    const set_A = this.loop.next(demand.current_mA, demand.currentRamp_mA_s, this.current_mA, true, CYCLE_S);
    this.current_mA = this.offIn === Infinity ? set_A * 1000 : 0;
  }

  /** The cell goes over from its last current to what was set, and the board counts it as exactly as the cell. */
  private pass(): void {
    const mean_A = (this.before_mA + this.current_mA) / 2000;
    this.before_mA = this.current_mA;
    this.truth_C += mean_A * CYCLE_S;
    this.absolute_C += Math.abs(mean_A) * CYCLE_S;
    this.ledger.add({
      boardTime_ms: this.cycles * CYCLE_S * 1000,
      current_A: this.current_mA / 1000,
      netCharge_C: this.truth_C,
      absoluteCharge_C: this.absolute_C,
    });
  }

  private seen() {
    const { flow_mL_min, sweepShut } = this.state.demand;
    return {
      current_mA: this.current_mA,
      setpoint_mA: this.loop.setpoint_mA,
      charge_C: this.ledger.charge_C,
      flow_mL_min,
      sweep_mL_min: sweepShut ? 0 : 100,
    };
  }

  private say(event: Parameters<Rehearsal['hear']>[0]): void {
    this.hear(event);
    this.obey();
  }

  private obey(): void {
    if (!this.asked.includes('off')) return;
    this.loop.zero();
    this.current_mA = 0;
    if (this.offIn === Infinity) this.offIn = OFF_CYCLES;
  }
}

const policies: fc.Arbitrary<PausePolicy> = fc.record({
  current: fc.record({ down_s: fc.constantFrom(0, 0.5, 2, 10), up_s: fc.constantFrom(null, 1, 8) }),
  temperature: fc.constant(KEEP_ALL.temperature),
  flow: fc.constantFrom('keep' as const, 'stop' as const),
  purgeStopAfter_s: fc.constantFrom(null, 1),
});

const requests = (...kinds: readonly Request['kind'][]): fc.Arbitrary<Request[]> =>
  fc.array(fc.record({ kind: fc.constantFrom(...kinds), after: fc.nat({ max: 60 }) }), {
    minLength: 2,
    maxLength: 30,
    size: 'max',
  });

/** Makes all requests, then resumes until the run has ended by itself. */
function follow(pause: PausePolicy, program: readonly Request[]): Electrolyser {
  const plan: Plan = { ...planOf(STEPS), pause };
  const run = new Electrolyser(plan);
  run.begin();
  for (const { kind, after } of program) {
    for (let k = 0; k < after && !run.ended; k++) run.cycle(null);
    if (!run.ended) run.cycle(kind);
  }
  for (let k = 0; !run.ended; k++) {
    if (k > LIMIT_CYCLES) throw new Error(`the run does not end: ${run.state.run} in step ${run.state.step}`);
    run.cycle(run.state.run === 'held' ? 'resume' : null);
  }
  return run;
}

describe('the charge of a run', () => {
  it('is the planned one, however often it was held and resumed', () => {
    fc.assert(
      fc.property(policies, requests('hold', 'resume'), (pause, program) => {
        const run = follow(pause, program);
        expect(run.state.run).toBe('complete');
        expect(run.absolute_C).toBeGreaterThanOrEqual(PLANNED_C - 1e-9);
        expect(run.absolute_C).toBeLessThanOrEqual(PLANNED_C + OVER_C);
        expect(run.ledger.charge_C).toBeCloseTo(run.truth_C, 9);
      }),
      { numRuns: 300 },
    );
  });

  it('is never more than planned when somebody ends it on the way', () => {
    fc.assert(
      fc.property(policies, requests('hold', 'hold', 'resume', 'resume', 'stop', 'abort'), (pause, program) => {
        const run = follow(pause, program);
        expect(run.absolute_C).toBeLessThanOrEqual(PLANNED_C + OVER_C);
        if (run.state.run === 'complete') expect(run.absolute_C).toBeGreaterThanOrEqual(PLANNED_C - 1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it('was put to the test by many holds, and by runs that were ended', () => {
    const ends = new Set<string>();
    let holds = 0;
    for (const kinds of [
      ['hold', 'resume'],
      ['hold', 'resume', 'stop'],
    ] as const)
      for (const [pause, program] of fc.sample(fc.tuple(policies, requests(...kinds)), { numRuns: 60, seed: 1 })) {
        const run = follow(pause, program);
        ends.add(run.state.run);
        holds += run.holds;
      }
    expect(holds).toBeGreaterThan(200);
    expect(ends).toEqual(new Set(['complete', 'stopped']));
  });
});
