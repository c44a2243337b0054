import { describe, expect, it } from 'vitest';
import {
  CALIBRATE_CURRENT,
  CALIBRATE_VOLTAGE,
  CALIBRATION,
  CONFIGURE,
  CONSTANTS,
  decodeCalibrationFrame,
  decodeTelemetryFrame,
  decodeVoltageCalibrationFrame,
  encodeCalibrateCurrentFrame,
  encodeCalibrateVoltageFrame,
  encodeConfigureFrame,
  encodeRunSelfTestFrame,
  RANGES,
  RUN_SELF_TEST,
  STATUS,
  TELEMETRY,
  VOLTAGE_CALIBRATION,
  type CalibrateCurrentFrame,
} from '../../src/bus/protocol.gen.js';
import { Firmware } from '../../src/twin/firmware.js';
import { BoardRig, payloadOf, Rig, session } from './rig.js';

const key = CONSTANTS.calibrateKey;
const ALL = 2 ** CONSTANTS.calibrations - 1;
const DAY = 20_500;
/** A record is 12 bytes, written at 4 ms each. */
const STORED_MS = 60;
const VOLTAGE_ADDRESS = 12 * 12;

const current = (change: Partial<CalibrateCurrentFrame> = {}): Uint8Array =>
  encodeCalibrateCurrentFrame({ key, range: 3, converter: 0, gain_ppb: 0, offset_nA: 0, day: DAY, ...change });
const voltage = (gain_ppb: number, offset_uV: number): Uint8Array =>
  encodeCalibrateVoltageFrame({ key, gain_ppb, offset_uV, day: DAY });
const valid = (rig: BoardRig<Firmware>): number =>
  decodeVoltageCalibrationFrame(payloadOf(rig, VOLTAGE_CALIBRATION)).valid;
const calibrationOk = (rig: BoardRig<Firmware>): boolean => (session(rig).status & STATUS.calibrationOk) !== 0;
const telemetry = (rig: BoardRig<Firmware>) => decodeTelemetryFrame(payloadOf(rig, TELEMETRY));

function select(rig: BoardRig<Firmware>, range: number): void {
  expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range, deadman_ms: 150, slew_uA_s: 50_000 }))).toBe('accepted');
}

/** What the board reads at this input, less what it reads at none. */
function slope(rig: BoardRig<Firmware>, inputs: { current_A?: number; returnCurrent_A?: number; voltage_V?: number }) {
  const read = () => {
    rig.advance(32);
    return telemetry(rig);
  };
  rig.inputs = { current_A: 0, returnCurrent_A: 0, voltage_V: 0 };
  const zero = read();
  rig.inputs = { ...rig.inputs, ...inputs };
  const now = read();
  rig.inputs = {};
  return { current_nA: now.current_nA - zero.current_nA, voltage_uV: now.voltage_uV - zero.voltage_uV };
}

