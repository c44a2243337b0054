/** Whatever people, guard and board say in whatever order: what must hold of the machine at every event. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/model/observation.js';
import { type Aliquot, KEEP_ALL, type Plan, type PausePolicy, type PlanStep } from '../../src/model/plan.js';
import { FINAL_STATES, type RunState } from '../../src/model/state.js';
import { closingStep } from '../../src/procedure/finishing.js';
import { idle } from '../../src/procedure/machine.js';
import type { ProcedureEvent, ProcedureState } from '../../src/procedure/types.js';
import { ALL_STEPS, ASK, COOL, ELECTROLYSE, FINISH, FLOW, planOf, PURGE } from '../support/plan.js';
import {
  ABORT,
  answerTo,
  ARM_FAILED,
  ARMED,
  CLEAR,
  FINISH_NOW,
  HOLD,
  OFF_MEASURED,
  OFF_UNCONFIRMED,
  Rehearsal,
  RESET,
  START,
  STOP,
  UNHOLD,
} from '../support/procedure.js';

const ASKED = { text: 'Take 50 uL', answer: { kind: 'number', quantity: 'share' } } as const;
const aliquot = (n: number, at_C: number, wait: boolean): Aliquot => ({
  ...ASKED,
  id: `s-${n}`,
  key: `gc-${n}`,
  at_C,
  at_s: null,
  wait,
});

/** What the other plans have none of. */
const EVERY_KIND: readonly PlanStep[] = [
  {
    id: 'parallel',
    title: 'At once',
    kind: 'parallel',
    tracks: [
      [PURGE, ASK],
      [FLOW, { ...ASK, id: 'prompt-2' }],
      [COOL, { id: 'wait', title: 'Wait', kind: 'wait', duration_s: 8 }],
    ],
  },
  { ...ELECTROLYSE, samples: [aliquot(1, 1, false), aliquot(2, 3, true), aliquot(3, 6, false)] },
  { id: 'hold', title: 'Stand', kind: 'hold', text: 'exchange the flask' },
  { id: 'sample', title: 'Sample', kind: 'sample', ...ASKED },
  { ...ELECTROLYSE, id: 'electrolyse-2' },
  { ...COOL, id: 'heat', title: 'Heat', kind: 'heat' },
  FINISH,
];

const PLANS: readonly (readonly PlanStep[])[] = [
  ALL_STEPS,
  [ELECTROLYSE, { ...FINISH, sweep_s: 4, holdTemperature: false }],
  EVERY_KIND,
  [ELECTROLYSE, ASK, { ...ELECTROLYSE, id: 'electrolyse-2', current_mA: -40 }, COOL, FINISH],
];

const LETS_GO: PausePolicy = {
  current: { down_s: 4, up_s: 30 },
  temperature: 'release',
  flow: 'stop',
  purgeStopAfter_s: 40,
};
const POLICIES: readonly PausePolicy[] = [
  KEEP_ALL,
  LETS_GO,
  { ...LETS_GO, current: { down_s: 0, up_s: null }, purgeStopAfter_s: null },
];

type Move =
  | { readonly kind: 'say'; readonly event: ProcedureEvent }
  | { readonly kind: 'see'; readonly observation: Partial<Observation>; readonly dt_s: number };

const say = (event: ProcedureEvent): fc.Arbitrary<Move> => fc.constant({ kind: 'say', event });
const value = (...values: readonly number[]): fc.Arbitrary<number | null> => fc.constantFrom(...values, null, NaN);

/** Right ones mostly. */
const answers = (prompt: string): fc.Arbitrary<Move> =>
  fc
    .constantFrom('12 %', '12 %', '12')
    .map((text) => ({ kind: 'say', event: { kind: 'answer', prompt, text, actor: 'operator' } }));

/** Mostly a plant in good order, so that runs come far; now and then one that is not. */
const see: fc.Arbitrary<Move> = fc.record({
  kind: fc.constant('see' as const),
  dt_s: fc.constantFrom(0, 0.05, 4, 40),
  observation: fc.oneof(
    { weight: 5, arbitrary: fc.constant({ temperature_C: 0, temperature_setpoint_C: 0 }) },
    {
      weight: 1,
      arbitrary: fc.record({
        temperature_C: value(0, 5),
        temperature_setpoint_C: value(0, 3),
        sweep_mL_min: value(0, 100),
        flow_mL_min: value(0, 25),
      }),
    },
  ),
});

