/** The fast part of the plant against the plain cell of models 3a and the current steps of nominal 4. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reactor } from '../../src/model/reactor.js';
import { Plant } from '../../src/twin/plant.js';
import { advanceTo, isothermal, nominalCurrent_A, plainCell, reactor } from './plant-rig.js';

function started(of: Reactor, current_A: number): Plant {
  const plant = new Plant(of);
  plant.inputs.stirring = true;
  if (of.transport.kind === 'channel') plant.inputs.pump_mL_min = of.transport.flow_mL_min;
  advanceTo(plant, 10, 0.05);
  plant.inputs.connected = true;
  plant.inputs.setCurrent_A = current_A;
  return plant;
}

/** Voltages at times after a current step. */
function stepResponse(plant: Plant, times_s: readonly number[], step_s: number): number[] {
  const from_s = plant.elapsed_s;
  return times_s.map((time_s) => {
    advanceTo(plant, from_s + time_s, step_s);
    return plant.voltage_V;
  });
}

function expectNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expected.forEach((value, i) =>
    expect(Math.abs((actual[i] ?? NaN) - value), `#${i}: ${actual[i]} for ${value}`).toBeLessThanOrEqual(tolerance),
  );
}

describe('the plain cell', () => {
  it.each([0.001, 0.01, 0.05])('meets the reference transients to 2 mV when called every %f s', (step_s) => {
    const plant = started(plainCell(), 0.018);
    expect(plant.resistance_ohm).toBeCloseTo(60.24, 2);
    expectNear(stepResponse(plant, [0.01, 0.05, 0.2, 0.5], step_s), [2.316, 3.29, 3.74, 4.205], 2e-3);
  });

  it('starts from its double layers plus IR', () => {
    const plant = started(plainCell(), 0.018);
    plant.advance(1e-6);
    expect(plant.voltage_V).toBeCloseTo(1.684, 3);
  });

  it('settles at 4.205 V: 414.5 mV at the anode, 306.1 mV at the cathode', () => {
    const plant = started(plainCell(), 0.018);
    advanceTo(plant, 20, 0.05);
    expect(plant.voltage_V).toBeCloseTo(4.205, 3);
    expect(plant.anode_V - 0.95).toBeCloseTo(0.4145, 4);
    expect(-1.45 - plant.cathode_V).toBeCloseTo(0.3061, 4);
  });

  it('passes the reference share of faradaic charge under polarity alternation', () => {
    const share = (half_s: number) => {
      const plant = started(plainCell(), 0.018);
      let felt_V = 0;
      let nickel_V = 0;
      for (let half = 0; half < 12; half++) {
        felt_V = plant.anode_V;
        nickel_V = plant.cathode_V;
        plant.advance(half_s);
        plant.inputs.setCurrent_A *= -1;
      }
      const charge_C = 0.018 * half_s;
      return [
        1 - (0.3e-3 * Math.abs(plant.cathode_V - nickel_V)) / charge_C,
        1 - (6e-3 * Math.abs(plant.anode_V - felt_V)) / charge_C,
      ];
    };
    expectNear(share(0.5), [0.9, 0.003], 0.01);
    expectNear(share(1), [0.95, 0.005], 0.01);
    expectNear(share(5), [0.99, 0.79], 0.01);
  });
});

describe('a current step at 0 degC', () => {
  const times_s = [0.01, 0.05, 0.2, 1, 60];
  const steps: [string, number[]][] = [
    ['batch-10ml', [2.314, 3.319, 3.769, 4.234, 4.233]],
    ['flow-12cm2', [1.379, 2.379, 2.83, 3.295, 3.294]],
  ];
  for (const [name, expected] of steps) {
    it.each([0.001, 0.01, 0.05])(`${name} is met to 5 mV when called every %f s`, (step_s) => {
      expectNear(
        stepResponse(started(isothermal(reactor(name)), nominalCurrent_A(name)), times_s, step_s),
        expected,
        5e-3,
      );
    });
  }

  it('batch-overdriven is met to 10 mV', () => {
    const plant = started(isothermal(reactor('batch-overdriven')), 0.18);
    expectNear(stepResponse(plant, [0.01, 0.2, 1, 60], 0.01), [14.39, 15.27, 15.28, 16.06], 1e-2);
  });
});

