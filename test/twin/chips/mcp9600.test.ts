import { describe, expect, it } from 'vitest';
import { Mcp9600 } from '../../../src/twin/chips/mcp9600.js';
import { silent } from '../../device/chip-bus.js';
import { register } from './registers.js';

function chipAt(hot_C: number) {
  return new Mcp9600({ address: 0x67, hot_C: () => hot_C, cold_C: () => 25, noise: silent });
}

describe('MCP9600', () => {
  it('says who it is', () => {
    expect(register(chipAt(0), 0x20) >> 8).toBe(0x40);
  });

  it.each([
    [0, 0x0000],
    [25.0625, 0x0191],
    [-5.5, 0xffa8],
  ])('reads %f °C as the word of the data sheet', (hot_C, word) => {
    const chip = chipAt(hot_C);
    register(chip, 0, 0);
    expect(register(chip, 0, 1)).toBe(word);
    expect(register(chip, 2, 1)).toBe(0x0190);
  });

  it('flags a new value until that is cleared, after 320 ms at 18 bits and 80 ms at 16', () => {
    const chip = chipAt(0);
    register(chip, 4, 0, 1);
    expect(register(chip, 4, 0.31, 1)).toBe(0);
    expect(register(chip, 4, 0.33, 1)).toBe(0x40);
    chip.write(Uint8Array.of(0x06, 0x20), 1);
    chip.write(Uint8Array.of(0x04, 0x00), 1);
    expect(register(chip, 4, 1.07, 1)).toBe(0);
    expect(register(chip, 4, 1.09, 1)).toBe(0x40);
    expect(register(chip, 6, 1.09, 1)).toBe(0x20);
  });

  it('flags a thermocouple beyond its range, converts nothing when shut down, and forgets at power-up', () => {
    const chip = chipAt(2000);
    register(chip, 4, 0, 1);
    expect(register(chip, 4, 1, 1)).toBe(0x50);
    chip.write(Uint8Array.of(0x06, 0x03), 1);
    chip.write(Uint8Array.of(0x04, 0x00), 1);
    expect(register(chip, 4, 9, 1)).toBe(0);
    chip.reset();
    expect(register(chip, 6, 9, 1)).toBe(0);
    expect(register(chip, 0, 9)).toBe(0);
  });

  it('reads wrong with another type of thermocouple in its register', () => {
    const chip = chipAt(125);
    chip.write(Uint8Array.of(0x05, 0x10), 0);
    register(chip, 0, 0);
    expect(register(chip, 0, 1) / 16).toBeCloseTo(95, 0);
  });
});
