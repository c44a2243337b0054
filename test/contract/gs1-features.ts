/** The second half of the suite every GS-1 passes: calibration, samples, stops, waveforms and the self-test. */
import { describe, expect, it } from 'vitest';
import type { EmulatedBoard } from '../../firmware-bridge/rig/emulated-board.js';
import {
  CALIBRATE_CURRENT,
  CALIBRATION,
  CHECKS,
  CONSTANTS,
  decodeCalibrationFrame,
  decodeProgressFrame,
  decodeSamplesFrame,
  decodeSelfTestFrame,
  decodeTelemetryFrame,
  DRIVE,
  DRIVE_FLAGS,
  encodeCalibrateCurrentFrame,
  encodeDriveFrame,
  encodeRunSelfTestFrame,
  encodeSamplingFrame,
  encodeSegmentFrame,
  encodeStopFrame,
  encodeTakeSamplesFrame,
  encodeWaveFrame,
  ENDINGS,
  PROGRESS,
  RUN_SELF_TEST,
  SAMPLES,
  SAMPLING,
  SEGMENT,
  SELF_TEST,
  STOP,
  TAKE_SAMPLES,
  TELEMETRY,
  WAVE,
} from '../../src/bus/protocol.gen.js';
import { heartbeat } from '../../src/device/gs1-frames.js';
import { BoardRig, payloadOf, session } from '../firmware-bridge/rig.js';

type Rig = BoardRig<EmulatedBoard>;

const SELF_TEST_MS = 400;
const STORE_MS = 120;
const ALL_CHECKS = Object.values(CHECKS).reduce((all, check) => all | check, 0);

/** A beat of 20 ms that asks for the waveform. */
function beat(rig: Rig): string {
  rig.advance(20);
  const { sampleCounter } = decodeTelemetryFrame(payloadOf(rig, TELEMETRY));
  return rig.raw(
    DRIVE,
    encodeDriveFrame({
      heartbeat: heartbeat(session(rig).nonce, sampleCounter),
      setpoint_nA: 0,
      flags: DRIVE_FLAGS.outputEnable | DRIVE_FLAGS.waveform,
    }),
  );
}

const progress = (rig: Rig) => decodeProgressFrame(payloadOf(rig, PROGRESS));

