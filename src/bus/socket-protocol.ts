/**
 * What a live bench and its clients say to one another over a Unix socket. Owns the bytes; knows nothing of sockets,
 * chips or time. Any program may speak it: one frame is
 *
 *     u16 length of what follows | u8 kind | u32 id | body          (big-endian throughout, at most 65,535 bytes)
 *
 * A client numbers its requests from 1 and gets one answer with the same id for each: batches in their order when they
 * are done, everything else at once. Id 0 is a notice that nobody asked for.
 *
 *     kind  request     body                                         answer
 *     0x01  hello       u8 version                                   0x81 welcome   JSON (`Welcome`)
 *     0x02  batch       u8 n, n transfers                            0x82 replies   u8 n, n replies
 *     0x03  drive       u8 asserted, name of an output line          0x83 done      nothing
 *     0x04  hand        u8 asserted, name of an input line           0x83 done      nothing
 *     0x05  truth       nothing                                      0x85 truth     JSON, what the simulated plant really does
 *                                                                    0x86 level     u8 asserted, name (notice: an input changed)
 *                                                                    0xff refused   why, in words
 *     transfer: u8 address | u8 flags (1 writes, 2 reads) | u8 length, bytes written | u8 bytes to read
 *     reply:    u8 status (0 done, else 1 + index of the reason in REASONS) | u8 length | bytes read, or the message
 *
 * A batch is answered when its last transfer has left the simulated wire, so a client sees real bus times. `hand` is
 * the hand of somebody at the bench: it presses the e-stop or opens the door. Names are UTF-8 and fill the body.
 */
import { z } from 'zod';
import { BusFault, type BusFaultReason, type Reply, type Transfer } from './i2c.js';

export const PROTOCOL_VERSION = 1;

/** What a server tells about itself. Times are CLOCK_MONOTONIC in nanoseconds, as text because JSON has no 64-bit integer. */
const welcomeSchema = z.object({
  version: z.literal(PROTOCOL_VERSION),
  board: z.string(),
  reactor: z.string(),
  seed: z.number(),
  pid: z.number().int(),
  startMonotonic_ns: z.string().regex(/^\d+$/).describe("instant of the board's millisecond 0"),
  inputs: z.record(z.string(), z.boolean()),
  outputs: z.array(z.string()).readonly(),
});
export type Welcome = z.infer<typeof welcomeSchema>;

/** Reads the text of a welcome; anything else is a ProtocolFault. */
export function parseWelcome(json: string): Welcome {
  try {
    return welcomeSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new ProtocolFault('the welcome is not one', { cause });
  }
}

export type Request =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'batch'; readonly transfers: readonly Transfer[] }
  | { readonly kind: 'drive'; readonly line: string; readonly asserted: boolean }
  | { readonly kind: 'hand'; readonly line: string; readonly asserted: boolean }
  | { readonly kind: 'truth' };

export type Answer =
  | { readonly kind: 'welcome'; readonly json: string }
  | { readonly kind: 'replies'; readonly replies: readonly Reply[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'truth'; readonly json: string }
  | { readonly kind: 'level'; readonly line: string; readonly asserted: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/** Bytes that are no frame of this protocol: the connection is of no further use. */
export class ProtocolFault extends Error {
  override readonly name = 'ProtocolFault';
}

/** The order is part of the protocol; new reasons go to the end. */
const REASONS: readonly BusFaultReason[] = ['nack', 'timeout', 'crc', 'busy', 'gone', 'protocol'];
const WRITES = 1;
const READS = 2;
const HEAD = 5;

const text = new TextEncoder();
const words = new TextDecoder();
const utf8 = new TextDecoder('utf-8', { fatal: true });

function frame(kind: number, id: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 + HEAD + body.length);
  const view = new DataView(bytes.buffer);
  if (HEAD + body.length > 0xffff) throw new ProtocolFault(`a frame of ${body.length} bytes is too long`);
  view.setUint16(0, HEAD + body.length);
  view.setUint8(2, kind);
  view.setUint32(3, id);
  bytes.set(body, 2 + HEAD);
  return bytes;
}

function named(asserted: boolean, line: string): Uint8Array {
  return Uint8Array.of(asserted ? 1 : 0, ...text.encode(line));
}

function transferBytes(transfer: Transfer): number[] {
  const written = transfer.write ?? new Uint8Array(0);
  const flags = (transfer.write ? WRITES : 0) | (transfer.read === undefined ? 0 : READS);
  return [transfer.address, flags, written.length, ...written, transfer.read ?? 0];
}

function replyBytes(reply: Reply): number[] {
  if (!(reply instanceof BusFault)) return [0, reply.length, ...reply];
  const message = text.encode(reply.message).subarray(0, 255);
  return [1 + REASONS.indexOf(reply.reason), message.length, ...message];
}

export function encodeRequest(id: number, request: Request): Uint8Array {
  switch (request.kind) {
    case 'hello':
      return frame(0x01, id, Uint8Array.of(request.version));
    case 'batch':
      return frame(0x02, id, Uint8Array.of(request.transfers.length, ...request.transfers.flatMap(transferBytes)));
    case 'drive':
      return frame(0x03, id, named(request.asserted, request.line));
    case 'hand':
      return frame(0x04, id, named(request.asserted, request.line));
    case 'truth':
      return frame(0x05, id, new Uint8Array(0));
  }
}

export function encodeAnswer(id: number, answer: Answer): Uint8Array {
  switch (answer.kind) {
    case 'welcome':
      return frame(0x81, id, text.encode(answer.json));
    case 'replies':
      return frame(0x82, id, Uint8Array.of(answer.replies.length, ...answer.replies.flatMap(replyBytes)));
    case 'done':
      return frame(0x83, id, new Uint8Array(0));
    case 'truth':
      return frame(0x85, id, text.encode(answer.json));
    case 'level':
      return frame(0x86, id, named(answer.asserted, answer.line));
    case 'refused':
      return frame(0xff, id, text.encode(answer.reason));
  }
}

/** Reads a body from its beginning; running past its end is a ProtocolFault. */
class Body {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new ProtocolFault('a frame ends too early');
    return value;
  }

  take(length: number): Uint8Array {
    if (!(this.at + length <= this.bytes.length)) throw new ProtocolFault('a frame ends too early');
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }

  rest(): string {
    try {
      return utf8.decode(this.take(this.bytes.length - this.at));
    } catch (cause) {
      throw new ProtocolFault('a name or text is not UTF-8', { cause });
    }
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new ProtocolFault('a frame is longer than its contents');
  }

  list<T>(item: () => T): T[] {
    const items = Array.from({ length: this.byte() }, item);
    this.end();
    return items;
  }
}

