import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framedWords } from '../../src/bus/crc8.js';
import { BusFault } from '../../src/bus/i2c.js';
import { Slf3sFlow, slf3sFlow_mL_min } from '../../src/device/flow-slf3s.js';
import { DeviceFault, type Sensor } from '../../src/device/ports.js';
import { Sfm4300Sweep, sfm4300Flow_mL_min } from '../../src/device/sweep-sfm4300.js';
import { Sfm4300 } from '../../src/twin/chips/sfm4300.js';
import { Slf3s } from '../../src/twin/chips/slf3s.js';
import { ChipBus, flipped, nacks, silent } from './chip-bus.js';

const METER = { scale_per_L_min: 2500, offset: -28672 } as const;

function liquid(plant: { flow_mL_min: number; air?: boolean }, factor = 1) {
  const chip = new Slf3s({
    address: 0x08,
    flow_mL_min: () => plant.flow_mL_min,
    air: () => plant.air === true,
    noise: silent,
    factor,
  });
  const bus = new ChipBus(chip);
  return { chip, bus, sensor: new Slf3sFlow({ bus, clock: bus.clock, address: 0x08, factor }) };
}

function sweep(plant: { flow_mL_min: number }, factor = 1) {
  const chip = new Sfm4300({ address: 0x2a, flow_mL_min: () => plant.flow_mL_min, noise: silent, factor });
  const bus = new ChipBus(chip);
  return { chip, bus, sensor: new Sfm4300Sweep({ bus, clock: bus.clock, address: 0x2a, ...METER, factor }) };
}

describe('conversions', () => {
  it('follow the data sheets', () => {
    const water = { scale_per_mL_min: 500, factor: 1 };
    expect(slf3sFlow_mL_min([0x0064, 0, 0x20], water)).toEqual({ ok: true, value: 0.2 });
    expect(slf3sFlow_mL_min([0x01cf, 0, 0x20], { ...water, scale_per_mL_min: 10_000 })).toEqual({
      ok: true,
      value: 0.0463,
    });
    expect(slf3sFlow_mL_min([0xff9c, 0, 0x20], water)).toEqual({ ok: true, value: -0.2 });
    expect(slf3sFlow_mL_min([100, 0, 0x21], water)).toMatchObject({ ok: false, fault: 'range' });
    expect(slf3sFlow_mL_min([100, 0, 0x02], water)).toMatchObject({ ok: false, fault: 'range' });
    const air = { ...METER, factor: 1 };
    expect(sfm4300Flow_mL_min([0x9000, 0, 0x1bff], air)).toEqual({ ok: true, value: 0 });
    // 1 slm at 20 °C is 1017.06 mL/min at 25 °C.
    const one = sfm4300Flow_mL_min([(-28672 + 2500) & 0xffff, 0, 0x1bff], air);
    expect(one.ok && one.value).toBeCloseTo(1017.06, 2);
    expect(sfm4300Flow_mL_min([0x9000, 0, 0x0bff], air)).toMatchObject({ ok: false, fault: 'protocol' }); // oxygen table
    expect(sfm4300Flow_mL_min([0x7fff, 0, 0x1bff], air)).toMatchObject({ ok: false, fault: 'range' });
  });
});

describe('the small flow meter', () => {
  it.each([
    [10_000, 10_000, null],
    [500, 10_000, /product 07030204h is not an SLF3S-0600F \(070303xxh\)/],
    [10_000, 500, /product 07030304h is not an SLF3S-1300F \(070302xxh\)/],
  ])('of %d counts per mL/min, with %d expected, is told by its product', async (has, due, said) => {
    const chip = new Slf3s({ address: 0x08, flow_mL_min: () => 0.0463, noise: silent, scale_per_mL_min: has });
    const bus = new ChipBus(chip);
    const sensor = new Slf3sFlow({ bus, clock: bus.clock, address: 0x08, scale_per_mL_min: due });
    if (said === null) await expect(sensor.open()).resolves.toBeUndefined();
    else await expect(sensor.open()).rejects.toThrow(said);
  });
});