const moves = fc.array(
  fc.oneof(
    { weight: 40, arbitrary: see },
    { weight: 5, arbitrary: say(START) },
    { weight: 5, arbitrary: say(ARMED) },
    { weight: 10, arbitrary: say(OFF_MEASURED) },
    { weight: 5, arbitrary: say(answerTo('prompt')) },
    { weight: 3, arbitrary: say(answerTo('finish-hand-over')) },
    { weight: 3, arbitrary: say(answerTo('prompt-2')) },
    { weight: 8, arbitrary: fc.constantFrom('s-1', 's-2', 's-3', 'sample').chain((id) => answers(id)) },
    { weight: 3, arbitrary: say(HOLD) },
    { weight: 5, arbitrary: say(UNHOLD) },
    { weight: 1, arbitrary: say(FINISH_NOW) },
    { weight: 1, arbitrary: say(STOP) },
    { weight: 1, arbitrary: say(ABORT) },
    { weight: 1, arbitrary: say(ARM_FAILED) },
    { weight: 1, arbitrary: say(OFF_UNCONFIRMED) },
    { weight: 2, arbitrary: say(CLEAR) },
    { weight: 2, arbitrary: say(RESET) },
  ),
  { minLength: 30, maxLength: 150, size: 'max' },
);

/** A run with the little of the plant that the machine sees of it: the set point follows the demand, and charge adds up. */
class Bench extends Rehearsal {
  private charge_C = 0;
  private setpoint_mA = 0;

  make(move: Move): void {
    if (move.kind === 'say') {
      this.hear(move.event);
      return;
    }
    this.charge_C += (this.setpoint_mA / 1000) * move.dt_s;
    this.tick({ ...move.observation, setpoint_mA: this.setpoint_mA, charge_C: this.charge_C }, move.dt_s);
    this.setpoint_mA = this.state.demand.current_mA;
  }
}

interface Seen {
  readonly plan: Plan;
  readonly before: ProcedureState;
  readonly after: ProcedureState;
  readonly heard: ProcedureEvent['kind'];
  readonly asked: readonly string[];
}
/** A law is made anew for every run, as some remember what happened before. */
type Law = () => (seen: Seen) => void;

const heardIn = (move: Move): ProcedureEvent['kind'] => (move.kind === 'see' ? 'tick' : move.event.kind);
const flows = (state: ProcedureState): boolean => state.demand.current_mA !== 0;
const ENDED: ReadonlySet<RunState> = new Set([...FINAL_STATES, 'aborting']);

