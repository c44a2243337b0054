import { describe, expect, it } from 'vitest';
import {
  ARM,
  CONFIGURE,
  CONSTANTS,
  DRIVE,
  encodeArmFrame,
  encodeConfigureFrame,
  LOAD,
  ENVELOPE,
  TELEMETRY,
} from '../../src/bus/protocol.gen.js';
import { envelopeCrc, envelopePayload } from '../../src/device/gs1-frames.js';
import { seeded } from '../../src/model/random.js';
import { allOff, envelope, Rig, session, payloadOf } from './rig.js';

describe('the dead-man', () => {
  it('turns everything off within its time after the last beat, at any phase, and latches', async () => {
    const random = seeded(11);
    const rig = new Rig();
    const slowest = { ms: 0 };
    for (let trial = 0; trial < 60; trial++) {
      await rig.armed();
      await rig.cycles(4 + Math.floor(random.uniform() * 4), 0.09);
      rig.advance(1 + Math.floor(random.uniform() * 99));
      await rig.read();
      rig.advance(Math.floor(random.uniform() * 40));
      expect(await rig.drive(0.09)).toBeUndefined();
      const off_ms = rig.advance(1000, () => allOff(rig));
      slowest.ms = Math.max(slowest.ms, off_ms);
      expect(off_ms).toBeLessThanOrEqual(CONSTANTS.deadmanDefault_ms + 1);
      expect(off_ms).toBeGreaterThanOrEqual(CONSTANTS.deadmanDefault_ms - 1);
      expect((await rig.read()).faults).toEqual(['deadman']);
      await expect(rig.board.arm()).rejects.toThrow();
      rig.advance(20);
      await rig.board.clear();
    }
    expect(slowest.ms).toBeGreaterThan(0);
  });

  it('runs from arming on, before anything was driven', async () => {
    const rig = new Rig();
    await rig.armed();
    expect(rig.advance(1000, () => !rig.firmware.safeEnabled)).toBe(150);
  });

  it.each([50, 250])('can be set to %i ms', async (deadman_ms) => {
    const rig = new Rig(1, { deadman_ms });
    await rig.armed();
    expect(rig.advance(1000, () => !rig.firmware.safeEnabled)).toBe(deadman_ms);
  });

  it('cannot be set beyond 250 ms or to nothing, armed or not', async () => {
    const rig = new Rig();
    await rig.armed();
    for (const deadman_ms of [0, 49, 251, 65_535]) {
      const payload = encodeConfigureFrame({ range: 3, deadman_ms: 150, slew_uA_s: 50_000 });
      new DataView(payload.buffer).setUint16(1, deadman_ms);
      expect(rig.raw(CONFIGURE, payload)).toBe('badValue');
    }
    await expect(new Rig(1, { deadman_ms: 251 }).armed()).rejects.toThrow(RangeError);
  });

  it('is not fed by a timer that does not read, by a replay, or by the same answer twice', async () => {
    const rig = new Rig();
    await rig.running(0.05);
    rig.advance(20);
    await rig.read();
    const { transfers } = rig.board.drive(0.05);
    await rig.batch(transfers);
    expect(rig.lastResult()).toBe('accepted');
    const beat_ms = rig.firmware.time_ms;
    rig.firmware.read(TELEMETRY.command, 32); // the same sample: no new question
    const again = transfers[0]?.write?.slice(2, -2) ?? new Uint8Array();
    expect(rig.raw(DRIVE, again)).toBe('staleHeartbeat');
    rig.advance(40);
    expect(await rig.drive(0.05)).toMatch(/staleHeartbeat/); // no telemetry was read
    await rig.read();
    const replayed = transfers[0]?.write?.slice(0, -2) ?? new Uint8Array();
    expect(rig.raw(DRIVE, replayed.subarray(2))).toBe('staleHeartbeat'); // an old answer in a new frame
    rig.advance(1000, () => allOff(rig));
    expect(rig.firmware.time_ms - beat_ms).toBe(150);
  });

  it('takes a repeated frame once: nothing changes and no time is won', async () => {
    const rig = new Rig();
    await rig.running(0.05);
    rig.advance(20);
    await rig.read();
    const drive = rig.board.drive(0.06);
    await rig.send(drive);
    const beat_ms = rig.firmware.time_ms;
    rig.advance(50);
    expect(await rig.send(drive)).toEqual({ ok: true, value: null });
    rig.advance(1000, () => allOff(rig));
    expect(rig.firmware.time_ms - beat_ms).toBe(150);
  });

  it('does not let a host that slept go on', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    const { nonce } = session(rig);
    rig.advance(5);
    await rig.read();
    const asleep = rig.board.drive(0.08);
    rig.advance(10_000);
    expect(session(rig).nonce).not.toBe(nonce);
    await rig.batch(asleep.transfers);
    expect(rig.lastResult()).toBe('notArmed');
    for (let i = 0; i < 20; i++) {
      rig.advance(50);
      await rig.read();
      expect(await rig.drive(0.08)).toMatch(/notArmed/);
      expect(allOff(rig)).toBe(true);
    }
    // Even cleared and armed by somebody else, the old session's answers are worth nothing.
    await rig.board.clear();
    rig.raw(LOAD, envelopePayload(envelope));
    payloadOf(rig, ENVELOPE);
    const arm = { key: CONSTANTS.armKey, runTag: 7, envelopeCrc: envelopeCrc(envelopePayload(envelope)) };
    expect(rig.raw(ARM, encodeArmFrame({ ...arm, nonce: session(rig).nonce }))).toBe('accepted');
    rig.advance(5);
    await rig.read();
    expect(await rig.drive(0.08)).toMatch(/staleHeartbeat/);
  });

  it('after off, a drive that was already under way does not close the relay again', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    rig.advance(5);
    await rig.read();
    const late = rig.board.drive(0.08);
    await rig.board.off();
    await rig.batch(late.transfers);
    expect(rig.lastResult()).toBe('staleHeartbeat');
    expect(rig.firmware.relayClosed).toBe(false);
  });
});
