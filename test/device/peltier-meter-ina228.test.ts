import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusFault } from '../../src/bus/i2c.js';
import { Ina228Meter, ina228Bus_V, shuntCalibration } from '../../src/device/peltier-meter-ina228.js';
import { DeviceFault } from '../../src/device/ports.js';
import { seeded } from '../../src/model/random.js';
import { Ina228 } from '../../src/twin/chips/ina228.js';
import { ChipBus, nacks, silent } from './chip-bus.js';

const SHUNT_ohm = 0.02;

function bench(plant: { current_A: number; voltage_V: number }, noise = seeded(2)) {
  const chip = new Ina228({
    address: 0x40,
    shunt_ohm: SHUNT_ohm,
    current_A: () => plant.current_A,
    voltage_V: () => plant.voltage_V,
    noise,
  });
  const bus = new ChipBus(chip);
  return { chip, bus, meter: new Ina228Meter({ bus, address: 0x40, shunt_ohm: SHUNT_ohm }) };
}

describe('conversion', () => {
  it('takes the calibration value of the data sheet’s equation', () => {
    // SLYS021, 8.1.2 design example: 10 A full scale, 16.2 mohm: LSB 19.07 µA, SHUNT_CAL 4050.
    expect(shuntCalibration(10 / 2 ** 19, 0.0162)).toBe(4050);
    // 312.5 nV over the shunt an LSB: the current register equals the shunt register.
    expect(shuntCalibration(312.5e-9 / SHUNT_ohm, SHUNT_ohm)).toBe(4096);
  });

  it('has 195.3125 µV a bit of bus voltage', () => {
    expect(ina228Bus_V(245760)).toBe(48);
  });
});

describe('INA228 Peltier meter', () => {
  it('reads the plant within an LSB, either sign of the current', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 80, noNaN: true }),
        async (current_A, voltage_V) => {
          const { bus, meter } = bench({ current_A, voltage_V }, silent);
          await meter.open();
          const value = await bus.value(meter);
          expect(Math.abs(value.current_A - current_A)).toBeLessThanOrEqual(15.625e-6);
          expect(Math.abs(value.voltage_V - voltage_V)).toBeLessThanOrEqual(195.3125e-6);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has a new pair at every poll of 0.25 s, and none twice', async () => {
    const { bus, meter } = bench({ current_A: 2.5, voltage_V: 8 });
    await meter.open();
    expect(await bus.poll(meter, 0.1)).toBeUndefined();
    for (let i = 0; i < 8; i++) expect((await bus.value(meter)).current_A).toBeCloseTo(2.5, 3);
    expect(await bus.poll(meter, 0.001)).toBeUndefined();
  });

  it('says range when the shunt voltage saturates', async () => {
    for (const current_A of [9, -9]) {
      const { bus, meter } = bench({ current_A, voltage_V: 8 });
      await meter.open();
      expect(await bus.poll(meter)).toMatchObject({ ok: false, fault: 'range' });
    }
  });

  it('reports a broken trim memory and a lost configuration, and mends the latter', async () => {
    const { bus, chip, meter } = bench({ current_A: 1, voltage_V: 8 });
    await meter.open();
    bus.spoil = (transfer, reply) => (transfer.write?.[0] === 0x0b ? Uint8Array.of(0x80, 0x02) : reply);
    expect(await bus.poll(meter)).toMatchObject({ ok: false, fault: 'protocol' });
    bus.spoil = undefined;
    chip.reset();
    expect(await bus.poll(meter)).toMatchObject({ ok: false, fault: 'protocol' });
    expect(await bus.poll(meter)).toBeUndefined();
    expect((await bus.value(meter)).current_A).toBeCloseTo(1, 3);
  });

  it('passes a NACK on, and refuses to open another chip', async () => {
    const { bus, meter } = bench({ current_A: 1, voltage_V: 8 });
    await meter.open();
    bus.spoil = nacks;
    expect(await bus.poll(meter)).toMatchObject({ ok: false, fault: 'bus' });
    await expect(meter.open()).rejects.toThrow(BusFault);
    bus.spoil = (transfer, reply) => (transfer.write?.[0] === 0x3f ? Uint8Array.of(0x23, 0x80) : reply); // an INA238
    await expect(meter.open()).rejects.toThrow(DeviceFault);
  });

  it('refuses a current LSB that the calibration register cannot take', () => {
    const bus = new ChipBus();
    expect(() => new Ina228Meter({ bus, address: 0x40, shunt_ohm: 1, currentLsb_A: 1 })).toThrow(RangeError);
  });
});