const LAWS: Readonly<Record<string, Law>> = {
  'current is demanded only while executing or going on': () => (s) => {
    if (flows(s.after)) expect(['execute', 'unholding']).toContain(s.after.run);
  },
  'only a step’s progress and a person who resumes a hold lead to current': () => (s) => {
    if (!flows(s.after) || flows(s.before)) return;
    expect(['tick', 'unhold']).toContain(s.heard);
    if (s.heard === 'tick') expect(['execute', 'unholding']).toContain(s.before.run);
    else expect(s.before.run).toBe('held');
  },
  'nothing that a hold let go is still missing when current is demanded': () => (s) => {
    if (!flows(s.after)) return;
    const { demand, stepDemand, pause } = s.after;
    expect(pause.owed).toHaveLength(0);
    expect(demand.sweepShut).toBe(false);
    expect(demand.flow_mL_min).toBe(stepDemand.flow_mL_min);
    expect(demand.temperature_C).toBe(stepDemand.temperature_C);
  },
  'what a hold let go comes back in the run, and the nitrogen is shut only while held': () => (s) => {
    if (s.after.demand.sweepShut) expect(s.after.run).toBe('held');
    if (s.after.run !== 'execute') return;
    expect(s.after.pause.owed).toHaveLength(0);
    expect(s.after.demand).toBe(s.after.stepDemand);
  },
  'Peltier and pump are let go by a measured off and nothing else': () => (s) => {
    const gone = (state: ProcedureState): boolean =>
      state.demand.temperature_C !== state.stepDemand.temperature_C ||
      state.demand.flow_mL_min !== state.stepDemand.flow_mL_min;
    if (gone(s.before) || !gone(s.after) || FINAL_STATES.has(s.after.run)) return;
    expect(s.heard).toBe('off-measured');
    expect(s.after.run).toBe('held');
  },
  'no current is demanded while an off is not yet measured': () => (s) => {
    if (s.after.offPending) expect(s.after.demand.current_mA).toBe(0);
  },
  'after an abort nothing demands current until a reset': () => {
    let aborted = false;
    return (s) => {
      aborted = (aborted && s.after.run !== 'idle') || s.after.run === 'aborting' || s.after.run === 'aborted';
      if (aborted) expect(s.after.demand.current_mA).toBe(0);
      if (aborted) expect(['aborting', 'aborted', 'stopped']).toContain(s.after.run);
    };
  },
  'every way out of a current goes through an off, or still ramps towards it': () => {
    let owed = false;
    return (s) => {
      if (flows(s.before) && !flows(s.after)) owed = true;
      if (s.asked.includes('off') || s.heard === 'off-unconfirmed') owed = false;
      if (owed) expect(['holding', 'stopping']).toContain(s.after.run);
    };
  },
  'held and stopped are reached only by a measured off that was asked for': () => (s) => {
    if (s.after.run === s.before.run || (s.after.run !== 'held' && s.after.run !== 'stopped')) return;
    if (s.before.run === 'aborted') return expect(s.heard).toBe('clear');
    expect(s.heard).toBe('off-measured');
    expect(s.before.offPending).toBe(true);
  },
  'a final state disarms on entry, and drives nothing': () => (s) => {
    if (!FINAL_STATES.has(s.after.run)) return;
    expect(s.after.demand.current_mA).toBe(0);
    if (!FINAL_STATES.has(s.before.run)) expect(s.asked).toContain('disarm');
  },
  'a run that goes on is where it was: same step, same demand': () => (s) => {
    if (s.heard !== 'unhold' || s.before.run !== 'held') return;
    if (s.before.heldFor?.answeredBy === null) return; // refused: its sample is not answered
    expect(s.after).toMatchObject({ run: 'unholding', step: s.before.step, stepDemand: s.before.stepDemand });
    if (s.after.pause.owed.length > 0) return;
    const { currentRamp_mA_s: _, ...demand } = s.before.stepDemand;
    expect(s.after.demand).toMatchObject(demand);
  },
  'the charge at the start of a step stays through holds': () => (s) => {
    if (s.before.run === 'starting' || s.after.run === 'idle' || s.after.step !== s.before.step) return;
    expect(s.after.progress.chargeAtStart_C).toBe(s.before.progress.chargeAtStart_C);
  },
  'steps go forward one by one': () => (s) => {
    if (s.after.run === 'idle') return;
    const finishes = s.before.finished === null && s.after.finished !== null;
    const right = finishes ? [closingStep(s.plan)] : [s.before.step, s.before.step + 1];
    expect(right).toContain(s.after.step);
  },
  'a finish is made by a tick, at a person’s word, after the first current and before the last has ended':
    () => (s) => {
      if (s.before.finished !== null || s.after.finished === null) return;
      expect(s.heard).toBe('tick');
      expect(s.before.finishBy).toBe('operator');
      expect(s.asked).toContain('off');
      expect(s.before.step).toBeLessThan(closingStep(s.plan));
      expect(s.before.step).toBeGreaterThanOrEqual(s.plan.steps.findIndex(({ kind }) => kind === 'electrolyse'));
    },
  'after a finish nothing demands current, and a run that comes to its end is complete with the reason': () => (s) => {
    if (s.after.finished === null) return;
    expect(s.after.demand.current_mA).toBe(0);
    expect(s.after.stepDemand.current_mA).toBe(0);
    if (s.after.run === 'complete') expect(s.after.reason).toBe(s.after.finished);
  },
  'no question outlives its run': () => (s) => {
    if (!ENDED.has(s.after.run)) return;
    const { prompt, unanswered, heldFor } = s.after;
    if (prompt !== null || unanswered.length > 0 || heldFor !== null) expect.fail('something is still asked');
  },
  'a question is shown as long as one is open, and none twice': () => (s) => {
    const { prompt, unanswered } = s.after;
    if (prompt === null && unanswered.length > 0) expect.fail('a question is open and not shown');
    if (prompt === null || unanswered.length === 0) return;
    const ids = [prompt, ...unanswered].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  },
  'a run asks to be resumed only when it is held, and only after an answer': () => {
    let answered = false;
    return (s) => {
      answered ||= s.heard === 'answer';
      if (!s.asked.includes('resume')) return;
      expect(s.after.run).toBe('held');
      expect(answered).toBe(true);
    };
  },
  'a run that is held for a sample is not resumed before its answer': () => (s) => {
    if (s.before.run !== 'held' || s.before.heldFor === null || s.before.heldFor.answeredBy !== null) return;
    expect(s.after.run).not.toBe('unholding');
  },
  'an answer takes one question away, or nothing': () => (s) => {
    if (s.heard !== 'answer') return;
    const open = ({ prompt, unanswered }: ProcedureState): number => (prompt === null ? 0 : 1) + unanswered.length;
    expect([0, 1]).toContain(open(s.before) - open(s.after));
    expect(s.after.demand).toBe(s.before.demand);
  },
  'tracks pass no current': () => (s) => {
    if (s.after.progress.tracks.length > 0 && flows(s.after)) expect.fail('a current flows');
  },
  'an abort is heard in every state but those that have ended': () => (s) => {
    if (s.heard !== 'abort' || ENDED.has(s.before.run)) return;
    expect(s.after.run).toBe('aborting');
    expect(s.asked).toContain('off');
  },
  'a reset gives a run that is as new': () => (s) => {
    if (s.heard === 'reset' && s.after.run === 'idle') expect(s.after).toEqual({ ...idle(), now_s: s.after.now_s });
  },
};

