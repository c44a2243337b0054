import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seal } from '../../src/bus/frame.js';
import {
  CHARGE,
  CLEAR,
  CONFIGURE,
  CONSTANTS,
  decodeChargeFrame,
  DEVICE,
  DISARM,
  encodeClearFrame,
  encodeConfigureFrame,
  encodeDisarmFrame,
  encodeOffFrame,
  IDENTITY,
  LOAD,
  OFF,
  TELEMETRY,
} from '../../src/bus/protocol.gen.js';
import { envelopePayload } from '../../src/device/gs1-frames.js';
import { envelope, payloadOf, Rig, session } from './rig.js';

describe('frames', () => {
  /** Everything that a write could change, as one string. */
  const state = (rig: Rig): string =>
    JSON.stringify([
      session(rig),
      rig.firmware.dacCurrent_A,
      rig.firmware.relayClosed,
      rig.firmware.safeEnabled,
      rig.lastResult(),
    ]);
  const frames = (rig: Rig): Uint8Array[] =>
    (
      [
        [LOAD, envelopePayload({ ...envelope, runTag: 9 })],
        [CONFIGURE, encodeConfigureFrame({ range: 0, deadman_ms: 60, slew_uA_s: 7 })],
        [OFF, encodeOffFrame({ key: CONSTANTS.offKey })],
        [DISARM, encodeDisarmFrame({ key: CONSTANTS.disarmKey })],
        [CLEAR, encodeClearFrame({ key: CONSTANTS.clearKey, faults: 1 })],
      ] as const
    ).map(([frame, payload]) => seal(DEVICE.address, frame.command, rig.nextSequence(), payload));

  it('broken off at any byte change nothing, and neither do the zeros of a bus recovery after them', async () => {
    const rig = new Rig();
    await rig.armed();
    const before = state(rig);
    for (const frame of frames(rig)) {
      for (let length = 0; length < frame.length; length++) {
        expect(rig.firmware.write(frame.subarray(0, length))).toBe(true);
        rig.firmware.write(Uint8Array.of(0));
        rig.firmware.write(new Uint8Array(9));
      }
    }
    expect(state(rig)).toBe(before);
  });

  it('that are whole but too short change nothing', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.raw(OFF, encodeOffFrame({ key: CONSTANTS.offKey }));
    const before = state(rig);
    expect(rig.firmware.write(seal(DEVICE.address, DISARM.command, rig.nextSequence(), new Uint8Array()))).toBe(true);
    expect(state(rig)).toBe(before);
  });

  it('with any one bit wrong change nothing', async () => {
    const rig = new Rig();
    await rig.armed();
    const before = state(rig);
    for (const frame of frames(rig)) {
      for (let bit = 0; bit < 8 * frame.length; bit++) {
        const flipped = frame.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        rig.firmware.write(flipped);
      }
    }
    expect(state(rig)).toBe(before);
    expect(
      decodeChargeFrame((rig.firmware.read(TELEMETRY.command, 32), payloadOf(rig, CHARGE))).frameErrors,
    ).toBeGreaterThan(400);
  });

  it('of random bytes change nothing', async () => {
    const rig = new Rig();
    await rig.armed();
    const before = state(rig);
    const body = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16), fc.nat(255)),
        body,
        (command, bytes) => {
          rig.firmware.write(Uint8Array.of(command, ...bytes));
        },
      ),
      { numRuns: 5000, seed: 4 },
    );
    expect(state(rig)).toBe(before);
  });

  it('are not acknowledged when unknown or too long, and unknown answers are an undriven bus', () => {
    const rig = new Rig();
    expect(rig.firmware.write(Uint8Array.of(0x77, 1, 2))).toBe(false);
    expect(rig.firmware.write(Uint8Array.of(IDENTITY.command, 1, 2, 3))).toBe(false);
    expect(rig.firmware.write(new Uint8Array(64).fill(LOAD.command))).toBe(false);
    const off = seal(DEVICE.address, OFF.command, 1, encodeOffFrame({ key: CONSTANTS.offKey }));
    expect(rig.firmware.write(Uint8Array.of(...off, 0))).toBe(false);
    expect([...rig.firmware.read(0x77, 4)]).toEqual([255, 255, 255, 255]);
    expect([...rig.firmware.read(0x03, 8)].slice(6)).toEqual([255, 255]);
  });

  it('of a sequence that was used already are another frame when their bytes are others', async () => {
    const rig = new Rig();
    await rig.running(0.01);
    const sequence = rig.nextSequence();
    expect(rig.raw(OFF, encodeOffFrame({ key: CONSTANTS.offKey }), sequence)).toBe('accepted');
    expect(rig.firmware.safeEnabled).toBe(true);
    expect(rig.raw(DISARM, encodeDisarmFrame({ key: CONSTANTS.disarmKey }), sequence)).toBe('accepted');
    expect(rig.firmware.safeEnabled).toBe(false);
  });

  it('that were refused are not what an answer echoes', () => {
    const rig = new Rig();
    const echoed = (): number => rig.firmware.read(IDENTITY.command, 32)[0] ?? NaN;
    expect(rig.raw(OFF, encodeOffFrame({ key: CONSTANTS.offKey }), 0x41)).toBe('accepted');
    expect(echoed()).toBe(0x41);
    expect(rig.raw(OFF, encodeOffFrame({ key: 0 }), 0x42)).toBe('badKey');
    expect(echoed()).toBe(0x41);
  });

  it('with a wrong key change nothing', async () => {
    const rig = new Rig();
    await rig.armed();
    const before = session(rig);
    expect(rig.raw(OFF, encodeOffFrame({ key: 0 }))).toBe('badKey');
    expect(rig.raw(DISARM, encodeDisarmFrame({ key: 0xffff }))).toBe('badKey');
    expect(rig.raw(CLEAR, encodeClearFrame({ key: CONSTANTS.offKey, faults: 1 }))).toBe('badKey');
    expect(session(rig)).toEqual(before);
  });
});