function readTransfer(body: Body): Transfer {
  const address = body.byte();
  const flags = body.byte();
  const written = body.take(body.byte());
  const read = body.byte();
  if (address > 0x7f || read > 32 || written.length > 32) throw new ProtocolFault('a transfer is no I2C transfer');
  return { address, ...(flags & WRITES ? { write: written } : {}), ...(flags & READS ? { read } : {}) };
}

function readReply(body: Body, address: number): Reply {
  const status = body.byte();
  const bytes = body.take(body.byte());
  if (status === 0) return bytes;
  const reason = REASONS[status - 1];
  if (reason === undefined) throw new ProtocolFault(`reply status ${status} is unknown`);
  // The message came with the address in front, as BusFault writes it.
  return new BusFault(reason, address, words.decode(bytes).replace(/^I2C 0x[0-9a-f]+: /, ''));
}

export interface Frame {
  readonly kind: number;
  readonly id: number;
  readonly body: Uint8Array;
}

export function decodeRequest({ kind, body }: Frame): Request {
  const from = new Body(body);
  switch (kind) {
    case 0x01:
      return { kind: 'hello', version: from.byte() };
    case 0x02:
      return { kind: 'batch', transfers: from.list(() => readTransfer(from)) };
    case 0x03:
      return { kind: 'drive', asserted: from.byte() !== 0, line: from.rest() };
    case 0x04:
      return { kind: 'hand', asserted: from.byte() !== 0, line: from.rest() };
    case 0x05:
      return { kind: 'truth' };
    default:
      throw new ProtocolFault(`request kind 0x${kind.toString(16)} is unknown`);
  }
}

/** `asked` are the transfers that the frame answers, for the addresses of faults. */
export function decodeAnswer({ kind, body }: Frame, asked: readonly Transfer[] = []): Answer {
  const from = new Body(body);
  let index = 0;
  switch (kind) {
    case 0x81:
      return { kind: 'welcome', json: from.rest() };
    case 0x82:
      return { kind: 'replies', replies: from.list(() => readReply(from, asked[index++]?.address ?? 0)) };
    case 0x83:
      return { kind: 'done' };
    case 0x85:
      return { kind: 'truth', json: from.rest() };
    case 0x86:
      return { kind: 'level', asserted: from.byte() !== 0, line: from.rest() };
    case 0xff:
      return { kind: 'refused', reason: from.rest() };
    default:
      throw new ProtocolFault(`answer kind 0x${kind.toString(16)} is unknown`);
  }
}

/** Cuts a stream of chunks into frames, wherever the chunks begin and end. */
export class FrameCutter {
  private kept: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): Frame[] {
    // A plain Uint8Array of its own: a socket's Buffer is reused, and the slice of a Buffer is no copy.
    const bytes = new Uint8Array(this.kept.length + chunk.length);
    bytes.set(this.kept);
    bytes.set(chunk, this.kept.length);
    const view = new DataView(bytes.buffer);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= 2) {
      const length = view.getUint16(at);
      if (length < HEAD) throw new ProtocolFault(`a frame of ${length} bytes is too short`);
      if (bytes.length - at < 2 + length) break;
      const body = bytes.slice(at + 2 + HEAD, at + 2 + length);
      frames.push({ kind: view.getUint8(at + 2), id: view.getUint32(at + 3), body });
      at += 2 + length;
    }
    this.kept = bytes.slice(at);
    return frames;
  }
}
