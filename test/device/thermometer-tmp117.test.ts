import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusFault } from '../../src/bus/i2c.js';
import { DeviceFault } from '../../src/device/ports.js';
import { Tmp117Thermometer, tmp117_C } from '../../src/device/thermometer-tmp117.js';
import { seeded } from '../../src/model/random.js';
import { Tmp117 } from '../../src/twin/chips/tmp117.js';
import { ChipBus, nacks, silent } from './chip-bus.js';

function bench(temperature_C: () => number, noise = seeded(1)) {
  const chip = new Tmp117({ address: 0x48, temperature_C, noise });
  const bus = new ChipBus(chip);
  return { chip, bus, sensor: new Tmp117Thermometer({ bus, address: 0x48 }) };
}

describe('conversion', () => {
  it('follows the table of the data sheet, below zero too', () => {
    const table = [
      [-0x8000, -256],
      [-0x1900, -50],
      [-0x0010, -0.125], // FFF0h
      [-1, -0.0078125],
      [0, 0],
      [1, 0.0078125],
      [0x0c80, 25],
      [0x4b00, 150],
    ] as const;
    for (const [code, celsius] of table) expect(tmp117_C(code)).toBe(celsius);
  });
});

describe('TMP117 thermometer', () => {
  it('reads the plant within an LSB and its noise, around zero and away from it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: -55, max: 150, noNaN: true }), async (temperature_C) => {
        const { bus, sensor } = bench(() => temperature_C, silent);
        await sensor.open();
        const lsb = 1 / 128;
        expect(Math.abs((await bus.value(sensor)) - temperature_C)).toBeLessThanOrEqual(lsb / 2 + 1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it('has a new value at every poll of 0.25 s, with the noise of the chip', async () => {
    const { bus, sensor } = bench(() => 0);
    await sensor.open();
    const values = [];
    for (let i = 0; i < 400; i++) values.push(await bus.value(sensor));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const sd = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.003);
    expect(sd).toBeGreaterThan(0.007);
    expect(sd).toBeLessThan(0.013);
  });

  it('gives no value twice: undefined until the next conversion has ended', async () => {
    const { bus, sensor } = bench(() => 3);
    await sensor.open();
    expect(await bus.poll(sensor, 0.05)).toBeUndefined(); // not the -256 °C of an empty register
    expect(await bus.poll(sensor, 0.1)).toMatchObject({ ok: true });
    expect(await bus.poll(sensor, 0.01)).toBeUndefined();
    expect(await bus.poll(sensor, 0.125)).toMatchObject({ ok: true });
  });

  it('adds the offset of its calibration', async () => {
    const { bus } = bench(() => 1, silent);
    const sensor = new Tmp117Thermometer({ bus, address: 0x48, offset_K: -0.05 });
    await sensor.open();
    expect(await bus.value(sensor)).toBeCloseTo(0.95, 10);
  });

  it('says range outside the chip and for a sensor that reads an end of the register', async () => {
    const { bus, sensor } = bench(() => 200);
    await sensor.open();
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'range' });
  });

  it('passes a NACK on as a bus fault and reads again afterwards', async () => {
    const { bus, sensor } = bench(() => 0);
    await sensor.open();
    bus.spoil = nacks;
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'bus' });
    bus.spoil = undefined;
    expect(await bus.poll(sensor)).toMatchObject({ ok: true });
  });

  it('notices that the chip was powered again and configures it anew', async () => {
    const { bus, chip, sensor } = bench(() => 0);
    await sensor.open();
    await bus.value(sensor);
    chip.reset();
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'protocol' });
    expect(await bus.poll(sensor)).toBeUndefined();
    expect(await bus.poll(sensor)).toMatchObject({ ok: true });
  });

  it('refuses to open another chip or none', async () => {
    const { bus, sensor } = bench(() => 0);
    bus.spoil = (_, reply) => (reply instanceof BusFault || reply.length === 0 ? reply : Uint8Array.of(0x01, 0x90));
    await expect(sensor.open()).rejects.toThrow(DeviceFault);
    bus.spoil = nacks;
    await expect(sensor.open()).rejects.toThrow(BusFault);
  });

  it('accepts any revision of the die', async () => {
    const { bus, sensor } = bench(() => 0);
    bus.spoil = (transfer, reply) => (transfer.write?.[0] === 0x0f ? Uint8Array.of(0x21, 0x17) : reply);
    await expect(sensor.open()).resolves.toBeUndefined();
  });
});
