/** What only the compiled binary has: its microcontroller, its converters, and what these cost in time and memory. */
import { describe, expect, it } from 'vitest';
import { AvrBoard } from '../../firmware-bridge/rig/avr8js/board.js';
import { fromIntelHex } from '../../firmware-bridge/rig/avr8js/intel-hex.js';
import { CLOCK_HZ, RESET_BY } from '../../firmware-bridge/rig/avr8js/microcontroller.js';
import {
  CALIBRATE_CURRENT,
  CALIBRATION,
  CHARGE,
  CONSTANTS,
  decodeIdentityFrame,
  DRIVE,
  encodeCalibrateCurrentFrame,
  encodeRunSelfTestFrame,
  encodeSamplingFrame,
  ENVELOPE,
  IDENTITY,
  OUTCOME,
  PROGRESS,
  RUN_SELF_TEST,
  SAMPLES,
  SAMPLING,
  SELF_TEST,
  TELEMETRY,
} from '../../src/bus/protocol.gen.js';
import { allOff, BoardRig, payloadOf } from './rig.js';

/** As build-avr.sh counts with. */
const STACK_BYTES = 240;
/** Of telemetry, charge, drive and outcome: an answer that waits for the longest tick. Every byte takes 8 us. */
const STRETCH_US = 200;
const FAST = { slew_A_s: 2 } as const;
const WATCHDOG_MS = 125;

const rigOf = (seed = 1): BoardRig<AvrBoard> => new BoardRig(AvrBoard.load({ seed }), FAST);

async function running(): Promise<BoardRig<AvrBoard>> {
  const rig = rigOf();
  await rig.armed();
  await rig.cycles(4, 0.05);
  expect(rig.firmware.stageEnabled).toBe(true);
  return rig;
}

const cause = (rig: BoardRig<AvrBoard>): number => decodeIdentityFrame(payloadOf(rig, IDENTITY)).resetCause;

describe('the microcontroller', () => {
  it('is reset by its watchdog when the firmware hangs, output on or not, and says so', async () => {
    const rig = await running();
    const { controller } = rig.firmware;
    rig.firmware.hang();
    const hung = controller.cycles;
    expect([...rig.firmware.read(TELEMETRY.command, 32)].every((byte) => byte === 0xff)).toBe(true);
    expect(rig.firmware.stageEnabled).toBe(true);
    while (!allOff(rig) && controller.cycles - hung < CLOCK_HZ) rig.advance(1);
    const off_ms = ((controller.cycles - hung) / CLOCK_HZ) * 1000;
    expect(off_ms).toBeGreaterThan(WATCHDOG_MS - 2);
    expect(off_ms).toBeLessThan(WATCHDOG_MS + 10);
    rig.advance(60);
    expect(controller.resets).toBe(1);
    expect(decodeIdentityFrame(payloadOf(rig, IDENTITY))).toMatchObject({ resetCause: 1, bootCount: 2 });
    expect(allOff(rig)).toBe(true);
  });

  it.each([
    ['power', RESET_BY.power, 0],
    ['external', RESET_BY.external, 3],
    ['brown-out', RESET_BY.brownOut, 2],
    ['power with a brown-out', RESET_BY.power | RESET_BY.brownOut, 0],
  ])('tells a reset by %s, with everything off', async (_name, flag, code) => {
    const rig = await running();
    rig.firmware.controller.reset(flag);
    expect(allOff(rig)).toBe(true);
    rig.advance(60);
    expect(cause(rig)).toBe(code);
  });

  it('counts its boots in EEPROM, also over a count that was cut short', () => {
    const board = AvrBoard.load({ seed: 1, serial: 0x1234, bootCount: 7 });
    const identity = () =>
      decodeIdentityFrame(board.read(IDENTITY.command, IDENTITY.payloadLength + 3).subarray(1, -2));
    expect(identity()).toMatchObject({ serial: 0x1234, bootCount: 7 });
    const { bootNonce } = identity();
    board.reset();
    board.reset();
    expect(identity()).toMatchObject({ serial: 0x1234, bootCount: 9 });
    expect(identity().bootNonce).not.toBe(bootNonce);
    const before = board.eeprom.slice();
    board.reset();
    const written = board.eeprom.findIndex((byte, index) => byte !== before[index]);
    board.eeprom[written] = (board.eeprom[written] ?? 0) ^ 0x40; // power failed while the newest was written
    board.reset();
    expect(identity().bootCount).toBe(10);
  });

  it('takes the address that is strapped', () => {
    for (const [strap, address] of [
      ['low', 0x2b],
      ['high', 0x2d],
      ['none', 0x2c],
    ] as const) {
      const board = AvrBoard.load({ seed: 1, strap });
      const answers = [0x00, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e].filter(
        (candidate) =>
          board.transfer(OUTCOME.command, [{ direction: 'write', bytes: Uint8Array.of(3) }], candidate) === 'done',
      );
      expect(answers).toEqual([address]);
    }
  });

  it('repeats itself to the cycle from the same seed', async () => {
    const trace = async (seed: number): Promise<string> => {
      const rig = rigOf(seed);
      await rig.armed();
      await rig.cycles(3, 0.05);
      return `${rig.firmware.controller.cycles} ${Buffer.from(payloadOf(rig, CHARGE)).toString('hex')}`;
    };
    const first = await trace(1);
    expect(await trace(1)).toBe(first);
    expect(await trace(2)).not.toBe(first);
  });
});

