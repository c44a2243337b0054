import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusFault } from '../../src/bus/i2c.js';
import { ads1115Config, ads1115Railed, ads1115_V } from '../../src/device/ads1115.js';
import { AuxiliaryMeter, thermistor_C } from '../../src/device/auxiliary-ads1115.js';
import { DeviceFault } from '../../src/device/ports.js';
import { VentSensor, ventHydrogen_vol_percent } from '../../src/device/vent-ads1115.js';
import { Ads1115, thermistor_V } from '../../src/twin/chips/ads1115.js';
import { ChipBus, nacks, silent } from './chip-bus.js';

const THERMISTOR = { excitation_V: 3.3, series_ohm: 10000, thermistor25_ohm: 10000, beta_K: 3435 } as const;
const CELL = { zero_V: 0.2, scale_vol_percent_V: 5 } as const;
const LSB_V = 4.096 / 32768;

function vent(plant: { voltage_V: number }) {
  const chip = new Ads1115({ address: 0x4a, inputs_V: [() => plant.voltage_V], noise: silent });
  const bus = new ChipBus(chip);
  return { chip, bus, sensor: new VentSensor({ bus, address: 0x4a, input: 0, fullScale_V: 4.096, ...CELL }) };
}

function housekeeping(plant: { hotSide_V: number; supply_V: number }) {
  const chip = new Ads1115({ address: 0x49, inputs_V: [() => plant.hotSide_V, () => plant.supply_V], noise: silent });
  const bus = new ChipBus(chip);
  const meter = new AuxiliaryMeter({
    bus,
    address: 0x49,
    hotSide: { input: 0, fullScale_V: 4.096, ...THERMISTOR },
    supply: { input: 1, fullScale_V: 4.096, divider: 11 },
  });
  return { chip, bus, meter };
}

describe('conversions', () => {
  it('follow the data sheet of the ADS1115', () => {
    expect(ads1115_V(0x7fff, 2.048)).toBeCloseTo(2.048 - 62.5e-6, 9);
    expect(ads1115_V(-16, 1.024)).toBeCloseTo(-16 * 31.25e-6, 12); // FFF0h, which is not 65520
    expect(ads1115_V(-0x8000, 0.256)).toBe(-0.256);
    expect(ads1115Config({ input: 0, fullScale_V: 4.096 })).toBe(0xc303);
    expect(ads1115Config({ input: 1, fullScale_V: 0.256 })).toBe(0xdb03);
    expect(() => ads1115Config({ input: 4, fullScale_V: 0.256 })).toThrow(RangeError);
    expect([0x7fff, -0x8000, 0x7ffe, 0].map(ads1115Railed)).toEqual([true, true, false, false]);
  });

  it('give the thermistor at its nominal point, and nothing for an open or shorted one', () => {
    expect(thermistor_C(1.65, THERMISTOR)).toBeCloseTo(25, 9);
    // 85 °C: R = 10 kohm * exp(3435 * (1/358.15 - 1/298.15)) = 1450 ohm.
    expect(thermistor_C((3.3 * 1450) / 11450, THERMISTOR)).toBeCloseTo(85, 0);
    for (const voltage_V of [0, -0.1, 3.3, 4, Number.NaN]) expect(thermistor_C(voltage_V, THERMISTOR)).toBeNaN();
  });

  it('are inverse to the plant: thermistor and thermal-conductivity cell', () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 110, noNaN: true }), (temperature_C) => {
        expect(thermistor_C(thermistor_V(temperature_C, THERMISTOR), THERMISTOR)).toBeCloseTo(temperature_C, 6);
      }),
    );
    expect(ventHydrogen_vol_percent(2.2, CELL)).toBeCloseTo(10, 12);
    expect(ventHydrogen_vol_percent(0.2, CELL)).toBe(0);
  });
});

