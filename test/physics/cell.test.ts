import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as cell from '../../src/physics/cell.js';
import {
  electrodeCoefficients,
  electrodeRates,
  freshComposition,
  noElectrodeRates,
  tafelScale_V,
  thermalKinetics,
} from '../../src/physics/kinetics.js';
import { settledTransfer } from '../../src/physics/transport.js';
import { reactor } from '../twin/plant-rig.js';

const batch = reactor('batch-10ml');
const flow = reactor('flow-12cm2');

describe('resistance', () => {
  it('is 60.24 ohm in the batch cell at 0 degC and falls with temperature as DMF thins', () => {
    expect(cell.seriesResistance_ohm(batch.cell, 0)).toBeCloseTo(60.24, 2);
    const table = [
      [-10, 2.7],
      [10, 3.6],
      [25, 4.3],
    ] as const;
    for (const [temperature_C, expected] of table) {
      expect(Math.abs(cell.conductivity_mS_cm(3.1, temperature_C) - expected)).toBeLessThan(0.05);
    }
  });

  it('loses 8.7 % of conductivity at the bubble share of 20 mL/min, 83 % in a single pass', () => {
    expect(1 - cell.bubbleConductance(0.059)).toBeCloseTo(0.087, 3);
    expect(1 - cell.bubbleConductance(1.254 / (1.254 + 0.5556))).toBeCloseTo(0.83, 2);
  });
});

describe('kinetics', () => {
  it('has the Tafel scale of 47.08 mV at 0 degC, 118.3 mV a decade at 25 degC', () => {
    expect(tafelScale_V(0) * 1e3).toBeCloseTo(47.08, 2);
    expect(tafelScale_V(25) * 1e3 * Math.LN10).toBeCloseTo(118.3, 1);
  });

  const coefficients = electrodeCoefficients(
    batch.kinetics,
    thermalKinetics(batch.kinetics, 0),
    freshComposition(batch),
    settledTransfer(batch),
  );
  const at = (potential_V: number) => {
    const rates = noElectrodeRates();
    electrodeRates(potential_V, coefficients, rates);
    return rates;
  };

  it('falls with potential, and its slope is that of a difference', () => {
    fc.assert(
      fc.property(fc.double({ min: -3.5, max: 1.6, noNaN: true }), (potential) => {
        const h = 1e-5;
        const slope = (at(potential - h).total_A_cm2 - at(potential + h).total_A_cm2) / (2 * h);
        expect(at(potential).slope_A_cm2_V).toBeGreaterThan(0);
        expect(slope / at(potential).slope_A_cm2_V).toBeCloseTo(1, 4);
      }),
    );
  });

  it('never passes a film limit, and stays finite far outside any working potential', () => {
    for (const potential of [-1000, -30, -3, 0, 5, 30, 1000]) {
      const rates = at(potential);
      for (const value of Object.values(rates)) expect(Number.isFinite(value)).toBe(true);
      expect(rates.catalytic_A_cm2 + rates.pinacol1a_A_cm2).toBeLessThanOrEqual(9.56e-3);
      expect(rates.hydrogen_A_cm2).toBeLessThanOrEqual(4.06e-3);
    }
  });

  it('is finite when every species is used up', () => {
    const spent = { imine1a_mol_cm3: 0, imine2a_mol_cm3: 0, catalyst_mol_cm3: 0, donor_mol_cm3: 0 };
    const steady = cell.steadyCell(batch, 0.018, 0, { composition: spent });
    expect(steady.rates.background_A_cm2 * 2.7).toBeCloseTo(0.018, 9);
    expect(Number.isFinite(steady.voltage_V)).toBe(true);
  });
});

