import { describe, expect, it } from 'vitest';
import { crc16 } from '../../src/bus/frame.js';
import { BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import {
  CALIBRATE_CURRENT,
  CALIBRATION,
  DEVICE,
  PROGRESS,
  SAMPLES,
  TAKE_SAMPLES,
  VOLTAGE_CALIBRATION,
  WAVE,
} from '../../src/bus/protocol.gen.js';
import type { KeptSample } from '../../src/device/gs1-samples.js';
import { DeviceFault } from '../../src/device/ports.js';
import { envelope, Rig } from '../firmware-bridge/rig.js';

/** A rig whose bus takes a millisecond a transfer, as a real one about does. */
function slow(seed = 1): Rig {
  const rig = new Rig(seed);
  rig.wire = (transfer, pass) => {
    rig.advance(1);
    return pass(transfer);
  };
  return rig;
}

const isRead = (transfer: Transfer, command: number): boolean =>
  transfer.write?.[0] === command && transfer.read !== undefined;

/** Changes the payload of an answer, and seals it again. */
function altered(command: number, reply: Reply, change: (payload: Uint8Array) => void): Reply {
  if (reply instanceof BusFault) return reply;
  const [sequence = 0] = reply;
  const payload = reply.slice(1, -2);
  change(payload);
  const crc = crc16(Uint8Array.of(DEVICE.address << 1, command, (DEVICE.address << 1) | 1, sequence, ...payload));
  return Uint8Array.of(sequence, ...payload, crc >> 8, crc & 0xff);
}

describe('calibration', () => {
  it('is written, waited for, and read back', async () => {
    const rig = slow();
    await rig.board.open();
    const { calibration } = rig.board;
    await calibration.write(2, 'return', { gain_ppb: -123_456, offset_nA: 789 }, 20_500);
    expect(await calibration.read(2)).toMatchObject({ return: { gain_ppb: -123_456, offset_nA: 789 }, day: 20_089 });
    expect((await calibration.read(1)).return).not.toEqual({ gain_ppb: -123_456, offset_nA: 789 });
    await calibration.writeVoltage({ gain_ppb: 4, offset_uV: -5 }, 20_501);
    expect(await calibration.readVoltage()).toEqual({ gain_ppb: 4, offset_uV: -5, day: 20_501 });
  });

  it('keeps dead-man and slew when it selects a range', async () => {
    const rig = slow();
    await rig.board.open();
    await rig.board.load(envelope);
    await rig.board.calibration.read(0);
    await rig.board.load(envelope);
    await rig.board.arm();
    expect(await rig.cycles(1, 0)).toMatchObject({ armed: true });
  });

  it('has no date when one of the range is damaged', async () => {
    const rig = slow();
    rig.firmware.eeprom[12 * 5] = 0x77;
    rig.firmware.reset();
    await rig.board.open();
    expect((await rig.board.calibration.read(1)).day).toBe(0);
    expect((await rig.board.calibration.read(2)).day).toBe(20_089);
  });

  it('is refused while armed, with the reason', async () => {
    const rig = slow();
    await rig.armed();
    await expect(rig.board.calibration.writeVoltage({ gain_ppb: 0, offset_uV: 0 }, 1)).rejects.toThrow(
      /refused to calibrateVoltage: .*alreadyArmed/,
    );
  });

  it('rejects when the board stores something else, or never stores it', async () => {
    const rig = slow();
    await rig.board.open();
    const pass = rig.wire;
    rig.wire = (transfer, on) => {
      const reply = pass(transfer, on);
      return isRead(transfer, CALIBRATION.command)
        ? altered(CALIBRATION.command, reply, (payload) => (payload[4] = (payload[4] ?? 0) ^ 1))
        : reply;
    };
    const write = (): Promise<void> => rig.board.calibration.write(3, 'current', { gain_ppb: 5, offset_nA: 6 }, 1);
    await expect(write()).rejects.toThrow(/another correction/);
    rig.wire = (transfer, on) => {
      const reply = pass(transfer, on);
      return isRead(transfer, VOLTAGE_CALIBRATION.command)
        ? altered(VOLTAGE_CALIBRATION.command, reply, (payload) => payload.fill(0))
        : reply;
    };
    await expect(write()).rejects.toThrow(/worn out/);
    expect(CALIBRATE_CURRENT.payloadLength).toBe(14);
  });
});

describe('stops', () => {
  it('are set and read in the units of the lab', async () => {
    const rig = new Rig(5);
    await rig.board.open();
    await rig.board.load(envelope);
    expect(await rig.board.stops.read()).toEqual({ stops: {}, ended: [] });
    await rig.board.stops.set({ charge_C: 0.05, time_s: 40 });
    expect(await rig.board.stops.read()).toEqual({ stops: { charge_C: 0.05, time_s: 40 }, ended: [] });
    await rig.board.stops.set({ charge_C: 0.05 });
    await rig.board.arm();
    const reading = await rig.cycles(60, 0.08);
    expect(reading).toMatchObject({ armed: true, outputOn: false, faults: [] });
    expect(await rig.board.stops.read()).toEqual({ stops: { charge_C: 0.05 }, ended: ['charge'] });
    await expect(rig.board.stops.set({ charge_C: 1 })).rejects.toThrow(/laterStop/);
    expect(await rig.cycles(3, 0)).toMatchObject({ armed: true, outputOn: false, faults: [] });
  });
});

describe('waveforms', () => {
  it('are loaded, proven, run and followed', async () => {
    const rig = new Rig(5, { slew_A_s: 10 });
    await rig.armed();
    const { waveform } = rig.board;
    await waveform.load({
      segments: [
        { kind: 'hold', target_A: 0.01, duration_s: 0.1 },
        { kind: 'ramp', target_A: 0.02, duration_s: 0.1 },
        { kind: 'flip', target_A: -0.02, duration_s: 0.1 },
      ],
      loops: 2,
      loopFrom: 1,
    });
    expect(await waveform.progress()).toEqual({ segment: 0, loopsDone: 0, segmentTime_s: 0, done: false });
    const places: string[] = [];
    for (let i = 0; i < 32; i++) {
      rig.advance(20);
      await rig.read();
      expect(await rig.send(rig.board.driveWaveform())).toEqual({ ok: true, value: null });
      const { segment, loopsDone, segmentTime_s, done } = await waveform.progress();
      expect(segmentTime_s).toBeLessThanOrEqual(0.1);
      const place = done ? 'done' : `${loopsDone}.${segment}`;
      if (places.at(-1) !== place) places.push(place);
    }
    expect(places).toEqual(['0.0', '0.1', '0.2', '1.1', '1.2', 'done']);
    expect(await rig.board.stops.read()).toMatchObject({ ended: ['waveform'] });
    expect(await rig.cycles(3, 0.005)).toMatchObject({ outputOn: true });
    await waveform.clear();
    rig.advance(20);
    await rig.read();
    const refused = await rig.send(rig.board.driveWaveform());
    expect(refused?.ok === false && refused.detail).toMatch(/badWaveform/);
  });

  it('that the board cannot hold are not sent, and one that it stored otherwise is noticed', async () => {
    const rig = new Rig();
    await rig.board.open();
    const hold = { kind: 'hold', target_A: 0.01, duration_s: 1 } as const;
    const { waveform } = rig.board;
    let writes = 0;
    rig.wire = (transfer, pass) => {
      writes++;
      return pass(transfer);
    };
    await expect(waveform.load({ segments: [] })).rejects.toThrow(RangeError);
    await expect(waveform.load({ segments: Array.from({ length: 33 }, () => hold) })).rejects.toThrow(RangeError);
    await expect(waveform.load({ segments: [hold, { ...hold, duration_s: Number.NaN }] })).rejects.toThrow(RangeError);
    await expect(waveform.load({ segments: [hold], loops: 0 })).rejects.toThrow(RangeError);
    expect(writes).toBe(0);
    rig.wire = (transfer, pass) => {
      const reply = pass(transfer);
      return isRead(transfer, PROGRESS.command)
        ? altered(PROGRESS.command, reply, (payload) => (payload[10] = (payload[10] ?? 0) ^ 1))
        : reply;
    };
    await expect(waveform.load({ segments: [hold] })).rejects.toThrow(/another waveform/);
    rig.wire = (transfer, pass) => pass(transfer);
    await waveform.load({ segments: Array.from({ length: 32 }, () => hold) });
    await expect(waveform.load({ segments: [hold], loopFrom: 1 })).rejects.toThrow(DeviceFault);
    expect(WAVE.payloadLength).toBe(4);
  });
});

describe('kept samples', () => {
  it('are corrected as telemetry is, numbered, and complete', async () => {
    const rig = new Rig(2);
    await rig.running(0.05);
    await rig.board.samples.begin(5, 3);
    const found: KeptSample[] = [];
    for (let i = 0; i < 8; i++) {
      await rig.cycles(1, 0.05);
      const { samples, lost } = await rig.board.samples.take();
      expect(lost).toBe(0);
      found.push(...samples);
    }
    expect(found).toHaveLength(80);
    expect(found.map(({ number }) => number)).toEqual(found.map((_, i) => i));
    const first_ms = found[0]?.boardTime16_ms ?? 0;
    expect(found.map(({ boardTime16_ms }) => boardTime16_ms - first_ms)).toEqual(found.map((_, i) => 5 * i));
    const mean = (of: (sample: KeptSample) => number): number =>
      found.reduce((sum, sample) => sum + of(sample), 0) / found.length;
    const reading = await rig.cycles(1, 0.05);
    expect(mean(({ current_A }) => current_A)).toBeCloseTo(reading.current_A, 5);
    expect(mean(({ voltage_V }) => voltage_V)).toBeCloseTo(reading.voltage_V, 3);
  });

  it('say how many found no room', async () => {
    const rig = new Rig(2);
    await rig.board.open();
    await rig.board.samples.begin(1, 3);
    rig.advance(100);
    const { samples, lost } = await rig.board.samples.take();
    expect([samples.length, lost]).toEqual([64, 36]);
    expect(await rig.board.samples.take()).toEqual({ samples: [], lost: 36 });
  });

  it('are not lost with an answer, and one that is missing is noticed', async () => {
    const rig = new Rig(2);
    await rig.board.open();
    await rig.board.samples.begin(1, 3);
    rig.advance(7);
    let spoilt = 0;
    rig.wire = (transfer, pass) => {
      const reply = pass(transfer);
      if (spoilt > 3 || reply instanceof BusFault || !isRead(transfer, SAMPLES.command)) return reply;
      return ++spoilt % 2 === 1 ? reply.fill(0xff) : reply;
    };
    expect((await rig.board.samples.take()).samples.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(spoilt).toBeGreaterThan(2);
    rig.advance(5);
    rig.wire = (transfer, pass) => {
      const reply = pass(transfer);
      return isRead(transfer, SAMPLES.command) ? altered(SAMPLES.command, reply, (payload) => (payload[1] = 9)) : reply;
    };
    await expect(rig.board.samples.take()).rejects.toThrow(/sample 7 is missing: what waits begins at 9/);
    expect(TAKE_SAMPLES.payloadLength).toBe(2);
  });

  it('are not there before they were begun, nor in a range that is none', async () => {
    const rig = new Rig();
    await expect(rig.board.samples.take()).rejects.toThrow(DeviceFault);
    await expect(rig.board.samples.begin(5, 4)).rejects.toThrow(RangeError);
    await expect(rig.board.samples.begin(501, 3)).rejects.toThrow(RangeError);
  });
});

describe('the self-test', () => {
  it('gives a verdict per check', async () => {
    const rig = new Rig(3);
    await rig.board.open();
    expect(await rig.board.selfTest.read()).toMatchObject({ state: 'not-done', verdicts: { dac: 'not-made' } });
    rig.firmware.holdDac(true);
    await rig.board.selfTest.begin();
    rig.advance(70);
    expect(await rig.board.selfTest.read()).toMatchObject({
      state: 'running',
      verdicts: { converterOffset: 'passed', dac: 'not-made' },
    });
    rig.advance(200);
    const result = await rig.board.selfTest.read();
    expect(result.state).toBe('failed');
    expect(result.verdicts).toEqual({
      converterOffset: 'passed',
      dac: 'failed',
      relayCloses: 'passed',
      relayOpens: 'passed',
      comparator: 'passed',
      eeprom: 'passed',
      resetCause: 'passed',
    });
    expect(Math.abs(result.currentOffset_counts)).toBeLessThan(6);
    expect(result.dacError_counts).toBeGreaterThan(16_000);
    rig.firmware.holdDac(false);
    rig.advance(1);
    await rig.board.selfTest.begin();
    rig.advance(300);
    expect((await rig.board.selfTest.read()).state).toBe('passed');
  });

  it('is refused while armed', async () => {
    const rig = new Rig();
    await rig.armed();
    await expect(rig.board.selfTest.begin()).rejects.toThrow(/alreadyArmed/);
  });
});
