import { describe, expect, it } from 'vitest';
import { seeded } from '../../src/model/random.js';
import { BreakoutStage } from '../../src/twin/breakout-stage.js';
import type { BoardInputs } from '../../src/twin/firmware.js';
import { silent } from '../device/chip-bus.js';

const INPUTS: BoardInputs = {
  current_A: 0,
  returnCurrent_A: 0,
  voltage_V: 0,
  cellTemperature_C: 20,
  boardTemperature_C: 25,
  supply_V: 24,
  interlockClosed: true,
  doorClosed: true,
  relayContactClosed: false,
};

/** Without errors: half of each interval, which is none. */
function stage(noise = silent as ReturnType<typeof seeded>) {
  return new BreakoutStage({ scale_A_V: 0.1, offset_A: 0, tolerance: 0.02, watchdog_s: 0.2, noise });
}

function pulse(s: BreakoutStage): void {
  s.line('watchdog-pulse', true);
  s.line('watchdog-pulse', false);
}

describe('the stage of the breakout bench', () => {
  it('has everything off until it is pulsed, and 205 ms after the last pulse', () => {
    const s = stage();
    s.line('cell-relay', true);
    s.setVoltage(1);
    expect(s).toMatchObject({ relayClosed: false, safeEnabled: false, openMasterRelay: true, dacCurrent_A: 0 });
    pulse(s);
    expect(s).toMatchObject({ relayClosed: true, safeEnabled: true, openMasterRelay: false });
    expect(s.run(150)).toBe(150);
    pulse(s);
    expect(s.run(204)).toBe(204);
    expect(s.safeEnabled).toBe(true);
    expect(s.run(100)).toBe(1); // stops where an output moves
    expect(s).toMatchObject({ relayClosed: false, safeEnabled: false, dacCurrent_A: 0 });
    expect(s.run(100)).toBe(100);
  });

  it('takes a level for no pulse: a line that hangs high drops the relay too', () => {
    const s = stage();
    s.line('watchdog-pulse', true);
    s.run(300);
    expect(s.safeEnabled).toBe(false);
  });

  it('drops at once when the emergency stop opens, and takes no pulse while it is open', () => {
    const s = stage();
    pulse(s);
    s.set({ ...INPUTS, interlockClosed: false });
    expect(s.safeEnabled).toBe(false);
    pulse(s);
    expect(s.safeEnabled).toBe(false);
    s.set(INPUTS);
    expect(s.safeEnabled).toBe(false);
    pulse(s);
    expect(s.safeEnabled).toBe(true);
  });

  it('draws one way, and the relay turns it round and stays when its coil is off', () => {
    const s = stage();
    pulse(s);
    s.line('cell-relay', true);
    s.setVoltage(0.5);
    expect(s.dacCurrent_A).toBeCloseTo(0.05, 9);
    s.line('polarity-reverse', true);
    s.line('polarity-reverse', false);
    expect(s.dacCurrent_A).toBeCloseTo(-0.05, 9);
    s.setVoltage(-0.5);
    expect(s.dacCurrent_A).toBeCloseTo(0, 12);
    s.line('polarity-forward', true);
    s.setVoltage(0.5);
    expect(s.dacCurrent_A).toBeCloseTo(0.05, 9);
  });

  it('is off by its errors, of which no two benches have the same, and never by more than they say', () => {
    const currents = [1, 2, 3, 4, 5, 6].map((seed) => {
      const s = stage(seeded(seed).fork('stage'));
      pulse(s);
      s.line('cell-relay', true);
      s.setVoltage(1);
      return s.dacCurrent_A;
    });
    expect(new Set(currents).size).toBe(currents.length);
    for (const current_A of currents) expect(Math.abs(current_A - 0.1)).toBeLessThan(0.02 * 0.1 + 0.15e-3 + 1e-4);
    expect(Math.max(...currents) - Math.min(...currents)).toBeGreaterThan(0.5e-3);
  });

  it('creeps as it warms', () => {
    const s = stage(seeded(3).fork('stage'));
    s.line('cell-relay', true);
    s.setVoltage(1);
    pulse(s);
    const cold_A = s.dacCurrent_A;
    for (let k = 0; k < 600; k++) {
      pulse(s);
      s.run(100);
    }
    const share = Math.abs(s.dacCurrent_A / cold_A - 1);
    expect(share).toBeGreaterThan(1e-5);
    expect(share).toBeLessThan(1e-3);
  });
});
