/**
 * Signatures of faults in a settled run, no protection acting, against nominal 5. The reference gives no tolerance; here
 * 2 % or 1 s unless said. How long the current has flowed before the fault is not stated there; hydrogen falls by 1 % an
 * hour, so each row says what it takes.
 */
import { describe, expect, it } from 'vitest';
import type { Reactor } from '../../src/model/reactor.js';
import { reactor, runUntil, settledRun, type Rig } from './plant-rig.js';

/** Times after now at which conditions first hold, s. */
function times(rig: Rig, within_s: number, conditions: Record<string, () => boolean>): Record<string, number> {
  const from_s = rig.plant.elapsed_s;
  const found: Record<string, number> = {};
  const open = new Map(Object.entries(conditions));
  runUntil(rig, within_s, () => {
    for (const [what, holds] of open) {
      if (!holds()) continue;
      found[what] = rig.plant.elapsed_s - from_s;
      open.delete(what);
    }
    return open.size === 0;
  });
  return found;
}

function expectTimes(
  actual: Record<string, number>,
  expected: Record<string, number>,
  share = 0.02,
  least_s = 1,
): void {
  for (const [what, time_s] of Object.entries(expected)) {
    const limit_s = Math.max(least_s, share * time_s);
    expect(Math.abs((actual[what] ?? NaN) - time_s), `${what}: ${actual[what]} for ${time_s} s`).toBeLessThanOrEqual(
      limit_s,
    );
  }
}

function clampedAt(name: string, currentMax_A: number): Reactor {
  const nominal = reactor(name);
  const { control } = nominal;
  return { ...nominal, control: { ...control, temperature: { ...control.temperature, currentMax_A } } };
}

describe('hot-side fan stalled', () => {
  // The reference runs the 100 mL plant with a clamp of 4 A. The first row is read at the probe, 6 s behind the liquid.
  it.each([
    ['batch-10ml', 3, { probe: 180, clamp: 449, hot55: 651, hot60: 827, liquid10: 1142 }, 15.8, 74],
    ['flow-12cm2', 4, { probe: 208, clamp: 360, hot55: 361, hot60: 414, hot75: 631, liquid10: 949 }, 25.6, 108],
  ])('%s warms although it cools at its clamp: the gain has turned', (name, clamp_A, expected, end_C, hot_C) => {
    const rig = settledRun(clampedAt(name, clamp_A), 900);
    const { plant } = rig;
    plant.defects.hotSideFanStalled = true;
    expect(plant.hotSideFanTurning).toBe(false);
    const found = times(rig, 6000, {
      probe: () => plant.probe_C > 0.3,
      clamp: () => plant.inputs.peltier_A >= clamp_A,
      hot55: () => plant.hotSide_C > 55,
      hot60: () => plant.hotSide_C > 60,
      hot75: () => plant.hotSide_C > 75,
      liquid10: () => plant.liquid_C > 10,
      never: () => false,
    });
    expectTimes(found, expected);
    expect(Math.abs(plant.liquid_C - end_C)).toBeLessThan(0.2);
    expect(Math.abs(plant.hotSide_C - hot_C)).toBeLessThan(0.7);
  });
});

describe('nitrogen lost', () => {
  it.each([
    ['batch-10ml', 1200, { head1: 40, head4: 270, head10: 755, vent1: 2303, vent4: 3683 }],
    ['flow-12cm2', 1800, { head1: 27, head4: 201, head10: 565, vent1: 671, vent4: 1155 }],
  ])('%s: the headspace fills long before the vent sensor sees it', (name, held_s, expected) => {
    const rig = settledRun(reactor(name), held_s);
    const { plant } = rig;
    plant.defects.sweepShare = 0;
    const found = times(rig, 5000, {
      head1: () => plant.headspaceHydrogen_vol_percent > 1,
      head4: () => plant.headspaceHydrogen_vol_percent > 4,
      head10: () => plant.headspaceHydrogen_vol_percent > 10,
      vent1: () => plant.ventHydrogen_vol_percent > 1,
      vent4: () => plant.ventHydrogen_vol_percent > 4,
      flow: () => plant.sweep_mL_min < 1,
    });
    expectTimes(found, expected, 0.005);
    expect(found['flow']).toBeLessThan(3);
  });
});

describe('Peltier leads swapped', () => {
  it.each([
    ['batch-10ml', 6.4, { probe: 11, liquid25: 44, liquid58: 80, block58: 43 }],
    ['flow-12cm2', 6.4, { probe: 18, liquid25: 92, liquid58: 188, block58: 61 }],
    ['batch-10ml', 6.0, { probe: 12, liquid25: 46, liquid58: 85, block58: 47 }],
    ['flow-12cm2', 6.0, { probe: 19, liquid25: 97, liquid58: 204, block58: 70 }],
    ['batch-10ml', 3, { probe: 15, liquid25: 77, liquid58: 187 }],
    ['flow-12cm2', 4, { probe: 22, liquid25: 140, liquid58: 351 }],
  ])('%s heats at %f A and never by 0.5 K/s in the first 10 s', (name, current_A, expected) => {
    const { plant } = settledRun(reactor(name), 600);
    const [from_s, probe_C, liquid_C] = [plant.elapsed_s, plant.probe_C, plant.liquid_C];
    plant.defects.peltierSign = -1;
    plant.inputs.peltier_A = current_A;
    const found: Record<string, number> = {};
    const mark = (what: string, holds: boolean) => {
      if (holds && found[what] === undefined) found[what] = plant.elapsed_s - from_s;
    };
    let rate_K_s = 0;
    while (plant.liquid_C < 58 && plant.elapsed_s - from_s < 600) {
      plant.advance(0.05);
      if (plant.elapsed_s - from_s < 10) rate_K_s = (plant.liquid_C - liquid_C) / 10;
      mark('probe', plant.probe_C > probe_C + 1);
      mark('liquid25', plant.liquid_C > 25);
      mark('block58', plant.block_C > 58);
    }
    mark('liquid58', plant.liquid_C >= 58);
    expectTimes(found, expected);
    expect(rate_K_s).toBeLessThan(0.5);
    if (current_A === 6) expect(Math.abs(rate_K_s - (name === 'batch-10ml' ? 0.18 : 0.06))).toBeLessThan(0.006);
  });
});

