import { describe, expect, it } from 'vitest';
import { BreakoutCharge } from '../../src/device/breakout-charge.js';
import { Polarity } from '../../src/device/breakout-polarity.js';
import { type BreakoutSeen, BreakoutTrips, widened } from '../../src/device/breakout-trips.js';

describe('the polarity relay', () => {
  it('is ready at once in the direction it has', () => {
    expect(new Polarity().step(1, 0.1, 0)).toEqual({ ready: true, coil: null });
  });

  it('moves only dry, after the stage was at zero, with a coil for a moment and a rest after it', () => {
    const polarity = new Polarity();
    const story = [0, 20, 40, 60, 80, 100, 120, 140].map((now_ms) => {
      const current_A = now_ms < 40 ? 0.018 : 1e-5;
      const { ready, coil } = polarity.step(-1, current_A, now_ms);
      return `${now_ms} ${ready ? 'ready' : 'wait'} ${coil ?? '-'} ${polarity.direction}`;
    });
    expect(story).toEqual([
      '0 wait - 1',
      '20 wait - 1', // still carries current
      '40 wait polarity-reverse 1',
      '60 wait - -1',
      '80 ready - -1',
      '100 ready - -1',
      '120 ready - -1',
      '140 ready - -1',
    ]);
  });

  it('does not move while the current is not measured, and ends a turn before it begins the next', () => {
    const polarity = new Polarity();
    polarity.step(-1, 0, 0);
    expect(polarity.step(-1, null, 500).coil).toBeNull();
    expect(polarity.step(-1, Number.NaN, 500).coil).toBeNull();
    expect(polarity.step(-1, 0, 520).coil).toBe('polarity-reverse');
    expect(polarity.step(1, 0, 525).coil).toBe('polarity-reverse');
    polarity.step(1, 0, 540);
    expect(polarity.step(1, 0, 560)).toEqual({ ready: false, coil: null });
    expect(polarity.direction).toBe(-1);
    polarity.step(1, 0, 580);
    expect(polarity.step(1, 0, 600).coil).toBe('polarity-forward');
  });
});

describe('the charge of the breakout', () => {
  it('is the trapezoid of readings that follow one another, signed and absolute', () => {
    const charge = new BreakoutCharge();
    for (let k = 0; k <= 100; k++) charge.add(k * 0.02, k < 50 ? 0.1 : 0.1 + (k - 50) * 1e-5, 0);
    expect(charge.net_C).toBeCloseTo(0.2 + 0.5 * 1 * 50e-5, 9);
    expect(charge.absolute_C).toBe(charge.net_C);
    const back = new BreakoutCharge();
    for (let k = 0; k <= 50; k++) back.add(k * 0.02, -0.1, k * 0.002);
    expect(back.net_C).toBeCloseTo(-0.1, 9);
    expect(back.absolute_C).toBeCloseTo(0.1, 9);
  });

  it('takes the counter over a gap and where the current jumped', () => {
    const charge = new BreakoutCharge();
    charge.add(0, 0, 0);
    charge.add(0.02, 0.1, 0.0015); // on 5 ms after the first reading
    expect(charge.net_C).toBe(0.0015);
    charge.add(0.04, 0.1, 0.0034);
    expect(charge.net_C).toBeCloseTo(0.0035, 12);
    charge.add(1.04, 0.1, 0.1034);
    expect(charge.net_C).toBeCloseTo(0.1035, 12);
    charge.add(2.04, 0.1, 0); // the chip was reset in the gap: nobody knows, and the witness says so
    expect(charge.net_C).toBeCloseTo(0.1035, 12);
    expect(charge.witnessed).toBe(false);
  });

  it('is borne out by the counter within two per cent, and begins anew at zero', () => {
    const charge = new BreakoutCharge();
    for (let k = 0; k <= 5000; k++) charge.add(k * 0.02, 0.1, k * 0.002 * 1.01);
    expect(charge.witnessed).toBe(true);
    charge.add(5001 * 0.02, 0.1, 10.5);
    expect(charge.witnessed).toBe(false);
    charge.zero();
    expect(charge).toMatchObject({ net_C: 0, absolute_C: 0, witnessed: true });
  });
});

const LIMITS = {
  runTag: 3,
  current_A: 0.02,
  voltage_V: 5,
  charge_C: 100,
  duration_s: 1000,
  temperatureMin_C: -5,
  temperatureMax_C: 30,
};

const WELL: BreakoutSeen = {
  armed: true,
  outputOn: true,
  setpoint_A: 0.018,
  current_A: 0.018,
  returnCurrent_A: 0.018,
  voltage_V: 3,
  cellTemperature_C: 0,
  absoluteCharge_C: 50,
  on_s: 500,
  compliance: false,
  interlockClosed: true,
  doorClosed: true,
  safeEnabled: true,
  chargeWitnessed: true,
};

