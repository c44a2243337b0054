/** The efficiency in words, with the ceilings that keep it from being taken for turnover. */
import { describe, expect, it } from 'vitest';
import { efficiencyRows } from '../../src/cli/efficiency.js';
import type { Plan } from '../../src/model/plan.js';
import type { RunReport } from '../../src/reactor.js';
import { planOf } from '../support/plan.js';

/** The general procedure: 194.4 C on 0.5 mmol, 1.5 mmol of the substrate. */
const BASE = planOf();
const PLAN: Plan = {
  ...BASE,
  basis_mmol: 0.5,
  numbers: { ...BASE.numbers, charge_C: 194.4 },
  weighing: [
    {
      id: '1a',
      name: '1a',
      role: 'substrate',
      amount_mmol: 1.5,
      equivalents: 3,
      mass_mg: 332,
      balance_mg: 0.1,
      weighed_mg: 332,
      error_eq: 0,
      volume_uL: null,
      isPerchlorate: false,
    },
  ],
};

type Told = Pick<RunReport, 'figures' | 'result'>;

function report(charge_C: number, efficiency: Told['figures']['efficiency']): Told {
  return {
    figures: {
      temperature_C: null,
      temperatureMean_C: null,
      voltage_V: null,
      hydrogenMax_ppm: null,
      ventMax_vol_percent: null,
      ventHydrogen_umol: 0,
      efficiency,
      energy_J: 0,
    },
    result: {
      outcome: 'complete',
      reason: '',
      charge_C,
      absolute_charge_C: charge_C,
      board_charge_C: null,
      elapsed_s: 1,
      cycles: 1,
      missedTicks: 0,
      latest_ms: 0,
      busFaults: 0,
    },
  };
}

const text = (told: Told, plan = PLAN): string => efficiencyRows(plan, told).join('\n');

describe('the efficiency at the end', () => {
  it('stands with its uncertainty beside the ceilings of product and substrate', () => {
    const told = text(report(194.4, { value: 0.903, uncertainty: 0.061 }));
    expect(told).toContain('90.3 ± 6.1 %');
    expect(told).toContain('24.8 %'); // 0.5 mmol of 2.015 mmol of electrons
    expect(told).toContain('750 µmol'); // one hydrogen atom of each of 1.5 mmol
  });

  it('has the ceilings of the plan also where the run ended early', () => {
    expect(text(report(24.4, null))).toContain('24.8 %');
    expect(text(report(24.4, null))).toContain('not known');
  });

  it('is nothing where nothing passed, and knows no substrate where none is named', () => {
    expect(efficiencyRows(PLAN, report(0, null))).toEqual([]);
    expect(text(report(194.4, null), { ...PLAN, weighing: [] })).not.toContain('substrate');
  });
});
