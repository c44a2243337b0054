/** Register access for tests of simulated chips: pointer, then bytes, as a master does it. Knows no chip. */
import type { Chip } from '../../../src/twin/chip.js';

/** Reads a register of `length` bytes as an unsigned number; NaN when the chip did not acknowledge. */
export function register(chip: Chip, pointer: number, now_s = 0, length = 2): number {
  if (!chip.write(Uint8Array.of(pointer), now_s)) return Number.NaN;
  const bytes = chip.read(length, now_s);
  return bytes === undefined ? Number.NaN : bytes.reduce((value, byte) => value * 256 + byte, 0);
}

export function setRegister(chip: Chip, pointer: number, value: number, now_s = 0): boolean {
  return chip.write(Uint8Array.of(pointer, value >> 8, value & 0xff), now_s);
}
