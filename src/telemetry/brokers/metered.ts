/**
 * A byte stream that ends when an MQTT packet announces itself as too large. The broker's parser would collect up to
 * 256 MB before it says no. Knows the fixed header of MQTT 3.1.1 (section 2.2), and nothing of what is inside a packet.
 */
import { Duplex } from 'node:stream';

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
    let at = 0;
    while (at < chunk.length) {
      if (this.skip > 0) {
        const step = Math.min(this.skip, chunk.length - at);
        this.skip -= step;
        at += step;
        continue;
      }
      if (!this.header(chunk[at] ?? 0)) return false;
      at += 1;
    }
    return true;
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
 * others; here nobody waits: who is this far behind is gone at once. A whole present state is some 50 kB.
 */
export const UNREAD_LIMIT = 1024 * 1024;

/** Passes bytes both ways; keeps the back pressure of what comes in, and ends a reader who does not keep up. */
export class MeteredStream extends Duplex {
  private readonly gauge = new PacketGauge();

  constructor(private readonly inner: Duplex) {
    super();
    inner.on('data', (chunk: Buffer) => this.pass(chunk));
    inner.once('end', () => this.push(null));
    inner.once('error', (error) => this.destroy(error));
    inner.once('close', () => this.destroy());
  }

  private pass(chunk: Buffer): void {
    if (!this.gauge.admits(chunk)) this.destroy(new Error(`an MQTT packet of more than ${PACKET_LIMIT} bytes`));
    else if (!this.push(chunk)) this.inner.pause();
  }

  override _read(): void {
    this.inner.resume();
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
    this.inner.destroy();
    done(error);
  }
}
