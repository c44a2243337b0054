/** Plans for rehearsals: a minute of everything that the scale-up does, so that Peltier, pump and current are all on. */
import type { Plan, PlanStep } from '../../src/model/plan.js';
import type { Reactor } from '../../src/model/reactor.js';
import { ASK, COOL, ELECTROLYSE, FINISH, FLOW, planOf, PURGE, reactorFile } from '../support/plan.js';

/** The flow cell, whose temperature ramp ends at once: the file's taper takes seven minutes to 2 mK. */
function quick(reactor: Reactor): Reactor {
  const { control } = reactor;
  return { ...reactor, control: { ...control, temperature: { ...control.temperature, taper_s: 1 } } };
}

const REACTOR = quick(reactorFile('flow-12cm2'));

const FLOWING: PlanStep = { ...FLOW, settle_s: 1 };
/** On the way to 18 °C the Peltier gives all it has; so wide a band is met at once. */
const COOLING: PlanStep = { ...COOL, target_C: 18, ramp_K_min: 120, band_K: 5, hold_s: 1, timeout_s: 60 };
const PASSING = { ...ELECTROLYSE, ramp_s: 1, charge_C: 2, timeMax_s: 120 } as const;

/** Charge of the electrolysis of these plans, C: 25 s at 80 mA. */
export const CHARGE_C = PASSING.charge_C;
export const CURRENT_MA = PASSING.current_mA;

function limited(steps: readonly PlanStep[]): Plan {
  const plan = planOf(steps);
  return {
    ...plan,
    reactor: REACTOR,
    numbers: { ...plan.numbers, charge_C: CHARGE_C },
    limits: { ...plan.limits, temperatureWarn_K: 5, temperatureHold_K: 10 },
    envelope: { ...plan.envelope, current_mA: 1.02 * CURRENT_MA, charge_C: 1.01 * CHARGE_C },
  };
}

/** All that the scale-up does but its questions. */
export const SHORT = limited([
  { ...PURGE, duration_s: 1 },
  FLOWING,
  COOLING,
  PASSING,
  { ...FINISH, sweep_s: 2, holdTemperature: false },
]);

/** The same, long enough for the cell to cool by some kelvin. */
export const COLDER: Plan = {
  ...SHORT,
  steps: SHORT.steps.map((step) => (step.kind === 'electrolyse' ? { ...step, charge_C: 8, timeMax_s: 200 } : step)),
  envelope: { ...SHORT.envelope, charge_C: 8.1 },
};

/** The same in an envelope that leaves the cell little room: T2 reaches its edges before T1 contradicts it. */
export const HOTTER: Plan = {
  ...SHORT,
  envelope: { ...SHORT.envelope, temperatureMin_C: 19, temperatureMax_C: 24 },
};

/** Charge of the plan with every kind of step, C: 12 s at 80 mA. */
export const EVERY_CHARGE_C = 1;

/** Every kind of step, questions too. */
export const EVERY_STEP = limited([
  ASK,
  { ...PURGE, duration_s: 2 },
  { ...FLOWING, settle_s: 2 },
  COOLING,
  { ...PASSING, charge_C: EVERY_CHARGE_C },
  { ...FINISH, sweep_s: 2, holdTemperature: true },
]);

/** An electrolysis that goes on for hours at a temperature that is kept: what must end it ends it. */
export const LONG: Plan = {
  ...SHORT,
  limits: { ...planOf().limits, temperatureWarn_K: 0.1, temperatureHold_K: 0.2 },
  steps: [
    FLOWING,
    { ...COOL, target_C: 21.5, ramp_K_min: 1.2, band_K: 0.1, hold_s: 10, timeout_s: 300 },
    { ...PASSING, charge_C: 800, timeMax_s: 12_000 },
    { ...FINISH, sweep_s: 2, holdTemperature: false },
  ],
  envelope: { ...SHORT.envelope, charge_C: 808, duration_s: 12_500 },
};

/** As much voltage as the board has. */
export const HIGH_VOLTAGE: Plan = { ...SHORT, envelope: { ...SHORT.envelope, voltage_V: 26 } };

/** As long, in a solution that gives off its hydrogen at once; the file's takes eight minutes. */
export const LEAKING: Plan = {
  ...LONG,
  limits: SHORT.limits,
  reactor: { ...REACTOR, hydrogen: { ...REACTOR.hydrogen, saturation_mM: 0.01 } },
};

export const BRIEF_CHARGE_C = 0.4;

/** An electrolysis of five seconds and little before it: for many runs in a row. */
export const BRIEF: Plan = {
  ...SHORT,
  steps: [
    { ...PURGE, duration_s: 0.5 },
    { ...PASSING, ramp_s: 0.5, charge_C: BRIEF_CHARGE_C },
    { ...FINISH, sweep_s: 0.5, holdTemperature: false },
  ],
  limits: { ...SHORT.limits, flowMin_mL_min: null },
  envelope: { ...SHORT.envelope, charge_C: 0.41 },
};
