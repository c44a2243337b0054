/** Big-endian words as the simulated chips put them on the wire. Knows nothing of any chip. */

/** What a master reads after the end of what a chip has to say: the released bus. */
const RELEASED = 0xff;

/**
 * The lowest `width` bytes of a whole number, most significant first, as a master reads `length` of them. Negative
 * numbers in two's complement; at most 4 bytes carry the value, those above are 0.
 */
export function bigEndian(value: number, width: number, length = width): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const place = width - 1 - i;
    bytes[i] = place < 0 ? RELEASED : place > 3 ? 0 : (value >> (8 * place)) & 0xff;
  }
  return bytes;
}

/** The unsigned 16-bit word at `offset`; missing bytes count as 0. */
export function word(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** A frame as a master reads `length` bytes of it; the frame itself when it asks for all. */
export function padded(frame: Uint8Array, length: number): Uint8Array {
  if (frame.length === length) return frame;
  const bytes = new Uint8Array(length).fill(RELEASED);
  bytes.set(frame.subarray(0, length));
  return bytes;
}

/** Nearest whole number within [low, high]: how a converter saturates. NaN gives `low`. */
export function saturated(value: number, low: number, high: number): number {
  if (!(value > low)) return low;
  return value > high ? high : Math.round(value);
}
