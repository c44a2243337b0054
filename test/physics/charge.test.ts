import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as charge from '../../src/physics/charge.js';

describe('Faraday', () => {
  it('gives the charge of the general procedure: 18 mA for 3 h is 4.03 F/mol of 0.5 mmol', () => {
    expect(charge.charge_F_mol(194.4, 0.5)).toBeCloseTo(4.0296, 4);
    expect(charge.charge_F_mol(194.4, 1.5)).toBeCloseTo(1.343, 3);
    expect(charge.electrons_mmol(194.4)).toBeCloseTo(2.0148, 4);
    expect(charge.duration_s(194.4, 18)).toBeCloseTo(10_800, 9);
    expect(charge.currentDensity_mA_cm2(18, 2.7)).toBeCloseTo(6.667, 3);
  });

  it('gives the hydrogen ceiling and its rate', () => {
    expect(charge.hydrogen_umol(194.4)).toBeCloseTo(1007.4, 1);
    expect(charge.hydrogenRate_umol_s(18)).toBeCloseTo(0.0933, 4);
    expect(charge.hydrogenRate_mL_min(18)).toBeCloseTo(0.1369, 4);
    expect(charge.hydrogenRate_mL_min(80)).toBeCloseTo(0.6085, 3);
    expect(charge.hydrogenRate_mL_min(180)).toBeCloseTo(1.369, 3);
  });

  it('gives the efficiencies of the paper: 20.1 % at one electron, 40.1 % at two', () => {
    expect(charge.productEfficiency(0.404, 194.4, 1)).toBeCloseTo(0.2005, 4);
    expect(charge.productEfficiency(0.404, 194.4, 2)).toBeCloseTo(0.401, 3);
    expect(charge.faradaicEfficiency(909.7, 194.4)).toBeCloseTo(0.903, 3);
  });

  it('inverts', () => {
    const amount = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(amount, amount, (faraday, amount_mmol) => {
        expect(charge.charge_F_mol(charge.charge_C(faraday, amount_mmol), amount_mmol) / faraday).toBeCloseTo(1, 12);
      }),
    );
  });
});
