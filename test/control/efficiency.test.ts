/** The Faradaic efficiency from the vent line: against a plant whose hydrogen is known, and against arithmetic. */
import { describe, expect, it } from 'vitest';
import { type Efficiency, EfficiencyTracker } from '../../src/control/efficiency.js';
import { type GasMetering, gasMeteringOf, USUAL_GAS_METERING } from '../../src/model/gas-metering.js';
import { faradaicEfficiency } from '../../src/physics/charge.js';
import { firstGas_s } from '../../src/physics/gas.js';
import { Plant } from '../../src/twin/plant.js';
import { boardNamed } from '../contract/files.js';
import { reactorFile } from '../support/plan.js';

const REACTOR = reactorFile('batch-10ml');
const STEP_S = 1;

interface Course {
  readonly at_s: number;
  readonly found: Efficiency | null;
  readonly truth: number;
}

/** The plant at constant current, its vent line read once a second through `read`. */
function course(
  hours: number,
  change: (plant: Plant) => void = () => undefined,
  read: (vol_percent: number, at_s: number) => number | null = (vent) => vent,
): Course[] {
  const plant = new Plant(REACTOR);
  const { inputs } = plant;
  inputs.stirring = inputs.connected = inputs.canopyFan = inputs.hotSideFan = true;
  inputs.setCurrent_A = 0.018;
  change(plant);
  const tracker = new EfficiencyTracker(REACTOR.hydrogen, REACTOR.cell.liquid_mL);
  return Array.from({ length: hours * 3600 }, (_, step) => {
    plant.advance(STEP_S);
    const at_s = (step + 1) * STEP_S;
    tracker.add(
      {
        vent_hydrogen_vol_percent: read(plant.ventHydrogen_vol_percent, at_s),
        sweep_mL_min: plant.sweep_mL_min,
        absolute_charge_C: plant.absoluteCharge_C,
        setpoint_mA: 18,
      },
      STEP_S,
    );
    const truth = faradaicEfficiency(plant.hydrogenMade_mol * 1e6, plant.absoluteCharge_C);
    return { at_s, found: tracker.efficiency, truth };
  });
}

const missed = (points: readonly Course[]): Course[] =>
  points.filter(({ found, truth }) => found !== null && !(Math.abs(found.value - truth) <= found.uncertainty));

