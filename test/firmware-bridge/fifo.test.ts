import { describe, expect, it } from 'vitest';
import {
  CONFIGURE,
  CONSTANTS,
  decodeSamplesFrame,
  encodeConfigureFrame,
  encodeSamplingFrame,
  encodeTakeSamplesFrame,
  SAMPLES,
  SAMPLING,
  TAKE_SAMPLES,
  type SamplesFrame,
} from '../../src/bus/protocol.gen.js';
import { payloadOf, Rig } from './rig.js';

const begin = (rig: Rig, period_ms: number): string => rig.raw(SAMPLING, encodeSamplingFrame({ period_ms }));
const take = (rig: Rig, next: number): string => rig.raw(TAKE_SAMPLES, encodeTakeSamplesFrame({ next }));
const read = (rig: Rig): SamplesFrame => decodeSamplesFrame(payloadOf(rig, SAMPLES));
const EMPTY = {
  time1_ms: 0,
  current1: 0,
  voltage1_mV: 0,
  time2_ms: 0,
  current2: 0,
  voltage2_mV: 0,
  time3_ms: 0,
  current3: 0,
  voltage3_mV: 0,
};
/** A count of the 256 mA range, in the parts that a sample has. */
const parts = (current_A: number): number => (current_A / 0.256) * 32_768 * 128;

describe('kept samples', () => {
  it('are none until they are asked for, and none again at a period of 0', () => {
    const rig = new Rig();
    rig.advance(100);
    expect(read(rig)).toEqual({ first: 0, waiting: 0, lost: 0, ...EMPTY });
    begin(rig, 1);
    rig.advance(10);
    expect(read(rig).waiting).toBe(10);
    begin(rig, 0);
    rig.advance(100);
    expect(read(rig)).toEqual({ first: 0, waiting: 0, lost: 0, ...EMPTY });
  });

  it('are means over the period with the time of their end', () => {
    const rig = new Rig(2);
    const from_ms = rig.firmware.time_ms;
    begin(rig, 8);
    for (const current_A of [0.02, 0.06, -0.05]) {
      rig.inputs = { current_A, voltage_V: 100 * current_A };
      rig.advance(4);
      rig.inputs = { current_A: current_A + 0.01, voltage_V: 100 * current_A };
      rig.advance(4);
    }
    const frame = read(rig);
    expect([frame.time1_ms, frame.time2_ms, frame.time3_ms]).toEqual([8, 16, 24].map((ms) => from_ms + ms));
    const currents = [frame.current1, frame.current2, frame.current3];
    // As converted: gain within 0.2 %, offset 4 counts, noise of a count.
    [0.025, 0.065, -0.045].forEach((current_A, i) => {
      expect(Math.abs((currents[i] ?? 0) - parts(current_A))).toBeLessThan(0.002 * parts(0.065) + 6 * 128);
    });
    const voltages = [frame.voltage1_mV, frame.voltage2_mV, frame.voltage3_mV];
    [2000, 6000, -5000].forEach((voltage_mV, i) => {
      expect(Math.abs((voltages[i] ?? 0) - voltage_mV)).toBeLessThan(12);
    });
  });

  it('resolve parts of a count, up to the rails and the longest period', () => {
    const rig = new Rig(2);
    for (const [period_ms, current_A] of [
      [500, 0.05],
      [500, -1],
      [1, -1],
      [500, 1],
    ] as const) {
      rig.inputs = { current_A, returnCurrent_A: current_A };
      begin(rig, period_ms);
      rig.advance(period_ms);
      const frame = read(rig);
      expect(frame.waiting).toBe(1);
      const rail = current_A > 0 ? 32_767 * 128 : -32_768 * 128;
      if (Math.abs(current_A) === 1) expect(Math.abs(frame.current1 - rail)).toBeLessThanOrEqual(1);
      else expect(frame.current1 % 128).not.toBe(0);
    }
  });

  it('wait until they are taken: a read twice is the same, and a stale number takes nothing', () => {
    const rig = new Rig();
    begin(rig, 2);
    rig.advance(10);
    const frame = read(rig);
    expect(frame).toMatchObject({ first: 0, waiting: 5 });
    expect(read(rig)).toEqual(frame);
    expect(take(rig, 6)).toBe('accepted');
    expect(take(rig, 0xffff)).toBe('accepted');
    expect(read(rig)).toEqual(frame);
    expect(take(rig, 3)).toBe('accepted');
    const rest = read(rig);
    expect(rest).toMatchObject({ first: 3, waiting: 2, time3_ms: 0, current3: 0, voltage3_mV: 0 });
    expect(rest.time1_ms).toBe(frame.time3_ms + 2);
    expect(take(rig, 3)).toBe('accepted');
    expect(read(rig)).toEqual(rest);
    expect(take(rig, 5)).toBe('accepted');
    expect(read(rig)).toEqual({ first: 5, waiting: 0, lost: 0, ...EMPTY });
  });

  it('that find no room are counted, and what waits stays whole', () => {
    const rig = new Rig();
    begin(rig, 1);
    rig.advance(CONSTANTS.samplesKept);
    expect(read(rig)).toMatchObject({ waiting: CONSTANTS.samplesKept, lost: 0 });
    rig.advance(7);
    const full = read(rig);
    expect(full).toMatchObject({ first: 0, waiting: CONSTANTS.samplesKept, lost: 7 });
    for (let next = 1; next <= CONSTANTS.samplesKept; next++) {
      const { time1_ms } = read(rig);
      expect(time1_ms).toBe(full.time1_ms + next - 1);
      take(rig, next);
    }
    rig.advance(1);
    expect(read(rig)).toMatchObject({ first: 64, waiting: 1, lost: 7, time1_ms: full.time1_ms + 71 });
  });

  it('are numbered across the wrap of 16 bits', () => {
    const rig = new Rig();
    begin(rig, 1);
    for (let next = 60; next < 65_600; next += 60) {
      rig.advance(60);
      take(rig, next & 0xffff);
    }
    expect(read(rig)).toMatchObject({ first: 65_580 & 0xffff, waiting: 0, lost: 0 });
  });

  it('do not span a change of range', () => {
    const rig = new Rig();
    rig.inputs = { current_A: 1e-4, returnCurrent_A: 1e-4 };
    begin(rig, 10);
    rig.advance(9);
    expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range: 0, deadman_ms: 150, slew_uA_s: 50_000 }))).toBe('accepted');
    rig.advance(9);
    expect(read(rig).waiting).toBe(0);
    rig.advance(1);
    expect(read(rig).current1 / 128 / 32_768).toBeCloseTo(1e-4 / 256e-6, 2);
  });
});