export function gs1Features(name: string, load: (options: { readonly seed: number }) => EmulatedBoard): void {
  const rigOf = (seed: number): Rig => new BoardRig(load({ seed }), { slew_A_s: 2 });

  describe(`GS-1 in ${name}: calibration`, () => {
    const frame = (gain_ppb: number, key: number = CONSTANTS.calibrateKey): Uint8Array =>
      encodeCalibrateCurrentFrame({ key, range: 3, converter: 0, gain_ppb, offset_nA: 0, day: 20_000 });
    const current_A = async (rig: Rig): Promise<number> => {
      rig.advance(40);
      return (await rig.read()).current_A;
    };

    it('is stored with its key and not while armed, acts, and outlives a reset', async () => {
      const rig = rigOf(21);
      rig.inputs = { current_A: 0.1, returnCurrent_A: 0.1 };
      const before_A = await current_A(rig);
      const { currentGain_ppb } = decodeCalibrationFrame(payloadOf(rig, CALIBRATION));
      const gain_ppb = currentGain_ppb + 5_000_000;
      expect(rig.raw(CALIBRATE_CURRENT, frame(gain_ppb, 1))).toBe('badKey');
      expect(rig.raw(CALIBRATE_CURRENT, frame(gain_ppb))).toBe('accepted');
      expect(rig.raw(CALIBRATE_CURRENT, frame(0))).toBe('busy');
      rig.advance(STORE_MS);
      expect(decodeCalibrationFrame(payloadOf(rig, CALIBRATION))).toMatchObject({
        range: 3,
        currentGain_ppb: gain_ppb,
        valid: 0x1fff,
      });
      expect((await current_A(rig)) / before_A - 1).toBeCloseTo(0.005, 4);
      rig.firmware.reset();
      await rig.board.open();
      expect((await current_A(rig)) / before_A - 1).toBeCloseTo(0.005, 4);
    });

    it('is refused by an armed board', async () => {
      const rig = rigOf(22);
      await rig.armed();
      expect(rig.raw(CALIBRATE_CURRENT, frame(0))).toBe('alreadyArmed');
      expect(rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: CONSTANTS.selfTestKey }))).toBe('alreadyArmed');
    });
  });

  describe(`GS-1 in ${name}: self-test`, () => {
    it('passes on a sound board and finds a welded relay', () => {
      const rig = rigOf(23);
      expect(rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: 1 }))).toBe('badKey');
      expect(rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: CONSTANTS.selfTestKey }))).toBe('accepted');
      rig.advance(SELF_TEST_MS);
      expect(decodeSelfTestFrame(payloadOf(rig, SELF_TEST))).toMatchObject({
        state: 2,
        checked: ALL_CHECKS,
        failed: 0,
      });
      expect(rig.firmware.relayClosed).toBe(false);
      rig.inputs = { relayContactClosed: true };
      rig.advance(20);
      expect(rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: CONSTANTS.selfTestKey }))).toBe('accepted');
      rig.advance(50);
      expect(decodeSelfTestFrame(payloadOf(rig, SELF_TEST)).state).not.toBe(2);
    });
  });

  describe(`GS-1 in ${name}: samples`, () => {
    it('wait in order until they are taken, and are counted when there is no room', () => {
      const rig = rigOf(24);
      rig.inputs = { voltage_V: 2, current_A: 1e-4, returnCurrent_A: 1e-4 };
      rig.advance(10);
      expect(rig.raw(SAMPLING, encodeSamplingFrame({ period_ms: 5 }))).toBe('accepted');
      rig.advance(60);
      const read = () => decodeSamplesFrame(payloadOf(rig, SAMPLES));
      const first = read();
      expect(first).toMatchObject({ first: 0, lost: 0 });
      expect(first.waiting).toBeGreaterThanOrEqual(11);
      expect(first.time2_ms - first.time1_ms).toBe(5);
      expect(Math.abs(first.voltage1_mV - 2000)).toBeLessThan(3);
      expect(Math.abs(first.current1 / 128 - 1e-4 / (0.256 / 32_768))).toBeLessThan(4);
      expect(rig.raw(TAKE_SAMPLES, encodeTakeSamplesFrame({ next: 3 }))).toBe('accepted');
      const second = read();
      expect(second.first).toBe(3);
      expect(second.time1_ms - first.time3_ms).toBe(5);
      rig.raw(SAMPLING, encodeSamplingFrame({ period_ms: 1 }));
      rig.advance(CONSTANTS.samplesKept + 10);
      const full = read();
      expect(full).toMatchObject({ first: 0, waiting: CONSTANTS.samplesKept });
      expect(full.lost).toBeGreaterThanOrEqual(9);
    });
  });

  describe(`GS-1 in ${name}: what it ends by itself`, () => {
    it('is a run at its stop: no fault, still armed, no more current', async () => {
      const rig = rigOf(25);
      await rig.armed();
      const stop = { key: CONSTANTS.stopKey, charge_nC: 0, time_ms: 100 };
      expect(rig.raw(STOP, encodeStopFrame(stop))).toBe('accepted');
      expect(rig.raw(STOP, encodeStopFrame({ ...stop, time_ms: 101 }))).toBe('laterStop');
      await rig.cycles(5, 0.05);
      expect(progress(rig).endings).toBe(ENDINGS.time);
      expect([rig.firmware.stageEnabled, rig.firmware.safeEnabled]).toEqual([false, true]);
      rig.advance(1);
      expect(await rig.read()).toMatchObject({ armed: true, outputOn: false, faults: [] });
      await rig.drive(0.05);
      expect(rig.lastResult()).toBe('ended');
      expect(rig.firmware.stageEnabled).toBe(false);
    });

    it('is a waveform at its end: hold, flip and ramp, twice, and then zero', async () => {
      const rig = rigOf(26);
      await rig.armed();
      const segments = [
        { kind: CONSTANTS.segmentHold, target_nA: 20_000_000, duration_ms: 60 },
        { kind: CONSTANTS.segmentFlip, target_nA: -20_000_000, duration_ms: 60 },
        { kind: CONSTANTS.segmentRamp, target_nA: 10_000_000, duration_ms: 60 },
      ];
      for (const [index, segment] of segments.entries()) {
        expect(rig.raw(SEGMENT, encodeSegmentFrame({ index, ...segment }))).toBe('accepted');
      }
      expect(rig.raw(WAVE, encodeWaveFrame({ length: 3, loopFrom: 0, loops: 2 }))).toBe('accepted');
      const seen_A = { least: 0, most: 0 };
      for (let i = 0; i < 40 && (progress(rig).endings & ENDINGS.waveform) === 0; i++) {
        expect(beat(rig)).toBe('accepted');
        seen_A.least = Math.min(seen_A.least, rig.firmware.dacCurrent_A);
        seen_A.most = Math.max(seen_A.most, rig.firmware.dacCurrent_A);
      }
      expect(progress(rig)).toMatchObject({ endings: ENDINGS.waveform, waveformLength: 3 });
      expect(seen_A.most).toBeCloseTo(0.02, 4);
      expect(seen_A.least).toBeCloseTo(-0.02, 4);
      beat(rig);
      expect(await rig.read().catch(() => undefined)).toMatchObject({ armed: true, setpoint_A: 0, faults: [] });
    });
  });
}
