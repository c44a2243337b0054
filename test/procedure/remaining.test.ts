import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan, PlanStep } from '../../src/model/plan.js';
import { chargeLeft_C, type Interruption, remaining, RESUME_PROMPT } from '../../src/procedure/remaining.js';
import { ALL_STEPS, ASK, COOL, ELECTROLYSE, FINISH, FLOW, planOf, PURGE } from '../support/plan.js';

const ids = (plan: Plan): string[] => plan.steps.map(({ id }) => id);
const place = (plan: Plan, id: string): number => plan.steps.findIndex((step) => step.id === id);

/** Plans as the checker makes them: anything in any order, one finish at the end, each id once. */
const middle: fc.Arbitrary<PlanStep> = fc.oneof(
  fc.constantFrom<PlanStep>(ASK, PURGE, COOL, FLOW),
  fc.record({ charge_C: fc.double({ min: 0.01, max: 2000, noNaN: true }), sign: fc.constantFrom(1, -1) }).map(
    ({ charge_C, sign }): PlanStep => ({
      ...ELECTROLYSE,
      charge_C,
      current_mA: sign * ELECTROLYSE.current_mA,
      timeMax_s: ELECTROLYSE.ramp_s + charge_C / 0.08,
    }),
  ),
);
const plans = fc
  .array(middle, { minLength: 1, maxLength: 8 })
  .map((steps) => planOf([...steps, FINISH].map((step, i) => ({ ...step, id: `${step.kind}-${i}` }))));

/** Any step, and any share of its charge. */
const moments = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});
type Moment = { readonly at: number; readonly share: number };

function interrupted(plan: Plan, { at, share }: Moment): Interruption & { readonly before_C: number } {
  const step = Math.floor(at * plan.steps.length);
  const present = plan.steps[step];
  const passed_C = present?.kind === 'electrolyse' ? share * present.charge_C : 0;
  return { step, passed_C, before_C: chargeLeft_C({ steps: plan.steps.slice(0, step) }) };
}

