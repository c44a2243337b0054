/** What stays latched, what a latched fault does and does not do, and what a change of range or run takes along. */
import { describe, expect, it } from 'vitest';
import {
  CLEAR,
  CONFIGURE,
  CONSTANTS,
  decodeTelemetryFrame,
  DRIVE,
  DRIVE_FLAGS,
  encodeClearFrame,
  encodeConfigureFrame,
  encodeDriveFrame,
  FAULTS,
  TELEMETRY,
} from '../../src/bus/protocol.gen.js';
import { heartbeat } from '../../src/device/gs1-frames.js';
import { allOff, envelope, payloadOf, Rig, session } from './rig.js';

const bitOf = (fault: string): number => FAULTS.find(({ name }) => name === fault)?.bit ?? NaN;
const firstOut = (rig: Rig): number => decodeTelemetryFrame(payloadOf(rig, TELEMETRY)).firstOut;
const clear = (rig: Rig, ...faults: string[]): string =>
  rig.raw(
    CLEAR,
    encodeClearFrame({ key: CONSTANTS.clearKey, faults: faults.reduce((mask, name) => mask | (1 << bitOf(name)), 0) }),
  );
const configure = (rig: Rig, range: number, slew_uA_s = 50_000): string => {
  const payload = encodeConfigureFrame({ range, deadman_ms: 150, slew_uA_s: 50_000 });
  new DataView(payload.buffer).setUint32(3, slew_uA_s);
  return rig.raw(CONFIGURE, payload);
};

describe('the latch', () => {
  it('keeps the first-out until that is cleared, and then tells the next', async () => {
    const rig = new Rig();
    expect(firstOut(rig)).toBe(CONSTANTS.noFault);
    await rig.running(0.08);
    rig.inputs = { interlockClosed: false, current_A: 0.001, returnCurrent_A: 0.001 };
    rig.advance(300);
    rig.inputs = {};
    rig.advance(20);
    expect([(await rig.read()).faults, firstOut(rig)]).toEqual([['interlock', 'stuckOutput'], bitOf('interlock')]);
    expect(clear(rig, 'interlock')).toBe('accepted');
    rig.advance(1);
    expect([(await rig.read()).faults, firstOut(rig)]).toEqual([['stuckOutput'], bitOf('stuckOutput')]);
    expect(clear(rig, 'stuckOutput')).toBe('accepted');
    rig.advance(1);
    expect([(await rig.read()).faults, firstOut(rig)]).toEqual([[], CONSTANTS.noFault]);
  });

  it('acts once: a cause that stays does not end what is begun after it', async () => {
    const rig = new Rig();
    await rig.running(0.01);
    rig.inputs = { relayContactClosed: true };
    rig.advance(300);
    await rig.board.load(envelope);
    const { nonce, runTag } = session(rig);
    expect(runTag).toBe(envelope.runTag);
    rig.advance(300);
    expect(session(rig)).toMatchObject({ nonce, runTag });
  });

  it('of a contact that does not close leaves the master relay alone, of one that does not open asks for it', async () => {
    const open = new Rig();
    await open.running(0.01);
    open.inputs = { relayContactClosed: false };
    await open.cycles(3, 0.01);
    expect([(await open.read().catch(() => undefined))?.faults ?? ['relay'], allOff(open)]).toEqual([['relay'], true]);
    expect(open.firmware.openMasterRelay).toBe(false);
    const welded = new Rig();
    await welded.running(0.01);
    welded.inputs = { relayContactClosed: true };
    await welded.board.off();
    await welded.cycles(3, 0);
    expect(welded.firmware.openMasterRelay).toBe(true);
  });

  it('of a welded relay alone is no reason to give the master relay back', async () => {
    const rig = new Rig();
    await rig.running(0.01);
    rig.inputs = { relayContactClosed: true, interlockClosed: false };
    rig.advance(300);
    rig.inputs = { relayContactClosed: true };
    rig.advance(20);
    expect(clear(rig, 'interlock')).toBe('accepted');
    expect(clear(rig, 'relay')).toBe('causePresent');
    expect(rig.firmware.openMasterRelay).toBe(true);
  });
});

