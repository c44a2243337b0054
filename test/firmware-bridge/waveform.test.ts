import { describe, expect, it } from 'vitest';
import {
  CONSTANTS,
  decodeProgressFrame,
  DRIVE,
  DRIVE_FLAGS,
  encodeDriveFrame,
  encodeSegmentFrame,
  encodeWaveFrame,
  ENDINGS,
  PROGRESS,
  SEGMENT,
  STATUS,
  TELEMETRY,
  decodeTelemetryFrame,
  WAVE,
} from '../../src/bus/protocol.gen.js';
import { heartbeat } from '../../src/device/gs1-frames.js';
import type { Segment, Waveform } from '../../src/device/gs1-waveform.js';
import { allOff, envelope, payloadOf, Rig, session } from './rig.js';

const segment = (index: number, target_nA: number, duration_ms: number, kind = 0): Uint8Array =>
  encodeSegmentFrame({ index, kind, target_nA, duration_ms });
const wave = (length: number, loopFrom = 0, loops = 1): Uint8Array => encodeWaveFrame({ length, loopFrom, loops });
const progress = (rig: Rig) => decodeProgressFrame(payloadOf(rig, PROGRESS));
/** Faults of a moment later: one sample is not read twice. */
async function faults(rig: Rig): Promise<readonly string[]> {
  rig.advance(1);
  return (await rig.read()).faults;
}
const setpoint_nA = (rig: Rig): number => decodeTelemetryFrame(payloadOf(rig, TELEMETRY)).setpoint_nA;

/** Reads and answers with the flag of the waveform; what the board refused. */
async function beat(rig: Rig): Promise<string | undefined> {
  await rig.read();
  const reading = await rig.send(rig.board.driveWaveform());
  return reading === undefined || reading.ok ? undefined : reading.detail;
}

/** A waveform on an armed rig with the output on; nothing has moved yet. */
async function begun(waveform: Waveform, seed = 5, limits: Partial<typeof envelope> = {}): Promise<Rig> {
  const rig = new Rig(seed, { slew_A_s: 10 });
  await rig.armed(limits);
  await rig.board.waveform.load(waveform);
  rig.advance(1);
  expect(await beat(rig)).toBeUndefined();
  rig.advance(100, () => rig.firmware.stageEnabled);
  return rig;
}

/** Set point at every millisecond of the waveform, with a beat every 20 ms. */
async function trace(rig: Rig, ms: number): Promise<number[]> {
  const found: number[] = [];
  for (let passed = 0; passed < ms; passed++) {
    found.push(setpoint_nA(rig));
    rig.advance(1);
    if (passed % 20 === 19) expect(await beat(rig)).toBeUndefined();
  }
  return found;
}

const s = (kind: Segment['kind'], target_A: number, duration_s: number): Segment => ({ kind, target_A, duration_s });

