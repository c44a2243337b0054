import { describe, expect, it } from 'vitest';
import { Ads1115 } from '../../../src/twin/chips/ads1115.js';
import { silent } from '../../device/chip-bus.js';
import { register, setRegister } from './registers.js';

const INPUTS_V = [0.5, -0.25, 1, 2];

function chipWith(inputs_V: readonly number[] = INPUTS_V) {
  return new Ads1115({ address: 0x49, inputs_V: inputs_V.map((voltage_V) => () => voltage_V), noise: silent });
}

/** Result of a single conversion with the given MUX and PGA codes, signed. */
function converted(chip: Ads1115, mux: number, gain: number): number {
  setRegister(chip, 1, 0x8183 | (mux << 12) | (gain << 9), 0);
  return (register(chip, 0, 1) << 16) >> 16;
}

describe('ADS1115', () => {
  it('powers on with the values of the data sheet, idle', () => {
    const chip = chipWith();
    expect([0, 1, 2, 3].map((pointer) => register(chip, pointer))).toEqual([0, 0x8583, 0x8000, 0x7fff]);
  });

  it('connects the inputs as the multiplexer table says, at every gain', () => {
    const chip = chipWith();
    const differences_V = [0.75, -1.5, -2.25, -1, 0.5, -0.25, 1, 2];
    differences_V.forEach((voltage_V, mux) =>
      expect(converted(chip, mux, 0)).toBe(Math.round((voltage_V / 6.144) * 32768)),
    );
    [6.144, 4.096, 2.048, 1.024].forEach((full_V, gain) =>
      expect(converted(chip, 4, gain)).toBe(Math.round((0.5 / full_V) * 32768)),
    );
  });

  it('saturates at 7FFFh and 8000h', () => {
    const chip = chipWith([5, -5]);
    expect(converted(chip, 4, 5)).toBe(0x7fff);
    expect(converted(chip, 5, 5)).toBe(-0x8000);
  });

  it('is busy for the conversion time and keeps the old result until then', () => {
    const chip = chipWith();
    setRegister(chip, 1, 0xc383, 0); // 128 SPS
    register(chip, 0, 0.1);
    setRegister(chip, 1, 0xd303, 1); // AIN1, 8 SPS
    expect(register(chip, 1, 1.1)).toBe(0x5303);
    expect(register(chip, 0, 1.1)).toBe(4000);
    expect(register(chip, 1, 1.126)).toBe(0xd303);
    expect((register(chip, 0, 1.126) << 16) >> 16).toBe(-2000);
  });

  it('starts nothing without bit 15', () => {
    const chip = chipWith();
    setRegister(chip, 1, 0x4383, 0);
    expect([register(chip, 1, 1), register(chip, 0, 1)]).toEqual([0xc383, 0]);
  });

  it('goes on by itself in continuous mode, and shows no idle bit then', () => {
    const chip = chipWith();
    setRegister(chip, 1, 0x4283, 0);
    expect(register(chip, 0, 0.005)).toBe(0);
    expect(register(chip, 0, 0.01)).toBe(4000);
    expect(register(chip, 1, 0.01)).toBe(0x4283);
  });

  it('loses a running conversion with its power', () => {
    const chip = chipWith();
    setRegister(chip, 1, 0xc383, 0);
    chip.reset();
    expect([register(chip, 0, 1), register(chip, 1, 1)]).toEqual([0, 0x8583]);
  });
});
