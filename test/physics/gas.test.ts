import { describe, expect, it } from 'vitest';
import { hydrogenRate_mL_min, hydrogenRate_umol_s } from '../../src/physics/charge.js';
import * as gas from '../../src/physics/gas.js';

const at180_mL_min = hydrogenRate_mL_min(180);

describe('hydrogen as a gas', () => {
  it.each([
    [8, [5.8, 23, 58, 234]],
    [50, [36, 146, 365]],
    [200, [146, 584]],
  ])(
    'fills a sealed box of %d L to 1000 ppm, 10, 25 and 100 %% of the explosive limit on time',
    (volume_L, minutes) => {
      const shares = [0.1, 0.4, 1, 4];
      minutes.forEach((expected, i) => {
        const time_min = gas.sealedTime_s(at180_mL_min, volume_L, shares[i] ?? 0) / 60;
        expect(Math.abs(time_min - expected)).toBeLessThan(expected < 10 ? 0.06 : 0.7);
      });
    },
  );

  it.each([
    [8, 3.08],
    [50, 0.49],
    [200, 0.12],
  ])('ends at the share of 1944 C in a sealed box of %d L', (volume_L, share) => {
    expect(gas.enclosureShare_vol_percent(at180_mL_min, 0, volume_L, 10_800)).toBeCloseTo(share, 2);
  });

  it('agrees between sealed and ventilated as the draw vanishes, and tends to q/D', () => {
    const sealed = gas.enclosureShare_vol_percent(at180_mL_min, 0, 8, 3600);
    expect(gas.enclosureShare_vol_percent(at180_mL_min, 1e-9, 8, 3600)).toBeCloseTo(sealed, 8);
    expect(gas.enclosureShare_vol_percent(at180_mL_min, 10, 8, 1e6)).toBeCloseTo(0.01369, 5);
  });

  it('needs the dilutions of 0.137, 0.342 and 3.4 L/min at 180 mA', () => {
    expect(gas.leastDraw_L_min(at180_mL_min, 10_000)).toBeCloseTo(0.137, 3);
    expect(gas.leastDraw_L_min(at180_mL_min, 4000)).toBeCloseTo(0.342, 3);
    expect(gas.leastDraw_L_min(at180_mL_min, 400)).toBeCloseTo(3.42, 2);
    expect(gas.leastDraw_L_min(1000 * hydrogenRate_mL_min(1), 400)).toBeCloseTo(19, 1);
  });

  it.each([
    [18, 13.6, 25, 0.545],
    [80, 60.3, 100, 0.605],
  ])('sweeps %d mA with at least %f mL/min; %d give %f vol%%', (current_mA, least, sweep, share) => {
    expect(Math.abs(gas.leastSweep_mL_min(hydrogenRate_mL_min(current_mA), 1) - least)).toBeLessThan(0.1);
    expect(gas.sweepShare_vol_percent(hydrogenRate_mL_min(current_mA), sweep)).toBeCloseTo(share, 3);
  });

  it('knows the first bubble: 204 s at 18 mA in 10 mL and at 180 mA in 100 mL', () => {
    expect(gas.firstGas_s(1.9, 10, hydrogenRate_umol_s(18))).toBeCloseTo(203.7, 1);
    expect(gas.firstGas_s(1.9, 100, hydrogenRate_umol_s(180))).toBeCloseTo(203.7, 1);
  });

  it('knows volume, explosive limit and the crossing of a slow sensor', () => {
    expect(gas.gasVolume_mL(909.7)).toBeCloseTo(22.26, 2);
    expect(gas.gasFlow_mL_min(0.0933e-6)).toBeCloseTo(0.137, 3);
    expect(gas.explosiveLimit_percent(1)).toBe(25);
    expect(gas.sensorCrossing_s(1000, 5000, 120)).toBeCloseTo(11.6, 1);
    expect(gas.sensorCrossing_s(1000, 5000, 30)).toBeCloseTo(2.9, 1);
    expect(gas.sensorCrossing_s(1000, 900, 30)).toBe(Infinity);
  });

  it('has the bubble shares of recirculation at 180 mA', () => {
    const atZero_mL_min = 1.254;
    expect(gas.voidFraction(atZero_mL_min, 5)).toBeCloseTo(0.2, 2);
    expect(gas.voidFraction(atZero_mL_min, 20)).toBeCloseTo(0.059, 3);
    expect(gas.voidFraction(atZero_mL_min, 0.5556)).toBeCloseTo(0.69, 2);
    expect(gas.voidFraction(0, 0)).toBe(0);
  });
});
