/** The twin alongside as the core uses it: what it shows for what it is told, and that it follows what is measured. */
import { describe, expect, it, vi } from 'vitest';
import { makesKnownHydrogen, TwinAlongside } from '../src/alongside.js';
import type { Expected } from '../src/control/expectation.js';
import type { Observation } from '../src/model/observation.js';
import type { Plan, Weighing } from '../src/model/plan.js';
import { Plant } from '../src/twin/plant.js';
import { seen, without } from './support/observation.js';
import { planOf, reactorFile } from './support/plan.js';

const REACTOR = reactorFile('batch-10ml');
/** Rows of nothing but their roles. */
const weighingOf = (...roles: string[]): Weighing[] =>
  roles.map((role) => ({
    id: role,
    name: role,
    role,
    amount_mmol: 1,
    equivalents: 1,
    mass_mg: 1,
    balance_mg: 0.1,
    weighed_mg: 1,
    error_eq: 0,
    volume_uL: null,
    isPerchlorate: false,
  }));
const USUAL = weighingOf('substrate', 'limiting', 'catalyst', 'electrolyte');
const PLAN: Plan = {
  ...planOf(),
  reactor: REACTOR,
  weighing: USUAL,
  numbers: { ...planOf().numbers, current_mA: 18 },
};
const TICK_S = 0.05;

/** At rest in a room, nothing driven. */
const RESTING: Partial<Observation> = {
  temperature_C: 25,
  temperature_setpoint_C: null,
  setpoint_mA: 0,
  current_mA: 0,
  sweep_mL_min: 25,
  flow_mL_min: null,
};

/** So long of one current on top of `from_C`; gives what is expected last. */
function pass(
  twin: TwinAlongside,
  time_s: number,
  current_mA: number,
  from_C = 0,
  changes: Partial<Observation> = {},
): Expected {
  let last = twin.next(seen({ ...RESTING, charge_C: from_C, ...changes }), TICK_S);
  for (let tick = 1; tick * TICK_S < time_s; tick++) {
    const charge_C = from_C + (current_mA / 1000) * tick * TICK_S;
    last = twin.next(seen({ ...RESTING, setpoint_mA: current_mA, charge_C, ...changes }), TICK_S);
  }
  return last;
}

