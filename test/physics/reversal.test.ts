import { describe, expect, it } from 'vitest';
import { CONSTANTS } from '../../src/bus/protocol.gen.js';
import { steadyCell } from '../../src/physics/cell.js';
import { ReversedCell, type Stretch } from '../../src/physics/reversal.js';
import { BOARD_SHORT } from '../../src/recipe/reversal-rules.js';
import { reactorNamed } from '../contract/files.js';

const NEAR = { voltage_V: BOARD_SHORT.voltage_V, current_A: BOARD_SHORT.current_A };
const small = reactorNamed('batch-10ml');
const large = reactorNamed('batch-scale-out-27cm2');
const stays = (mA: number, for_s: number): Stretch => ({ from_A: mA * 1e-3, to_A: mA * 1e-3, for_s });
const ramps = (from_mA: number, to_mA: number, for_s: number): Stretch => ({
  from_A: from_mA * 1e-3,
  to_A: to_mA * 1e-3,
  for_s,
});

describe('a cell that is turned round', () => {
  it('comes to the steady potentials of its current, and to their mirror image', () => {
    const cell = new ReversedCell(small, 0);
    const steady = steadyCell(small, 0.018, 0);
    const forward = cell.swing(cell.fresh, [stays(18, 60)], NEAR);
    expect(forward.anode_V).toBeCloseTo(steady.anode_V, 3);
    expect(forward.cathode_V).toBeCloseTo(steady.cathode_V, 3);
    const reversed = cell.swing(forward, [stays(-18, 60)], NEAR);
    expect(reversed.cathode_V).toBeCloseTo(steady.anode_V, 3);
    expect(reversed.anode_V).toBeCloseTo(steady.cathode_V, 3);
  });

  it('never comes near zero with fresh electrodes', () => {
    const cell = new ReversedCell(large, 22);
    expect(cell.swing(cell.fresh, [ramps(0, 54, 16), stays(54, 30)], NEAR).nearZero_s).toBe(0);
  });

  it('is near zero for longer with a slow ramp: nickel moves with I/C', () => {
    const cell = new ReversedCell(large, 22);
    const reversed = cell.swing(cell.fresh, [stays(54, 45), stays(-54, 25)], NEAR);
    const near_s = (ramp_s: number): number =>
      cell.swing(reversed, [ramps(0, 54, ramp_s), stays(54, 20)], NEAR).nearZero_s;
    expect(near_s(1.08)).toBeLessThan(BOARD_SHORT.time_s);
    expect(near_s(15.6)).toBeGreaterThan(1.5 * BOARD_SHORT.time_s);
  });

  it('is near zero for longer where the nickel is larger', () => {
    const near_s = (reactor: typeof small): number => {
      const cell = new ReversedCell(reactor, 22);
      return cell.swing(cell.fresh, [stays(8, 60), ramps(8, -8, 0.32), stays(-8, 60)], NEAR).nearZero_s;
    };
    expect(near_s(small)).toBeLessThan(0.03);
    expect(near_s(large)).toBeGreaterThan(BOARD_SHORT.time_s);
  });
});

describe('what the board calls a short', () => {
  it('is that of its protocol', () => {
    expect(BOARD_SHORT).toEqual({
      voltage_V: CONSTANTS.shortCellVoltage_mV * 1e-3,
      current_A: CONSTANTS.shortCellCurrent_uA * 1e-6,
      time_s: CONSTANTS.shortCellTime_ms * 1e-3,
    });
  });
});
