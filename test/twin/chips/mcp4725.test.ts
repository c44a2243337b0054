import { describe, expect, it } from 'vitest';
import { Mcp4725 } from '../../../src/twin/chips/mcp4725.js';

function chipWith(stored: 'zero' | 'factory') {
  const seen: number[] = [];
  const chip = new Mcp4725({ address: 0x62, supply_V: 3.3, stored, onVoltage: (voltage_V) => seen.push(voltage_V) });
  return { seen, chip, send: (now_s: number, ...bytes: number[]) => chip.write(Uint8Array.from(bytes), now_s) };
}

describe('MCP4725', () => {
  it('powers up with what its EEPROM holds: half of the supply from the factory', () => {
    expect(chipWith('factory').seen).toEqual([1.65]);
    expect(chipWith('zero').seen).toEqual([]);
    expect(chipWith('factory').chip.read(5, 0)).toEqual(Uint8Array.of(0xc0, 0x80, 0x00, 0x08, 0x00));
  });

  it('takes the fast write: power-down in bits 13 and 12, code in the rest', () => {
    const { seen, chip, send } = chipWith('zero');
    send(0, 0x04, 0x00);
    send(0, 0x14, 0x00); // 1 kohm to ground
    send(0, 0x0f, 0xff);
    expect(seen).toEqual([0.825, 0, (4095 / 4096) * 3.3]);
    expect(chip.read(3, 0)).toEqual(Uint8Array.of(0xc0, 0xff, 0xf0));
  });

  it('keeps a write with EEPROM over a power cycle, is busy for 25 ms, and ignores writes meanwhile', () => {
    const { seen, chip, send } = chipWith('factory');
    send(0, 0x60, 0x00, 0x00);
    expect(chip.read(1, 0.01)).toEqual(Uint8Array.of(0x40));
    send(0.01, 0x40, 0x80, 0x00);
    expect(chip.read(5, 0.03)).toEqual(Uint8Array.of(0xc0, 0x00, 0x00, 0x00, 0x00));
    send(0.03, 0x40, 0x80, 0x00);
    expect(seen).toEqual([1.65, 0, 1.65]);
    chip.reset();
    expect(seen.at(-1)).toBe(0);
  });
});
