/**
 * Courses of a current on the simulated bench, judged by the plant's truth: stages, reversals, end conditions and a current
 * that follows the flow. What the ledger says, what truly passed, and that no interlock takes a healthy course for a fault.
 */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import type { ElectrolysisCourse } from '../../src/model/plan-electrolysis.js';
import { charge_F_mol, currentForFlow_mA } from '../../src/physics/charge.js';
import { rehearse, type Played, type Scenario, type Stage } from '../support/scenario.js';
import { CURRENT_MA, SHORT } from './plans.js';

const CYCLE_S = 0.05;
const CYCLE_C = (CURRENT_MA / 1000) * CYCLE_S;
/** Board and plant differ by the calibration of the board, 220 ppm, and a current that falls at once falls within a cycle. */
const ledger_C = (charge_C: number): number => 0.001 * charge_C + CYCLE_C;

function planWith(course: ElectrolysisCourse, charge_C: number, own: { readonly ramp_s?: number } = {}): Plan {
  return {
    ...SHORT,
    numbers: { ...SHORT.numbers, charge_C },
    steps: SHORT.steps.map((step) =>
      step.kind === 'electrolyse' ? { ...step, ...own, ...course, charge_C, timeMax_s: 900 } : step,
    ),
    envelope: { ...SHORT.envelope, charge_C: 1.01 * charge_C, duration_s: 1000 },
  };
}

/** The true current of the cell while the electrolysis runs, and what the host thought of it. */
interface Trace {
  readonly t_s: number;
  readonly true_mA: number;
  readonly asked_mA: number;
  readonly charge_C: number;
  readonly absolute_C: number;
  readonly flow_mL_min: number;
}

async function traced(plan: Plan, more: Partial<Scenario> = {}): Promise<{ played: Played; trace: Trace[] }> {
  const trace: Trace[] = [];
  const attend = (stage: Stage): void => {
    stage.run.samples$.subscribe((sample) => {
      if (plan.steps[sample.step]?.kind !== 'electrolyse') return;
      trace.push({
        t_s: sample.elapsed_s,
        true_mA: stage.world.plant.current_A * 1000,
        asked_mA: sample.setpoint_mA,
        charge_C: sample.charge_C,
        absolute_C: sample.absolute_charge_C,
        flow_mL_min: sample.flow_mL_min ?? NaN,
      });
    });
    more.attend?.(stage);
  };
  const played = await rehearse({ plan, limit_s: 1500, ...more, attend });
  return { played, trace };
}

const alarmsOf = ({ alarms }: Played): string[] =>
  [...alarms.values()].filter(({ severity }) => severity === 'alarm').map(({ id }) => id);
const ending = ({ events }: Played): string =>
  events.find(({ kind, data }) => kind === 'step' && data['step'] === 'electrolyse' && data['ended'] === true)?.text ??
  '';

describe('stages', () => {
  const stages = [
    { current_mA: 80, ramp_s: 1, charge_C: 1.6 },
    { current_mA: 20, ramp_s: 2, charge_C: 0.4 },
    { current_mA: 50, ramp_s: 0, charge_C: 1 },
  ];

  it('pass each its charge at its current, and the sum in truth', async () => {
    const { played, trace } = await traced(planWith({ stages }, 3));
    expect(played.report.result).toMatchObject({ outcome: 'complete' });
    expect(alarmsOf(played)).toEqual([]);
    expect(played.truth.charge_C).toBeGreaterThan(3 - ledger_C(3));
    expect(played.truth.charge_C).toBeLessThan(3 + ledger_C(3));
    expect(Math.abs(played.truth.charge_C - played.report.result.charge_C)).toBeLessThan(ledger_C(3));
    const at = (charge_C: number): number => trace.find((point) => point.charge_C >= charge_C)?.true_mA ?? NaN;
    expect(at(1.5)).toBeCloseTo(80, 0);
    expect(at(1.9)).toBeCloseTo(20, 0);
    expect(at(2.8)).toBeCloseTo(50, 0);
  });
});

