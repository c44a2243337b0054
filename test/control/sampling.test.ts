import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/control/sampling.js';
import { CHANNELS } from '../../src/model/sample.js';
import { idle } from '../../src/procedure/machine.js';
import type { ProcedureState, StepProgress } from '../../src/procedure/types.js';
import { seen, without } from '../support/observation.js';
import { ELECTROLYSE, FINISH, planOf } from '../support/plan.js';

const PLAN = planOf([ELECTROLYSE, FINISH]);
const LOOPS = { setpoint_mA: 79, temperature_setpoint_C: 0.1, peltier_A: 2.3 };

function state(step: number, progress: Partial<StepProgress> = {}): ProcedureState {
  const rest = idle();
  return {
    ...rest,
    run: 'execute',
    step,
    progress: { ...rest.progress, active_s: 60, ...progress },
    demand: { ...rest.demand, flow_mL_min: 25 },
  };
}

describe('a sample', () => {
  it('has every channel as it was seen, and the set points of this cycle', () => {
    const observation = seen();
    const sample = sampleOf(7, PLAN, state(0), observation, LOOPS);
    for (const name of CHANNELS) expect(sample[name]).toBe(observation[name]);
    expect(sample).toMatchObject({
      seq: 7,
      elapsed_s: 100,
      state: 'execute',
      step: 0,
      setpoint_mA: 79,
      temperature_setpoint_C: 0.1,
      peltier_setpoint_A: 2.3,
      flow_setpoint_mL_min: 25,
      charge_C: 4,
      absolute_charge_C: 4,
      board_charge_C: 4,
      invalid: '',
    });
  });

  it('gives the charge in faraday per mole of the limiting reagent', () => {
    // 1944.0 C over 5 mmol: chemistry of the scale-up, 4.03 F/mol.
    expect(sampleOf(1, PLAN, state(0), seen({ charge_C: 1944 }), LOOPS).charge_F_mol).toBeCloseTo(4.03, 2);
  });

  it.each([
    [4, 0.5],
    [8, 1],
    [8.01, 1],
    [-0.001, 0],
  ])('at %s of 8 C has the progress %s', (charge_C, progress) => {
    expect(sampleOf(1, PLAN, state(0), seen({ charge_C }), LOOPS).progress).toBe(progress);
  });

  it('has the time that the rest of the charge takes', () => {
    const eta = (progress: Partial<StepProgress>, charge_C: number): number | null =>
      sampleOf(1, PLAN, state(0, progress), seen({ charge_C }), LOOPS).eta_s;
    expect(eta({}, 4)).toBeCloseTo(50, 9);
    expect(eta({ chargeAtStart_C: 3 }, 4)).toBeCloseTo(87.5, 9);
    expect(eta({ active_s: 8 }, 0)).toBeCloseTo(100 + 12 / 2, 9); // the rest of the ramp passes half of its charge
    expect(eta({}, 9)).toBe(0);
  });

  it('knows no end outside of an electrolysis', () => {
    expect(sampleOf(1, PLAN, state(1), seen(), LOOPS).eta_s).toBeNull();
    expect(sampleOf(1, PLAN, state(2), seen(), LOOPS).eta_s).toBeNull();
  });

  it('names what is not good, and nothing that this bench does not have', () => {
    const twice = seen({
      ...without('hydrogen_ppm'),
      quality: { ...seen().quality, temperature_C: 'invalid', hydrogen_ppm: 'stale', flow_mL_min: 'absent' },
    });
    expect(sampleOf(1, PLAN, state(0), twice, LOOPS).invalid).toBe('temperature_C:invalid hydrogen_ppm:stale');
  });

  it('has no flow set point where nothing is pumped', () => {
    const still = { ...PLAN, limits: { ...PLAN.limits, flowMin_mL_min: null } };
    expect(sampleOf(1, still, state(0), seen(), LOOPS).flow_setpoint_mL_min).toBeNull();
  });
});