describe('the twin alongside', () => {
  it('shows the voltage of the reference cell at the measured current, whatever the set point says', () => {
    const cold = { temperature_C: 0, temperature_setpoint_C: 0 };
    // 4.205 V at 18 mA and 0 °C without a film limit, some 50 mV more with it (models, 3a).
    expect(pass(new TwinAlongside(PLAN), 60, 18, 0, cold).voltage_V).toBeCloseTo(4.25, 1);
    const half = pass(new TwinAlongside(PLAN), 60, 9, 0, { ...cold, setpoint_mA: 18 });
    expect(half.voltage_V).toBeLessThan(3.7);
  });

  it('shows no voltage without a current, and nothing before a temperature is measured', () => {
    expect(pass(new TwinAlongside(PLAN), 10, 0).voltage_V).toBeNull();
    const blind = new TwinAlongside(PLAN).next(seen(without('temperature_C')), TICK_S);
    expect(Object.values(blind)).toEqual([null, null, null, null]);
  });

  it('begins at the temperature that is measured, and follows the ramped set point down', () => {
    const twin = new TwinAlongside(PLAN);
    expect(pass(twin, 2, 0, 0, { temperature_C: 19 }).temperature_C).toBeCloseTo(19, 1);
    let expected = NaN;
    for (let at_s = 0; at_s < 900; at_s++) {
      const setpoint_C = Math.max(0, 19 - at_s / 30);
      expected = twin.next(seen({ ...RESTING, temperature_setpoint_C: setpoint_C }), 1).temperature_C ?? NaN;
      if (at_s > 60) expect(Math.abs(expected - setpoint_C)).toBeLessThan(0.8); // the corner of a ramp without taper
    }
    expect(expected).toBeCloseTo(0, 1);
  });

  it('stays with the set point, not with a cell that warms', () => {
    const cold = { temperature_C: 0, temperature_setpoint_C: 0 };
    const twin = new TwinAlongside(PLAN);
    pass(twin, 60, 18, 0, cold);
    expect(pass(twin, 300, 18, 1.08, { ...cold, temperature_C: 6 }).temperature_C).toBeCloseTo(0, 0);
  });

  it('dilutes its hydrogen with the sweep that is measured, below what all of the charge would make', () => {
    const at = (sweep_mL_min: number): Expected => pass(new TwinAlongside(PLAN), 1200, 18, 0, { sweep_mL_min });
    const [nominal, half] = [at(25), at(12.5)];
    expect(nominal.vent_hydrogen_vol_percent).toBeCloseTo(0.47, 1);
    expect(half.vent_hydrogen_vol_percent).toBeGreaterThan(1.7 * (nominal.vent_hydrogen_vol_percent ?? NaN));
    // 0.137 mL/min in 25 (chemistry, 2.4).
    expect(nominal.ventCeiling_vol_percent).toBeCloseTo((100 * 0.137) / 25.137, 2);
  });

  it('goes on where the run before ended: a resumed cell has used up its imine and grown its film', () => {
    const cold = { temperature_C: 0, temperature_setpoint_C: 0 };
    const fresh = pass(new TwinAlongside(PLAN), 60, 18, 0, cold).voltage_V ?? NaN;
    const resumed = pass(new TwinAlongside(PLAN, 97.2), 60, 18, 97.2, cold);
    expect(resumed.voltage_V).toBeGreaterThan(fresh + 0.02);
    expect(resumed.vent_hydrogen_vol_percent).toBeGreaterThan(0.4);
  });

  it('catches up before the run: the first cycle of a resumed one costs as much as any other', () => {
    const twin = new TwinAlongside(PLAN, 97.2);
    const advance = vi.spyOn(Plant.prototype, 'advance');
    try {
      for (let tick = 0; tick < 20; tick++) twin.next(seen(RESTING), TICK_S);
      expect(advance).toHaveBeenCalledTimes(1);
    } finally {
      advance.mockRestore();
    }
  });

  it('is as cheap as one plant: an hour alongside moves it by an hour and no more', () => {
    const twin = new TwinAlongside(PLAN);
    const plant = new Plant(REACTOR);
    const { inputs } = plant;
    inputs.stirring = inputs.connected = true;
    inputs.setCurrent_A = 0.018;
    plant.advance(600);
    expect(pass(twin, 601, 18).vent_hydrogen_vol_percent).toBeCloseTo(plant.ventHydrogen_vol_percent, 2);
  });
});

describe('whether the hydrogen of a recipe is known', () => {
  const zinc = {
    ...REACTOR,
    kinetics: { ...REACTOR.kinetics, anode: { ...REACTOR.kinetics.anode, potential_V: -1.1 } },
  };

  it('is for the procedure, and not with a scavenger, without the catalyst, or with an anode of zinc', () => {
    expect(makesKnownHydrogen({ weighing: USUAL, reactor: REACTOR })).toBe(true);
    expect(makesKnownHydrogen({ weighing: [...USUAL, ...weighingOf('reagent')], reactor: REACTOR })).toBe(false);
    expect(makesKnownHydrogen({ weighing: weighingOf('substrate', 'limiting', 'electrolyte'), reactor: REACTOR })).toBe(
      false,
    );
    expect(makesKnownHydrogen({ weighing: USUAL, reactor: zinc })).toBe(false);
  });

  it('leaves the expected hydrogen out where it is not, and keeps the ceiling of the charge', () => {
    const plan = { ...PLAN, weighing: weighingOf('substrate', 'limiting') };
    const expected = pass(new TwinAlongside(plan), 1200, 18);
    expect(expected.vent_hydrogen_vol_percent).toBeNull();
    expect(expected.ventCeiling_vol_percent).toBeGreaterThan(0.3);
  });
});
