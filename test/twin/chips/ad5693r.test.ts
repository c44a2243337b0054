import { describe, expect, it } from 'vitest';
import { Ad5693r } from '../../../src/twin/chips/ad5693r.js';

function bench(externalReference_V?: number) {
  const seen: number[] = [];
  const chip = new Ad5693r({
    address: 0x4c,
    onVoltage: (voltage_V) => seen.push(voltage_V),
    ...(externalReference_V === undefined ? {} : { externalReference_V }),
  });
  return { seen, chip, send: (...bytes: number[]) => chip.write(Uint8Array.from(bytes)) };
}

describe('AD5693R', () => {
  it('writes and updates: half of 2.5 V, doubled by the gain bit', () => {
    const { seen, send } = bench();
    send(0x30, 0x80, 0x00);
    send(0x40, 0x08, 0x00);
    expect(seen).toEqual([1.25, 2.5]);
  });

  it('holds the input register back until the update command', () => {
    const { seen, chip, send } = bench();
    send(0x10, 0x40, 0x00);
    expect(seen).toEqual([]);
    expect(chip.read(2)).toEqual(Uint8Array.of(0x40, 0x00));
    send(0x20, 0, 0);
    expect(seen).toEqual([0.625]);
  });

  it('has its reference OFF when REF is 1', () => {
    const { seen, send } = bench();
    send(0x30, 0x80, 0x00);
    send(0x40, 0x10, 0x00);
    expect(seen).toEqual([1.25, 0]);
    const external = bench(3);
    external.send(0x40, 0x10, 0x00);
    external.send(0x30, 0x80, 0x00);
    expect(external.seen).toEqual([1.5]);
  });

  it('gives nothing in power-down, and zero after software reset and power cycle', () => {
    const { seen, chip, send } = bench();
    send(0x30, 0x80, 0x00);
    send(0x40, 0x20, 0x00);
    send(0x40, 0x00, 0x00);
    send(0x40, 0x80, 0x00);
    expect(seen).toEqual([1.25, 0, 1.25, 0]);
    send(0x30, 0xff, 0xff);
    chip.reset();
    expect(seen.at(-1)).toBe(0);
    expect(chip.read(2)).toEqual(Uint8Array.of(0, 0));
  });

  it('drops an incomplete command and ignores no-operation', () => {
    const { seen, send } = bench();
    send(0x30, 0x80);
    send(0x00, 0xff, 0xff);
    expect(seen).toEqual([]);
  });
});
