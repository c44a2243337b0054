/** What a tick costs on the microcontroller, under each load that a board meets: below half a millisecond. */
import { describe, expect, it } from 'vitest';
import { AvrBoard } from '../../firmware-bridge/rig/avr8js/board.js';
import { CLOCK_HZ } from '../../firmware-bridge/rig/avr8js/microcontroller.js';
import {
  CALIBRATE_CURRENT,
  CALIBRATE_VOLTAGE,
  CALIBRATION,
  CONSTANTS,
  encodeCalibrateCurrentFrame,
  encodeCalibrateVoltageFrame,
  encodeRunSelfTestFrame,
  encodeSamplingFrame,
  OUTCOME,
  PROGRESS,
  RUN_SELF_TEST,
  SAMPLES,
  SAMPLING,
  SESSION,
  type FrameShape,
} from '../../src/bus/protocol.gen.js';
import { BoardRig, payloadOf } from './rig.js';

type Rig = BoardRig<AvrBoard>;

const HALF_MS_CYCLES = CLOCK_HZ / 1000 / 2;
/** A block; what happens in a tick meets the ends of blocks at some of as many phases. */
const BLOCK_MS = CONSTANTS.blockTime_ms;
const CALIBRATED_DAY = 20_500;

const sampled = (rig: Rig, period_ms: number): string => rig.raw(SAMPLING, encodeSamplingFrame({ period_ms }));

/** Ramps from one end of the envelope to the other, at every phase of the block. */
async function reversals(rig: Rig, frame: FrameShape = OUTCOME): Promise<void> {
  for (let i = 0; i < 2 * BLOCK_MS; i++) {
    rig.advance(5 + i);
    await rig.read();
    expect(await rig.drive(i % 4 < 2 ? 0.08 : -0.08)).toBeUndefined();
    payloadOf(rig, frame);
  }
}

async function sampling(rig: Rig, period_ms: number): Promise<void> {
  await rig.armed();
  expect(sampled(rig, period_ms)).toBe('accepted');
  await reversals(rig, SAMPLES);
}

/** Every ms the converter's first frame is spoilt and read again, over ramps and with samples kept. */
async function spoilt(rig: Rig): Promise<void> {
  await rig.armed();
  sampled(rig, 5);
  for (let ms = 0; ms < 30 * BLOCK_MS; ms++) {
    rig.firmware.converter.spoil(1);
    rig.advance(1);
    if (ms % 25 === 24) {
      await rig.read();
      await rig.drive(ms % 100 < 50 ? 0.08 : -0.08);
    }
  }
  expect(rig.firmware.stageEnabled).toBe(true);
}

/** Every correction is stored, at one phase of the block after the other, while samples are kept. */
async function storing(rig: Rig): Promise<void> {
  await rig.board.open();
  sampled(rig, 1);
  const correction = { key: CONSTANTS.calibrateKey, gain_ppb: -3_000_000, day: CALIBRATED_DAY };
  for (let stored = 0; stored < BLOCK_MS; stored++) {
    const converter = stored % 3;
    const payload = encodeCalibrateCurrentFrame({ ...correction, range: 3, converter, offset_nA: 200_000 });
    expect(rig.raw(CALIBRATE_CURRENT, payload)).toBe('accepted');
    while (rig.raw(CALIBRATE_VOLTAGE, encodeCalibrateVoltageFrame({ ...correction, offset_uV: 0 })) === 'busy') {
      rig.advance(2);
      payloadOf(rig, CALIBRATION);
    }
    rig.advance(60 + stored);
  }
}

async function testing(rig: Rig): Promise<void> {
  await rig.board.open();
  sampled(rig, 1);
  for (let tested = 0; tested < BLOCK_MS / 4; tested++) {
    expect(rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: CONSTANTS.selfTestKey }))).toBe('accepted');
    for (let ms = 0; ms < 150; ms += 5) {
      rig.advance(5);
      payloadOf(rig, SESSION);
    }
    rig.advance(tested);
  }
}

/** Ramps as short as they can be: each begins with two divisions. */
async function waveform(rig: Rig): Promise<void> {
  await rig.armed();
  await rig.board.waveform.load({
    segments: [
      { kind: 'ramp', target_A: 0.08, duration_s: 0.003 },
      { kind: 'ramp', target_A: -0.08, duration_s: 0.002 },
      { kind: 'flip', target_A: 0.07, duration_s: 0.04 },
    ],
    loops: 40,
  });
  sampled(rig, 1);
  for (let i = 0; i < 2 * BLOCK_MS; i++) {
    rig.advance(20);
    await rig.read();
    const driven = await rig.send(rig.board.driveWaveform());
    expect(driven?.ok ?? true).toBe(true);
    payloadOf(rig, PROGRESS);
  }
  expect(rig.firmware.stageEnabled).toBe(true);
}

async function control(rig: Rig): Promise<void> {
  await rig.armed();
  await reversals(rig);
}

describe('a tick takes less than half of its millisecond', () => {
  it.each<[string, (rig: Rig) => Promise<void>]>([
    ['control cycles that reverse the current', control],
    ['samples kept every 1 ms', (rig) => sampling(rig, 1)],
    ['samples kept every 5 ms', (rig) => sampling(rig, 5)],
    ['a converter whose frames are spoilt', spoilt],
    ['corrections being stored', storing],
    ['the self-test', testing],
    ['a waveform of short ramps and flips', waveform],
  ])('with %s', async (load, work) => {
    const rig = new BoardRig(AvrBoard.load({ seed: 3 }), { slew_A_s: 2 });
    await work(rig);
    const { worstTick_cycles } = rig.firmware.controller;
    console.log(`${load}: worst tick ${worstTick_cycles} cycles`);
    expect(worstTick_cycles).toBeLessThan(HALF_MS_CYCLES);
  });
});
