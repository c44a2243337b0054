/** Courses of a current over the machine, without a plant: what is asked for, when, and what ends it. */
import { describe, expect, it } from 'vitest';
import type { ElectrolysisCourse, EndCondition } from '../../src/model/plan-electrolysis.js';
import type { Observation } from '../../src/model/observation.js';
import type { Plan, PlanStep } from '../../src/model/plan.js';
import { courseLeft, courseTime_s, stageAt } from '../../src/procedure/course.js';
import { remaining } from '../../src/procedure/remaining.js';
import { slope_per_min, emptyWindow, withValue, type TrendWindow } from '../../src/procedure/trend.js';
import { ELECTROLYSE, FINISH, FLOW, planOf, PURGE } from '../support/plan.js';
import { HOLD, OFF_MEASURED, Rehearsal, UNHOLD } from '../support/procedure.js';

const TICK_S = 0.05;

function planWith(course: ElectrolysisCourse, charge_C = 100): Plan {
  const step: PlanStep = { ...ELECTROLYSE, ...course, charge_C, ramp_s: 0, timeMax_s: 1e5 };
  return planOf([step, FINISH]);
}

/** A run whose current follows its demand at once, and whose ledger counts it. */
class Course extends Rehearsal {
  charge_C = 0;
  absolute_C = 0;
  readonly asked_mA: number[] = [];

  constructor(plan: Plan) {
    super(plan);
    this.begin().tick({ charge_C: 0, absolute_charge_C: 0, flow_mL_min: 1 }, TICK_S);
  }

  get current_mA(): number {
    return this.state.demand.current_mA;
  }

  run(seconds: number, more: Partial<Observation> | ((t_s: number) => Partial<Observation>) = {}): this {
    const from_s = this.now_s;
    for (let k = 0; k < Math.round(seconds / TICK_S) && this.state.step === 0; k++) {
      const { current_mA } = this;
      this.charge_C += (current_mA / 1000) * TICK_S;
      this.absolute_C += (Math.abs(current_mA) / 1000) * TICK_S;
      this.asked_mA.push(current_mA);
      const changes = typeof more === 'function' ? more(this.now_s - from_s) : more;
      const counted = { charge_C: this.charge_C, absolute_charge_C: this.absolute_C };
      this.tick({ current_mA, setpoint_mA: current_mA, voltage_V: 3, ...counted, ...changes }, TICK_S);
    }
    return this;
  }

  get note(): string {
    return this.intents.map((intent) => (intent.kind === 'journal' ? intent.text : '')).join(' | ');
  }
}

const STAGES = [
  { current_mA: 80, ramp_s: 0, charge_C: 1.6 },
  { current_mA: 20, ramp_s: 4, charge_C: 0.4 },
];

describe('stages', () => {
  it('follow the charge that has passed', () => {
    expect([0, 1.59, 1.6, 1.99, 2, 9].map((passed_C) => stageAt(STAGES, passed_C))).toEqual([0, 0, 1, 1, 1, 1]);
  });

  it('ask for the next current with its own ramp, and say so', () => {
    const run = new Course(planWith({ stages: STAGES }, 2)).run(19);
    expect(run.state.demand).toMatchObject({ current_mA: 80 });
    const notes: string[] = [];
    for (let k = 0; k < 40; k++) notes.push(run.run(TICK_S).note);
    expect(run.state.demand).toMatchObject({ current_mA: 20, currentRamp_mA_s: 15 });
    expect(notes.filter((note) => /stage 2 of 2: 20 mA after 1\.6\d C/.test(note))).toHaveLength(1);
  });

  it('take their times one after the other', () => {
    const step = { ...ELECTROLYSE, stages: STAGES, charge_C: 2 };
    expect(courseTime_s(step, 0)).toBeCloseTo(40, 9);
    expect(courseTime_s(step, 0.8)).toBeCloseTo(30, 9);
    expect(courseTime_s(step, 1.8)).toBeCloseTo(10, 9);
  });

  it('leave after an interruption the rest of the present one and those after it', () => {
    const until: EndCondition[] = [
      { kind: 'time', time_s: 35 },
      { kind: 'charge', charge_C: 1.9 },
    ];
    const step = { ...ELECTROLYSE, stages: STAGES, charge_C: 2, timeMax_s: 60, until };
    const left = courseLeft(step, 1.7);
    expect(left.stages?.map(({ charge_C }) => charge_C)).toEqual([expect.closeTo(0.3, 9)]);
    expect(left.until).toMatchObject([{ time_s: expect.closeTo(10, 9) }, { charge_C: expect.closeTo(0.2, 9) }]);
    const plan = remaining(planOf([PURGE, FLOW, step, FINISH]), { step: 2, passed_C: 1.7 });
    const rest = plan.steps.find(({ kind }) => kind === 'electrolyse');
    expect(rest).toMatchObject({ charge_C: expect.closeTo(0.3, 9), timeMax_s: expect.closeTo(35, 9), ...left });
  });
});