describe('a cause that is still there', () => {
  it('at the rail of the converter keeps its fault', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    rig.inputs = { current_A: 0.3, returnCurrent_A: 0.3 };
    rig.advance(20);
    expect(firstOut(rig)).toBe(bitOf('overRange'));
    expect(clear(rig, 'overRange')).toBe('causePresent');
    rig.inputs = {};
    rig.advance(2);
    expect(clear(rig, 'overRange')).toBe('accepted');
  });
});

describe('a ramp to zero', () => {
  it('is no output that is stuck, however long it takes', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    const { setpoint_nA, ...rest } = { setpoint_nA: 0, flags: DRIVE_FLAGS.outputEnable };
    for (let i = 0; i < 15; i++) {
      rig.advance(50);
      payloadOf(rig, TELEMETRY);
      const answer = heartbeat(session(rig).nonce, rig.firmware.time_ms);
      expect(rig.raw(DRIVE, encodeDriveFrame({ heartbeat: answer, setpoint_nA, ...rest }))).toBe('accepted');
    }
    expect(rig.firmware.dacCurrent_A).toBeGreaterThan(0.03);
    rig.advance(1);
    expect(await rig.read()).toMatchObject({ outputOn: true, faults: [] });
  });
});

describe('a drive frame', () => {
  it.each([0x04, 0x80])('with the flag 0x%s, which nobody knows, is refused', async (flag) => {
    const rig = new Rig();
    await rig.armed();
    rig.advance(5);
    payloadOf(rig, TELEMETRY);
    const answer = heartbeat(session(rig).nonce, rig.firmware.time_ms);
    const flags = DRIVE_FLAGS.outputEnable | flag;
    expect(rig.raw(DRIVE, encodeDriveFrame({ heartbeat: answer, setpoint_nA: 1000, flags }))).toBe('badValue');
    expect(rig.firmware.relayClosed).toBe(false);
  });
});

describe('configure', () => {
  it('knows no slew beyond the fastest, and none of nothing', () => {
    const rig = new Rig();
    for (const slew_uA_s of [CONSTANTS.slewMax_uA_s + 1, 0]) expect(configure(rig, 3, slew_uA_s)).toBe('badValue');
    expect(configure(rig, 3, CONSTANTS.slewMax_uA_s)).toBe('accepted');
  });

  it.each([
    ['larger', 3, 0.0215],
    ['smaller', 2, 0.0215],
  ])('of a %s range takes the limits of the envelope along', async (_which, range, current_A) => {
    const rig = new Rig(5);
    await rig.armed({ current_A: 0.02 });
    expect(configure(rig, range === 3 ? 2 : 3)).toBe('accepted');
    expect(configure(rig, range)).toBe('accepted');
    const healthy = await rig.cycles(16, 0.018);
    expect(healthy).toMatchObject({ outputOn: true, faults: [] });
    rig.stage = () => current_A;
    expect(rig.advance(20, () => allOff(rig))).toBeLessThanOrEqual(2);
    rig.advance(1);
    expect((await rig.read()).faults[0]).toBe('overCurrent');
  });
});

describe('another run', () => {
  it('begins with no time of the output', async () => {
    const rig = new Rig(5);
    await rig.running(0.05, { duration_s: 2.5 });
    await rig.cycles(20, 0.05);
    expect(session(rig).outputTime_ms).toBeGreaterThan(1000);
    await rig.board.disarm();
    rig.advance(10);
    await rig.board.load({ ...envelope, duration_s: 2.5 });
    expect(session(rig).outputTime_ms).toBe(0);
    await rig.board.arm();
    expect(await rig.cycles(40, 0.05)).toMatchObject({ outputOn: true, faults: [] });
  });
});
