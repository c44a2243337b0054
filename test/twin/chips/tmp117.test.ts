import { describe, expect, it } from 'vitest';
import { seeded } from '../../../src/model/random.js';
import { Tmp117, tmp117Code } from '../../../src/twin/chips/tmp117.js';
import { silent } from '../../device/chip-bus.js';
import { register, setRegister } from './registers.js';

const READY = 1 << 13;

function chipAt(temperature_C: number) {
  return new Tmp117({ address: 0x48, temperature_C: () => temperature_C, noise: silent });
}

describe('TMP117', () => {
  it('encodes the table of the data sheet', () => {
    const table = [
      [-256, 0x8000],
      [-25, 0xf380],
      [-0.125, 0xfff0],
      [-0.0078125, 0xffff],
      [0, 0x0000],
      [0.0078125, 0x0001],
      [1, 0x0080],
      [100, 0x3200],
      [255.9921875, 0x7fff],
      [300, 0x7fff],
      [-300, 0x8000],
    ] as const;
    for (const [celsius, code] of table) expect(tmp117Code(celsius)).toBe(code);
  });

  it('powers on with the values of the data sheet, and again after a power cycle', () => {
    const chip = chipAt(20);
    setRegister(chip, 1, 0x0020);
    setRegister(chip, 2, 0x1234);
    chip.reset();
    expect([0, 1, 2, 3, 0x0f].map((pointer) => register(chip, pointer))).toEqual([
      0x8000, 0x0220, 0x6000, 0x8000, 0x0117,
    ]);
  });

  it('converts once a second as powered on, every 125 ms at 0020h', () => {
    const chip = chipAt(25);
    expect(register(chip, 0, 0)).toBe(0x8000);
    expect(register(chip, 0, 0.9)).toBe(0x8000);
    expect(register(chip, 0, 1.01)).toBe(0x0c80);
    setRegister(chip, 1, 0x0020, 2);
    expect(register(chip, 1, 2.12) & READY).toBe(0);
    expect(register(chip, 1, 2.13) & READY).toBe(READY);
  });

  it('keeps the result between conversions and draws noise once each', () => {
    const chip = new Tmp117({ address: 0x48, temperature_C: () => 0, noise: seeded(3), noise_K: 1 });
    setRegister(chip, 1, 0x0020, 0);
    const first = register(chip, 0, 0.13);
    expect(register(chip, 0, 0.2)).toBe(first);
    expect(register(chip, 0, 0.26)).not.toBe(first);
  });

  it('clears data-ready by reading the result, and by reading the configuration', () => {
    const chip = chipAt(1);
    setRegister(chip, 1, 0x0020, 0);
    register(chip, 0, 0.2);
    expect(register(chip, 1, 0.2) & READY).toBe(0);
    expect(register(chip, 1, 0.3) & READY).toBe(READY);
    expect(register(chip, 1, 0.3) & READY).toBe(0);
  });

  it('stops in shutdown, converts once in one-shot, and starts anew by soft reset', () => {
    const chip = chipAt(5);
    setRegister(chip, 1, 0x0420, 0);
    expect(register(chip, 0, 100)).toBe(0x8000);
    setRegister(chip, 1, 0x0c20, 100);
    expect(register(chip, 1, 100.2)).toBe(0x0420 | READY);
    expect(register(chip, 0, 100.2)).toBe(5 * 128);
    expect(register(chip, 1, 200) & READY).toBe(0);
    setRegister(chip, 1, 0x0002, 200);
    expect(register(chip, 1, 200)).toBe(0x0220);
  });

  it('raises its limit alerts and leaves identity and result alone', () => {
    const chip = chipAt(30);
    setRegister(chip, 2, 25 * 128, 0);
    setRegister(chip, 1, 0x0020, 0);
    expect(register(chip, 1, 0.2) & 0xc000).toBe(0x8000);
    setRegister(chip, 0x0f, 0, 0.2);
    setRegister(chip, 0, 0, 0.2);
    expect([register(chip, 0x0f, 0.2), register(chip, 0, 0.2)]).toEqual([0x0117, 30 * 128]);
  });
});
