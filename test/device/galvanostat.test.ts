import { describe, expect, it } from 'vitest';
import { crc16 } from '../../src/bus/frame.js';
import { BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import {
  ARM,
  CONSTANTS,
  DEVICE,
  DRIVE,
  encodeIdentityFrame,
  ENVELOPE,
  IDENTITY,
  LOAD,
  OUTCOME,
  PROTOCOL_HASH,
  TELEMETRY,
} from '../../src/bus/protocol.gen.js';
import { Gs1 } from '../../src/device/galvanostat.js';
import { faultNames, heartbeat, rangeFor } from '../../src/device/gs1-frames.js';
import { DeviceFault } from '../../src/device/ports.js';
import { envelope, Rig } from '../firmware-bridge/rig.js';

const isWrite = (transfer: Transfer, command: number): boolean =>
  transfer.write?.[0] === command && (transfer.write.length > 1 || transfer.read === undefined);
const isRead = (transfer: Transfer, command: number): boolean =>
  transfer.write?.[0] === command && transfer.read !== undefined;

/** A frame with the checksum of a read of `command`. */
function sealedAnswer(command: number, sequence: number, payload: Uint8Array): Uint8Array {
  const crc = crc16(Uint8Array.of(DEVICE.address << 1, command, (DEVICE.address << 1) | 1, sequence, ...payload));
  return Uint8Array.of(sequence, ...payload, crc >> 8, crc & 0xff);
}

function spoilt(reply: Reply): Reply {
  if (reply instanceof BusFault) return reply;
  const bytes = reply.slice();
  bytes[1] = (bytes[1] ?? 0) ^ 0x10;
  return bytes;
}

describe('opening', () => {
  it('tells who the board is', async () => {
    const rig = new Rig();
    expect(await rig.board.open()).toEqual({
      serial: 1,
      firmware: '1.0.0',
      protocolHash: PROTOCOL_HASH,
      bootCount: 1,
      resetCause: 'power',
    });
  });

  it.each([
    ['another device', { deviceId: 0x1234 }, /0x1234, not a GS-1/],
    ['another protocol', { protocolHash: 0xbad }, /protocol 00000bad, this program [0-9a-f]{8}/],
  ])('refuses %s', async (_what, difference, message) => {
    const rig = new Rig();
    const identity = {
      deviceId: DEVICE.id,
      hardware: 1,
      firmwareMajor: 1,
      firmwareMinor: 0,
      firmwarePatch: 0,
      resetCause: 0,
      protocolHash: PROTOCOL_HASH,
      serial: 1,
      bootCount: 1,
      bootNonce: 1,
      ...difference,
    };
    rig.wire = (transfer, pass) =>
      isRead(transfer, IDENTITY.command)
        ? sealedAnswer(IDENTITY.command, 0, encodeIdentityFrame(identity))
        : pass(transfer);
    await expect(rig.board.open()).rejects.toThrow(DeviceFault);
    await expect(rig.board.open()).rejects.toThrow(message);
  });

  it('refuses a bus on which nobody answers, one that floats and one that is held low', async () => {
    const rig = new Rig();
    await expect(new Gs1(rig, { address: 0x2b }).open()).rejects.toMatchObject({ reason: 'nack' });
    for (const level of [0xff, 0x00]) {
      rig.wire = (transfer) => new Uint8Array(transfer.read ?? 0).fill(level);
      await expect(rig.board.open()).rejects.toMatchObject({ reason: 'crc' });
    }
    expect(rig.board.errors.crc).toBe(6);
  });
});

describe('loading', () => {
  it('is refused when the board stored something else', async () => {
    const rig = new Rig();
    await rig.board.open();
    rig.wire = (transfer, pass) => {
      const reply = pass(transfer);
      if (reply instanceof BusFault || !isRead(transfer, ENVELOPE.command)) return reply;
      const payload = reply.slice(1, 1 + ENVELOPE.payloadLength);
      payload[5] = (payload[5] ?? 0) ^ 1;
      return sealedAnswer(ENVELOPE.command, reply[0] ?? 0, payload);
    };
    await expect(rig.board.load(envelope)).rejects.toThrow(/stored another envelope/);
    await expect(rig.board.arm()).rejects.toThrow(/no envelope was loaded/);
  });

  it('picks the smallest range in which 105 % of the current can be seen', () => {
    expect([0.0002, 0.002, 0.018, 0.024, 0.0244, 0.08, 0.25].map(rangeFor)).toEqual([0, 1, 2, 2, 3, 3, 3]);
  });

  it.each([
    ['a current beyond the board', { current_A: 0.3 }],
    ['a charge that is no number', { charge_C: Number.NaN }],
    ['no run', { runTag: 0 }],
    ['an endless duration', { duration_s: Infinity }],
  ])('refuses %s before anything is sent', async (_what, limits) => {
    const rig = new Rig();
    await rig.board.open();
    let transfers = 0;
    rig.wire = (transfer, pass) => {
      transfers++;
      return pass(transfer);
    };
    await expect(rig.board.load({ ...envelope, ...limits })).rejects.toThrow(RangeError);
    expect(transfers).toBe(0);
  });

  it('refuses to arm twice on one envelope', async () => {
    const rig = new Rig();
    await rig.armed();
    await rig.board.disarm();
    await expect(rig.board.arm()).rejects.toThrow(/no envelope was loaded/);
  });
});

describe('commands', () => {
  it('are repeated twice with the same sequence, which the board takes once', async () => {
    const rig = new Rig();
    await rig.board.open();
    await rig.board.load(envelope);
    const sent: number[] = [];
    rig.wire = (transfer, pass) => {
      const reply = pass(transfer);
      if (isWrite(transfer, ARM.command)) sent.push(transfer.write?.[1] ?? -1);
      // The board hears everything; its first two answers get lost.
      return isRead(transfer, OUTCOME.command) && sent.length <= 2 ? spoilt(reply) : reply;
    };
    await rig.board.arm();
    expect(sent).toHaveLength(3);
    expect(new Set(sent).size).toBe(1);
    expect((await rig.read()).armed).toBe(true);
    expect(rig.board.errors.crc).toBe(2);
  });

  it('give up after three tries, with the reason of the bus', async () => {
    const rig = new Rig();
    await rig.board.open();
    let tries = 0;
    rig.wire = (transfer, pass) => {
      if (!isWrite(transfer, LOAD.command)) return pass(transfer);
      tries++;
      return new BusFault('timeout', transfer.address, 'no answer in time');
    };
    await expect(rig.board.load(envelope)).rejects.toMatchObject({ reason: 'timeout' });
    expect(tries).toBe(3);
  });

  it('that the board did not take whole are sent again', async () => {
    const rig = new Rig();
    await rig.board.open();
    let spoiled = false;
    rig.wire = (transfer, pass) => {
      if (spoiled || !isWrite(transfer, LOAD.command) || transfer.write === undefined) return pass(transfer);
      spoiled = true;
      return pass({ ...transfer, write: transfer.write.map((byte, index) => (index === 9 ? byte ^ 4 : byte)) });
    };
    await rig.board.load(envelope);
    await rig.board.arm();
    expect(rig.board.errors.protocol).toBe(1);
  });

  it('go on from the sequence of an earlier program, so that nothing is taken for a repetition', async () => {
    const rig = new Rig();
    await rig.armed();
    await rig.board.disarm();
    const next = new Gs1(rig);
    await next.open();
    await next.load(envelope);
    await next.arm();
    expect((await rig.read()).armed).toBe(true);
  });

  it('work across the wrap of the sequence', async () => {
    const rig = new Rig();
    await rig.board.open();
    for (let i = 0; i < 600; i++) await rig.board.off();
    expect(rig.lastResult()).toBe('accepted');
  });
});

describe('polling', () => {
  const failing = (rig: Rig): Promise<unknown> => rig.send(rig.board.poll());

  it('says what is wrong with an answer, and never throws', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.advance(10);
    rig.wire = (transfer, pass) => spoilt(pass(transfer));
    expect(await failing(rig)).toMatchObject({ ok: false, fault: 'crc' });
    rig.wire = ({ address }) => new BusFault('timeout', address, 'late');
    expect(await failing(rig)).toMatchObject({ ok: false, fault: 'bus' });
    rig.wire = (_transfer) => new Uint8Array();
    expect(await failing(rig)).toMatchObject({ ok: false, fault: 'crc' });
    expect(rig.board.poll().decode([])).toMatchObject({ ok: false, fault: 'bus' });
  });

  it('does not take one sample twice, nor an old one', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.advance(10);
    const old = await rig.batch(rig.board.poll().transfers);
    rig.advance(10);
    await rig.read();
    expect(await failing(rig)).toMatchObject({ ok: false, fault: 'stuck' });
    expect(rig.board.poll().decode(old)).toMatchObject({ ok: false, fault: 'protocol' });
  });

  it('does not mix frames of two instants', async () => {
    const rig = new Rig();
    await rig.board.open();
    rig.advance(10);
    const before = await rig.batch(rig.board.poll().transfers);
    rig.advance(10);
    const after = await rig.batch(rig.board.poll().transfers);
    const mixed = rig.board.poll().decode([...after.slice(0, 1), ...before.slice(1)]);
    expect(mixed).toMatchObject({ ok: false, fault: 'protocol' });
  });

  it('puts the fault that came first in front', () => {
    expect(faultNames(0, 255)).toEqual([]);
    expect(faultNames(0b1_0000_0000_0000_0011, 16)).toEqual(['stuckOutput', 'interlock', 'door']);
  });
});

