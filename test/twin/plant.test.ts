/** What the plant promises whatever its parameters: time, balance of hydrogen in the gas paths, lags, speed. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Plant } from '../../src/twin/plant.js';
import { advanceTo, isothermal, reactor } from './plant-rig.js';

function running(name: string): Plant {
  const plant = new Plant(reactor(name));
  Object.assign(plant.inputs, {
    stirring: true,
    hotSideFan: true,
    canopyFan: true,
    connected: true,
    setCurrent_A: 0.018,
    peltier_A: 1.5,
  });
  return plant;
}

/** Everything that a chip or a test can read. */
function truth(plant: Plant): Record<string, number> {
  const { voltage_V, charge_C, energy_J, liquid_C, probe_C, block_C, hotSide_C, sweep_mL_min, canopyFlow_L_min } =
    plant;
  const {
    imine1a_mol,
    product_mol,
    donor_mol,
    base_mol,
    hydrogenMade_mol,
    hydrogenReleased_mol,
    ventHydrogen_vol_percent,
    ambientHydrogen_ppm,
  } = plant;
  const amounts = {
    imine1a_mol,
    product_mol,
    donor_mol,
    base_mol,
    hydrogenMade_mol,
    hydrogenReleased_mol,
    ventHydrogen_vol_percent,
    ambientHydrogen_ppm,
  };
  return {
    voltage_V,
    charge_C,
    energy_J,
    liquid_C,
    probe_C,
    block_C,
    hotSide_C,
    sweep_mL_min,
    canopyFlow_L_min,
    ...amounts,
  };
}