describe('the Faradaic efficiency of hydrogen', () => {
  const nominal = course(1);

  it('closes the balance within its own uncertainty at every second that it tells', () => {
    expect(missed(nominal)).toEqual([]);
    const last = nominal.at(-1);
    expect(last?.found?.value).toBeCloseTo(last?.truth ?? NaN, 1);
    expect(last?.found?.uncertainty).toBeLessThan(0.08);
  });

  it('says nothing in the dead time of dissolution, nor before it means anything', () => {
    // 19 umol dissolve before the first gas: 204 s at 18 mA and an efficiency of 1 (models, 3d).
    const dead_s = firstGas_s(REACTOR.hydrogen.saturation_mM, REACTOR.cell.liquid_mL, 0.0933);
    expect(dead_s).toBeCloseTo(203.6, 0);
    const first = nominal.find(({ found }) => found !== null);
    expect(first?.at_s).toBeGreaterThan(1.5 * dead_s);
    expect(first?.at_s).toBeLessThan(1800);
    expect(first?.found?.uncertainty).toBeLessThanOrEqual(0.15);
  });

  it.each([
    ['a solubility taken a quarter too high', 1.25],
    ['a solubility taken a quarter too low', 0.75],
  ])('still closes within its uncertainty with %s', (_, share) => {
    const tracker = new EfficiencyTracker(
      { ...REACTOR.hydrogen, saturation_mM: REACTOR.hydrogen.saturation_mM * share },
      REACTOR.cell.liquid_mL,
    );
    const plant = new Plant(REACTOR);
    plant.inputs.stirring = plant.inputs.connected = true;
    plant.inputs.setCurrent_A = 0.018;
    for (let step = 0; step < 2400; step++) {
      plant.advance(STEP_S);
      const { ventHydrogen_vol_percent: vent_hydrogen_vol_percent, sweep_mL_min, absoluteCharge_C } = plant;
      const absolute_charge_C = absoluteCharge_C;
      tracker.add({ vent_hydrogen_vol_percent, sweep_mL_min, absolute_charge_C, setpoint_mA: 18 }, STEP_S);
      const truth = faradaicEfficiency(plant.hydrogenMade_mol * 1e6, absoluteCharge_C);
      const { efficiency } = tracker;
      if (efficiency !== null) expect(Math.abs(efficiency.value - truth)).toBeLessThanOrEqual(efficiency.uncertainty);
    }
    expect(tracker.efficiency).not.toBeNull();
  });

  it('is as sure as the meters of the board file are', () => {
    const spreadWith = (metering: GasMetering): number => {
      const tracker = new EfficiencyTracker(REACTOR.hydrogen, REACTOR.cell.liquid_mL, false, metering);
      const reading = { vent_hydrogen_vol_percent: 0.5, sweep_mL_min: 25, setpoint_mA: 18 };
      for (let at_s = 1; at_s <= 7200; at_s++) tracker.add({ ...reading, absolute_charge_C: 0.018 * at_s }, 1);
      return tracker.efficiency?.uncertainty ?? NaN;
    };
    const usual = spreadWith(gasMeteringOf(boardNamed('bench-sim').chips));
    expect(usual).toBe(spreadWith(USUAL_GAS_METERING));
    const worse = [{ ventShare: 0.06 }, { ventZero_vol_percent: 0.02 }, { sweepShare: 0.06 }];
    for (const change of worse) expect(spreadWith({ ...USUAL_GAS_METERING, ...change })).toBeGreaterThan(usual + 1e-3);
  });

  it('shows a leak: what does not come by the vent line is not found', () => {
    const last = course(1, (plant) => {
      plant.defects.leakShare = 0.6;
    }).at(-1);
    expect(last?.found?.value).toBeLessThan(0.65 * (last?.truth ?? NaN));
  });

  it('is less sure after a sensor was silent, and right about how much', () => {
    const silent = course(1, undefined, (vent, at_s) => (at_s > 2000 && at_s < 2100 ? null : vent));
    expect(missed(silent)).toEqual([]);
    expect(silent.at(-1)?.found?.uncertainty).toBeGreaterThan(nominal.at(-1)?.found?.uncertainty ?? NaN);
  });

  it('tells nothing when the sensor never spoke, and nothing of a blank', () => {
    expect(course(0.5, undefined, () => null).every(({ found }) => found === null)).toBe(true);
    const blank = new EfficiencyTracker(REACTOR.hydrogen, REACTOR.cell.liquid_mL);
    const reading = { vent_hydrogen_vol_percent: 0.4, sweep_mL_min: 25, absolute_charge_C: 0, setpoint_mA: 0 };
    for (let at_s = 0; at_s < 7200; at_s++) blank.add(reading, STEP_S);
    expect(blank.efficiency).toBeNull();
  });

  it('keeps its value when nothing flows any more', () => {
    const tracker = new EfficiencyTracker(REACTOR.hydrogen, REACTOR.cell.liquid_mL);
    const at = (setpoint_mA: number, charge_C: number, vent: number): void =>
      tracker.add(
        { vent_hydrogen_vol_percent: vent, sweep_mL_min: 25, absolute_charge_C: charge_C, setpoint_mA },
        STEP_S,
      );
    for (let s = 0; s <= 3600; s++) at(18, 0.018 * s, 0.48);
    for (let s = 0; s <= 900; s++) at(0, 64.8, 0);
    const ended = tracker.efficiency;
    expect(ended).not.toBeNull();
    for (let s = 0; s <= 3600; s++) at(0, 64.8, 0.2); // stripped out of the resting liquid, or a drift: not of this charge
    expect(tracker.efficiency).toEqual(ended);
  });
});