describe('driving', () => {
  it('sends nothing for what is no current of this board', async () => {
    const rig = new Rig();
    await rig.armed();
    for (const setpoint_A of [Number.NaN, Infinity, -0.3, 0.257]) {
      const drive = rig.board.drive(setpoint_A);
      expect(drive.transfers).toEqual([]);
      expect(drive.decode([])).toMatchObject({ ok: false, fault: 'range' });
    }
  });

  it('reports the reason of a refusal', async () => {
    const rig = new Rig();
    await rig.armed({ current_A: 0.05 });
    rig.advance(10);
    await rig.read();
    expect(await rig.drive(0.051)).toMatch(/outside the armed envelope \(outsideEnvelope\)/);
    expect(await rig.drive(0.05)).toBeUndefined();
  });

  it('reports a frame that did not arrive', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.advance(10);
    await rig.read();
    rig.wire = (transfer, pass) =>
      isWrite(transfer, DRIVE.command) ? new BusFault('nack', transfer.address, 'no acknowledge') : pass(transfer);
    expect(await rig.drive(0)).toMatch(/no acknowledge/);
  });

  it('keeps the relay closed at zero only after the board has closed it', async () => {
    const rig = new Rig();
    await rig.armed();
    await rig.cycles(3, 0);
    expect(rig.firmware.relayClosed).toBe(false);
    await rig.cycles(3, 0.01);
    await rig.cycles(3, 0);
    expect(rig.firmware.relayClosed).toBe(true);
    await rig.board.off();
    await rig.cycles(3, 0);
    expect(rig.firmware.relayClosed).toBe(false);
  });
});

describe('clearing', () => {
  it('names the faults whose cause is still there', async () => {
    const rig = new Rig();
    await rig.armed();
    rig.inputs = { doorClosed: false };
    rig.advance(50);
    await expect(rig.board.clear()).rejects.toThrow(/cause is still there: door/);
    rig.inputs = {};
    rig.advance(50);
    await rig.board.clear();
    expect((await rig.read()).faults).toEqual([]);
  });
});

describe('the heartbeat', () => {
  it('is the one of the firmware, and differs with nonce and challenge', async () => {
    const rig = new Rig();
    await rig.armed();
    // Twenty accepted drives prove the equality with the C; here only that nothing is ignored.
    for (let i = 0; i < 20; i++) {
      rig.advance(7);
      await rig.read();
      expect(await rig.drive(0)).toBeUndefined();
    }
    const answers = new Set<number>();
    for (let bit = 0; bit < 32; bit++) {
      answers.add(heartbeat(2 ** bit, 5));
      answers.add(heartbeat(5, 2 ** bit));
    }
    expect(answers.size).toBe(64);
    expect(CONSTANTS.heartbeatMix1 & 1).toBe(1);
    expect(TELEMETRY.command).toBe(1);
  });
});
