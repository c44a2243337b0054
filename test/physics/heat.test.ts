import { describe, expect, it } from 'vitest';
import { ramped } from '../../src/control/ramp.js';
import { RAMP_ARRIVED_K } from '../../src/model/plan-steps.js';
import * as heat from '../../src/physics/heat.js';

const peltier = heat.peltierFromDatasheet(14.4, 6.4, 66, 25);

describe('the thermoelectric module', () => {
  it('has the parameters of a TEC1-12706', () => {
    expect(peltier.seebeck_V_K).toBeCloseTo(0.0483, 4);
    expect(peltier.resistance_ohm).toBeCloseTo(1.752, 3);
    expect(peltier.conductance_W_K).toBeCloseTo(0.544, 3);
  });

  it('meets the datasheet at its corners', () => {
    expect(heat.coldHeat_W(peltier, 6.4, 25, 25)).toBeCloseTo(56, 0);
    expect(heat.coldHeat_W(peltier, 6.4, -41, 25)).toBeCloseTo(0, 6);
  });

  it.each([
    [0, 35, [3.9, 12.7, 19.7, 28.6]],
    [-5, 35, [0.7, 9.2, 16.0, 24.4]],
  ])('pumps from %d to %d degC at 2, 3, 4 and 6 A', (cold, hot, expected) => {
    [2, 3, 4, 6].forEach((current, i) => {
      expect(Math.abs(heat.coldHeat_W(peltier, current, cold, hot) - (expected[i] ?? 0))).toBeLessThan(0.06);
    });
  });

  it('has the coefficients of performance .37 .61 .57 .39', () => {
    const measured = [2, 3, 4, 6].map((current) => heat.coefficientOfPerformance(peltier, current, 0, 35));
    [0.37, 0.61, 0.57, 0.39].forEach((expected, i) =>
      expect(Math.abs((measured[i] ?? 0) - expected)).toBeLessThan(0.006),
    );
  });

  it('conserves energy between its sides', () => {
    const power = heat.hotHeat_W(peltier, 3, -4, 28) - heat.coldHeat_W(peltier, 3, -4, 28);
    expect(power).toBeCloseTo(heat.electricalPower_W(peltier, 3, -4, 28), 12);
  });

  it.each([
    [0.2, -17.9, 5.55],
    [0.35, -12.1, 4.85],
    [0.6, -4.6, 3.95],
    [1.0, 3.5, 3.0],
    [2.0, 13.8, 1.8],
  ])('turns its gain at %f K/W: coldest block %f degC at %f A', (hotSide_K_W, block_C, current_A) => {
    const stage = { peltier, hotSide_K_W, coldToAmbient_W_K: 0.2, ambient_C: 25, load_W: 0.9 };
    const coldest_A = heat.coldestCurrent_A(stage, 8);
    expect(Math.abs(coldest_A - current_A)).toBeLessThan(0.03);
    expect(Math.abs(heat.steadyBlock_C(stage, coldest_A) - block_C)).toBeLessThan(0.06);
  });

  it('says so when no steady state exists', () => {
    const stage = { peltier, hotSide_K_W: 100, coldToAmbient_W_K: 0.2, ambient_C: 25, load_W: 0 };
    expect(heat.steadyBlock_C(stage, 8)).toBe(Infinity);
  });
});

describe('heat of the cell', () => {
  it('warms 100 mL by 16.6 K/h at 0.9 W', () => {
    expect(heat.adiabaticRise_K_h(heat.cellHeat_W(0.18, 5), 195.5)).toBeCloseTo(16.57, 2);
  });
});

describe('a load that comes with a ramp, balanced by what follows with a lag', () => {
  it('moves the temperature by all of it in a step, and by tau/r of it in a slow ramp', () => {
    expect(heat.laggedRise_K(0.5, 150, 0)).toBe(0.5);
    expect(heat.laggedRise_K(0.5, 150, 1)).toBeCloseTo(0.5, 2);
    expect(heat.laggedRise_K(0.5, 150, 1e5)).toBeCloseTo((0.5 * 150) / 1e5, 9);
  });

  it('is the response of a first-order lag to a ramp at its end, integrated in steps of 10 ms', () => {
    const [static_K, lag_s, ramp_s, dt_s] = [1.7, 150, 120, 0.01];
    let followed_K = 0;
    for (let t_s = 0; t_s < ramp_s; t_s += dt_s)
      followed_K += (((static_K * t_s) / ramp_s - followed_K) * dt_s) / lag_s;
    expect(heat.laggedRise_K(static_K, lag_s, ramp_s)).toBeCloseTo(static_K - followed_K, 3);
  });

  it('stays at a limit with the shortest ramp for it, and passes it with a shorter one', () => {
    const ramp_s = heat.laggedRamp_s(1.7, 150, 0.5);
    expect(heat.laggedRise_K(1.7, 150, ramp_s)).toBeCloseTo(0.5, 9);
    expect(heat.laggedRise_K(1.7, 150, 0.9 * ramp_s)).toBeGreaterThan(0.5);
    expect(heat.laggedRamp_s(0.4, 150, 0.5)).toBe(0);
  });
});

describe('a tapered ramp', () => {
  it.each([
    [22, 2, 60],
    [4, 1.2, 60],
    [1, 2, 60],
    [0.5, 0.3, 30],
  ])('of %f K at %f K/min, taper %d s, arrives when the set point does', (distance_K, ramp_K_min, taper_s) => {
    let at_K = 0;
    let elapsed_s = 0;
    while (distance_K - at_K > RAMP_ARRIVED_K) {
      at_K = ramped(at_K, distance_K, { rate_per_s: ramp_K_min / 60, taper_s }, 1);
      elapsed_s++;
    }
    expect(Math.abs(heat.taperedRamp_s(distance_K, ramp_K_min, taper_s) - elapsed_s)).toBeLessThan(2);
  });

  it('is there at once when there is nowhere to go', () => {
    expect(heat.taperedRamp_s(0, 2, 60)).toBe(0);
  });
});
