import { describe, expect, it } from 'vitest';
import type { Efficiency } from '../../src/control/efficiency.js';
import { FigureBook, type Figures } from '../../src/control/figures.js';
import { sampleOf } from '../../src/control/sampling.js';
import type { Observation } from '../../src/model/observation.js';
import { idle } from '../../src/procedure/machine.js';
import { seen } from '../support/observation.js';
import { planOf } from '../support/plan.js';

const PLAN = planOf();

/** The figures of samples that are a second apart. */
function figuresOf(
  observations: readonly (Partial<Observation> & { setpoint_mA?: number; efficiency?: Efficiency })[],
): Figures {
  const book = new FigureBook();
  for (const [k, { efficiency = null, ...changes }] of observations.entries()) {
    const loops = { setpoint_mA: changes.setpoint_mA ?? 80, temperature_setpoint_C: 0, peltier_A: 2 };
    book.add(sampleOf(k + 1, PLAN, idle(), seen({ elapsed_s: k, ...changes }), loops, { expected: null, efficiency }));
  }
  return book.figures;
}

describe('the figures of a run', () => {
  it('are none before any sample', () => {
    expect(figuresOf([])).toEqual({
      temperature_C: null,
      temperatureMean_C: null,
      voltage_V: null,
      hydrogenMax_ppm: null,
      ventMax_vol_percent: null,
      ventHydrogen_umol: 0,
      efficiency: null,
      energy_J: 0,
    });
  });

  it('have the efficiency as it was told last', () => {
    const efficiency = { value: 0.9, uncertainty: 0.06 };
    expect(figuresOf([{}, { efficiency }]).efficiency).toEqual(efficiency);
    expect(figuresOf([{ efficiency }, {}]).efficiency).toBeNull();
  });

  it('have temperature and voltage while current flowed, and only then', () => {
    const figures = figuresOf([
      { setpoint_mA: 0, current_mA: 0, temperature_C: 22, voltage_V: 0.6 },
      { temperature_C: 0.1, voltage_V: 3.3 },
      { temperature_C: -0.2, voltage_V: 3.5 },
      { temperature_C: null, voltage_V: 3.4 },
      { current_mA: 39, temperature_C: 9, voltage_V: 9 }, // less than half of the set point
      { current_mA: null, temperature_C: 9, voltage_V: 9 },
    ]);
    expect(figures.temperature_C).toEqual({ min: -0.2, max: 0.1 });
    expect(figures.temperatureMean_C).toBeCloseTo(-0.05, 12);
    expect(figures.voltage_V).toEqual({ min: 3.3, max: 3.5 });
  });

  it('tell the liquid that had a current from what flowed while there was none, from the first current to the last', () => {
    const flow = (setpoint_mA: number, count: number) =>
      Array.from({ length: count }, () => ({ setpoint_mA, current_mA: setpoint_mA, flow_mL_min: 6 }));
    const { liquid } = figuresOf([...flow(0, 11), ...flow(80, 20), ...flow(0, 5), ...flow(80, 10), ...flow(0, 30)]);
    expect(liquid?.charged_mL).toBeCloseTo(3, 9);
    expect(liquid?.passed_mL).toBeCloseTo(3.5, 9);
    expect(figuresOf(flow(0, 5)).liquid).toBeUndefined();
  });

  it('sum the energy of the cell', () => {
    const flowing = { current_mA: 80, voltage_V: 3 };
    expect(figuresOf(Array.from({ length: 101 }, () => flowing)).energy_J).toBeCloseTo(0.24 * 100, 9);
    const reversed = { setpoint_mA: -80, current_mA: -80, voltage_V: -3 };
    expect(figuresOf(Array.from({ length: 101 }, () => reversed)).energy_J).toBeCloseTo(24, 9);
  });

  it('sum the hydrogen that left by the vent: of nitrogen and hydrogen together it is the share measured', () => {
    // 100 mL/min of nitrogen with 1 vol% in what leaves: 100/99 mL/min; a minute of it over 24,465 mL/mol (25 °C, 1 atm).
    const minute = Array.from({ length: 61 }, () => ({ sweep_mL_min: 100, vent_hydrogen_vol_percent: 1 }));
    expect(figuresOf(minute).ventHydrogen_umol).toBeCloseTo((100 / 99 / 24_465) * 1e6, 2);
  });

  it('integrate over no gap longer than 5 s, and over no step back', () => {
    const flowing = { current_mA: 80, voltage_V: 3 };
    const gap = [
      { ...flowing, elapsed_s: 0 },
      { ...flowing, elapsed_s: 1000 },
      { ...flowing, elapsed_s: 2 },
    ];
    expect(figuresOf(gap).energy_J).toBeCloseTo(0.24 * 5, 9);
  });

  it('have the largest hydrogen of the whole run, current or not', () => {
    const figures = figuresOf([
      { hydrogen_ppm: 12, vent_hydrogen_vol_percent: 0.2 },
      { setpoint_mA: 0, current_mA: 0, hydrogen_ppm: 40, vent_hydrogen_vol_percent: 0.7 },
      { hydrogen_ppm: null, vent_hydrogen_vol_percent: null },
    ]);
    expect(figures.hydrogenMax_ppm).toBe(40);
    expect(figures.ventMax_vol_percent).toBe(0.7);
  });
});