describe('a waveform', () => {
  it('holds, ramps and flips millisecond by millisecond, and ends at zero with the relay closed', async () => {
    const segments = [
      s('hold', 0.02, 0.01),
      s('ramp', -0.03, 0.1),
      s('ramp', 0.000_000_007, 0.003),
      s('flip', 0.05, 0.04),
    ];
    const rig = await begun({ segments });
    const found = await trace(rig, 170);
    const begin = found.indexOf(20e6);
    expect(begin).toBeGreaterThanOrEqual(0);
    const at = (ms: number): number => found[begin + ms - 1] ?? Number.NaN;
    expect(found.slice(begin, begin + 10)).toEqual(Array(10).fill(20e6));
    for (let ms = 1; ms <= 100; ms++) expect(at(10 + ms)).toBe(20e6 - ms * 500e3);
    // 30,000,007 nA in 3 ms: the rest of the division is not lost.
    expect([at(111), at(112), at(113)]).toEqual([-20e6 + 2, -10e6 + 4, 7]);
    expect(found.slice(begin + 113, begin + 153)).toEqual(Array(40).fill(50e6));
    expect(at(154)).toBe(0);
    expect(progress(rig)).toMatchObject({ endings: ENDINGS.waveform, segment: 3, loop: 1 });
    const { status } = session(rig);
    expect([status & STATUS.ended, status & STATUS.waveform].map(Boolean)).toEqual([true, false]);
    expect([rig.firmware.relayClosed, (await rig.cycles(1, 0)).faults]).toEqual([true, []]);
  });

  it('repeats from the segment that it should, as often as it should', async () => {
    const segments = [s('hold', 0.01, 0.005), s('hold', 0.02, 0.003), s('hold', 0.03, 0.002)];
    const rig = await begun({ segments, loops: 4, loopFrom: 1 });
    const found = (await trace(rig, 60)).filter((value) => value !== 0);
    const loop = [20e6, 20e6, 20e6, 30e6, 30e6];
    expect(found).toEqual([...Array(5).fill(10e6), ...loop, ...loop, ...loop, ...loop]);
  });

  it('begins its first ramp where the set point stands', async () => {
    const rig = new Rig(5, { slew_A_s: 10 });
    await rig.running(0.04);
    await rig.board.waveform.load({ segments: [s('ramp', 0.05, 0.01)] });
    rig.advance(1);
    await beat(rig);
    rig.advance(1);
    expect(setpoint_nA(rig)).toBe(41e6);
  });

  it('starts again only after a drive without its flag', async () => {
    const rig = await begun({ segments: [s('hold', 0.02, 0.005)] });
    await trace(rig, 60);
    expect([setpoint_nA(rig), progress(rig).endings]).toEqual([0, ENDINGS.waveform]);
    expect(await rig.cycles(1, 0.01)).toMatchObject({ outputOn: true });
    rig.advance(2);
    expect([setpoint_nA(rig), progress(rig).endings]).toEqual([10e6, 0]);
    expect(await beat(rig)).toBeUndefined();
    rig.advance(2);
    expect([setpoint_nA(rig), (session(rig).status & STATUS.waveform) !== 0]).toEqual([20e6, true]);
  });

  it('gives way to a set point of the host, and to off', async () => {
    const rig = await begun({ segments: [s('hold', 0.02, 10)] });
    await trace(rig, 40);
    expect(setpoint_nA(rig)).toBe(20e6);
    await rig.cycles(1, 0.005);
    rig.advance(20);
    expect(setpoint_nA(rig)).toBe(5e6);
    rig.advance(1);
    await beat(rig);
    rig.advance(5);
    await rig.board.off();
    rig.advance(30);
    expect([setpoint_nA(rig), rig.firmware.relayClosed, progress(rig).segmentTime_ms]).toEqual([0, false, 0]);
  });

  it('does not answer for the host: without beats the dead-man trips', async () => {
    const rig = await begun({ segments: [s('hold', 0.02, 10)] });
    await trace(rig, 40);
    expect(rig.advance(200, () => allOff(rig))).toBeLessThanOrEqual(151);
    expect([(await rig.read()).faults, progress(rig).segment, session(rig).status & STATUS.waveform]).toEqual([
      ['deadman'],
      0,
      0,
    ]);
  });

  it('does not wait for faults either: a trip ends it', async () => {
    const rig = await begun({ segments: [s('ramp', 0.09, 0.2)] });
    rig.resistance_ohm = 400; // 20 V at 50 mA
    let passed = 0;
    while (!allOff(rig) && passed < 300) {
      rig.advance(1);
      passed++;
      if (passed % 20 === 0) await beat(rig);
    }
    expect(await faults(rig)).toEqual(['overVoltage']);
  });
});

