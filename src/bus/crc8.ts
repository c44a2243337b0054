/**
 * CRC-8 and word framing of the Sensirion family: each 16-bit big-endian word is followed by its own check byte.
 * Knows no chip; the simulated chips and the drivers share it, and tests hold it to the published vector.
 *
 * Polynomial x^8 + x^5 + x^4 + 1 (31h), initial value FFh, no reflection, no final inversion; BEEFh gives 92h
 * (Sensirion data sheets, "Checksum Calculation").
 */
const POLYNOMIAL = 0x31;
const INITIAL = 0xff;

const TABLE = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc;
});

/** CRC-8 of `bytes` from `start` up to, not including, `end`. */
export function crc8(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = INITIAL;
  for (let i = start; i < end; i++) crc = TABLE[crc ^ (bytes[i] ?? 0)] ?? 0;
  return crc;
}

/** Words as they go over the wire: three bytes each. Takes the low 16 bits, so that signed words may be given. */
export function framedWords(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(3 * words.length);
  words.forEach((word, i) => {
    bytes[3 * i] = (word >> 8) & 0xff;
    bytes[3 * i + 1] = word & 0xff;
    bytes[3 * i + 2] = crc8(bytes, 3 * i, 3 * i + 2);
  });
  return bytes;
}

/** The words of a frame, 0 to FFFFh each, or undefined when a check byte does not match or the length is no multiple of 3. */
export function checkedWords(bytes: Uint8Array): number[] | undefined {
  if (bytes.length % 3 !== 0) return undefined;
  const words: number[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    if (crc8(bytes, i, i + 2) !== bytes[i + 2]) return undefined;
    words.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  }
  return words;
}

/** A 16-bit word as two's complement. */
export function signed16(word: number): number {
  return (word << 16) >> 16;
}
