import { describe, expect, it } from 'vitest';
import {
  CONSTANTS,
  decodeProgressFrame,
  encodeStopFrame,
  ENDINGS,
  PROGRESS,
  STATUS,
  STOP,
} from '../../src/bus/protocol.gen.js';
import { envelope, payloadOf, Rig, session } from './rig.js';

const set = (rig: Rig, charge_nC: number, time_ms: number, key: number = CONSTANTS.stopKey): string =>
  rig.raw(STOP, encodeStopFrame({ key, charge_nC, time_ms }));
const progress = (rig: Rig) => decodeProgressFrame(payloadOf(rig, PROGRESS));
const ended = (rig: Rig): boolean => (session(rig).status & STATUS.ended) !== 0;

describe("the board's own stop", () => {
  it.each([
    ['a charge', 0.08, 100e6, 0, ENDINGS.charge],
    ['a negative charge', -0.08, 100e6, 0, ENDINGS.charge],
    ['a time', 0.08, 0, 2500, ENDINGS.time],
  ] as const)('at %s ends the current without a fault, still armed, whatever the host sends', async (...row) => {
    const [, setpoint_A, charge_nC, time_ms, ending] = row;
    const rig = new Rig(5);
    await rig.armed();
    expect(set(rig, charge_nC, time_ms)).toBe('accepted');
    await rig.cycles(1, setpoint_A);
    rig.advance(100, () => rig.firmware.stageEnabled);
    const from = { C: rig.net_C, ms: rig.firmware.time_ms };
    let cycles = 0;
    for (; cycles < 100 && !ended(rig); cycles++) await rig.cycles(1, setpoint_A);
    const passed = charge_nC === 0 ? rig.firmware.time_ms - from.ms : Math.abs(rig.net_C - from.C) * 1e9;
    const late = passed - (charge_nC === 0 ? time_ms : charge_nC);
    // A cycle of 50 ms at 80 mA is 4 mC; the board itself looks a millisecond after each block of 16 ms.
    expect(late).toBeGreaterThan(charge_nC === 0 ? -1 : -0.03e6);
    expect(late).toBeLessThan(charge_nC === 0 ? 70 : 1.4e6);
    const reading = await rig.cycles(20, setpoint_A);
    expect(reading).toMatchObject({ armed: true, outputOn: false, safeEnabled: true, faults: [] });
    expect([rig.firmware.relayClosed, rig.lastResult(), progress(rig).endings]).toEqual([false, 'ended', ending]);
    expect(await rig.drive(0)).toMatch(/staleHeartbeat/); // the answer before was the one that counted
  });

  it('is none at 0, and none of a charge just below', async () => {
    const rig = new Rig(5);
    await rig.armed();
    expect(set(rig, 0, 0)).toBe('accepted');
    await rig.cycles(20, 0.05);
    expect(set(rig, 1e9, 100_000)).toBe('accepted');
    expect(await rig.cycles(20, 0.05)).toMatchObject({ outputOn: true });
    expect([ended(rig), progress(rig).endings]).toEqual([false, 0]);
  });

  it('can only come earlier while armed', async () => {
    const rig = new Rig();
    await rig.board.open();
    await rig.board.load(envelope);
    expect(set(rig, 10, 20)).toBe('accepted');
    expect(set(rig, 500e6, 50_000)).toBe('accepted'); // not armed: as one likes
    await rig.board.arm();
    expect(set(rig, 400e6, 40_000)).toBe('accepted');
    expect(set(rig, 400e6, 40_000)).toBe('accepted');
    for (const [charge_nC, time_ms] of [
      [400e6 + 1, 40_000],
      [400e6, 40_001],
      [0, 40_000],
      [400e6, 0],
    ] as const)
      expect(set(rig, charge_nC, time_ms)).toBe('laterStop');
    expect(set(rig, 1, 1, CONSTANTS.armKey)).toBe('badKey');
    expect(progress(rig)).toMatchObject({ chargeStop_nC: 400e6, timeStop_ms: 40_000 });
  });

  it('may be added while armed, and is gone with the next envelope', async () => {
    const rig = new Rig(5);
    await rig.running(0.05);
    expect(set(rig, 1, 0)).toBe('accepted'); // passed long ago
    rig.advance(18); // a block, its judgement with the sample after it, and the contact, which follows
    expect([ended(rig), rig.firmware.stageEnabled]).toEqual([true, false]);
    await rig.board.load(envelope); // a tightening keeps it
    expect(progress(rig)).toMatchObject({ chargeStop_nC: 1, endings: ENDINGS.charge });
    await rig.board.disarm();
    await rig.board.load(envelope);
    expect(progress(rig)).toMatchObject({ chargeStop_nC: 0, endings: 0 });
    await rig.board.arm();
    expect(await rig.cycles(6, 0.01)).toMatchObject({ outputOn: true });
  });

  it('does not feed the dead-man: a silent host still trips', async () => {
    const rig = new Rig(5);
    await rig.running(0.05);
    set(rig, 1, 0);
    rig.advance(200);
    expect((await rig.read()).faults).toEqual(['deadman']);
  });
});
