import { describe, expect, it } from 'vitest';
import { checkedWords, framedWords, signed16 } from '../../../src/bus/crc8.js';
import type { Chip } from '../../../src/twin/chip.js';
import { Sfm4300 } from '../../../src/twin/chips/sfm4300.js';
import { Slf3s } from '../../../src/twin/chips/slf3s.js';
import { silent } from '../../device/chip-bus.js';

function send(chip: Chip, command: number, now_s: number, ...argument: number[]): boolean {
  return chip.write(Uint8Array.of(command >> 8, command & 0xff, ...framedWords(argument)), now_s);
}

function words(chip: Chip, count: number, now_s: number): number[] | undefined {
  const bytes = chip.read(3 * count, now_s);
  return bytes && checkedWords(bytes);
}

const liquid = (flow_mL_min: number) =>
  new Slf3s({ address: 0x08, flow_mL_min: () => flow_mL_min, noise: silent, temperature_C: () => 20 });
const gas = (flow_mL_min: number) =>
  new Sfm4300({ address: 0x2a, flow_mL_min: () => flow_mL_min, noise: silent, temperature_C: () => 20 });

describe.each([
  ['SLF3S', () => liquid(10), 0.06],
  ['SFM4300', () => gas(100), 0.012],
] as const)('%s', (_, build, firstData_s) => {
  it('acknowledges no read before it measures, and none before its first data', () => {
    const chip = build();
    expect(words(chip, 3, 0)).toBeUndefined();
    expect(send(chip, 0x3608, 0)).toBe(true);
    expect(words(chip, 3, firstData_s - 0.001)).toBeUndefined();
    expect(words(chip, 3, firstData_s)).toHaveLength(3);
  });

  it('takes only STOP while it measures, and nothing for 0.5 ms after it', () => {
    const chip = build();
    send(chip, 0x3608, 0);
    expect(send(chip, 0x3608, 1)).toBe(false);
    expect(send(chip, 0xe102, 1)).toBe(false);
    expect(send(chip, 0x3ff9, 1)).toBe(true);
    expect(send(chip, 0x3608, 1.0004)).toBe(false);
    expect(send(chip, 0x3608, 1.0006)).toBe(true);
  });

  it('refuses commands it does not know, and forgets the measurement with its power', () => {
    const chip = build();
    expect(send(chip, 0x1234, 0)).toBe(false);
    send(chip, 0x3608, 0);
    chip.reset();
    expect(words(chip, 3, 1)).toBeUndefined();
  });
});

describe('SLF3S', () => {
  it('tells its product only after both commands', () => {
    const chip = liquid(0);
    expect(send(chip, 0xe102, 0)).toBe(false);
    send(chip, 0x367c, 0);
    send(chip, 0xe102, 0);
    const [high = 0, low = 0] = words(chip, 6, 0) ?? [];
    expect([high, low >> 8]).toEqual([0x0703, 0x02]);
    expect(words(chip, 6, 0)).toBeUndefined(); // read once
  });

  it('gives 500 counts per mL/min, 200 per °C, and flags a flow beyond its output', () => {
    const measure = (flow_mL_min: number) => {
      const chip = liquid(flow_mL_min);
      send(chip, 0x3608, 0);
      return (words(chip, 3, 1) ?? []).map(signed16);
    };
    expect(measure(10)).toEqual([5000, 4000, 0x20]);
    expect(measure(-0.2)).toEqual([-100, 4000, 0x20]);
    expect(measure(80)).toEqual([32500, 4000, 0x22]);
  });

  it('flags air in the line', () => {
    const chip = new Slf3s({ address: 0x08, flow_mL_min: () => 1, air: () => true, noise: silent });
    send(chip, 0x3608, 0);
    expect(words(chip, 3, 1)?.[2]).toBe(0x21);
  });
});

describe('SFM4300', () => {
  it('tells product, scale, offset and unit', () => {
    const chip = gas(0);
    send(chip, 0xe102, 0);
    expect(words(chip, 6, 0)?.slice(0, 1)).toEqual([0x0403]);
    send(chip, 0x3661, 0, 0x3608);
    expect(words(chip, 3, 0)?.map(signed16)).toEqual([2500, -28672, 0x0148]);
  });

  it('does not acknowledge an argument without its check byte, or for a gas it has not', () => {
    const chip = gas(0);
    expect(chip.write(Uint8Array.of(0x36, 0x61, 0x36, 0x08), 0)).toBe(false);
    expect(send(chip, 0x3661, 0, 0x1111)).toBe(false);
  });

  it('counts in litres at 20 °C and shows the gas in its status', () => {
    const chip = gas((1000 * 298.15) / 293.15); // 1 slm
    send(chip, 0x3608, 0);
    expect(words(chip, 3, 1)?.map(signed16)).toEqual([-28672 + 2500, 4000, 0x1bff]);
  });
});