/** What is latched when `spoilt` stands for a time, in cycles of 20 ms. */
function latched(spoilt: Partial<BreakoutSeen>, for_s: number): readonly string[] {
  const trips = new BreakoutTrips();
  for (let cycle = 0; cycle * 0.02 <= for_s; cycle++) trips.judge({ ...WELL, ...spoilt }, LIMITS, cycle * 0.02);
  return trips.latched;
}

describe('the trips of the breakout', () => {
  it('are quiet while all is well, for a minute', () => {
    expect(latched({}, 60)).toEqual([]);
  });

  const cases: readonly (readonly [string, Partial<BreakoutSeen>, number])[] = [
    ['interlock', { interlockClosed: false }, 0],
    ['door', { doorClosed: false }, 0],
    ['deadman', { safeEnabled: false }, 0],
    ['overCurrent', { current_A: 0.0225, returnCurrent_A: 0.0225, setpoint_A: 0.0225 }, 0.02],
    ['overVoltage', { voltage_V: 5.1 }, 0.1],
    ['overVoltage', { voltage_V: Number.NaN }, 0.1],
    ['chargeLimit', { absoluteCharge_C: 100.1 }, 0],
    ['chargeLimit', { absoluteCharge_C: Number.NaN }, 0],
    ['durationLimit', { on_s: 1000.1 }, 0],
    ['cellTemperature', { cellTemperature_C: 31 }, 0.5],
    ['cellTemperature', { cellTemperature_C: -6 }, 0.5],
    ['cellTemperature', { cellTemperature_C: Number.NaN }, 0.5],
    ['polarity', { voltage_V: -2 }, 10],
    ['shortCell', { voltage_V: 0.05 }, 0.1],
    ['openCell', { current_A: 0, returnCurrent_A: 0, compliance: true }, 0.2],
    ['notFollowing', { current_A: 0.0165, returnCurrent_A: 0.0165 }, 0.3],
    ['leak', { returnCurrent_A: 0.0174 }, 2],
    ['leak', { returnCurrent_A: Number.NaN }, 2],
    ['chargeCounter', { chargeWitnessed: false }, 10],
    ['stuckOutput', { armed: false, outputOn: false, current_A: 0.0003 }, 0.2],
  ];
  it.each(cases)('%s: %j', (name, spoilt, delay_s) => {
    expect(latched(spoilt, delay_s + 0.041)).toEqual([name]);
    if (delay_s > 0) expect(latched(spoilt, delay_s - 0.021)).toEqual([]);
  });

  it('have a lost ammeter as its own fault, not as one of the others', () => {
    expect(latched({ current_A: Number.NaN }, 0.2)).toEqual(['meterLost']);
  });

  it('forget a condition that was interrupted', () => {
    const trips = new BreakoutTrips();
    for (let cycle = 0; cycle < 100; cycle++)
      trips.judge({ ...WELL, voltage_V: cycle % 5 === 4 ? 3 : 6 }, LIMITS, cycle * 0.02);
    expect(trips.latched).toEqual([]);
  });

  it('keep the first-out first, say once that something new came, and clear only what has gone', () => {
    const trips = new BreakoutTrips();
    const open = { ...WELL, doorClosed: false };
    expect(trips.judge(open, LIMITS, 0)).toBe(true);
    expect(trips.judge({ ...open, interlockClosed: false }, LIMITS, 0.02)).toBe(true);
    expect(trips.judge({ ...open, interlockClosed: false }, LIMITS, 0.04)).toBe(false);
    expect(trips.latched).toEqual(['door', 'interlock']);
    expect(trips.clear(open)).toEqual(['door']);
    expect(trips.latched).toEqual(['door', 'interlock']);
    expect(trips.clear(WELL)).toEqual([]);
    expect(trips.latched).toEqual([]);
  });
});

describe('an envelope in force', () => {
  it('may be tightened in each of its limits and widened in none', () => {
    expect(widened(LIMITS, LIMITS)).toEqual([]);
    expect(widened(LIMITS, { ...LIMITS, current_A: 0.01, temperatureMin_C: -1, temperatureMax_C: 20 })).toEqual([]);
    for (const key of ['current_A', 'voltage_V', 'charge_C', 'duration_s', 'temperatureMax_C'] as const) {
      expect(widened(LIMITS, { ...LIMITS, [key]: LIMITS[key] * 1.001 })).toEqual([key]);
      expect(widened(LIMITS, { ...LIMITS, [key]: Number.NaN })).toEqual([key]);
    }
    expect(widened(LIMITS, { ...LIMITS, temperatureMin_C: -5.1 })).toEqual(['temperatureMin_C']);
    expect(widened(LIMITS, { ...LIMITS, runTag: 4 })).toEqual(['runTag']);
  });
});