describe('both sensors', () => {
  const benches: readonly [string, () => { chip: { reset(): void }; bus: ChipBus; sensor: Sensor<number> }][] = [
    ['SLF3S', () => liquid({ flow_mL_min: 25 })],
    ['SFM4300', () => sweep({ flow_mL_min: 100 })],
  ];

  it.each(benches)('%s: every single flipped byte is a crc fault', async (_, build) => {
    const { bus, sensor } = build();
    await sensor.open();
    for (let byte = 0; byte < 9; byte++) {
      bus.spoil = flipped(byte);
      expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'crc' });
    }
    bus.spoil = undefined;
    expect(await bus.poll(sensor)).toMatchObject({ ok: true });
  });

  it.each(benches)('%s: one refused read is a bus fault and no more', async (_, build) => {
    const { bus, sensor } = build();
    await sensor.open();
    bus.spoil = nacks;
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'bus' });
    bus.spoil = undefined;
    const before = bus.log.length;
    expect(await bus.poll(sensor)).toMatchObject({ ok: true });
    expect(bus.log.slice(before).every((transfer) => transfer.write === undefined)).toBe(true);
  });

  it.each(benches)('%s: started again after it was powered again', async (_, build) => {
    const { chip, bus, sensor } = build();
    await sensor.open();
    chip.reset();
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'bus' });
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'bus' });
    expect(await bus.poll(sensor)).toBeUndefined();
    expect(await bus.poll(sensor)).toMatchObject({ ok: true });
  });

  it.each(benches)('%s: opens again while it measures', async (_, build) => {
    const { bus, sensor } = build();
    await sensor.open();
    await sensor.open();
    expect(await bus.poll(sensor)).toMatchObject({ ok: true });
  });

  it.each(benches)('%s: another product, a spoiled identity, no chip', async (_, build) => {
    const { bus, sensor } = build();
    bus.spoil = (transfer, reply) => (transfer.read === 18 ? framedWords([0x0401, 0, 0, 0, 0, 0]) : reply);
    await expect(sensor.open()).rejects.toThrow(DeviceFault);
    bus.spoil = flipped(2);
    await expect(sensor.open()).rejects.toThrow(DeviceFault);
    bus.spoil = nacks;
    await expect(sensor.open()).rejects.toThrow(BusFault);
  });
});

describe('liquid flow', () => {
  it('reads the plant within half an LSB, whatever the medium’s factor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: -40, max: 40, noNaN: true }),
        fc.double({ min: 0.7, max: 1.4, noNaN: true }),
        async (flow_mL_min, factor) => {
          const { bus, sensor } = liquid({ flow_mL_min }, factor);
          await sensor.open();
          expect(Math.abs((await bus.value(sensor)) - flow_mL_min)).toBeLessThanOrEqual((0.5 / 500) * factor + 1e-9);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has no value with air in the line or beyond the output', async () => {
    for (const plant of [{ flow_mL_min: 25, air: true }, { flow_mL_min: 70 }, { flow_mL_min: -70 }]) {
      const { bus, sensor } = liquid(plant);
      await sensor.open();
      expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'range' });
    }
  });
});

describe('sweep gas', () => {
  it('reads the plant within half an LSB of 0.4 mL/min, at 25 °C', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: -500, max: 20000, noNaN: true }), async (flow_mL_min) => {
        const { bus, sensor } = sweep({ flow_mL_min });
        await sensor.open();
        expect(Math.abs((await bus.value(sensor)) - flow_mL_min)).toBeLessThanOrEqual(0.21);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a meter whose scale is not that of the board file', async () => {
    const { bus } = sweep({ flow_mL_min: 0 });
    for (const wrong of [{ scale_per_L_min: 1000 }, { offset: 0 }]) {
      const sensor = new Sfm4300Sweep({ bus, clock: bus.clock, address: 0x2a, ...METER, ...wrong });
      await expect(sensor.open()).rejects.toThrow(/the meter says scale 2500, offset -28672/);
    }
  });
});