describe('a waveform is refused', () => {
  it('outside the envelope and outside the range, and then the beat does not count', async () => {
    const rig = new Rig();
    await rig.armed({ current_A: 0.05 });
    await rig.board.waveform.load({ segments: [s('hold', 0.01, 1), s('ramp', -0.050_001, 1)] });
    rig.advance(1);
    expect(await beat(rig)).toMatch(/outsideEnvelope/);
    expect(rig.firmware.relayClosed).toBe(false);
    await rig.board.waveform.load({ segments: [s('hold', 0.05, 1)] });
    rig.advance(1);
    expect(await beat(rig)).toBeUndefined();
  });

  it('when none is set, when a segment is missing, or when its loop begins behind its end', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.advance(1);
    expect(await beat(rig)).toMatch(/badWaveform/);
    expect(rig.raw(WAVE, wave(1))).toBe('badWaveform');
    expect(rig.raw(SEGMENT, segment(0, 1e6, 10))).toBe('accepted');
    expect(rig.raw(SEGMENT, segment(2, 1e6, 10))).toBe('accepted');
    expect(rig.raw(WAVE, wave(3))).toBe('badWaveform');
    expect(rig.raw(WAVE, wave(1, 1))).toBe('badWaveform');
    expect(rig.raw(WAVE, wave(1, 0))).toBe('accepted');
    expect(progress(rig).waveformLength).toBe(1);
    expect(rig.raw(SEGMENT, segment(1, 1e6, 10))).toBe('accepted'); // a change takes the waveform back
    expect(progress(rig)).toMatchObject({ waveformLength: 0, waveformCrc: 0 });
    expect(rig.raw(WAVE, wave(3))).toBe('accepted');
    expect(rig.raw(WAVE, wave(0))).toBe('accepted');
    rig.advance(1);
    expect(await beat(rig)).toMatch(/badWaveform/);
  });

  it('while one runs', async () => {
    const rig = await begun({ segments: [s('hold', 0.02, 10)] });
    expect(rig.raw(SEGMENT, segment(0, 90e6, 10))).toBe('busy');
    expect(rig.raw(WAVE, wave(0))).toBe('busy');
    await trace(rig, 30);
    expect(setpoint_nA(rig)).toBe(20e6);
  });

  it.each([
    ['without output enable', DRIVE_FLAGS.waveform, 0],
    ['with a set point', DRIVE_FLAGS.waveform | DRIVE_FLAGS.outputEnable, 1],
  ])('%s', async (_what, flags, setpoint) => {
    const rig = new Rig();
    await rig.armed();
    await rig.board.waveform.load({ segments: [s('hold', 0.01, 1)] });
    rig.advance(1);
    const { sampleCounter } = await rig.read();
    const answer = heartbeat(session(rig).nonce, sampleCounter);
    expect(rig.raw(DRIVE, encodeDriveFrame({ heartbeat: answer, setpoint_nA: setpoint, flags }))).toBe('badValue');
    expect(rig.raw(DRIVE, encodeDriveFrame({ heartbeat: answer, setpoint_nA: 0, flags: 3 }))).toBe('accepted');
  });

  it('from the moment on at which the envelope becomes too tight for it', async () => {
    const rig = await begun({ segments: [s('hold', 0.02, 0.1), s('hold', 0.06, 1)] });
    await trace(rig, 40);
    await rig.board.load({ ...envelope, current_A: 0.06 });
    rig.advance(1);
    expect([setpoint_nA(rig), await beat(rig)]).toEqual([20e6, undefined]);
    await rig.board.load({ ...envelope, current_A: 0.05 });
    rig.advance(20);
    expect([setpoint_nA(rig), rig.firmware.relayClosed, session(rig).status & STATUS.waveform]).toEqual([0, true, 0]);
    expect(await beat(rig)).toMatch(/outsideEnvelope/);
    expect(allOff(rig)).toBe(false);
  });
});

