import { describe, expect, it } from 'vitest';
import { CHARGE, decodeChargeFrame, decodeIdentityFrame, IDENTITY, TELEMETRY } from '../../src/bus/protocol.gen.js';
import { Firmware } from '../../src/twin/firmware.js';
import { allOff, payloadOf, Rig } from '../firmware-bridge/rig.js';

describe('the analog side', () => {
  it('is within 220 ppm of reading after calibration, board by board, and not always the same', () => {
    const errors = Array.from({ length: 60 }, (_, seed) => {
      const board = Firmware.load({ seed });
      board.set({
        current_A: 0.2,
        returnCurrent_A: 0.2,
        voltage_V: 10,
        cellTemperature_C: 0,
        boardTemperature_C: 25,
        supply_V: 24,
        interlockClosed: true,
        doorClosed: true,
        relayContactClosed: false,
      });
      board.run(16);
      board.read(TELEMETRY.command, 32);
      const from = decodeChargeFrame(board.read(CHARGE.command, 32).subarray(1, 30)).netCharge_nC;
      for (let ms = 0; ms < 2000; ) ms += board.run(2000 - ms);
      board.read(TELEMETRY.command, 32);
      const charge_nC = decodeChargeFrame(board.read(CHARGE.command, 32).subarray(1, 30)).netCharge_nC - from;
      return charge_nC / ((0.2 * 2000e6) / 1000) / 1000 - 1;
    });
    for (const error of errors) expect(Math.abs(error)).toBeLessThan(225e-6);
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(deviation).toBeGreaterThan(70e-6);
    expect(deviation).toBeLessThan(150e-6);
  });

  it('repeats itself byte by byte from the same seed, and not from another', async () => {
    const trace = async (seed: number): Promise<string> => {
      const rig = new Rig(seed);
      await rig.armed();
      const bytes: string[] = [];
      for (let i = 0; i < 20; i++) {
        await rig.cycles(1, 0.05);
        bytes.push(Buffer.from(payloadOf(rig, CHARGE)).toString('hex'));
      }
      return bytes.join();
    };
    expect(await trace(1)).toBe(await trace(1));
    expect(await trace(1)).not.toBe(await trace(2));
  });

  it('lets the physics follow: a run ends when the DAC or a line has moved', async () => {
    const rig = new Rig();
    await rig.armed();
    await rig.cycles(2, 0.05);
    rig.advance(50, () => rig.firmware.stageEnabled);
    const before_A = rig.firmware.dacCurrent_A;
    expect(rig.firmware.run(50)).toBe(1); // 50 uA a millisecond are 6.4 counts
    expect(rig.firmware.dacCurrent_A).toBeGreaterThan(before_A);
    const idle = new Rig();
    expect(idle.firmware.run(50)).toBe(50);
    await idle.armed();
    expect(idle.firmware.run(1000)).toBeLessThanOrEqual(150); // the dead-man is a change of lines
  });
});

describe('a reset', () => {
  it('leaves everything off, counts the boot, and is noticed by the driver', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    const before = decodeIdentityFrame(payloadOf(rig, IDENTITY));
    rig.firmware.reset();
    expect(allOff(rig)).toBe(true);
    for (let i = 0; i < 20; i++) {
      rig.advance(50);
      expect(await rig.send(rig.board.poll())).toMatchObject({ ok: false, fault: 'protocol' });
      expect(await rig.drive(0.08)).toMatch(/notArmed/);
      expect(allOff(rig)).toBe(true);
    }
    const after = decodeIdentityFrame(payloadOf(rig, IDENTITY));
    expect(after).toMatchObject({ serial: before.serial, bootCount: before.bootCount + 1 });
    expect(after.bootNonce).not.toBe(before.bootNonce);
    expect((await rig.board.open()).bootCount).toBe(before.bootCount + 1);
    expect(await rig.read()).toMatchObject({ armed: false, faults: [] });
  });

  it('keeps the parts it is made of', () => {
    const powered = (bootCount: number): Firmware => Firmware.load({ seed: 9, bootCount });
    const reset = powered(1);
    reset.reset();
    expect([...reset.read(IDENTITY.command, 26)]).toEqual([...powered(2).read(IDENTITY.command, 26)]);
  });
});
