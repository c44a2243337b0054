import { describe, expect, it } from 'vitest';
import {
  ARM,
  CONFIGURE,
  CONSTANTS,
  DRIVE,
  encodeArmFrame,
  encodeConfigureFrame,
  encodeDriveFrame,
  LOAD,
  TELEMETRY,
  ENVELOPE,
} from '../../src/bus/protocol.gen.js';
import { envelopeCrc, envelopePayload, heartbeat } from '../../src/device/gs1-frames.js';
import { allOff, envelope, Rig, session, payloadOf } from './rig.js';

describe('from armed to current', () => {
  it('arms with SAFE_EN and no current, closes the relay first, then ramps at 50 mA/s', async () => {
    const rig = new Rig();
    await rig.armed();
    expect([rig.firmware.safeEnabled, rig.firmware.relayClosed, rig.firmware.stageEnabled]).toEqual([
      true,
      false,
      false,
    ]);
    await rig.cycles(1, 0.05);
    expect([rig.firmware.relayClosed, rig.firmware.stageEnabled]).toEqual([true, false]);
    expect(rig.firmware.dacCurrent_A).toBe(0);
    expect(rig.advance(100, () => rig.firmware.stageEnabled)).toBeGreaterThanOrEqual(CONSTANTS.relaySettle_ms);
    const before_A = rig.firmware.dacCurrent_A;
    rig.advance(10);
    expect(rig.firmware.dacCurrent_A - before_A).toBeCloseTo(0.0005, 4);
    const reading = await rig.cycles(30, 0.05);
    expect(reading).toMatchObject({ armed: true, outputOn: true, regulating: true, compliance: false, faults: [] });
    expect(Math.abs(reading.current_A / 0.05 - 1)).toBeLessThan(1e-3);
    expect(reading.voltage_V).toBeCloseTo(3, 1);
  });

  it('starts every ramp from zero', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    await rig.board.off();
    await rig.cycles(2, 0);
    await rig.cycles(1, 0.08);
    rig.advance(100, () => rig.firmware.stageEnabled);
    expect(Math.abs(rig.firmware.dacCurrent_A)).toBeLessThan(1e-4);
  });

  it('takes a negative set point and a reversal', async () => {
    const rig = new Rig();
    await rig.running(-0.05);
    expect((await rig.cycles(2, -0.05)).current_A).toBeCloseTo(-0.05, 4);
    expect((await rig.cycles(60, 0.05)).current_A).toBeCloseTo(0.05, 4);
  });

  it('shows compliance, and goes on', async () => {
    const rig = new Rig();
    await rig.running(0.05, { voltage_V: 30 });
    rig.resistance_ohm = 800;
    expect(await rig.cycles(10, 0.05)).toMatchObject({ compliance: true, regulating: false, faults: [] });
  });

  it('off keeps it armed and cold; disarm ends everything', async () => {
    const rig = new Rig();
    await rig.running(0.05);
    await rig.board.off();
    expect([rig.firmware.stageEnabled, rig.firmware.relayClosed, rig.firmware.dacCurrent_A]).toEqual([false, false, 0]);
    expect(await rig.cycles(10, 0)).toMatchObject({ armed: true, safeEnabled: true, outputOn: false });
    await rig.board.off();
    await rig.board.disarm();
    await rig.board.disarm();
    expect(allOff(rig)).toBe(true);
    rig.advance(500);
    expect(await rig.read()).toMatchObject({ armed: false, faults: [] });
    await rig.board.off();
  });
});

describe('arming', () => {
  const armFrame = (rig: Rig, change: Partial<Parameters<typeof encodeArmFrame>[0]> = {}): Uint8Array =>
    encodeArmFrame({
      key: CONSTANTS.armKey,
      runTag: envelope.runTag,
      envelopeCrc: envelopeCrc(envelopePayload(envelope)),
      nonce: session(rig).nonce,
      ...change,
    });

  it('needs the envelope to be read back, the key, the run, its checksum and the present nonce', async () => {
    const rig = new Rig();
    expect(rig.raw(ARM, armFrame(rig))).toBe('envelopeNotRead');
    expect(rig.raw(LOAD, envelopePayload(envelope))).toBe('accepted');
    expect(rig.raw(ARM, armFrame(rig))).toBe('envelopeNotRead');
    payloadOf(rig, ENVELOPE);
    expect(rig.raw(ARM, armFrame(rig, { key: 0x5aa5 }))).toBe('badKey');
    expect(rig.raw(ARM, armFrame(rig, { runTag: 8 }))).toBe('envelopeNotRead');
    expect(rig.raw(ARM, armFrame(rig, { envelopeCrc: 1 }))).toBe('envelopeNotRead');
    expect(rig.raw(ARM, armFrame(rig, { nonce: 1 }))).toBe('staleHeartbeat');
    rig.raw(LOAD, envelopePayload(envelope));
    expect(rig.raw(ARM, armFrame(rig))).toBe('envelopeNotRead'); // loaded anew, and not read again
    payloadOf(rig, ENVELOPE);
    const good = armFrame(rig);
    const { nonce } = session(rig);
    expect(rig.raw(ARM, good)).toBe('accepted');
    expect(session(rig).nonce).not.toBe(nonce);
    expect(rig.raw(ARM, armFrame(rig))).toBe('alreadyArmed');
    await rig.board.disarm();
    expect(rig.raw(ARM, armFrame(rig))).toBe('envelopeNotRead'); // an envelope serves one run
    rig.raw(LOAD, envelopePayload(envelope));
    payloadOf(rig, ENVELOPE);
    expect(rig.raw(ARM, good)).toBe('staleHeartbeat'); // the old frame does not arm again
  });

  it.each([
    ['interlock', { interlockClosed: false }],
    ['door', { doorClosed: false }],
    ['supply', { supply_V: 20 }],
    ['temperature', { cellTemperature_C: 31 }],
    ['relay contact', { relayContactClosed: true }],
    ['current', { current_A: 0.001 }],
  ] as const)('is refused while the %s is not in order', async (_what, inputs) => {
    const rig = new Rig();
    await rig.board.open();
    await rig.board.load(envelope);
    rig.inputs = inputs;
    rig.advance(30);
    await expect(rig.board.arm()).rejects.toThrow(/notReady/);
    expect(allOff(rig)).toBe(true);
  });

  it('is refused with a fault latched, and with an envelope beyond the range', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.advance(200);
    await rig.board.load(envelope);
    await expect(rig.board.arm()).rejects.toThrow(/faultLatched/);
    await rig.board.clear();
    expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range: 1, deadman_ms: 150, slew_uA_s: 50_000 }))).toBe('accepted');
    await expect(rig.board.arm()).rejects.toThrow(/outsideRange/);
  });
});