describe('a polarity flip', () => {
  /** A stage that follows with a first-order lag, or after a dead time. */
  function lagging(rig: Rig, tau_ms: number, dead_ms: number): { current_A: number } {
    const line: number[] = [];
    const flowing = { current_A: 0 };
    rig.stage = (dac_A) => {
      line.push(dac_A);
      const wanted_A = line.length > dead_ms ? (line[line.length - 1 - dead_ms] ?? 0) : 0;
      flowing.current_A += (wanted_A - flowing.current_A) / tau_ms;
      return flowing.current_A;
    };
    return flowing;
  }

  const square: Waveform = { segments: [s('flip', 0.09, 0.1), s('flip', -0.09, 0.1)], loops: 8 };

  it('of 180 mA is within 0.1 % after 30 ms', async () => {
    const rig = new Rig(5);
    await rig.armed();
    const flowing = lagging(rig, 3, 0);
    await rig.board.waveform.load(square);
    rig.advance(1);
    await beat(rig);
    let flips = 0;
    let flipped_ms = -1;
    let before = 0;
    for (let ms = 0; ms < 1200; ms++) {
      const now = setpoint_nA(rig);
      if (Math.sign(now) === -Math.sign(before) && now !== 0) flipped_ms = ms;
      if (flipped_ms >= 0 && ms === flipped_ms + 30) {
        const wanted_A = now * 1e-9;
        expect(Math.abs(flowing.current_A / wanted_A - 1)).toBeLessThan(1.6e-3); // with the DAC's error
        flips++;
      }
      before = now === 0 ? before : now;
      rig.advance(1);
      if (ms % 20 === 19) await beat(rig);
    }
    expect(flips).toBeGreaterThan(9);
    expect(await faults(rig)).toEqual([]);
  });

  it.each([0, 3, 7, 11, 14])(
    'does not misfire, whatever the phase (%i ms), with a stage that takes 28 ms',
    async (phase_ms) => {
      const rig = new Rig(5);
      await rig.armed();
      rig.advance(1 + phase_ms);
      lagging(rig, 1, 28);
      await rig.board.waveform.load(square);
      await beat(rig);
      await trace(rig, 900);
      expect(await faults(rig)).toEqual([]);
    },
  );

  it('that does not happen trips, within 100 ms', async () => {
    const rig = await begun({ segments: [s('flip', 0.09, 0.1), s('flip', -0.09, 1)] });
    let flipped_ms = -1;
    let off_ms = -1;
    rig.stage = (dac_A) => Math.abs(dac_A);
    for (let ms = 0; ms < 400 && off_ms < 0; ms++) {
      if (flipped_ms < 0 && setpoint_nA(rig) < 0) flipped_ms = ms;
      if (flipped_ms >= 0 && allOff(rig)) off_ms = ms;
      rig.advance(1);
      if (ms % 20 === 19) await beat(rig);
    }
    expect(flipped_ms).toBeGreaterThan(0);
    expect(off_ms - flipped_ms).toBeGreaterThan(CONSTANTS.flipTime_ms);
    expect(off_ms - flipped_ms).toBeLessThan(100);
    expect(await faults(rig)).toEqual(['polarity']);
  });

  it('lends its slew to nothing else', async () => {
    const rig = new Rig(5); // 50 mA/s
    await rig.armed();
    await rig.board.waveform.load({ segments: [s('flip', 0.05, 0.05), s('hold', -0.05, 1)] });
    rig.advance(1);
    await beat(rig);
    rig.advance(100, () => rig.firmware.stageEnabled);
    rig.advance(4);
    expect(rig.firmware.dacCurrent_A).toBeCloseTo(0.05, 3);
    await beat(rig);
    rig.advance(66);
    await beat(rig);
    expect(rig.firmware.dacCurrent_A).toBeGreaterThan(0.048);
    expect(rig.firmware.dacCurrent_A).toBeLessThan(0.0495);
  });

  it('is no cause for the checks of a moving set point: fast ramps through zero do not trip', async () => {
    const segments = [s('ramp', 0.09, 0.2), s('ramp', -0.09, 0.5), s('ramp', 0.09, 0.5)];
    const rig = await begun({ segments, loops: 2, loopFrom: 1 });
    await trace(rig, 2400);
    expect(await faults(rig)).toEqual([]);
    expect(progress(rig).endings).toBe(ENDINGS.waveform);
  });
});