describe('alternating directions', () => {
  const polarity = { halfPeriod_s: 5, deadTime_s: 1, ramp_mA_s: 50, reversal_C: 0.05 };

  it('ask for one, then nothing, then the other, to the tick', () => {
    const run = new Course(planWith({ polarity })).run(10.5);
    const changes = run.asked_mA.flatMap((now, i) => (i > 0 && now !== run.asked_mA[i - 1] ? [[i, now]] : []));
    // The ramp down of 80 mA at 50 mA/s takes 1.6 s; it ends a second before the next direction.
    expect(changes).toEqual([
      [48, 0],
      [100, -80],
      [148, 0],
      [200, 80],
    ]);
  });

  it('keep the next direction for a resume from a dead time, and take no time from it', () => {
    const run = new Course(planWith({ polarity })).run(3);
    expect(run.state).toMatchObject({ demand: { current_mA: 0 }, stepDemand: { current_mA: -80 } });
    run.hear(HOLD).tick({ setpoint_mA: 0 }, TICK_S).hear(OFF_MEASURED).hear(UNHOLD);
    expect(run.state).toMatchObject({ run: 'unholding', demand: { current_mA: -80 } });
    run.tick({ setpoint_mA: -80 }, TICK_S).tick({ setpoint_mA: -80 }, TICK_S);
    expect(run.state).toMatchObject({ run: 'execute', demand: { current_mA: -80 } });
    run.asked_mA.length = 0;
    run.run(3);
    expect(run.asked_mA.filter((asked) => asked === -80).length * TICK_S).toBeCloseTo(2.4, 1);
  });

  it('end at the charge of both, with nothing left of it in the net', () => {
    const run = new Course(planWith({ polarity }, 1)).run(60);
    expect(run.state.step).toBe(1);
    expect(run.absolute_C).toBeCloseTo(1, 2);
    expect(Math.abs(run.charge_C)).toBeLessThan(0.2);
  });
});

describe('end conditions', () => {
  const above = (limit: number, for_s: number, of: 'voltage' | 'temperature' = 'voltage'): EndCondition => ({
    kind: 'threshold',
    of,
    above: limit,
    below: null,
    for_s,
    action: 'done',
  });
  const ends = (until: EndCondition[], seen: (t_s: number) => Partial<Observation>, longest_s = 100): number => {
    const run = new Course(planWith({ until })).run(longest_s, seen);
    return run.state.step === 0 ? Infinity : run.now_s;
  };

  it('must hold without a break', () => {
    const always = ends([above(3.5, 10)], () => ({ voltage_V: 3.6 }));
    expect(always).toBeGreaterThan(10);
    expect(always).toBeLessThan(14);
    const broken = ends([above(3.5, 10)], (t_s) => ({ voltage_V: t_s > 9 && t_s < 9.1 ? 3.4 : 3.6 }));
    expect(broken - always).toBeGreaterThan(6);
    expect(ends([above(3.5, 10)], (t_s) => ({ voltage_V: t_s % 9 < 8 ? 3.6 : 3.4 }))).toBe(Infinity);
  });

  it('are not met by a value that is not there, nor exactly at the limit', () => {
    expect(ends([above(3.5, 0)], () => ({ voltage_V: null }))).toBe(Infinity);
    expect(ends([above(3.5, 0)], () => ({ voltage_V: 3.5 }))).toBe(Infinity);
    expect(ends([above(1, 0, 'temperature')], () => ({ temperature_C: 1.1 }))).toBeLessThan(1.5);
  });

  it('do not take the voltage of a ramp for one', () => {
    const ramping = (t_s: number): Partial<Observation> => ({ setpoint_mA: t_s < 30 ? 40 : 80, voltage_V: 3.6 });
    expect(ends([above(3.5, 0)], ramping)).toBeGreaterThan(30);
  });

  it('wait for hydrogen before they ask that it be gone', () => {
    const gone: EndCondition = { kind: 'threshold', of: 'hydrogen', above: null, below: 0.3, for_s: 1, action: 'done' };
    expect(ends([gone], () => ({ vent_hydrogen_vol_percent: 0 }))).toBe(Infinity);
    const comes = (t_s: number): Partial<Observation> => ({
      vent_hydrogen_vol_percent: t_s > 20 && t_s < 50 ? 0.5 : 0.1,
    });
    expect(ends([gone], comes)).toBeGreaterThan(50);
    expect(ends([gone], comes)).toBeLessThan(53);
  });

  it('end at the first of several, in charge or in time', () => {
    const until: EndCondition[] = [
      { kind: 'charge', charge_C: 4 },
      { kind: 'time', time_s: 20 },
    ];
    expect(ends(until, () => ({}))).toBeCloseTo(20, 0);
    expect(ends([{ kind: 'charge', charge_C: 0.8 }, ...until], () => ({}))).toBeCloseTo(10, 0);
  });

  it('see a trend when its window is full, and none in noise', () => {
    const rises: EndCondition = {
      kind: 'trend',
      of: 'voltage',
      slope_per_min: 0.05,
      over_s: 60,
      for_s: 0,
      action: 'done',
    };
    const line = (V_min: number) => (t_s: number) => ({
      voltage_V: 3 + (V_min / 60) * t_s + 0.005 * (Math.round(t_s / TICK_S) % 2),
    });
    const seen_s = ends([rises], line(0.06), 200);
    expect(seen_s).toBeGreaterThan(60);
    expect(seen_s).toBeLessThan(68);
    expect(ends([rises], line(0.045), 200)).toBe(Infinity);
    expect(ends([rises], line(-0.06), 200)).toBe(Infinity);
    expect(ends([{ ...rises, slope_per_min: -0.05 }], line(-0.06), 200)).toBeLessThan(68);
  });

  it('that held the run wait anew when it is resumed', () => {
    const held: EndCondition = {
      kind: 'threshold',
      of: 'voltage',
      above: 3.5,
      below: null,
      for_s: 10,
      action: 'hold',
    };
    const run = new Course(planWith({ until: [held] }));
    const high = { voltage_V: 3.6 };
    const untilHeld = (): void => {
      for (let k = 0; k < 1000 && run.state.run === 'execute'; k++) run.run(TICK_S, high);
    };
    untilHeld();
    expect(run.state.reason).toMatch(/above 3\.5 V for 10 s/);
    run.tick({ setpoint_mA: 0 }, TICK_S).hear(OFF_MEASURED).hear(UNHOLD).tick({ setpoint_mA: 80 }, TICK_S);
    const from_s = run.now_s;
    untilHeld();
    expect(run.state.run).toBe('holding');
    expect(run.now_s - from_s).toBeGreaterThan(10);
  });
});

