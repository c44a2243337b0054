import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusFault } from '../../src/bus/i2c.js';
import { Pca9685Outputs, pca9685Count, pca9685Prescale, pca9685Registers } from '../../src/device/outputs-pca9685.js';
import { DeviceFault } from '../../src/device/ports.js';
import { Pca9685, pca9685Share } from '../../src/twin/chips/pca9685.js';
import { ChipBus, nacks } from './chip-bus.js';

function bench() {
  const shares = new Map<number, number>();
  const chip = new Pca9685({ address: 0x52, onDuty: (channel, share) => shares.set(channel, share) });
  const bus = new ChipBus(chip);
  const outputs = new Pca9685Outputs({
    bus,
    clock: bus.clock,
    address: 0x52,
    frequency_Hz: 1000,
    channels: { pump: 0, hotSideFan: 1, canopyFan: 2 },
  });
  return { shares, chip, bus, outputs };
}

describe('conversion', () => {
  it('takes the prescaler of the data sheet’s example', () => {
    expect(pca9685Prescale(200)).toBe(0x1e); // NXP PCA9685, 7.3.5
    expect(pca9685Prescale(1526)).toBe(3);
    expect(pca9685Prescale(1e6)).toBe(3);
  });

  it('gives registers that the chip turns back into the share, ends exactly', () => {
    expect(pca9685Share(...pca9685Registers(0))).toBe(0);
    expect(pca9685Share(...pca9685Registers(4096))).toBe(1);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(Math.abs(pca9685Share(...pca9685Registers(pca9685Count(share))) - share)).toBeLessThanOrEqual(
          0.5 / 4096 + 1e-12,
        );
      }),
    );
    expect(pca9685Count(-3)).toBe(0);
    expect(pca9685Count(7)).toBe(4096);
  });
});

describe('PCA9685 outputs', () => {
  it('opens once for all actuators, at 1 kHz and all off', async () => {
    const { shares, chip, bus, outputs } = bench();
    await Promise.all([outputs.pump.open(), outputs.canopyFan.open(), outputs.hotSideFan.open()]);
    expect(chip.frequency_Hz).toBeCloseTo(1017.25, 1);
    expect([...shares.values()].every((share) => share === 0)).toBe(true);
    const once = bus.log.length;
    await outputs.pump.open();
    expect(bus.log.length).toBe(once);
  });

  it('drives each channel in one block write and leaves the others alone', async () => {
    const { shares, bus, outputs } = bench();
    await outputs.open();
    await bus.write(outputs.pump, 0.25);
    await bus.write(outputs.canopyFan, 1);
    expect(shares.get(0)).toBe(0.25);
    expect(shares.get(2)).toBe(1);
    expect(shares.get(1) ?? 0).toBe(0);
    const before = bus.log.length;
    await bus.write(outputs.pump, 0.5);
    expect(bus.log.slice(before).filter((transfer) => transfer.read === undefined)).toHaveLength(1);
    expect(shares.get(2)).toBe(1);
  });

  it('writes only what changed, and repeats it when the refresh is due', async () => {
    const { bus, outputs } = bench();
    await outputs.open();
    await bus.write(outputs.pump, 0.25);
    const before = bus.log.length;
    expect(await bus.write(outputs.pump, 0.25)).toEqual({ ok: true, value: null });
    expect(bus.log.length).toBe(before);
    bus.clock.now_s += 1.1;
    await bus.write(outputs.pump, 0.25);
    expect(bus.log.length).toBeGreaterThan(before);
  });

  it('notices a chip that was powered again, and brings every channel back', async () => {
    const { shares, chip, bus, outputs } = bench();
    await outputs.open();
    await bus.write(outputs.pump, 0.5);
    await bus.write(outputs.canopyFan, 0.75);
    chip.reset();
    expect(shares.get(0)).toBe(0);
    bus.clock.now_s += 1.1;
    expect(await bus.write(outputs.pump, 0.5)).toMatchObject({ ok: false, fault: 'protocol' });
    expect(await bus.write(outputs.pump, 0.5)).toMatchObject({ ok: true });
    expect(await bus.write(outputs.canopyFan, 0.75)).toMatchObject({ ok: true });
    expect([shares.get(0), shares.get(2)]).toEqual([0.5, 0.75]);
    expect(chip.frequency_Hz).toBeCloseTo(1017.25, 1);
  });

  it('has nothing to say about SAFE_EN: the board takes the outputs and gives them back', async () => {
    const { shares, chip, bus, outputs } = bench();
    await outputs.open();
    await bus.write(outputs.pump, 0.5);
    chip.outputsEnabled = false;
    expect(shares.get(0)).toBe(0);
    bus.clock.now_s += 1.1;
    expect(await bus.write(outputs.pump, 0.5)).toMatchObject({ ok: true });
    expect(shares.get(0)).toBe(0);
    chip.outputsEnabled = true;
    expect(shares.get(0)).toBe(0.5);
  });

  it('sends a failed demand again, and none that is not a number', async () => {
    const { shares, bus, outputs } = bench();
    await outputs.open();
    bus.spoil = nacks;
    expect(await bus.write(outputs.pump, 0.5)).toMatchObject({ ok: false, fault: 'bus' });
    bus.spoil = undefined;
    expect(await bus.write(outputs.pump, 0.5)).toMatchObject({ ok: true });
    expect(await bus.write(outputs.pump, Number.NaN)).toMatchObject({ ok: false, fault: 'range' });
    expect(shares.get(0)).toBe(0.5);
  });

  it('refuses to open another chip or none, and can be opened again after that', async () => {
    const { bus, outputs } = bench();
    bus.spoil = (transfer, reply) => (transfer.read === 1 ? Uint8Array.of(0x1e) : reply);
    await expect(outputs.pump.open()).rejects.toThrow(DeviceFault);
    bus.spoil = nacks;
    await expect(outputs.pump.open()).rejects.toThrow(BusFault);
    bus.spoil = undefined;
    await expect(outputs.pump.open()).resolves.toBeUndefined();
  });

  it('refuses two actuators on one channel', () => {
    const { bus } = bench();
    const channels = { pump: 0, hotSideFan: 1, canopyFan: 1 };
    expect(() => new Pca9685Outputs({ bus, clock: bus.clock, address: 0x52, frequency_Hz: 1000, channels })).toThrow(
      RangeError,
    );
  });
});