describe('the steady cell', () => {
  it('predicts the voltage that a fresh run reaches once bubbles have formed: 4.26 and 3.30 V', () => {
    expect(cell.steadyVoltage_V(batch, 0.018, 0)).toBeCloseTo(4.26, 2);
    expect(cell.steadyVoltage_V(flow, 0.08, 0)).toBeCloseTo(3.298, 2);
  });

  it('splits a fresh run .466/.461/.072 and .496/.431/.074', () => {
    const split = (name: string, current_A: number) => {
      const { rates } = cell.steadyCell(reactor(name), current_A, 0);
      return [rates.catalytic_A_cm2, rates.hydrogen_A_cm2, rates.pinacol1a_A_cm2 + rates.pinacol2a_A_cm2].map(
        (j) => j / rates.total_A_cm2,
      );
    };
    const nominal = { 'batch-10ml': [0.018, 0.466, 0.461, 0.072], 'flow-12cm2': [0.08, 0.496, 0.431, 0.074] };
    for (const [name, [current_A = 0, ...expected]] of Object.entries(nominal)) {
      split(name, current_A).forEach((share, i) => expect(Math.abs(share - (expected[i] ?? 0))).toBeLessThan(0.01));
    }
  });

  it('refuses the overdriven cell by a ratio of 3.97, and passes the others', () => {
    expect(cell.transportRatio(reactor('batch-overdriven'), 0.18)).toBeCloseTo(3.97, 2);
    expect(cell.transportRatio(batch, 0.018)).toBeCloseTo(0.397, 3);
    expect(cell.transportRatio(flow, 0.08)).toBeCloseTo(0.352, 3);
    expect(cell.transportRatio(flow, 0.08, { flow_mL_min: 10 })).toBeGreaterThan(cell.transportRatio(flow, 0.08));
    expect(cell.transportRatio(reactor('batch-scale-out-27cm2'), 0.18)).toBeCloseTo(0.397, 3);
  });

  it('puts the overdriven cell at 15.3 V without bubbles, most of it ohmic', () => {
    const steady = cell.steadyCell(reactor('batch-overdriven'), 0.18, 0);
    expect(steady.anode_V - steady.cathode_V + 0.18 * cell.seriesResistance_ohm(batch.cell, 0)).toBeCloseTo(15.27, 2);
    expect(steady.cathode_V).toBeCloseTo(-2.95, 2);
  });

  it('answers to its parameters as the reference does', () => {
    const changed = (name: string, current_A: number, edit: (r: typeof batch) => typeof batch) =>
      cell.steadyVoltage_V(edit(reactor(name)), current_A, 0) - cell.steadyVoltage_V(reactor(name), current_A, 0);
    const conductivity = (factor: number) => (r: typeof batch) => ({
      ...r,
      cell: { ...r.cell, conductivity_mS_cm: r.cell.conductivity_mS_cm * factor },
    });
    const anode = (r: typeof batch) => ({
      ...r,
      kinetics: { ...r.kinetics, anode: { ...r.kinetics.anode, exchange_A_cm2: 1e-5 } },
    });
    const donor = (factor: number) => (r: typeof batch) => ({
      ...r,
      solution: { ...r.solution, donor_mM: r.solution.donor_mM * factor },
    });
    expect(changed('batch-10ml', 0.018, conductivity(1.2))).toBeCloseTo(-0.18, 2);
    expect(changed('batch-10ml', 0.018, conductivity(0.8))).toBeCloseTo(0.27, 1);
    expect(Math.abs(changed('flow-12cm2', 0.08, conductivity(0.8)) - 0.03)).toBeLessThan(0.01);
    expect(changed('batch-10ml', 0.018, anode)).toBeCloseTo(-0.108, 3);
    expect(Math.abs(changed('batch-10ml', 0.018, donor(0.5)) - 0.07)).toBeLessThan(0.03);
    expect(changed('batch-10ml', 0.018, donor(2))).toBeLessThan(-0.02);
  });

  it('carries exactly the current that it is given', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-5, max: 0.25, noNaN: true }),
        fc.double({ min: -20, max: 40, noNaN: true }),
        (current_A, temperature_C) => {
          const steady = cell.steadyCell(flow, current_A, temperature_C);
          expect((steady.rates.total_A_cm2 * flow.cell.area_cm2) / current_A).toBeCloseTo(1, 9);
          expect(steady.heat_W).toBeCloseTo(current_A * steady.voltage_V, 12);
        },
      ),
    );
  });

  it.each([0, -1, NaN])('refuses a current of %d A', (current_A) => {
    expect(() => cell.steadyCell(batch, current_A, 0)).toThrow(RangeError);
  });
});
