import { describe, expect, it } from 'vitest';
import { wireTime_s } from '../../src/bus/i2c.js';
import { fullestCycle_s, mustFit } from '../../src/control/cycle-time.js';

const word = { address: 0x40, write: Uint8Array.of(0), read: 2 };
const RATE_HZ = 100_000;
const WORD_S = wireTime_s(word, RATE_HZ);

describe('the wire time of the fullest cycle', () => {
  it('counts what is in every cycle, and all actuators', () => {
    const demand = { always: [word, word], sensors: [], actuators: [word] };
    expect(fullestCycle_s(demand, 0.02, RATE_HZ)).toBeCloseTo(3 * WORD_S, 12);
  });

  it('staggers sensors by their place, so that two of one period do not meet', () => {
    const sensor = { period_s: 0.5, transfers: [word] };
    const demand = { always: [], actuators: [], sensors: [sensor, sensor, sensor] };
    expect(fullestCycle_s(demand, 0.02, RATE_HZ)).toBeCloseTo(WORD_S, 12);
    expect(fullestCycle_s(demand, 0.5, RATE_HZ)).toBeCloseTo(3 * WORD_S, 12);
  });

  it('finds where sensors of different periods meet', () => {
    const sensors = [
      { period_s: 0.04, transfers: [word] }, // odd cycles
      { period_s: 0.1, transfers: [word] }, // the third of five
    ];
    expect(fullestCycle_s({ always: [], actuators: [], sensors }, 0.02, RATE_HZ)).toBeCloseTo(2 * WORD_S, 12);
  });

  it('must leave a share of the period; the refusal says what was needed, what there is, and what would fit', () => {
    const demand = { always: Array.from({ length: 20 }, () => word), sensors: [], actuators: [] };
    expect(() => mustFit(demand, 0.02, RATE_HZ)).not.toThrow();
    expect(() => mustFit(demand, 0.01, RATE_HZ)).toThrow(
      'a control cycle needs 9.6 ms of the bus at 100 kHz, of 8.5 ms usable in a period of 10.0 ms (would be right: control_Hz up to 88)',
    );
  });
});
