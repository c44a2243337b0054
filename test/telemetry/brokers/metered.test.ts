import { Duplex, PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealClock } from '../../../src/model/real-clock.js';
import { MeteredStream, PACKET_LIMIT, PacketGauge, PACKETS_AT_ONCE } from '../../../src/telemetry/brokers/metered.js';

/** An MQTT packet with `length` bytes after its fixed header (MQTT 3.1.1, 2.2.3). */
function packet(length: number): Buffer {
  const header = [0x30];
  let left = length;
  do {
    const digit = left % 128;
    left = Math.floor(left / 128);
    header.push(left > 0 ? digit | 0x80 : digit);
  } while (left > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

function admitsInPieces(bytes: Buffer, cuts: readonly number[]): boolean {
  const gauge = new PacketGauge();
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  const edges = [0, ...at, bytes.length];
  return edges.slice(1).every((end, i) => gauge.admits(bytes.subarray(edges[i], end)));
}

describe('packet gauge', () => {
  it('judges the same wherever the bytes are cut', () => {
    const lengths = fc.array(fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: 16_000, max: 70_000 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(), { maxLength: 8 }), (sizes, cuts) => {
        const bytes = Buffer.concat(sizes.map(packet));
        expect(admitsInPieces(bytes, cuts)).toBe(sizes.every((size) => size <= PACKET_LIMIT));
      }),
    );
  });

  it('takes the largest packet and refuses one byte more, by its announcement alone', () => {
    expect(new PacketGauge().admits(packet(PACKET_LIMIT))).toBe(true);
    expect(new PacketGauge().admits(packet(PACKET_LIMIT + 1).subarray(0, 4))).toBe(false);
  });

  it('refuses a length of more than four bytes', () => {
    expect(new PacketGauge().admits(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe(false);
  });
});

/** Both ends of a wire. */
function pair(): { near: Duplex; far: { readonly out: PassThrough; readonly in: PassThrough } } {
  const out = new PassThrough();
  const back = new PassThrough();
  return { near: Duplex.from({ readable: out, writable: back }), far: { out, in: back } };
}

describe('metered stream', () => {
  it('passes bytes both ways', async () => {
    const { near, far } = pair();
    const stream = new MeteredStream(near, new RealClock());
    far.out.write(packet(3));
    stream.write('answer');
    const [heard] = (await Promise.all([
      new Promise((resolve) => stream.once('data', resolve)),
      new Promise((resolve) => far.in.once('data', resolve)),
    ])) as [Buffer, Buffer];
    expect(heard.equals(packet(3))).toBe(true);
    stream.destroy();
  });

  it('ends the connection when a packet is too large', async () => {
    const { near, far } = pair();
    const stream = new MeteredStream(near, new RealClock());
    const failed = new Promise<Error>((resolve) => stream.once('error', resolve));
    stream.resume();
    far.out.write(packet(PACKET_LIMIT + 1).subarray(0, 10));
    expect((await failed).message).toContain('65536');
    expect(near.destroyed).toBe(true);
  });

  it('hands on a few packets at a time, all of them in the end, also those that came right before the close', async () => {
    const { near, far } = pair();
    const stream = new MeteredStream(near, new RealClock());
    const sent = Buffer.concat(Array.from({ length: 1000 }, (_, n) => packet(n)));
    far.out.end(sent);
    const pieces: Buffer[] = [];
    for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(sent)).toBe(true);
    const counts = pieces.map((piece) => {
      const gauge = new PacketGauge();
      let count = 0;
      for (let at = 0; at < piece.length; at += gauge.cut(piece.subarray(at), 1) ?? Infinity) count += 1;
      return count;
    });
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * PACKETS_AT_ONCE);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
  });
});
