/**
 * A byte stream that ends when an MQTT packet announces itself as too large. The broker's parser would collect up to
 * 256 MB before it says no. Knows the fixed header of MQTT 3.1.1 (section 2.2), and nothing of what is inside a packet.
 */
import { Duplex } from 'node:stream';
import type { Clock, Timer } from '../../model/clock.js';

/** Largest packet that anybody may send here, bytes after the fixed header. */
export const PACKET_LIMIT = 64 * 1024;

/** Remaining length: at most four bytes of seven bits each. */
const LENGTH_BYTES = 4;

/** Follows packet after packet through chunks of any cut. */
export class PacketGauge {
  private skip = 0;
  private inLength = false;
  private length = 0;
  private lengthBytes = 0;

  constructor(private readonly limit: number = PACKET_LIMIT) {}

  /** False when a packet is larger than the limit, or its length cannot be read. */
  admits(chunk: Uint8Array): boolean {
    return this.cut(chunk, Infinity) !== null;
  }

  /** How much of the chunk may go on so that no more than so many packets begin in it; null: it is not admitted. */
  cut(chunk: Uint8Array, packets: number): number | null {
    let at = 0;
    let begun = 0;
    while (at < chunk.length) {
      if (this.skip > 0) {
        const step = Math.min(this.skip, chunk.length - at);
        this.skip -= step;
        at += step;
        continue;
      }
      if (!this.inLength && begun === packets) return at;
      if (!this.inLength) begun += 1;
      if (!this.header(chunk[at] ?? 0)) return null;
      at += 1;
    }
    return at;
  }

  private header(byte: number): boolean {
    if (!this.inLength) {
      this.inLength = true;
      this.length = 0;
      this.lengthBytes = 0;
      return true;
    }
    this.length += (byte & 0x7f) * 128 ** this.lengthBytes;
    this.lengthBytes += 1;
    const more = (byte & 0x80) !== 0;
    if (more) return this.lengthBytes < LENGTH_BYTES;
    this.inLength = false;
    this.skip = this.length;
    return this.length <= this.limit;
  }
}

/**
 * What a client may leave unread, bytes. The broker waits for the slowest reader of a topic before it goes on for all
 * others; here nobody waits: who is this far behind is gone at once. A whole present state is some 50 kB, and all clients
 * together must not fill the memory of the process.
 */
export const UNREAD_LIMIT = 256 * 1024;

/** Packets that go on at a time: the broker takes all that it is given at once, and the next in line waits for it. */
export const PACKETS_AT_ONCE = 64;

/**
 * Passes bytes both ways, a few packets at a time so that nobody keeps the broker from the others; keeps the back pressure
 * of what comes in, and ends a reader who does not keep up.
 */
export class MeteredStream extends Duplex {
  private readonly gauge = new PacketGauge();
  private readonly waiting: Buffer[] = [];
  private wanted = false;
  private ended = false;
  private turn: Timer | undefined;

  constructor(
    private readonly inner: Duplex,
    private readonly clock: Clock,
  ) {
    super({ readableHighWaterMark: 1 }); // the next few are asked for when the last were taken
    inner.on('data', (chunk: Buffer) => {
      inner.pause();
      this.waiting.push(chunk);
      this.feed();
    });
    inner.once('end', () => this.endInput());
    inner.once('error', (error) => this.destroy(error));
    inner.once('close', () => {
      // what came before it is still heard: a stop may be the last word
      if (this.waiting.length === 0) this.destroy();
      else this.endInput();
    });
  }

  private endInput(): void {
    this.ended = true;
    this.feed();
  }

  private feed(): void {
    if (!this.wanted || this.destroyed) return;
    const [chunk] = this.waiting;
    if (chunk === undefined) {
      if (this.ended) this.push(null);
      return;
    }
    const at = this.gauge.cut(chunk, PACKETS_AT_ONCE);
    if (at === null) return void this.destroy(new Error(`an MQTT packet of more than ${PACKET_LIMIT} bytes`));
    if (at === chunk.length) this.waiting.shift();
    else this.waiting[0] = chunk.subarray(at);
    this.wanted = false;
    this.push(chunk.subarray(0, at));
  }

  /** Never pushes before it returns: the broker reads from within its parser, which must not be entered twice. */
  override _read(): void {
    this.wanted = true;
    if (this.waiting.length === 0 && !this.ended) this.inner.resume();
    else
      this.turn ??= this.clock.after(0, () => {
        this.turn = undefined;
        this.feed();
      });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.inner.write(chunk);
    if (this.inner.writableLength <= UNREAD_LIMIT) done();
    else this.destroy(new Error(`a reader who left more than ${UNREAD_LIMIT} bytes unread`));
  }

  override _final(done: () => void): void {
    this.inner.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.turn?.cancel();
    this.inner.destroy();
    done(error);
  }
}