describe('vent sensor', () => {
  it('reads the plant within half an LSB, one period late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.15, max: 4, noNaN: true }), async (voltage_V) => {
        const { bus, sensor } = vent({ voltage_V });
        await sensor.open();
        const expected = (voltage_V - 0.2) * 5;
        expect(Math.abs((await bus.value(sensor)) - expected)).toBeLessThanOrEqual(5 * LSB_V * 0.5 + 1e-9);
      }),
      { numRuns: 100 },
    );
    const plant = { voltage_V: 0.2 };
    const { bus, sensor } = vent(plant);
    await sensor.open();
    plant.voltage_V = 1.2;
    expect(await bus.value(sensor)).toBeCloseTo(0, 2);
    expect(await bus.value(sensor)).toBeCloseTo(5, 2);
  });

  it('has no value while the conversion still runs', async () => {
    const { bus, sensor } = vent({ voltage_V: 1 });
    await sensor.open();
    expect(await bus.poll(sensor, 0.05)).toBeUndefined();
    expect(await bus.poll(sensor, 1)).toMatchObject({ ok: true });
  });

  it('never fetches an old result after a start that failed', async () => {
    const plant = { voltage_V: 1 };
    const { bus, sensor } = vent(plant);
    await sensor.open();
    bus.spoil = (transfer, reply) => (transfer.read === undefined ? nacks(transfer) : reply);
    expect(await bus.poll(sensor)).toMatchObject({ ok: true }); // the conversion begun at open
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'bus' });
    bus.spoil = undefined;
    plant.voltage_V = 2;
    expect(await bus.poll(sensor)).toBeUndefined();
    expect(await bus.value(sensor)).toBeCloseTo(9, 2);
  });

  it('says range at the rail and for a cell without supply', async () => {
    for (const voltage_V of [5, 0]) {
      const { bus, sensor } = vent({ voltage_V });
      await sensor.open();
      expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'range' });
    }
  });

  it('notices that the chip was powered again and goes on', async () => {
    const { bus, chip, sensor } = vent({ voltage_V: 1 });
    await sensor.open();
    chip.reset();
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'protocol' });
    expect(await bus.poll(sensor)).toMatchObject({ ok: true });
  });

  it('opens only a chip that keeps its configuration', async () => {
    const { bus, sensor } = vent({ voltage_V: 1 });
    bus.spoil = (transfer, reply) => (transfer.read === undefined ? reply : Uint8Array.of(0, 0));
    await expect(sensor.open()).rejects.toThrow(DeviceFault);
    bus.spoil = nacks;
    await expect(sensor.open()).rejects.toThrow(BusFault);
  });
});

describe('auxiliary meter', () => {
  it('pairs two conversions: a reading every second poll, within an LSB', async () => {
    const { bus, meter } = housekeeping({ hotSide_V: thermistor_V(42, THERMISTOR), supply_V: 24 / 11 });
    await meter.open();
    expect(meter.period_s).toBe(0.25);
    expect(meter.renewal_s).toBe(0.5);
    for (let i = 0; i < 5; i++) {
      expect(await bus.poll(meter)).toBeUndefined();
      const { hotSide_C, supply_V } = await bus.value(meter);
      expect(Math.abs(hotSide_C - 42)).toBeLessThan(0.01);
      expect(Math.abs(supply_V - 24)).toBeLessThan(11 * LSB_V);
    }
  });

  it('says range for an open and a shorted thermistor, and gives no half reading', async () => {
    for (const hotSide_V of [3.3, 0]) {
      const { bus, meter } = housekeeping({ hotSide_V, supply_V: 24 / 11 });
      await meter.open();
      for (let i = 0; i < 4; i++) {
        expect(await bus.poll(meter)).toMatchObject({ ok: false, fault: 'range' });
        expect(await bus.poll(meter)).toBeUndefined();
      }
    }
  });

  it('drops the pair that a NACK spoiled and goes on', async () => {
    const plant = { hotSide_V: 1.65, supply_V: 24 / 11 };
    const { bus, meter } = housekeeping(plant);
    await meter.open();
    expect(await bus.poll(meter)).toBeUndefined();
    bus.spoil = nacks;
    expect(await bus.poll(meter)).toMatchObject({ ok: false, fault: 'bus' });
    bus.spoil = undefined;
    plant.hotSide_V = thermistor_V(60, THERMISTOR);
    const readings = [];
    for (let i = 0; i < 3; i++) readings.push(await bus.poll(meter));
    expect(readings.slice(0, 2)).toEqual([undefined, undefined]);
    expect(readings[2]).toMatchObject({ ok: true });
    expect(readings[2]?.ok === true && readings[2].value.hotSide_C).toBeCloseTo(60, 1);
  });
});