describe('alternating polarity', () => {
  const polarity = { halfPeriod_s: 30, deadTime_s: 1, ramp_mA_s: 50, reversal_C: 0.0841 };

  it('reverses every 30 s, rests for the dead time, and ends at the charge of both directions', async () => {
    const charge_C = 8;
    const { played, trace } = await traced(planWith({ polarity }, charge_C));
    expect(played.report.result).toMatchObject({ outcome: 'complete' });
    expect(alarmsOf(played)).toEqual([]);
    expect(played.report.result.absolute_charge_C).toBeGreaterThanOrEqual(charge_C);
    expect(Math.abs(played.report.result.absolute_charge_C - charge_C)).toBeLessThan(ledger_C(charge_C));
    expect(Math.abs(played.truth.charge_C - played.report.result.charge_C)).toBeLessThan(ledger_C(charge_C));
    const begins = trace.filter(({ true_mA }, i) => Math.sign(true_mA) !== 0 && turns(trace, i)).map(({ t_s }) => t_s);
    expect(begins.length).toBeGreaterThanOrEqual(4);
    for (const [i, t_s] of begins.entries())
      if (i > 0) expect(Math.abs(t_s - (begins[i - 1] ?? NaN) - 30)).toBeLessThan(0.2);
    expect(rests_s(trace)).toSatisfy((all: number[]) => all.length >= 3 && all.every((s) => s > 0.85 && s < 1.25));
  });

  it('tells net, absolute and estimated faradaic charge', async () => {
    const { played } = await traced(planWith({ polarity: { ...polarity, halfPeriod_s: 10 } }, 2.4));
    expect(ending(played)).toMatch(/reversals; 2\.4\d C without sign, about 2\.\d\d C of it faradaic; net of the run/);
    const { data } = played.events.find(({ data: { faradaic_estimate_C } }) => faradaic_estimate_C !== undefined) ?? {};
    const faradaic_C = Number(data?.['faradaic_estimate_C']);
    const turned = Number(/(\d+) reversals/.exec(ending(played))?.[1]);
    expect(turned).toBeGreaterThanOrEqual(3);
    const absolute_C = Number(data?.['absolute_C']);
    // The felt is the cathode after every other reversal; the half wave that the charge ends may be too short to fill it.
    const lost_C = absolute_C - faradaic_C;
    expect(lost_C).toBeLessThanOrEqual(Math.ceil(turned / 2) * polarity.reversal_C + 1e-9);
    expect(lost_C).toBeGreaterThanOrEqual(Math.ceil((turned - 1) / 2) * polarity.reversal_C - 1e-9);
  });

  it.each([3.1, 9.2, 10.3])('held after %f s and resumed: all the charge, and no trip', async (breakAt_s) => {
    const plan = planWith({ polarity: { ...polarity, halfPeriod_s: 10 } }, 1.6);
    const { played, trace } = await traced(plan, {
      unattended: false,
      breakAt_s,
      break: ({ run, when, later }) => {
        when('held', () => later(4, () => run.resume('operator')));
        run.hold('operator');
      },
    });
    expect(played.report.result).toMatchObject({ outcome: 'complete' });
    expect(alarmsOf(played)).toEqual([]);
    expect(Math.abs(played.report.result.absolute_charge_C - 1.6)).toBeLessThan(0.05);
    expect(Math.min(...trace.map(({ true_mA }) => true_mA))).toBeLessThan(-70);
  });
});

describe('an end condition', () => {
  const over = (above: number, for_s: number, action: 'done' | 'hold' = 'done') =>
    planWith({ until: [{ kind: 'threshold', of: 'voltage', above, below: null, for_s, action }] }, 40);

  it('ends the step once the voltage has been above for so long, and says so', async () => {
    const { played, trace } = await traced(over(2.5, 20));
    expect(played.report.result).toMatchObject({ outcome: 'complete' });
    expect(ending(played)).toMatch(/the cell voltage was above 2\.5 V for 20 s/);
    const lasted_s = (trace.at(-1)?.t_s ?? NaN) - (trace.find(({ asked_mA }) => asked_mA === CURRENT_MA)?.t_s ?? NaN);
    expect(lasted_s).toBeGreaterThan(20);
    expect(lasted_s).toBeLessThan(25);
  });

  it('that does not come true leaves the charge to end it', async () => {
    const plan = over(3.9, 5);
    const { played } = await traced({
      ...plan,
      steps: plan.steps.map((step) => (step.kind === 'electrolyse' ? { ...step, charge_C: 2 } : step)),
    });
    expect(ending(played)).toMatch(/2\.00 C passed$/);
  });

  it('holds the run where it is told to, and the resumed step waits for it anew', async () => {
    const { played } = await traced(over(2.5, 10, 'hold'), {
      unattended: false,
      attend: ({ run, when, later }) => {
        when('held', () =>
          later(2, () => {
            run.resume('operator');
            later(1, () => when('held', () => run.stop('operator', 'enough')));
          }),
        );
      },
    });
    expect(played.report.result.outcome).toBe('stopped');
    expect(played.states.filter((state) => state === 'held')).toHaveLength(2);
    expect(played.report.result.charge_C).toBeGreaterThan(1.6);
  });

  it('ends it after a time with the current flowing', async () => {
    const { played } = await traced(planWith({ until: [{ kind: 'time', time_s: 15 }] }, 40));
    expect(ending(played)).toMatch(/15 s of current/);
    expect(played.report.result.charge_C).toBeGreaterThan(0.08 * 14);
    expect(played.report.result.charge_C).toBeLessThan(0.08 * 15.2);
  });
});