describe('pump stopped at 80 mA', () => {
  it('starves as the films grow, and settles on solvent a volt higher', () => {
    const rig = settledRun(reactor('flow-12cm2'), 3600);
    const { plant } = rig;
    const before_V = plant.voltage_V;
    const from_s = plant.elapsed_s;
    plant.inputs.pump_mL_min = 0;
    const found: Record<string, number> = {};
    const mark = (what: string, holds: boolean) => {
      if (holds && found[what] === undefined) found[what] = plant.elapsed_s - from_s;
    };
    while (plant.elapsed_s - from_s < 20) {
      plant.advance(0.01);
      mark('rise0.1', plant.voltage_V > before_V + 0.1);
      mark('ratio0.8', plant.transportRatio > 0.8);
      mark('ratio1', plant.transportRatio > 1);
      mark('rise0.8', plant.voltage_V > before_V + 0.8);
      mark('stopped', plant.flow_mL_min < 1);
    }
    expectTimes(found, { 'ratio0.8': 4.6, ratio1: 10, 'rise0.8': 10.7 }, 0.02, 0.1);
    // 0.3 s early: here bubbles linger in still liquid, in the reference they are cleared as before.
    expectTimes(found, { 'rise0.1': 1.9 }, 0, 0.35);
    expect(Math.abs(plant.voltage_V - 4.3)).toBeLessThan(0.02);
    expect(found['stopped']).toBeLessThan(1);
  });

  it('recovers when the pump runs again', () => {
    const { plant } = settledRun(reactor('flow-12cm2'), 600);
    const before_V = plant.voltage_V;
    plant.inputs.pump_mL_min = 0;
    for (let i = 0; i < 400; i++) plant.advance(0.05);
    expect(plant.voltage_V).toBeGreaterThan(before_V + 0.9);
    plant.inputs.pump_mL_min = 25;
    for (let i = 0; i < 200; i++) plant.advance(0.05);
    expect(Math.abs(plant.voltage_V - before_V)).toBeLessThan(0.01);
  });

  it('does not starve while no current flows', () => {
    const { plant } = settledRun(reactor('flow-12cm2'), 600);
    Object.assign(plant.inputs, { pump_mL_min: 0, connected: false });
    for (let i = 0; i < 2000; i++) plant.advance(0.05);
    Object.assign(plant.inputs, { connected: true });
    for (let i = 0; i < 20; i++) plant.advance(0.05);
    expect(plant.transportRatio).toBeLessThan(0.7);
  });
});

describe('stirrer stopped', () => {
  it('starves the batch cell within a minute', () => {
    const { plant } = settledRun(reactor('batch-10ml'), 600);
    const before_V = plant.voltage_V;
    plant.inputs.stirring = false;
    for (let i = 0; i < 1200; i++) plant.advance(0.05);
    expect(plant.transportRatio).toBeGreaterThan(1);
    expect(plant.voltage_V).toBeGreaterThan(before_V + 0.7);
  });
});

describe('canopy draw lost', () => {
  it.each([
    ['batch-10ml', 118],
    ['flow-12cm2', 388],
  ])('%s with its usual leak: no alarm within two hours, the tacho is needed', (name, expected_ppm) => {
    const rig = settledRun(reactor(name), 1200);
    const { plant } = rig;
    plant.inputs.canopyFan = false;
    expect(times(rig, 7200, { alarm: () => plant.ambientHydrogen_ppm > 400 })).toEqual({});
    expect(Math.abs(plant.ambientHydrogen_ppm - expected_ppm)).toBeLessThan(2);
    expect(plant.canopyFlow_L_min).toBeCloseTo(0.05, 6);
    expect(plant.canopyFanTurning).toBe(false);
  });

  it.each([
    ['batch-10ml', 0, { warn: 470, trip: 1267 }],
    ['flow-12cm2', 0, { warn: 275, trip: 618 }],
    ['batch-10ml', 0.3, { warn: 1266 }],
    ['flow-12cm2', 0.3, { warn: 405 }],
  ])('%s with all gas in the canopy and %f of the draw', (name, canopyShare, expected) => {
    const rig = settledRun(reactor(name), 1200);
    const { plant } = rig;
    Object.assign(plant.defects, { canopyShare, leakShare: 1 });
    const found = times(rig, 7200, {
      warn: () => plant.ambientHydrogen_ppm > 400,
      trip: () => plant.ambientHydrogen_ppm > 1000,
    });
    expectTimes(found, expected, 0.01);
    if (canopyShare > 0)
      expect(Math.abs(plant.ambientHydrogen_ppm - (name === 'batch-10ml' ? 406 : 609))).toBeLessThan(3);
  });

  it.each([
    ['batch-10ml', 122],
    ['flow-12cm2', 183],
  ])('%s stays under 400 ppm at full draw even when all gas leaks', (name, expected_ppm) => {
    const rig = settledRun(reactor(name), 3600);
    rig.plant.defects.leakShare = 1;
    runUntil(rig, 3600, () => false);
    expect(Math.abs(rig.plant.ambientHydrogen_ppm - expected_ppm)).toBeLessThan(2);
  });
});