describe('a slope', () => {
  it('is that of the line, whatever its offset', () => {
    let window: TrendWindow = emptyWindow(100);
    for (let k = 1; k <= 2000; k++) window = withValue(window, 100 + 0.05 * k, 7 - 0.02 * 0.05 * k, 60);
    expect(slope_per_min(window)).toBeCloseTo(-1.2, 6);
    expect(slope_per_min(withValue(emptyWindow(0), 1, 5, 60))).toBeNull();
  });
});

describe('a current that follows the flow', () => {
  const followFlow = {
    charge_F_mol: 4.03,
    concentration_mmol_L: 5,
    perFlow_mA: (4.03 * 96485.33 * 5e-3) / 60,
    filter_s: 5,
    currentMax_mA: 50,
    rate_mA_s: 50,
    flowMin_mL_min: 0.5,
  };

  it('passes the same charge for each mole within 1 %, whatever steps the flow makes', () => {
    for (const share of [0.8, 1.2]) {
      const run = new Course(planWith({ followFlow }, 20));
      let passed_mL = 0;
      run.run(1e4, (t_s) => {
        const flow_mL_min = t_s < 300 ? 1 : share;
        passed_mL += (flow_mL_min / 60) * TICK_S;
        return { flow_mL_min };
      });
      expect(run.state.step).toBe(1);
      const passed_mol = 5e-6 * passed_mL;
      expect(run.charge_C / 96485.33 / passed_mol / 4.03).toBeGreaterThan(0.99);
      expect(run.charge_C / 96485.33 / passed_mol / 4.03).toBeLessThan(1.01);
      expect(Math.max(...run.asked_mA) / 32.4).toBeCloseTo(Math.max(1, share), 1);
      expect(run.note).toMatch(/4\.0\d\d F\/mol on 0\.0\d+ mmol that flowed through/);
    }
  });

  it('does not chase the noise of the meter', () => {
    const run = new Course(planWith({ followFlow })).run(60, (t_s) => ({
      flow_mL_min: 1 + 0.003 * Math.sin(40 * t_s),
    }));
    expect(new Set(run.asked_mA.slice(20)).size).toBeLessThan(5);
  });

  it('never goes beyond its limit', () => {
    const run = new Course(planWith({ followFlow })).run(60, { flow_mL_min: 3 });
    expect(Math.max(...run.asked_mA)).toBe(50);
  });

  it.each([null, 0, 0.2])(
    'without a flow (%s) there is no current, at once, and it comes back with the flow',
    (lost) => {
      const run = new Course(planWith({ followFlow })).run(30, { flow_mL_min: 1 });
      run.run(TICK_S, { flow_mL_min: lost });
      expect(run.state).toMatchObject({ run: 'execute', demand: { current_mA: 0, currentRamp_mA_s: Infinity } });
      expect(run.note).toMatch(/no flow to follow: no current/);
      // The guard goes on to look at the flow: a step that wants no current would not be looked at.
      expect(run.state.stepDemand.current_mA).toBeGreaterThan(0);
      run.run(30, { flow_mL_min: 1 });
      expect(run.current_mA).toBeGreaterThan(32);
    },
  );
});