describe('what remains of an interrupted plan', () => {
  it('and what had passed are what was planned, also when it is interrupted again and again', () => {
    fc.assert(
      fc.property(plans, fc.array(moments, { minLength: 1, maxLength: 4 }), (planned, times) => {
        let plan = planned;
        let passed_C = 0;
        for (const moment of times) {
          const { before_C, ...at } = interrupted(plan, moment);
          passed_C += before_C + at.passed_C;
          plan = remaining(plan, at);
          expect(passed_C + chargeLeft_C(plan)).toBeCloseTo(chargeLeft_C(planned), 8);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('asks a person first, once, whenever current is to flow', () => {
    fc.assert(
      fc.property(plans, fc.array(moments, { minLength: 1, maxLength: 3 }), (planned, times) => {
        const plan = times.reduce((before, moment) => remaining(before, interrupted(before, moment)), planned);
        const asked = ids(plan).filter((id) => id === RESUME_PROMPT).length;
        expect(asked).toBe(chargeLeft_C(plan) > 0 ? 1 : 0);
        if (asked === 1) expect(ids(plan)[0]).toBe(RESUME_PROMPT);
      }),
    );
  });

  it('has each condition that held at the interruption before the current, and none twice', () => {
    fc.assert(
      fc.property(plans, moments, (planned, moment) => {
        const at = interrupted(planned, moment);
        const plan = remaining(planned, at);
        const current = plan.steps.findIndex(({ kind }) => kind === 'electrolyse');
        if (current < 0) return;
        const before = plan.steps.slice(0, current).map(({ kind }) => kind);
        const electrolysis = planned.steps.findIndex(
          ({ kind, id }) => kind === 'electrolyse' && id === plan.steps[current]?.id,
        );
        for (const kind of ['purge', 'cool', 'flow'] as const) {
          const last = planned.steps.slice(0, electrolysis).findLast((step) => step.kind === kind);
          expect(plan.steps.slice(0, current).findLast((step) => step.kind === kind)).toEqual(last);
          expect(before.filter((one) => one === kind).length).toBeLessThanOrEqual(
            1 + planned.steps.slice(at.step + 1, electrolysis).filter((step) => step.kind === kind).length,
          );
        }
      }),
    );
  });

  it('never gives a step more time or charge than it had, nor the board', () => {
    fc.assert(
      fc.property(plans, moments, (planned, moment) => {
        const plan = remaining(planned, interrupted(planned, moment));
        for (const step of plan.steps) {
          const was = planned.steps.find(({ id }) => id === step.id);
          if (step.kind !== 'electrolyse' || was?.kind !== 'electrolyse') continue;
          expect(step.charge_C).toBeLessThanOrEqual(was.charge_C);
          expect(step.timeMax_s).toBeLessThanOrEqual(was.timeMax_s + 1e-9);
          expect(step.timeMax_s).toBeGreaterThan(0);
        }
        expect(plan.envelope.duration_s).toBeLessThanOrEqual(planned.envelope.duration_s * (1 + 1e-12));
        expect({ ...plan.envelope, duration_s: 0 }).toEqual({ ...planned.envelope, duration_s: 0 });
        expect(plan.numbers).toEqual(planned.numbers);
      }),
    );
  });
});

describe('an interruption', () => {
  const plan = planOf(ALL_STEPS);

  it('of the electrolysis: conditions anew, no old question, the rest of the charge with its time, then the end', () => {
    const rest = remaining(plan, { step: place(plan, 'electrolyse'), passed_C: 6 });
    expect(ids(rest)).toEqual([RESUME_PROMPT, 'purge', 'cool', 'flow', 'electrolyse', 'finish']);
    expect(rest.steps.find(({ id }) => id === 'electrolyse')).toMatchObject({ charge_C: 2, timeMax_s: 120 - 75 });
    expect(rest.envelope.duration_s).toBeCloseTo((200 * 45) / 120, 10);
  });

  it('before it: the step from its beginning, and its question if it was one', () => {
    expect(ids(remaining(plan, { step: 0, passed_C: 0 }))).toEqual([RESUME_PROMPT, ...ids(plan)]);
    expect(ids(remaining(plan, { step: place(plan, 'cool'), passed_C: 0 }))).toEqual([
      RESUME_PROMPT,
      'purge',
      'cool',
      'flow',
      'electrolyse',
      'finish',
    ]);
  });

  it('after it, or with no charge left: only the finish, which holds no temperature', () => {
    const finish = { ...FINISH, title: 'Current off and sweep', holdTemperature: false };
    expect(remaining(plan, { step: place(plan, 'finish'), passed_C: 0 }).steps).toEqual([finish]);
    expect(remaining(plan, { step: place(plan, 'electrolyse'), passed_C: 8 }).steps).toEqual([finish]);
    expect(remaining(plan, { step: place(plan, 'electrolyse'), passed_C: 9 }).steps).toEqual([finish]);
    expect(remaining(plan, { step: plan.steps.length, passed_C: 0 }).steps).toEqual([]);
  });

  it('between two electrolyses: the first is done, and the temperature is that of the second', () => {
    const second = { ...COOL, id: 'cool-2', target_C: -5 };
    const two = planOf([PURGE, COOL, ELECTROLYSE, second, { ...ELECTROLYSE, id: 'electrolyse-2' }, FINISH]);
    expect(ids(remaining(two, { step: 4, passed_C: 1 }))).toEqual([
      RESUME_PROMPT,
      'purge',
      'cool-2',
      'electrolyse-2',
      'finish',
    ]);
    expect(ids(remaining(two, { step: 3, passed_C: 0 }))).toEqual([
      RESUME_PROMPT,
      'purge',
      'cool-2',
      'electrolyse-2',
      'finish',
    ]);
  });

  it('with a charge of no sense leaves nothing to electrolyse', () => {
    expect(chargeLeft_C(remaining(plan, { step: place(plan, 'electrolyse'), passed_C: NaN }))).toBe(0);
  });
});
