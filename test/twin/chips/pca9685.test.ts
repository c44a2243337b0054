import { describe, expect, it } from 'vitest';
import { Pca9685, pca9685Share } from '../../../src/twin/chips/pca9685.js';

function bench() {
  const shares = new Map<number, number>();
  const chip = new Pca9685({ address: 0x52, onDuty: (channel, share) => shares.set(channel, share) });
  const send = (...bytes: number[]) => chip.write(Uint8Array.from(bytes));
  const get = (pointer: number) => {
    send(pointer);
    return chip.read(1)?.[0];
  };
  return { shares, chip, send, get };
}

describe('PCA9685', () => {
  it('powers on asleep at 200 Hz with every channel full off', () => {
    const { chip, get } = bench();
    expect([0x00, 0x01, 0x02, 0x05, 0x09, 0x45, 0xfe].map(get)).toEqual([0x11, 0x04, 0xe2, 0xe0, 0x10, 0x10, 0x1e]);
    expect(chip.frequency_Hz).toBeCloseTo(196.9, 1);
  });

  it('counts shares from ON to OFF, round the end, with full bits first', () => {
    expect(pca9685Share(0x99, 0x01, 0xcc, 0x04)).toBeCloseTo(0.2, 3); // data sheet example 1: delay 10 %, 20 % on
    expect(pca9685Share(0xfe, 0x0e, 0x32, 0x0b)).toBeCloseTo(0.7622, 3); // OFF below ON: over the end
    expect(pca9685Share(0, 0x10, 0, 0)).toBe(1);
    expect(pca9685Share(0, 0x10, 0, 0x10)).toBe(0);
  });

  it('writes a block only with auto-increment', () => {
    const { shares, send, get } = bench();
    send(0x00, 0x20);
    send(0x06, 0, 0, 0, 0x08);
    expect(shares.get(0)).toBe(0.5);
    send(0x00, 0x00);
    send(0x0a, 1, 2, 3, 4);
    expect([get(0x0a), get(0x0d)]).toEqual([4, 0x10]);
  });

  it('takes the prescaler in sleep only, and at least 3', () => {
    const { chip, send } = bench();
    send(0xfe, 5);
    expect(chip.frequency_Hz).toBeCloseTo(1017.25, 1);
    send(0x00, 0x00);
    send(0xfe, 100);
    expect(chip.frequency_Hz).toBeCloseTo(1017.25, 1);
    send(0x00, 0x10);
    send(0xfe, 0);
    expect(chip.frequency_Hz).toBeCloseTo(1526, 0);
  });

  it('stays off after waking until RESTART or a write to a channel', () => {
    const { shares, send, get } = bench();
    send(0x00, 0x20);
    send(0x06, 0, 0x10, 0, 0);
    expect(shares.get(0)).toBe(1);
    send(0x00, 0x30);
    expect(shares.get(0)).toBe(0);
    expect(get(0x00)).toBe(0xb0);
    send(0x00, 0x20);
    expect(shares.get(0)).toBe(0);
    send(0x00, 0xa0);
    expect(shares.get(0)).toBe(1);
    expect(get(0x00)).toBe(0x20);
  });

  it('drives all channels by ALL_LED, which reads 0', () => {
    const { shares, send, get } = bench();
    send(0x00, 0x20);
    send(0xfa, 0, 0x10, 0, 0);
    expect([...shares.values()]).toEqual(Array.from({ length: 16 }, () => 1));
    expect(get(0xfb)).toBe(0);
  });

  it('gives nothing while OE# is high or it sleeps, and what it holds afterwards', () => {
    const { shares, chip, send } = bench();
    send(0x06, 0, 0x10, 0, 0);
    expect(shares.get(0)).toBeUndefined();
    send(0x00, 0x20);
    send(0x06, 0, 0x10, 0, 0);
    chip.outputsEnabled = false;
    expect(shares.get(0)).toBe(0);
    chip.outputsEnabled = true;
    expect(shares.get(0)).toBe(1);
    chip.reset();
    expect(shares.get(0)).toBe(0);
  });
});