describe('the galvanostat stage', () => {
  it('limits the current where the cell and its shunt would take more than 25.5 V, and says so', () => {
    const plant = started(isothermal(reactor('batch-10ml')), 0.018);
    advanceTo(plant, 20, 0.01);
    expect(plant.compliance).toBe(false);
    plant.defects.extraSeries_ohm = 2000;
    plant.advance(0.05);
    expect(plant.compliance).toBe(true);
    expect(plant.current_A).toBeLessThan(0.018);
    expect(plant.current_A).toBeGreaterThan(0.009);
    expect(plant.voltage_V + plant.current_A * 40).toBeCloseTo(25.5, 7);
  });

  it('raises COMPL at 95 % of what is left, before the current falls', () => {
    const plant = started(isothermal(reactor('batch-10ml')), 0.018);
    advanceTo(plant, 20, 0.01);
    const room_ohm = (0.95 * (25.5 - 0.72) - plant.voltage_V) / 0.018;
    plant.defects.extraSeries_ohm = room_ohm - 5;
    plant.advance(0.01);
    expect(plant.compliance).toBe(false);
    plant.defects.extraSeries_ohm = room_ohm + 5;
    plant.advance(0.01);
    expect(plant.compliance).toBe(true);
    expect(plant.current_A).toBe(0.018);
  });

  it('drives next to nothing through a lead that fell off, with its output near the rail', () => {
    const plant = started(isothermal(reactor('batch-10ml')), 0.018);
    plant.defects.extraSeries_ohm = 1e9;
    plant.advance(0.05);
    expect(plant.current_A).toBeLessThan(1e-7);
    expect(plant.stageVoltage_V).toBeGreaterThan(25.49);
    expect(plant.compliance).toBe(true);
  });

  it('passes no current with the relay open; the double layers relax by their own reactions', () => {
    const plant = started(isothermal(reactor('batch-10ml')), 0.018);
    advanceTo(plant, 30, 0.01);
    plant.inputs.connected = false;
    const charge_C = plant.charge_C;
    const potentials: number[] = [];
    for (let i = 0; i < 100; i++) {
      plant.advance(0.1);
      potentials.push(plant.voltage_V);
    }
    expect(plant.current_A).toBe(0);
    expect(plant.charge_C).toBe(charge_C);
    expect(plant.stageVoltage_V).toBe(25.5);
    expect(potentials.every((v, i) => i === 0 || v < (potentials[i - 1] ?? 0))).toBe(true);
    expect(potentials.at(-1)).toBeGreaterThan(2);
  });

  it('carries a reversed current, mirrored', () => {
    const plant = started(plainCell(), -0.018);
    advanceTo(plant, 40, 0.05);
    expect(plant.current_A).toBe(-0.018);
    expect(plant.voltage_V).toBeCloseTo(-4.205, 3);
    expect(plant.charge_C).toBeCloseTo(-0.54, 9);
    expect(plant.absoluteCharge_C).toBeCloseTo(0.54, 9);
  });
});

describe('any sequence of demands', () => {
  const demand = fc.record({
    set_mA: fc.double({ min: -250, max: 250, noNaN: true }),
    connected: fc.boolean(),
    dt_s: fc.constantFrom(0.0005, 0.001, 0.0037, 0.01, 0.05, 0.2),
    extra_ohm: fc.constantFrom(0, 0, 0, 500, 1e9),
  });

  it('stays finite, within the rail and in balance', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('batch-10ml', 'flow-12cm2'),
        fc.array(demand, { minLength: 1, maxLength: 40 }),
        (name, demands) => {
          const plant = new Plant(reactor(name));
          for (const { set_mA, connected, dt_s, extra_ohm } of demands) {
            Object.assign(plant.inputs, { setCurrent_A: set_mA / 1e3, connected, shunt_ohm: 4 });
            plant.defects.extraSeries_ohm = extra_ohm;
            plant.advance(dt_s);
            expect(Number.isFinite(plant.voltage_V)).toBe(true);
            expect(Math.abs(plant.current_A)).toBeLessThanOrEqual(connected ? Math.abs(set_mA / 1e3) : 0);
            expect(Math.abs(plant.voltage_V) + 4 * Math.abs(plant.current_A)).toBeLessThan(25.5 + 1e-6);
          }
          const { anode_V, cathode_V, routes } = plant;
          const { cell } = plant.reactor;
          const stored_C =
            cell.anodeCapacitance_mF * 1e-3 * (anode_V - cell.anodeStart_V) +
            cell.cathodeCapacitance_mF * 1e-3 * (cathode_V - cell.cathodeStart_V);
          const reduced_C =
            routes.catalytic_C + routes.hydrogen_C + routes.pinacol1a_C + routes.pinacol2a_C + routes.background_C;
          expect(Math.abs(reduced_C - routes.oxidation_C - stored_C)).toBeLessThan(
            1e-6 * Math.max(1, plant.absoluteCharge_C),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
