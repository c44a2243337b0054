import { describe, expect, it } from 'vitest';
import { allOff, envelope, Rig } from './rig.js';

/** The converter stuck at 50 mA, where only the comparator still sees what flows. */
async function blind(current_A: number): Promise<Rig> {
  const rig = new Rig(5);
  await rig.running(0.05);
  rig.firmware.holdConverter(true);
  rig.inputs = { current_A, returnCurrent_A: current_A };
  return rig;
}

describe('the over-current comparator', () => {
  it.each([0.1103, -0.1103, Number.NaN])('trips within 2 ms of %d A under an envelope of 0.1 A', async (current_A) => {
    const rig = await blind(current_A);
    expect(rig.advance(100, () => allOff(rig))).toBeLessThanOrEqual(2);
    rig.firmware.holdConverter(false);
    rig.advance(1);
    expect((await rig.read()).faults[0]).toBe('comparator');
    await expect(rig.board.clear()).rejects.toThrow(/comparator/);
    rig.inputs = {};
    rig.advance(32);
    await rig.board.clear();
    expect((await rig.read()).faults).toEqual([]);
  });

  it('does not trip 0.3 mA below 110 %', async () => {
    const rig = await blind(0.1097);
    expect(rig.advance(100, () => allOff(rig))).toBe(100);
  });

  it('follows a tightened envelope and the range', async () => {
    const tight = await blind(0.09);
    await tight.board.load({ ...envelope, current_A: 0.08 });
    expect(tight.advance(100, () => allOff(tight))).toBeLessThanOrEqual(2);
    const small = new Rig(5);
    await small.running(0.0005, { current_A: 0.001 });
    small.firmware.holdConverter(true);
    small.inputs = { current_A: 0.00112, returnCurrent_A: 0.00112 };
    expect(small.advance(100, () => allOff(small))).toBeLessThanOrEqual(2);
  });

  it('is not looked at while nothing is armed', async () => {
    const rig = new Rig(5);
    await rig.board.open();
    rig.inputs = { current_A: 1e-4, returnCurrent_A: 1e-4 }; // beyond the threshold of no envelope at all
    rig.advance(150);
    expect((await rig.read()).faults).toEqual([]);
  });
});