type Told = readonly [steps: readonly PlanStep[], pause: PausePolicy, program: readonly Move[]];

function follow([steps, pause, program]: Told, look: (seen: Seen) => void): void {
  const run = new Bench({ ...planOf(steps), pause });
  for (const move of program) {
    const before = run.state;
    run.make(move);
    look({ plan: run.plan, before, after: run.state, heard: heardIn(move), asked: run.asked });
  }
}

describe('at every event of every run', () => {
  it('all laws hold', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLANS), fc.constantFrom(...POLICIES), moves, (...told) => {
        const laws = Object.entries(LAWS).map(([name, law]) => ({ name, check: law() }));
        follow(told, (seen) => {
          for (const { name, check } of laws) withName(name, () => check(seen));
        });
      }),
      { numRuns: 400 },
    );
  });

  it('runs come far enough for the laws to mean something', () => {
    const reached = new Set<string>();
    const told = fc.tuple(fc.constantFrom(...PLANS), fc.constantFrom(...POLICIES), moves);
    for (const one of fc.sample(told, { numRuns: 3000, seed: 5 })) {
      const [steps] = one;
      follow(one, ({ after }) => {
        reached.add(`${after.run}${flows(after) ? ' with current' : ''}`);
        for (const condition of after.pause.owed) reached.add(`${after.run} owes ${condition}`);
        if (steps === EVERY_KIND) reached.add(`every kind: step ${after.step}`);
        if (after.finished !== null) reached.add(`${after.run} after a finish`);
        if (after.heldFor !== null) reached.add(`${after.run} for a sample`);
      });
    }
    for (const run of ['held for a sample', 'every kind: step 1', 'every kind: step 2']) expect(reached).toContain(run);
    for (const run of ['execute with current', 'held', 'unholding with current', 'complete', 'stopped', 'aborted'])
      expect(reached).toContain(run);
    for (const run of ['execute', 'holding', 'held', 'complete', 'stopped'])
      expect(reached).toContain(`${run} after a finish`);
    for (const run of ['unholding owes purge', 'unholding owes flow', 'unholding owes cool'])
      expect(reached).toContain(run);
  });
});

function withName(law: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(`broken: ${law}`, { cause: error });
  }
}
