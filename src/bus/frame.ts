/**
 * Frames of the GS-1: sequence, payload and checksum around what protocol.gen.ts encodes. Pure; knows no command and
 * no field. A frame has one length per command and at most 32 bytes (the SMBus block).
 *
 * The checksum is CRC-16/CCITT-FALSE (polynomial 0x1021, initial 0xFFFF, not reflected, check value of "123456789" is
 * 0x29B1) over what is on the wire, address bytes and command included: an answer to another command or to another
 * address never passes, and the generator proves that neither do all-ones and all-zeros.
 */

/** Bytes around the payload of a write (command, sequence, checksum) and of a read (sequence, checksum). */
export const WRITE_OVERHEAD = 4;
export const READ_OVERHEAD = 3;
export const FRAME_MAX = 32;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** Checksum of `bytes[from..to)`, going on from `crc`. */
export function crc16(bytes: Uint8Array, crc = 0xffff, from = 0, to = bytes.length): number {
  let sum = crc;
  for (let i = from; i < to; i++) sum = step(sum, bytes[i] ?? 0);
  return sum;
}

function step(crc: number, byte: number): number {
  return ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ byte] ?? 0);
}

/** Checksum after the bytes that precede the payload of a read: address+W, command, address+R. */
function readPrefix(address: number, command: number): number {
  return step(step(step(0xffff, address << 1), command), (address << 1) | 1);
}

/** The bytes of a write: command, sequence, payload, checksum. `address` is that of the target, 7 bits. */
export function seal(address: number, command: number, sequence: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(payload.length + WRITE_OVERHEAD);
  frame[0] = command;
  frame[1] = sequence;
  frame.set(payload, 2);
  const crc = crc16(frame, step(0xffff, address << 1), 0, frame.length - 2);
  frame[frame.length - 2] = crc >> 8;
  frame[frame.length - 1] = crc & 0xff;
  return frame;
}

export type Opened =
  | { readonly ok: true; readonly sequence: number; readonly payload: Uint8Array }
  | { readonly ok: false; readonly reason: 'length' | 'crc' };

/**
 * The answer to a read of `command`, if it is one: the echoed sequence and the payload. A copy of so few bytes costs less
 * than a view of them, for which the engine has to move the array out of its heap first.
 */
export function open(address: number, command: number, payloadLength: number, frame: Uint8Array): Opened {
  if (frame.length !== payloadLength + READ_OVERHEAD) return { ok: false, reason: 'length' };
  // The checksum of a message followed by its own checksum is zero.
  if (crc16(frame, readPrefix(address, command)) !== 0) return { ok: false, reason: 'crc' };
  return { ok: true, sequence: frame[0] ?? 0, payload: frame.slice(1, 1 + payloadLength) };
}
