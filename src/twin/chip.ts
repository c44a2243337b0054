/**
 * What a chip of the simulated bench is to the simulated bus. Owns this interface alone; knows no chip, no driver and no
 * physics: each chip gets plain functions that read or drive the plant.
 */

/**
 * A chip on the simulated bus, at register level. Times are the twin's, in seconds, and never go back.
 * A write with repeated START and read arrives as `write` of the pointer, then `read`.
 */
export interface Chip {
  /** Seven-bit address. */
  readonly address: number;
  /** Bytes after the address, up to STOP or repeated START; false when the chip did not acknowledge one of them. */
  write(bytes: Uint8Array, now_s: number): boolean;
  /** `length` bytes, or undefined when the chip did not acknowledge its address for reading. */
  read(length: number, now_s: number): Uint8Array | undefined;
  /** Power cycle: every register takes its power-on value; what had been converted is gone. */
  reset(): void;
}