describe('the converters', () => {
  it('a spoilt frame is read again; a converter that cannot be understood trips', async () => {
    const rig = await running();
    rig.firmware.converter.spoil(1);
    await rig.cycles(1, 0.05);
    expect(rig.firmware.stageEnabled).toBe(true);
    rig.firmware.converter.spoil(2);
    expect(rig.advance(20, () => allOff(rig))).toBeLessThanOrEqual(2);
    rig.advance(2);
    expect((await rig.read()).faults[0]).toBe('overRange');
  });

  it('read currents of every range and temperatures of the whole band', async () => {
    const rig = rigOf(4);
    await rig.board.open();
    for (const [limit_A, current_A] of [
      [0.0002, 0.00015],
      [0.002, -0.0015],
      [0.02, 0.015],
      [0.2, 0.15],
    ] as const) {
      await rig.board.load({ ...LIMITS, current_A: limit_A });
      rig.inputs = { current_A, returnCurrent_A: current_A / 2, voltage_V: 20 * Math.sign(current_A) };
      rig.advance(34);
      const reading = await rig.read();
      expect(Math.abs(reading.current_A / current_A - 1)).toBeLessThan(3e-4);
      expect(Math.abs(reading.returnCurrent_A / (current_A / 2) - 1)).toBeLessThan(5e-4);
      expect(Math.abs(Math.abs(reading.voltage_V) - 20)).toBeLessThan(0.002);
    }
    for (const cellTemperature_C of [-40, -20, -5, 0, 5, 25, 30, 60, 100]) {
      rig.inputs = { cellTemperature_C };
      rig.advance(60);
      const error_K = Math.abs((await rig.read()).cellTemperature_C - cellTemperature_C);
      expect(error_K, `${cellTemperature_C} degC`).toBeLessThan(
        cellTemperature_C >= -20 && cellTemperature_C <= 60 ? 0.15 : 1,
      );
    }
  });
});

const LIMITS = {
  runTag: 7,
  current_A: 0.1,
  voltage_V: 20,
  charge_C: 2000,
  duration_s: 12_000,
  temperatureMin_C: -10,
  temperatureMax_C: 30,
};

describe('time and memory', () => {
  it('a tick, the clock and the stack stay in their bounds', async () => {
    const rig = await running();
    const { controller, stretches } = rig.firmware;
    stretches.clear();
    const late = controller.lateTicks;
    for (let i = 0; i < 60; i++) {
      rig.advance(5 + (i % 17));
      await rig.read();
      await rig.drive(i % 20 < 10 ? 0.08 : -0.08);
    }
    const stretch_us = Math.max(...[TELEMETRY, CHARGE, DRIVE, OUTCOME].map((f) => stretches.get(f.command) ?? 0)) / 16;
    console.log(
      `worst tick ${controller.worstTick_cycles} cycles, longest stretch ${stretch_us.toFixed(1)} us, ` +
        `stack ${controller.stack_bytes} bytes, late ticks ${controller.lateTicks - late}`,
    );
    expect(controller.stack_bytes).toBeLessThanOrEqual(STACK_BYTES);
    expect(controller.worstTick_cycles).toBeLessThan(CLOCK_HZ / 1000 / 2);
    expect(controller.lateTicks).toBe(late);
    expect(stretch_us).toBeLessThanOrEqual(STRETCH_US);
  });
});

describe('the stack', () => {
  it('holds what storing, testing, sampling and configuring need, under interrupts', async () => {
    const rig = rigOf();
    await rig.board.open();
    const calibration = { key: CONSTANTS.calibrateKey, range: 3, converter: 0, gain_ppb: 0, offset_nA: 0, day: 20_000 };
    expect(rig.raw(CALIBRATE_CURRENT, encodeCalibrateCurrentFrame(calibration))).toBe('accepted');
    for (let ms = 0; ms < 150; ms += 5) await rig.read().catch(() => undefined);
    expect(rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: CONSTANTS.selfTestKey }))).toBe('accepted');
    for (let ms = 0; ms < 300; ms += 5) await rig.read().catch(() => undefined);
    rig.raw(SAMPLING, encodeSamplingFrame({ period_ms: 1 }));
    for (const frame of [SAMPLES, CALIBRATION, SELF_TEST, PROGRESS, ENVELOPE, IDENTITY]) payloadOf(rig, frame);
    await rig.armed();
    await rig.cycles(3, 0.05);
    console.log(`stack ${rig.firmware.controller.stack_bytes} bytes`);
    expect(rig.firmware.controller.stack_bytes).toBeLessThanOrEqual(STACK_BYTES);
  });
});

describe('a program in Intel HEX', () => {
  it('is refused when a record is spoilt, unknown or missing', () => {
    const good = ':0400000001020304F2\n:00000001FF\n';
    expect([...fromIntelHex(good, 6)]).toEqual([1, 2, 3, 4, 255, 255]);
    expect(() => fromIntelHex(good.replace('0304F2', '0305F2'), 6)).toThrow(/line 1/);
    expect(() => fromIntelHex(':020000040000FA\n:00000001FF\n', 6)).toThrow(/type 4/);
    expect(() => fromIntelHex(':0400000001020304F2\n', 6)).toThrow(/end record/);
    expect(() => fromIntelHex(good, 2)).toThrow(RangeError);
  });
});