describe('the envelope', () => {
  it.each([
    ['current_A', 0.09, 0.11],
    ['voltage_V', 19, 21],
    ['charge_C', 1999, 2001],
    ['duration_s', 11_999, 12_001],
    ['temperatureMin_C', -9, -11],
    ['temperatureMax_C', 29, 31],
  ] as const)('can be tightened in %s while armed, never loosened', async (limit, tighter, looser) => {
    const rig = new Rig();
    await rig.armed();
    await expect(rig.board.load({ ...envelope, [limit]: looser })).rejects.toThrow(/looserEnvelope/);
    await rig.board.load({ ...envelope, [limit]: tighter });
    await expect(rig.board.load(envelope)).rejects.toThrow(/looserEnvelope/);
    await rig.board.load({ ...envelope, [limit]: tighter });
  });

  it('belongs to one run, and must agree with itself', async () => {
    const rig = new Rig();
    await rig.armed();
    await expect(rig.board.load({ ...envelope, runTag: 8 })).rejects.toThrow(/looserEnvelope/);
    await rig.board.disarm();
    const payload = envelopePayload(envelope);
    payload[3] = (payload[3] ?? 0) ^ 1;
    expect(rig.raw(LOAD, payload)).toBe('badEnvelope');
    expect(rig.raw(LOAD, envelopePayload({ ...envelope, temperatureMin_C: 30 }))).toBe('badEnvelope');
    expect(rig.raw(LOAD, new Uint8Array(LOAD.payloadLength).fill(0xff))).toBe('badValue');
  });

  it('tightened, it acts at once', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    await rig.board.load({ ...envelope, current_A: 0.07 });
    expect(rig.advance(100, () => allOff(rig))).toBeLessThanOrEqual(2);
    expect((await rig.read()).faults).toEqual(['overCurrent', 'comparator']);
  });

  it('does not let the range change while current can flow', async () => {
    const rig = new Rig();
    await rig.running(0.01);
    expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range: 2, deadman_ms: 150, slew_uA_s: 50_000 }))).toBe('outputOn');
  });
});

describe('set points', () => {
  const answered = (rig: Rig, setpoint_nA: number, flags: number): Uint8Array => {
    rig.firmware.read(TELEMETRY.command, 32);
    return encodeDriveFrame({ heartbeat: heartbeat(session(rig).nonce, rig.firmware.time_ms), setpoint_nA, flags });
  };

  it('are refused outside the envelope and outside the range, with the beat that carried them', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.advance(5);
    expect(rig.raw(DRIVE, answered(rig, 100_000_001, 1))).toBe('outsideEnvelope');
    expect(rig.raw(DRIVE, answered(rig, -100_000_001, 1))).toBe('outsideEnvelope');
    expect(rig.raw(DRIVE, answered(rig, -2_147_483_648 + 2 ** 31, 1))).toBe('accepted');
    await rig.board.off();
    expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range: 2, deadman_ms: 150, slew_uA_s: 50_000 }))).toBe('accepted');
    rig.advance(1);
    expect(rig.raw(DRIVE, answered(rig, 25_600_001, 1))).toBe('outsideRange');
  });

  it('need the output to be enabled, and know no other flag', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.advance(5);
    expect(rig.raw(DRIVE, answered(rig, 1, 0))).toBe('badValue');
    expect(rig.raw(DRIVE, answered(rig, 1, 3))).toBe('badValue');
    expect(rig.raw(DRIVE, answered(rig, 0, 0))).toBe('accepted');
    expect(rig.firmware.relayClosed).toBe(false);
  });
});
