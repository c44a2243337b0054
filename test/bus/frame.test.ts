import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, open, READ_OVERHEAD, seal, WRITE_OVERHEAD } from '../../src/bus/frame.js';
import { DEVICE, FRAMES, type FrameShape } from '../../src/bus/protocol.gen.js';

const reads = FRAMES.filter((frame) => frame.access === 'read');
const writes = FRAMES.filter((frame) => frame.access === 'write');
const { address } = DEVICE;

/** A correct answer to a read, made as the board makes it. */
function answer(frame: FrameShape, sequence: number, payload: Uint8Array): Uint8Array {
  const prefix = [address << 1, frame.command, (address << 1) | 1];
  const crc = crc16(Uint8Array.from([...prefix, sequence, ...payload]));
  return Uint8Array.from([sequence, ...payload, crc >> 8, crc & 0xff]);
}

function payloadOf(frame: FrameShape): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: frame.payloadLength, maxLength: frame.payloadLength });
}

/** All frames that differ from this one in one bit. */
function* flips(frame: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < 8 * frame.length; bit++) {
    const flipped = frame.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield flipped;
  }
}

const checksumOfWrite = (frame: Uint8Array): number => crc16(Uint8Array.from([address << 1, ...frame]));

describe('crc16', () => {
  it('gives the published check value of CRC-16/CCITT-FALSE', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x29b1);
  });

  it('can be taken in pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (head, tail) => {
        expect(crc16(tail, crc16(head))).toBe(crc16(Uint8Array.from([...head, ...tail])));
      }),
    );
  });
});

describe.each(reads)('a read of $name', (frame) => {
  const opened = (bytes: Uint8Array) => open(address, frame.command, frame.payloadLength, bytes);

  it('opens what the board sealed', () => {
    fc.assert(
      fc.property(payloadOf(frame), fc.nat(255), (payload, sequence) => {
        expect(opened(answer(frame, sequence, payload))).toEqual({ ok: true, sequence, payload });
      }),
    );
  });

  it('passes with no single bit wrong, and never in another length', () => {
    const whole = answer(frame, 3, new Uint8Array(frame.payloadLength).fill(0x5a));
    for (const flipped of flips(whole)) expect(opened(flipped)).toEqual({ ok: false, reason: 'crc' });
    for (let length = 0; length < whole.length; length++) {
      expect(opened(whole.subarray(0, length))).toEqual({ ok: false, reason: 'length' });
    }
  });

  it('never passes as all ones or all zeros', () => {
    const length = frame.payloadLength + READ_OVERHEAD;
    expect(opened(new Uint8Array(length).fill(0xff)).ok).toBe(false);
    expect(opened(new Uint8Array(length)).ok).toBe(false);
  });

  it('is no answer to another command or from another address', () => {
    fc.assert(
      fc.property(payloadOf(frame), fc.nat(255), fc.integer({ min: 1, max: 255 }), (payload, sequence, other) => {
        const whole = answer(frame, sequence, payload);
        expect(open(address, frame.command ^ other, frame.payloadLength, whole).ok).toBe(false);
        expect(open(address ^ ((other & 0x7f) | 1), frame.command, frame.payloadLength, whole).ok).toBe(false);
      }),
    );
  });
});

describe.each(writes)('a write of $name', (frame) => {
  it('carries command, sequence and a checksum that makes the whole zero', () => {
    fc.assert(
      fc.property(payloadOf(frame), fc.nat(255), (payload, sequence) => {
        const sealed = seal(address, frame.command, sequence, payload);
        expect([...sealed.subarray(0, 2)]).toEqual([frame.command, sequence]);
        expect(sealed.length).toBe(frame.payloadLength + WRITE_OVERHEAD);
        expect(checksumOfWrite(sealed)).toBe(0);
      }),
    );
  });

  it('does not survive a wrong bit, all ones, all zeros or another address', () => {
    const sealed = seal(address, frame.command, 9, new Uint8Array(frame.payloadLength).fill(0xa5));
    for (const flipped of flips(sealed)) expect(checksumOfWrite(flipped)).not.toBe(0);
    for (const byte of [0x00, 0xff]) {
      const body = new Uint8Array(sealed.length - 1).fill(byte);
      expect(checksumOfWrite(Uint8Array.from([frame.command, ...body]))).not.toBe(0);
    }
    expect(crc16(Uint8Array.from([(address + 1) << 1, ...sealed]))).not.toBe(0);
  });
});

it('every frame fits into one bus block, and command 0 can only be read', () => {
  for (const frame of FRAMES) {
    const overhead = frame.access === 'read' ? READ_OVERHEAD : WRITE_OVERHEAD;
    expect(frame.payloadLength + overhead).toBeLessThanOrEqual(32);
  }
  expect(writes.map((frame) => frame.command)).not.toContain(0);
});