describe('a current that follows the flow', () => {
  const concentration_mmol_L = 50;
  const flow_mL_min = 25;
  /** 60 mA at the planned flow, so that a fifth more is still within the board's envelope. */
  const perFlow_mA = 60 / flow_mL_min;
  const charge_F_mol = perFlow_mA / currentForFlow_mA(1, concentration_mmol_L, 1);
  const followFlow = {
    charge_F_mol,
    concentration_mmol_L,
    perFlow_mA,
    filter_s: 5,
    currentMax_mA: 80,
    rate_mA_s: 50,
    flowMin_mL_min: 15,
  };

  it.each([1.2, 0.8])('keeps its charge per mole to 0.01 of it when the flow steps to %d of itself', async (share) => {
    const { played, trace } = await traced(planWith({ followFlow }, 12), {
      breakAt_s: 60,
      break: ({ inject }) => inject(`pump:wrong=${Math.round(100 * (share - 1))}%`),
    });
    expect(played.report.result).toMatchObject({ outcome: 'complete' });
    expect(alarmsOf(played)).toEqual([]);
    expect(deviation(trace, charge_F_mol)).toBeLessThan(0.01);
    // The pump's own loop brings the flow back within seconds; until then the current went with it.
    const late = trace.filter(({ t_s }) => t_s > (trace[0]?.t_s ?? 0) + 60).map(({ asked_mA }) => asked_mA / 60);
    if (share > 1) expect(Math.max(...late)).toBeGreaterThan(1.05);
    else expect(Math.min(...late)).toBeLessThan(0.95);
  });

  it('stops with the flow, before its interlock ends the run', async () => {
    const { played, trace } = await traced(planWith({ followFlow }, 12), {
      breakAt_s: 60,
      break: ({ inject }) => inject('pump:off'),
    });
    expect(played.report.result).toMatchObject({ outcome: 'aborted', reason: expect.stringMatching(/^flow-lost/) });
    expect(alarmsOf(played)).toContain('flow-lost');
    const lost = trace.filter(({ flow_mL_min }) => flow_mL_min < 7.5);
    for (const { asked_mA } of lost) expect(asked_mA).toBe(0);
    // The board takes a set point of zero with its own slew, 50 mA/s.
    const slewed = lost.filter(({ t_s }) => t_s > (lost[0]?.t_s ?? 0) + 60 / 50 + 0.2);
    expect(slewed.length).toBeGreaterThan(5);
    for (const { true_mA } of slewed) expect(Math.abs(true_mA)).toBeLessThan(0.1);
    expect(played.events.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/no flow to follow: no current/),
    );
  });
});

/** Whether a half wave begins here: the current has another sign than the last current that was one. */
function turns(trace: readonly Trace[], i: number): boolean {
  const before = trace.slice(0, i).findLast(({ true_mA }) => Math.abs(true_mA) > 0.1);
  const now = trace[i]?.true_mA ?? 0;
  return Math.abs(now) > 0.1 && (before === undefined || Math.sign(before.true_mA) !== Math.sign(now));
}

/** How long the true current was zero between two directions, s. */
function rests_s(trace: readonly Trace[]): number[] {
  const rests: number[] = [];
  let since_s: number | null = null;
  let flowed = false;
  for (const { t_s, true_mA } of trace) {
    const isZero = Math.abs(true_mA) < 0.1;
    if (isZero && flowed) since_s ??= t_s;
    if (isZero) continue;
    if (since_s !== null) rests.push(t_s - since_s);
    since_s = null;
    flowed = true;
  }
  return rests;
}

/** Share by which the true charge per mole of true flow was off. */
function deviation(trace: readonly Trace[], wanted_F_mol: number): number {
  let charge_C = 0;
  let passed_mL = 0;
  for (const [i, { t_s, true_mA, flow_mL_min }] of trace.entries()) {
    const before = trace[i - 1];
    if (before === undefined) continue;
    charge_C += (true_mA / 1000) * (t_s - before.t_s);
    passed_mL += (flow_mL_min / 60) * (t_s - before.t_s);
  }
  return Math.abs(charge_F_mol(charge_C, (50 * passed_mL) / 1000) / wanted_F_mol - 1);
}