describe('the stored calibration', () => {
  it('leaves the works complete, with its date, and not the same for all converters', () => {
    const rig = new Rig(3);
    expect([valid(rig), calibrationOk(rig), telemetry(rig).faults]).toEqual([ALL, true, 0]);
    for (const { code } of RANGES) {
      select(rig, code);
      const stored = decodeCalibrationFrame(payloadOf(rig, CALIBRATION));
      expect(stored).toMatchObject({ range: code, day: 20_089, valid: ALL });
      const gains = [stored.currentGain_ppb, stored.returnGain_ppb, stored.dacGain_ppb];
      expect(new Set(gains).size).toBe(3);
      for (const gain of gains) expect(Math.abs(gain)).toBeLessThan(3e6);
    }
  });

  it('takes a correction over once it is written, and not before', () => {
    const rig = new Rig(3);
    const most = { current_A: 0.2 }; // noise of a mean of 16 is a quarter of a count, here 1e-5
    const before = slope(rig, most).current_nA;
    const { currentGain_ppb, currentOffset_nA } = decodeCalibrationFrame(payloadOf(rig, CALIBRATION));
    const frame = { gain_ppb: currentGain_ppb + 2_000_000, offset_nA: currentOffset_nA + 300_000 };
    rig.advance(32);
    const idle = telemetry(rig).current_nA;
    expect(rig.raw(CALIBRATE_CURRENT, current(frame))).toBe('accepted');
    expect([valid(rig), calibrationOk(rig)]).toEqual([ALL & ~(1 << 9), false]);
    rig.advance(40);
    expect(valid(rig)).toBe(ALL & ~(1 << 9)); // 12 bytes of 4 ms
    // Nothing is read from a memory that is being written.
    expect(decodeCalibrationFrame(payloadOf(rig, CALIBRATION))).toMatchObject({ day: 0, dacGain_ppb: 0 });
    rig.advance(STORED_MS - 40);
    expect([valid(rig), calibrationOk(rig), telemetry(rig).faults]).toEqual([ALL, true, 0]);
    const stored = decodeCalibrationFrame(payloadOf(rig, CALIBRATION));
    expect(stored).toMatchObject({ currentGain_ppb: frame.gain_ppb, currentOffset_nA: frame.offset_nA, day: 20_089 });
    rig.advance(32);
    expect(telemetry(rig).current_nA - idle).toBeGreaterThan(285_000);
    expect(slope(rig, most).current_nA / before - 1).toBeCloseTo(0.002, 4);
  });

  it('is busy until the limits follow what was stored, a millisecond or two, whatever the block is at', () => {
    const rig = new Rig(3);
    for (let phase = 0; phase < CONSTANTS.blockTime_ms; phase++) {
      rig.advance(phase);
      expect(rig.raw(CALIBRATE_CURRENT, current())).toBe('accepted');
      const written_ms = rig.advance(STORED_MS, () => valid(rig) === ALL);
      let busy_ms = 0;
      for (; rig.raw(CALIBRATE_VOLTAGE, voltage(0, 0)) === 'busy'; busy_ms++) rig.advance(1);
      expect([2, 3]).toContain(busy_ms);
      expect(written_ms + busy_ms).toBeLessThan(STORED_MS);
      rig.advance(STORED_MS);
    }
  });

  it.each([
    ['the voltage', CALIBRATE_VOLTAGE, () => voltage(-3_000_000, 100_000)],
    ['the return lead', CALIBRATE_CURRENT, () => current({ converter: 1, gain_ppb: 4_000_000, offset_nA: 2_000_000 })],
  ])('of %s is that of its own converter', (what, frame, payload) => {
    const rig = new Rig(4);
    const before = slope(rig, { voltage_V: 10, current_A: 0.01 });
    expect(rig.raw(frame, payload())).toBe('accepted');
    rig.advance(STORED_MS);
    const after = slope(rig, { voltage_V: 10, current_A: 0.01 });
    const changed = after.voltage_uV / before.voltage_uV - 1;
    expect(Math.abs(changed) > 0.001).toBe(what === 'the voltage');
    expect(Math.abs(after.current_nA / before.current_nA - 1)).toBeLessThan(1e-3);
    if (what === 'the voltage')
      expect(decodeVoltageCalibrationFrame(payloadOf(rig, VOLTAGE_CALIBRATION))).toEqual({
        gain_ppb: -3_000_000,
        offset_uV: 100_000,
        day: DAY,
        valid: ALL,
      });
  });

  it('of the DAC moves what the stage delivers', async () => {
    const delivered = async (gain_ppb: number): Promise<number> => {
      const rig = new Rig(5);
      await rig.board.open();
      expect(rig.raw(CALIBRATE_CURRENT, current({ converter: 2, gain_ppb }))).toBe('accepted');
      rig.advance(STORED_MS);
      await rig.running(0.05);
      return rig.firmware.dacCurrent_A;
    };
    expect((await delivered(5_000_000)) / (await delivered(0))).toBeCloseTo(1.005, 4);
  });

  it('is that of the limits, too', async () => {
    const rig = new Rig(5);
    await rig.board.open();
    for (const converter of [0, 1]) {
      expect(rig.raw(CALIBRATE_CURRENT, current({ converter, gain_ppb: 50_000_000 }))).toBe('accepted');
      rig.advance(STORED_MS);
    }
    await rig.running(0.09); // read as 94.5 mA
    rig.inputs = { current_A: 0.098, returnCurrent_A: 0.098 };
    rig.advance(16);
    expect((await rig.cycles(1, 0.09)).faults).toEqual([]);
    rig.inputs = { current_A: 0.1015, returnCurrent_A: 0.1015 };
    rig.advance(2);
    expect((await rig.read()).faults).toEqual(['overCurrent']);
  });

  it('survives a power cycle', () => {
    const rig = new Rig(6);
    expect(rig.raw(CALIBRATE_VOLTAGE, voltage(1234, -567))).toBe('accepted');
    rig.advance(STORED_MS);
    rig.firmware.reset();
    rig.advance(20);
    expect(decodeVoltageCalibrationFrame(payloadOf(rig, VOLTAGE_CALIBRATION))).toMatchObject({
      gain_ppb: 1234,
      offset_uV: -567,
      valid: ALL,
    });
  });

  it('shows the oldest date of a range, and none when one of it is damaged', () => {
    const rig = new Rig(7);
    for (const converter of [0, 1, 2]) {
      expect(rig.raw(CALIBRATE_CURRENT, current({ converter, day: 20_600 - converter }))).toBe('accepted');
      rig.advance(STORED_MS);
    }
    expect(decodeCalibrationFrame(payloadOf(rig, CALIBRATION)).day).toBe(20_598);
    rig.firmware.eeprom[12 * 10 + 3] = 1;
    rig.firmware.reset();
    rig.advance(1);
    expect(decodeCalibrationFrame(payloadOf(rig, CALIBRATION))).toMatchObject({
      day: 0,
      returnGain_ppb: 0,
      returnOffset_nA: 0,
      valid: ALL & ~(1 << 10),
    });
  });
});