describe('time', () => {
  it.each([-1e-3, NaN, Infinity])('does not move by %f s', (dt_s) => {
    expect(() => new Plant(reactor('batch-10ml')).advance(dt_s)).toThrow(RangeError);
  });

  it('adds up, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-4, max: 0.3, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (steps) => {
          const plant = new Plant(reactor('batch-10ml'));
          for (const step of steps) plant.advance(step);
          expect(Math.abs(plant.elapsed_s - steps.reduce((a, b) => a + b, 0))).toBeLessThan(1e-7);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('cut in 1, 10 or 50 ms gives the same truth after 10 min', () => {
    const [fine, middle, coarse] = [0.001, 0.01, 0.05].map((step_s) => {
      const plant = running('batch-10ml');
      advanceTo(plant, 600, step_s);
      return truth(plant);
    });
    for (const [what, value] of Object.entries(fine ?? {})) {
      // A first-order method leaves 0.1 mJ of 42 J and 10 uK in the first second, when double layers fill.
      const limit = 2e-5 * Math.max(Math.abs(value), what.endsWith('_C') ? 1 : 0);
      expect(Math.abs((middle?.[what] ?? NaN) - value), what).toBeLessThanOrEqual(limit);
      expect(Math.abs((coarse?.[what] ?? NaN) - value), what).toBeLessThanOrEqual(limit);
    }
  });

  it('repeats itself to the last bit', () => {
    const [first, second] = [0, 1].map(() => {
      const plant = running('flow-12cm2');
      plant.inputs.pump_mL_min = 25;
      advanceTo(plant, 300, 0.01);
      return truth(plant);
    });
    expect(second).toEqual(first);
  });
});

describe('a plant without power', () => {
  it('rests: no current, no flow but nitrogen, room temperature but for nothing', () => {
    const plant = new Plant(isothermal(reactor('flow-12cm2'), 22));
    advanceTo(plant, 60, 0.05);
    expect(plant.current_A).toBe(0);
    expect(plant.flow_mL_min).toBe(0);
    expect(plant.sweep_mL_min).toBeCloseTo(100, 6);
    expect(plant.canopyFlow_L_min).toBeCloseTo(0.05, 6);
    expect(plant.liquid_C).toBeCloseTo(22, 9);
    expect(plant.hydrogenMade_mol).toBeLessThan(1e-15);
    expect(plant.ambientHydrogen_ppm).toBeCloseTo(0.5, 9);
    expect(plant.stageVoltage_V).toBe(0);
    expect(plant.compliance).toBe(false);
  });
});

describe('flows', () => {
  it('follow their demand within seconds, with defects in between', () => {
    const plant = new Plant(reactor('flow-12cm2'));
    Object.assign(plant.inputs, { pump_mL_min: 25, canopyFan: true });
    advanceTo(plant, 0.2, 0.01);
    expect(plant.flow_mL_min).toBeCloseTo(25 * (1 - Math.exp(-1)), 6);
    advanceTo(plant, 20, 0.05);
    expect(plant.flow_mL_min).toBeCloseTo(25, 6);
    expect(plant.canopyFlow_L_min).toBeCloseTo(3, 6);
    Object.assign(plant.defects, { pumpShare: 0.5, canopyShare: 0.3, sweepShare: 0.2 });
    advanceTo(plant, 40, 0.05);
    expect(plant.flow_mL_min).toBeCloseTo(12.5, 6);
    expect(plant.canopyFlow_L_min).toBeCloseTo(0.9, 6);
    expect(plant.sweep_mL_min).toBeCloseTo(20, 6);
    plant.inputs.sweepOpen = false;
    advanceTo(plant, 60, 0.05);
    expect(plant.sweep_mL_min).toBeLessThan(1e-9);
  });

  it('thin the film as Leveque has it when the pump is turned down slowly', () => {
    const plant = running('flow-12cm2');
    Object.assign(plant.inputs, { pump_mL_min: 25, setCurrent_A: 0.08 });
    advanceTo(plant, 300, 0.05);
    const before = plant.transportRatio;
    for (let flow = 25; flow > 12.5; flow -= 0.05) {
      plant.inputs.pump_mL_min = flow;
      advanceTo(plant, plant.elapsed_s + 1, 0.05);
    }
    plant.inputs.pump_mL_min = 12.5;
    advanceTo(plant, plant.elapsed_s + 60, 0.05);
    expect(plant.transportRatio / before).toBeGreaterThan(Math.cbrt(2));
    expect(plant.transportRatio / before).toBeLessThan(Math.cbrt(2) * 1.03);
  });
});

describe('hydrogen in the gas paths', () => {
  it('reaches the steady shares of flow arithmetic', () => {
    const plant = new Plant(isothermal(reactor('batch-10ml')));
    Object.assign(plant.inputs, { stirring: true, canopyFan: true, connected: true, setCurrent_A: 0.018 });
    advanceTo(plant, 2400, 0.05);
    const gas_mL_min = plant.hydrogenGas_mL_min;
    expect(gas_mL_min).toBeCloseTo(0.126, 2);
    const share = (0.95 * gas_mL_min) / (0.95 * gas_mL_min + 25);
    expect(plant.headspaceHydrogen_vol_percent / (100 * share)).toBeCloseTo(1, 3);
    expect(plant.ventHydrogen_vol_percent / (100 * share)).toBeCloseTo(1, 2);
    expect(plant.canopyHydrogen_ppm).toBeCloseTo((0.05 * gas_mL_min * 1e3) / 1, 1);
  });

  it('fills a sealed 8 L box at 180 mA to 1000 ppm in 5.8 min of gas and to 10 % of the explosive limit in 23', () => {
    const nominal = isothermal(reactor('batch-scale-out-27cm2'));
    const sealed = { ...nominal.hydrogen, leakShare: 1, canopy_L: 8, canopyStill_L_min: 0, ambientBackground_ppm: 0 };
    const plant = new Plant({ ...nominal, hydrogen: sealed });
    Object.assign(plant.inputs, { stirring: true, connected: true, setCurrent_A: 0.18 });
    const crossings: number[] = [];
    const shares_ppm = [1000, 4000];
    while (crossings.length < shares_ppm.length) {
      plant.advance(0.05);
      if (plant.canopyHydrogen_ppm <= (shares_ppm[crossings.length] ?? Infinity)) continue;
      // The rate, not the efficiency, is under test: time is counted as charge that became gas, at 1.369 mL/min.
      crossings.push((plant.hydrogenReleased_mol * 24_465) / 1.369);
    }
    expect(Math.abs((crossings[0] ?? NaN) - 5.8)).toBeLessThan(0.25);
    expect(Math.abs((crossings[1] ?? NaN) - 23.4)).toBeLessThan(0.25);
  });
});

describe('speed', () => {
  it('moves by 10 ms in far less than 4 us of processor time', () => {
    const plant = running('batch-10ml');
    advanceTo(plant, 200, 0.01);
    const before_us = process.cpuUsage().user;
    for (let i = 0; i < 200_000; i++) plant.advance(0.01);
    const each_us = (process.cpuUsage().user - before_us) / 200_000;
    expect(each_us).toBeLessThan(4);
  });
});
