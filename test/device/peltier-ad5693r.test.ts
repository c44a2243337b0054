import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ad5693rPeltier, ad5693rCode } from '../../src/device/peltier-ad5693r.js';
import { BusFault } from '../../src/bus/i2c.js';
import { DeviceFault } from '../../src/device/ports.js';
import { Ad5693r } from '../../src/twin/chips/ad5693r.js';
import { ChipBus, nacks } from './chip-bus.js';

function bench(gain: 1 | 2 = 2) {
  const plant = { voltage_V: 0 };
  const chip = new Ad5693r({
    address: 0x4c,
    onVoltage: (voltage_V) => {
      plant.voltage_V = voltage_V;
    },
  });
  const bus = new ChipBus(chip);
  const peltier = new Ad5693rPeltier({
    bus,
    clock: bus.clock,
    address: 0x4c,
    gain,
    scale_A_V: 1,
    currentMax_A: gain === 2 ? 5 : 2.5,
  });
  return { plant, chip, bus, peltier };
}

describe('conversion', () => {
  it('is a 65536th of the span a bit, and saturates', () => {
    expect(ad5693rCode(0, 2.5)).toBe(0);
    expect(ad5693rCode(1.25, 2.5)).toBe(0x8000);
    expect(ad5693rCode(1.25, 5)).toBe(0x4000);
    expect(ad5693rCode(2.5, 2.5)).toBe(0xffff);
    expect(ad5693rCode(-1, 2.5)).toBe(0);
  });
});

describe('AD5693R Peltier source', () => {
  it.each([1, 2] as const)('brings the plant to the demand within an LSB, gain %i', async (gain) => {
    const { plant, bus, peltier } = bench(gain);
    await peltier.open();
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 2.5 * gain, noNaN: true }), async (demand_A) => {
        expect(await bus.write(peltier, demand_A)).toEqual({ ok: true, value: null });
        expect(Math.abs(plant.voltage_V - demand_A)).toBeLessThanOrEqual((2.5 * gain) / 65536);
      }),
      { numRuns: 100 },
    );
  });

  it('cuts demands to what the source may take; it cannot heat', async () => {
    const { plant, bus, peltier } = bench();
    await peltier.open();
    await bus.write(peltier, 40);
    expect(plant.voltage_V).toBeCloseTo(5, 3);
    await bus.write(peltier, -1);
    expect(plant.voltage_V).toBe(0);
  });

  it('sends nothing for a demand that is not a number', async () => {
    const { plant, bus, peltier } = bench();
    await peltier.open();
    await bus.write(peltier, 1);
    const before = bus.log.length;
    expect(await bus.write(peltier, Number.NaN)).toMatchObject({ ok: false, fault: 'range' });
    expect(bus.log.length).toBe(before);
    expect(plant.voltage_V).toBeCloseTo(1, 3);
  });

  it('is quiet while the demand stands, and repeats it when the refresh is due', async () => {
    const { bus, peltier } = bench();
    await peltier.open();
    await bus.write(peltier, 1);
    const before = bus.log.length;
    expect(await bus.write(peltier, 1)).toEqual({ ok: true, value: null });
    expect(bus.log.length).toBe(before);
    bus.clock.now_s += 1.1;
    await bus.write(peltier, 1);
    expect(bus.log.length).toBeGreaterThan(before);
  });

  it('brings a chip that was powered again back to gain and demand at the refresh', async () => {
    const { plant, chip, bus, peltier } = bench();
    await peltier.open();
    await bus.write(peltier, 2);
    chip.reset();
    expect(plant.voltage_V).toBe(0);
    bus.clock.now_s += 1.1;
    await bus.write(peltier, 2);
    expect(plant.voltage_V).toBeCloseTo(2, 3);
  });

  it('forgets a demand that failed: it is sent again at once', async () => {
    const { plant, bus, peltier } = bench();
    await peltier.open();
    await bus.write(peltier, 1);
    bus.spoil = nacks;
    bus.clock.now_s += 0.05;
    expect(await bus.write(peltier, 3)).toMatchObject({ ok: false, fault: 'bus' });
    bus.spoil = undefined;
    expect(await bus.write(peltier, 3)).toMatchObject({ ok: true });
    expect(plant.voltage_V).toBeCloseTo(3, 3);
  });

  it('says so when the chip holds another code', async () => {
    const { bus, peltier } = bench();
    await peltier.open();
    bus.spoil = (transfer, reply) => (transfer.read === 2 ? Uint8Array.of(0x12, 0x34) : reply);
    expect(await bus.write(peltier, 1)).toMatchObject({ ok: false, fault: 'protocol' });
  });

  it('opens at zero, and not without the chip', async () => {
    const { plant, bus, peltier } = bench();
    await bus.write(peltier, 1);
    await peltier.open();
    expect(plant.voltage_V).toBe(0);
    bus.spoil = (transfer, reply) => (transfer.read === 2 ? Uint8Array.of(0xff, 0xff) : reply);
    await expect(peltier.open()).rejects.toThrow(DeviceFault);
    bus.spoil = nacks;
    await expect(peltier.open()).rejects.toThrow(BusFault);
  });
});
