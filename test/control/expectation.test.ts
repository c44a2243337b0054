/** Residuals against a nominal plant: what is learned, what is judged, and when nothing is asked. */
import { describe, expect, it } from 'vitest';
import { type Expected, NO_RESIDUALS, ResidualTracker } from '../../src/control/expectation.js';
import type { Observation } from '../../src/model/observation.js';
import { seen, without } from '../support/observation.js';

const NOMINAL: Expected = {
  voltage_V: 3.3,
  temperature_C: 0,
  vent_hydrogen_vol_percent: 0.5,
  ventCeiling_vol_percent: 0.6,
};

/** `tracker` after so long of one observation. */
function after(
  tracker: ResidualTracker,
  time_s: number,
  changes: Partial<Observation> = {},
  expected: Expected | null = NOMINAL,
  energised = true,
): ResidualTracker {
  for (let at_s = 0; at_s < time_s; at_s++) tracker.add(seen(changes), expected, energised, 1);
  return tracker;
}

const judged = ({ residuals }: ResidualTracker): boolean =>
  Math.abs(residuals.voltage_V ?? 0) <= residuals.voltageAllowed_V;

describe('the residual of the voltage', () => {
  it('is not asked without a twin, without a current, and while the current settles', () => {
    expect(after(new ResidualTracker(), 100, {}, null).residuals).toEqual(NO_RESIDUALS);
    expect(after(new ResidualTracker(), 100, {}, NOMINAL, false).residuals.voltage_V).toBeNull();
    expect(after(new ResidualTracker(), 30, { voltage_V: 5 }).residuals.voltage_V).toBeNull();
    expect(after(new ResidualTracker(), 40, { voltage_V: 5 }).residuals.voltage_V).toBeCloseTo(1.7, 6);
  });

  it('learns a resistance that is 20 % off, and is quiet with it at another current too', () => {
    const tracker = after(new ResidualTracker(), 400, { voltage_V: 3.5 });
    expect(tracker.residuals.voltage_V).toBeCloseTo(0, 3);
    const half = { ...NOMINAL, voltage_V: 3.0 };
    after(tracker, 200, { setpoint_mA: 40, current_mA: 40, voltage_V: 3.1 }, half);
    expect(tracker.residuals.voltage_V).toBeCloseTo(0, 3);
    expect(tracker.residuals.voltageAllowed_V).toBe(0.25);
  });

  it('sees a cell that moves away from what was learned', () => {
    const tracker = after(new ResidualTracker(), 400, { voltage_V: 3.5 });
    expect(judged(after(tracker, 200, { voltage_V: 3.74 }))).toBe(true);
    expect(judged(after(tracker, 200, { voltage_V: 3.8 }))).toBe(false);
    expect(tracker.residuals.voltage_V).toBeCloseTo(0.3, 3);
  });

  it('learns no cell that is another one altogether', () => {
    for (const voltage_V of [4.2, 2.4]) {
      const tracker = after(new ResidualTracker(), 100, { voltage_V });
      expect(judged(tracker)).toBe(false);
      expect(judged(after(tracker, 600, { voltage_V }))).toBe(false);
    }
  });

  it('judges amounts where the direction alternates', () => {
    const turned = { ...NOMINAL, voltage_V: -3.3 };
    const tracker = after(new ResidualTracker(), 100, { setpoint_mA: -80, current_mA: -80, voltage_V: -3.3 }, turned);
    expect(tracker.residuals.voltage_V).toBeCloseTo(0, 9);
  });

  it('trips on a voltage that is no number', () => {
    expect(judged(after(new ResidualTracker(), 100, { voltage_V: NaN }))).toBe(false);
  });
});

describe('the residual of the temperature', () => {
  it('is measured less expected, with and without a current, and not asked where either is not known', () => {
    expect(after(new ResidualTracker(), 1, { temperature_C: 2.5 }).residuals.temperature_K).toBeCloseTo(2.5, 9);
    expect(after(new ResidualTracker(), 1, { temperature_C: 2.5 }, NOMINAL, false).residuals.temperature_K).toBe(2.5);
    expect(after(new ResidualTracker(), 1, without('temperature_C')).residuals.temperature_K).toBeNull();
  });
});

describe('hydrogen in the vent line', () => {
  it('is not held against a chemistry that nobody knows, but against what the charge can make', () => {
    const unknown = { ...NOMINAL, vent_hydrogen_vol_percent: null };
    const none = after(new ResidualTracker(), 600, { vent_hydrogen_vol_percent: 0 }, unknown).residuals;
    expect(none.ventShare).toBeNull();
    expect(none.ventOver_vol_percent).toBeLessThan(0);
    const much = after(new ResidualTracker(), 600, { vent_hydrogen_vol_percent: 1 }, unknown).residuals;
    expect(much.ventOver_vol_percent).toBeCloseTo(1 - 1.15 * 0.6, 6);
  });

  const vent = (vol_percent: number): Partial<Observation> => ({ vent_hydrogen_vol_percent: vol_percent });

  it('is a share of what is expected', () => {
    expect(after(new ResidualTracker(), 300, vent(0.2)).residuals.ventShare).toBeCloseTo(0.4, 6);
  });

  it('is not judged before enough is expected, nor without sweep, nor where the bench has no such sensor', () => {
    const early = { ...NOMINAL, vent_hydrogen_vol_percent: 0.19 };
    expect(after(new ResidualTracker(), 100, vent(0), early).residuals.ventShare).toBeNull();
    expect(after(new ResidualTracker(), 100, without('sweep_mL_min')).residuals.ventShare).toBeNull();
    const absent = without('vent_hydrogen_vol_percent', 'absent');
    expect(after(new ResidualTracker(), 100, absent).residuals.ventShare).toBeNull();
  });

  it('is no number when the sensor fell silent, so that its interlock speaks', () => {
    expect(after(new ResidualTracker(), 100, without('vent_hydrogen_vol_percent')).residuals.ventShare).toBeNaN();
  });

  it('is too much beyond what the charge can make and 15 % of it', () => {
    expect(after(new ResidualTracker(), 300, vent(0.69)).residuals.ventOver_vol_percent).toBeCloseTo(0, 6);
    expect(after(new ResidualTracker(), 300, vent(0.9)).residuals.ventOver_vol_percent).toBeCloseTo(0.21, 6);
  });
});