describe('a correction is refused', () => {
  it.each([
    ['with a wrong key', { key: CONSTANTS.clearKey }, 'badKey'],
    ['with an offset of more than 1 % of its range', { range: 1, offset_nA: 25_601 }, 'badValue'],
    ['with an offset of more than 1 % below zero', { range: 0, offset_nA: -2561 }, 'badValue'],
    ['unless that is just kept', { range: 0, offset_nA: -2560 }, 'accepted'],
  ] as const)('%s', (_what, change, result) => {
    const rig = new Rig();
    expect(rig.raw(CALIBRATE_CURRENT, current(change))).toBe(result);
    expect(valid(rig) === ALL).toBe(result !== 'accepted');
  });

  it('while armed, while another is being stored, and during the self-test', async () => {
    const rig = new Rig();
    await rig.armed();
    expect(rig.raw(CALIBRATE_CURRENT, current())).toBe('alreadyArmed');
    expect(rig.raw(CALIBRATE_VOLTAGE, voltage(0, 0))).toBe('alreadyArmed');
    await rig.board.disarm();
    expect(rig.raw(CALIBRATE_VOLTAGE, encodeCalibrateVoltageFrame({ key: 1, gain_ppb: 0, offset_uV: 0, day: 1 }))).toBe(
      'badKey',
    );
    expect(rig.raw(CALIBRATE_CURRENT, current())).toBe('accepted');
    expect(rig.raw(CALIBRATE_VOLTAGE, voltage(0, 0))).toBe('busy');
    rig.advance(STORED_MS);
    expect(rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: CONSTANTS.selfTestKey }))).toBe('accepted');
    expect(rig.raw(CALIBRATE_VOLTAGE, voltage(0, 0))).toBe('busy');
  });

  it('and nobody arms or selects a range while one is being stored', async () => {
    const rig = new Rig();
    await rig.board.open();
    await rig.board.load({ ...base, runTag: 8 });
    expect(rig.raw(CALIBRATE_CURRENT, current())).toBe('accepted');
    await expect(rig.board.arm()).rejects.toThrow(/busy/);
    await expect(rig.board.load(base)).rejects.toThrow(/busy/);
    rig.advance(STORED_MS);
    await rig.board.load(base);
    await rig.board.arm();
  });
});

const base = {
  runTag: 9,
  current_A: 0.1,
  voltage_V: 20,
  charge_C: 100,
  duration_s: 100,
  temperatureMin_C: -10,
  temperatureMax_C: 30,
};

describe('a damaged calibration', () => {
  it.each(Array.from({ length: CONSTANTS.calibrations }, (_, record) => record))(
    'in record %i is a fault at the next boot, and arming is refused',
    async (record) => {
      const rig = new Rig(8);
      const at = 12 * record + (record % 12);
      rig.firmware.eeprom[at] = (rig.firmware.eeprom[at] ?? 0) ^ 0x10;
      rig.firmware.reset();
      rig.advance(1);
      expect([valid(rig), calibrationOk(rig)]).toEqual([ALL & ~(1 << record), false]);
      await rig.board.open();
      rig.advance(20);
      expect((await rig.read()).faults).toEqual(['calibration']);
      await rig.board.load(base);
      await expect(rig.board.arm()).rejects.toThrow(/faultLatched/);
      await expect(rig.board.clear()).rejects.toThrow(/cause is still there: calibration/);
    },
  );

  it('is also one that lies in the place of another', () => {
    const rig = new Rig(8);
    rig.firmware.eeprom.copyWithin(0, 12, 24);
    rig.firmware.reset();
    rig.advance(1);
    expect(valid(rig)).toBe(ALL & ~1);
  });

  it('is what a power cut in the middle of a write leaves', () => {
    const rig = new Rig(8);
    expect(rig.raw(CALIBRATE_VOLTAGE, voltage(5_000_000, 5))).toBe('accepted');
    rig.advance(20);
    expect(rig.firmware.eeprom[VOLTAGE_ADDRESS]).toBe(5_000_000 >> 24);
    rig.firmware.reset();
    rig.advance(1);
    expect([valid(rig), rig.firmware.time_ms]).toEqual([ALL & ~(1 << 12), 1]);
  });

  it('of a blank board corrects nothing, and thirteen corrections make it good', async () => {
    const rig = new BoardRig(Firmware.load({ seed: 2, calibrated: false }));
    await rig.board.open();
    expect([valid(rig), (await rig.read()).faults]).toEqual([0, ['calibration']]);
    expect(rig.raw(CALIBRATE_VOLTAGE, voltage(0, 0))).toBe('accepted');
    rig.advance(STORED_MS);
    for (const { code } of RANGES) {
      for (const converter of [0, 1, 2]) {
        expect(rig.raw(CALIBRATE_CURRENT, current({ range: code, converter }))).toBe('accepted');
        await expect(rig.board.clear()).rejects.toThrow(/calibration/);
        rig.advance(STORED_MS);
      }
    }
    expect([valid(rig), calibrationOk(rig)]).toEqual([ALL, true]);
    expect((await rig.read()).faults).toEqual(['calibration']); // latched until somebody clears it
    await rig.board.clear();
    await rig.running(0.05);
    expect(Math.abs((await rig.cycles(1, 0.05)).current_A / 0.05 - 1)).toBeLessThan(8e-3);
  });
});
