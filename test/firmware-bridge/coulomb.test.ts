import { describe, expect, it } from 'vitest';
import { CONFIGURE, encodeConfigureFrame } from '../../src/bus/protocol.gen.js';
import { seeded } from '../../src/model/random.js';
import { envelope, Rig } from './rig.js';

describe('the coulomb counter', () => {
  it('agrees with the exact integral within the calibration, over ramps and reversals', async () => {
    const random = seeded(3);
    for (const seed of [1, 2, 3]) {
      const rig = new Rig(seed);
      await rig.armed();
      const at = { net_C: rig.net_C, absolute_C: rig.absolute_C };
      for (let i = 0; i < 12; i++)
        await rig.cycles(20, (random.uniform() < 0.3 ? -1 : 1) * (0.02 + 0.07 * random.uniform()));
      rig.advance(5); // in the middle of a block
      const reading = await rig.read();
      const moved_C = rig.absolute_C - at.absolute_C;
      expect(moved_C).toBeGreaterThan(0.3);
      expect(Math.abs(reading.netCharge_C - (rig.net_C - at.net_C))).toBeLessThan(3e-4 * moved_C + 2e-5);
      expect(Math.abs(reading.absoluteCharge_C - moved_C)).toBeLessThan(3e-4 * moved_C + 2e-5);
    }
  });

  it('does not count noise, goes on over a change of range, and is zeroed by a load that is not a tightening', async () => {
    const rig = new Rig();
    await rig.running(0.02);
    await rig.board.off();
    const before = await rig.cycles(2, 0);
    expect(before.netCharge_C).toBeGreaterThan(0.005);
    for (const range of [2, 1, 0, 3]) {
      expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range, deadman_ms: 150, slew_uA_s: 50_000 }))).toBe('accepted');
      await rig.cycles(40, 0);
    }
    await rig.board.load({ ...envelope, charge_C: 1000 });
    const after = await rig.cycles(1, 0);
    expect(Math.abs(after.netCharge_C - before.netCharge_C)).toBeLessThan(1e-5);
    expect(Math.abs(after.absoluteCharge_C - before.absoluteCharge_C)).toBeLessThan(1e-5);
    await rig.board.disarm();
    await rig.board.load(envelope);
    rig.advance(1);
    expect(Math.abs((await rig.read()).netCharge_C)).toBeLessThan(1e-7);
  });

  it('books what was counted before the range changes under it', async () => {
    const rig = new Rig();
    await rig.running(0.09);
    rig.advance(11);
    const before = await rig.read();
    rig.advance(12);
    await rig.board.off();
    const expected_C = before.netCharge_C + 0.09 * 0.012;
    expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range: 1, deadman_ms: 150, slew_uA_s: 50_000 }))).toBe('accepted');
    rig.advance(1);
    expect(Math.abs((await rig.read()).netCharge_C - expected_C)).toBeLessThan(2e-5);
  });

  it('counts either direction up, also where the current turns within a block', async () => {
    const rig = new Rig(5);
    await rig.armed();
    const flips = [0.09, -0.09].map((target_A) => ({ kind: 'flip', target_A, duration_s: 0.024 }) as const);
    await rig.board.waveform.load({ segments: flips, loops: 100 });
    const at = { net_C: rig.net_C, absolute_C: rig.absolute_C };
    for (let i = 0; i < 60; i++) {
      rig.advance(50);
      await rig.read();
      await rig.send(rig.board.driveWaveform());
    }
    rig.advance(1);
    const reading = await rig.read();
    const moved_C = rig.absolute_C - at.absolute_C;
    expect(moved_C).toBeGreaterThan(0.2);
    // Each turn takes three samples, and the one about zero may count to either side.
    expect(Math.abs(reading.absoluteCharge_C / moved_C - 1)).toBeLessThan(0.01);
    expect(Math.abs(reading.netCharge_C - (rig.net_C - at.net_C))).toBeLessThan(3e-4 * moved_C + 2e-5);
  });

  it.each([1, 2, 3, 5])('takes the noise of half a minute for no reversal, board %i', async (seed) => {
    const rig = new Rig(seed);
    await rig.armed();
    const before = await rig.cycles(1, 0);
    const after = await rig.cycles(600, 0);
    const net_C = after.netCharge_C - before.netCharge_C;
    const absolute_C = after.absoluteCharge_C - before.absoluteCharge_C;
    expect(Math.abs(absolute_C)).toBeCloseTo(Math.abs(net_C), 8);
    expect(Math.abs(net_C)).toBeLessThan(6e-5);
  });

  it('resolves microcoulombs in the smallest range', async () => {
    const rig = new Rig();
    await rig.armed({ current_A: 0.0002 });
    const reading = await rig.cycles(40, 0.0001);
    expect(reading.current_A).toBeCloseTo(1e-4, 7);
    expect(Math.abs(reading.netCharge_C / rig.net_C - 1)).toBeLessThan(1e-3);
  });
});
