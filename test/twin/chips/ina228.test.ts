import { describe, expect, it } from 'vitest';
import { Ina228 } from '../../../src/twin/chips/ina228.js';
import { silent } from '../../device/chip-bus.js';
import { register, setRegister } from './registers.js';

function chipWith(current_A: number, voltage_V: number, shunt_ohm = 0.02) {
  return new Ina228({
    address: 0x40,
    shunt_ohm,
    current_A: () => current_A,
    voltage_V: () => voltage_V,
    noise: silent,
  });
}

describe('INA228', () => {
  it('powers on with the values of the data sheet', () => {
    const chip = chipWith(0, 0);
    expect([0x00, 0x01, 0x02, 0x0b, 0x3e].map((pointer) => register(chip, pointer))).toEqual([
      0, 0xfb68, 0x1000, 0x0001, 0x5449,
    ]);
    expect(register(chip, 0x3f) >> 4).toBe(0x228);
  });

  it('puts 20-bit results into bits 23:4, negative ones in two’s complement', () => {
    const chip = chipWith(-1, 48);
    register(chip, 5, 0);
    expect(register(chip, 5, 1, 3)).toBe(245760 << 4); // 48 V / 195.3125 µV
    expect(register(chip, 4, 1, 3)).toBe(((1 << 20) - 64000) << 4); // -20 mV / 312.5 nV
    expect(register(chip, 7, 1, 3)).toBe(((1 << 20) - 64000) << 4); // SHUNT_CAL 4096: as the shunt register
  });

  it('scales the current by SHUNT_CAL and the shunt by ADCRANGE', () => {
    const chip = chipWith(1, 10);
    setRegister(chip, 2, 8192, 0); // twice the LSB, half the code
    register(chip, 7, 0);
    expect(register(chip, 7, 1, 3) >> 4).toBe(32000);
    setRegister(chip, 0, 0x0010, 1);
    expect(register(chip, 4, 2, 3) >> 4).toBe(256000);
    expect(register(chip, 8, 2, 3)).toBe(Math.round((128000 * 10) / 3.2));
  });

  it('saturates at the ends of the 20 bits', () => {
    for (const [current_A, code] of [
      [9, 0x7ffff],
      [-9, 0x80000],
    ] as const) {
      const chip = chipWith(current_A, 0);
      register(chip, 4, 0);
      expect(register(chip, 4, 1, 3) >>> 4).toBe(code);
    }
  });

  it('latches conversion-ready until it is read, with ALATCH only', () => {
    const chip = chipWith(1, 1);
    setRegister(chip, 1, 0xbb6b, 0); // bus and shunt, 1052 µs, 64 averages: 134.656 ms
    expect(register(chip, 0x0b, 1) & 2).toBe(0);
    setRegister(chip, 0x0b, 0x8000, 1);
    setRegister(chip, 1, 0xbb6b, 1);
    expect(register(chip, 0x0b, 1.13)).toBe(0x8001);
    expect(register(chip, 0x0b, 1.135)).toBe(0x8003);
    expect(register(chip, 0x0b, 1.136)).toBe(0x8001);
  });

  it('converts once when triggered, not at all when shut down, and resets by RST', () => {
    const chip = chipWith(1, 1);
    setRegister(chip, 0x0b, 0x8000, 0);
    setRegister(chip, 1, 0x3b68, 0);
    expect(register(chip, 0x0b, 1) & 2).toBe(2);
    expect(register(chip, 0x0b, 2) & 2).toBe(0);
    setRegister(chip, 1, 0x0b68, 2);
    expect(register(chip, 0x0b, 9) & 2).toBe(0);
    setRegister(chip, 0, 0x8000, 9);
    expect(register(chip, 1, 9)).toBe(0xfb68);
  });

  it('keeps its identity and results from being written', () => {
    const chip = chipWith(0, 0);
    setRegister(chip, 0x3e, 0);
    setRegister(chip, 4, 0x1234);
    expect([register(chip, 0x3e), register(chip, 4, 0, 3)]).toEqual([0x5449, 0]);
  });
});

describe('CHARGE of the INA228', () => {
  const charging = () => {
    const plant = { charge_C: 3 };
    const chip = new Ina228({
      address: 0x41,
      shunt_ohm: 0.5,
      current_A: () => 0,
      charge_C: () => plant.charge_C,
      voltage_V: () => 24,
      noise: silent,
    });
    return { plant, chip };
  };

  it('counts CURRENT_LSB times a second in 40 bits, past 32 of them, and backwards', () => {
    const { plant, chip } = charging();
    expect(register(chip, 0x0a, 0, 5)).toBe(0);
    plant.charge_C = 4;
    expect(register(chip, 0x0a, 1, 5)).toBe(1_600_000); // 1 C at 0.625 µA
    plant.charge_C = 4003;
    expect(register(chip, 0x0a, 2, 5)).toBe(6_400_000_000);
    plant.charge_C = 2;
    expect(register(chip, 0x0a, 3, 5)).toBe(2 ** 40 - 1_600_000);
  });

  it('is zeroed by RSTACC, which clears itself, and follows SHUNT_CAL', () => {
    const { plant, chip } = charging();
    plant.charge_C = 5;
    setRegister(chip, 0, 0x4000, 1);
    expect(register(chip, 0, 1)).toBe(0);
    expect(register(chip, 0x0a, 1, 5)).toBe(0);
    setRegister(chip, 2, 0x2000, 1);
    plant.charge_C = 6;
    expect(register(chip, 0x0a, 2, 5)).toBe(800_000);
  });
});
