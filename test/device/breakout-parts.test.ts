import { describe, expect, it } from 'vitest';
import { Ina228Ammeter } from '../../src/device/ammeter-ina228.js';
import { Ad5693rConverter } from '../../src/device/dac-ad5693r.js';
import { Mcp4725Converter, mcp4725Code } from '../../src/device/mcp4725.js';
import { Mcp9600Thermocouple } from '../../src/device/mcp9600.js';
import { Drv8871Peltier } from '../../src/device/peltier-drv8871.js';
import { DeviceFault, type Poll, type Reading } from '../../src/device/ports.js';
import { Ads1115Voltmeter } from '../../src/device/voltmeter-ads1115.js';
import { Ad5693r } from '../../src/twin/chips/ad5693r.js';
import { Ads1115 } from '../../src/twin/chips/ads1115.js';
import { Ina228 } from '../../src/twin/chips/ina228.js';
import { Mcp4725 } from '../../src/twin/chips/mcp4725.js';
import { Mcp9600 } from '../../src/twin/chips/mcp9600.js';
import { Tmp117 } from '../../src/twin/chips/tmp117.js';
import { ChipBus, flipped, nacks, silent } from './chip-bus.js';

async function sent<T>(bus: ChipBus, poll: Poll<T>, after_s = 0.02): Promise<Reading<T> | undefined> {
  bus.clock.now_s += after_s;
  return poll.decode(await bus.batch(poll.transfers));
}

describe('converters of the stage', () => {
  const ad5693r = () => {
    const plant = { voltage_V: 0 };
    const onVoltage = (voltage_V: number): void => void (plant.voltage_V = voltage_V);
    const bus = new ChipBus(new Ad5693r({ address: 0x4e, onVoltage }));
    return { plant, bus, converter: new Ad5693rConverter({ bus, address: 0x4e, reference_V: 2.5, gain: 1 }) };
  };
  const mcp4725 = () => {
    const plant = { voltage_V: 0 };
    const onVoltage = (voltage_V: number): void => void (plant.voltage_V = voltage_V);
    const chip = new Mcp4725({ address: 0x62, supply_V: 3.3, onVoltage, stored: 'factory' });
    const bus = new ChipBus(chip);
    const converter = new Mcp4725Converter({ bus, clock: bus.clock, address: 0x62, supply_V: 3.3 });
    return { plant, chip, bus, converter };
  };

  it.each([
    ['AD5693R', ad5693r, 2.5 / 65536],
    ['MCP4725', mcp4725, 3.3 / 4096],
  ] as const)(
    '%s opens at zero, gives a voltage within half a count, and cuts to its span',
    async (_, bench, count_V) => {
      const { plant, bus, converter } = bench();
      await converter.open();
      expect(plant.voltage_V).toBe(0);
      for (const voltage_V of [0.0123, 0.36, 1.8, 2.4]) {
        expect(await sent(bus, converter.set(voltage_V))).toEqual({ ok: true, value: null });
        expect(Math.abs(plant.voltage_V - voltage_V)).toBeLessThanOrEqual(count_V / 2 + 1e-12);
      }
      await sent(bus, converter.set(99));
      expect(plant.voltage_V).toBeCloseTo(converter.span_V, 2);
      await sent(bus, converter.set(-1));
      expect(plant.voltage_V).toBe(0);
      expect(converter.set(Number.NaN).transfers).toEqual([]);
      expect(await sent(bus, converter.set(Number.NaN))).toMatchObject({ ok: false, fault: 'range' });
    },
  );

  it.each([
    ['AD5693R', ad5693r],
    ['MCP4725', mcp4725],
  ] as const)('%s says so when it holds another code, or nothing is there', async (_, bench) => {
    const { bus, converter } = bench();
    await converter.open();
    bus.spoil = flipped(1, 0x10);
    expect(await sent(bus, converter.set(1))).toMatchObject({ ok: false, fault: 'protocol' });
    bus.spoil = nacks;
    expect(await sent(bus, converter.set(1))).toMatchObject({ ok: false, fault: 'bus' });
    await expect(converter.open()).rejects.toThrow('not acknowledged');
  });

  it('makes a factory MCP4725 power up at zero, once', async () => {
    const { plant, chip, bus, converter } = mcp4725();
    expect(plant.voltage_V).toBe(1.65);
    await converter.open();
    chip.reset();
    expect(plant.voltage_V).toBe(0);
    const before = bus.log.length;
    await converter.open();
    expect(bus.log.slice(before).some(({ write }) => write?.[0] === 0x60)).toBe(false);
    expect(mcp4725Code(1.65, 3.3)).toBe(2048);
    expect(mcp4725Code(9, 3.3)).toBe(4095);
  });

  it('writes reference and gain of the AD5693R with every code: a chip that was powered again gives no double current', async () => {
    const { bus, converter } = ad5693r();
    const [control] = converter.set(1).transfers;
    expect(control?.write).toEqual(Uint8Array.of(0x40, 0x00, 0x00));
    const doubled = new Ad5693rConverter({ bus, address: 0x4e, reference_V: 2.5, gain: 2 });
    expect(doubled.set(1).transfers[0]?.write).toEqual(Uint8Array.of(0x40, 0x08, 0x00));
    expect(doubled.span_V).toBe(5);
  });
});

describe('the ammeter', () => {
  const bench = () => {
    const plant = { current_A: 0.018, charge_C: 10 };
    const chip = new Ina228({
      address: 0x41,
      shunt_ohm: 0.5,
      current_A: () => plant.current_A,
      charge_C: () => plant.charge_C,
      voltage_V: () => 24,
      die_C: () => 31,
      noise: silent,
    });
    const bus = new ChipBus(chip);
    return { plant, chip, bus, ammeter: new Ina228Ammeter({ bus, address: 0x41, shunt_ohm: 0.5 }) };
  };

  it('reads current and its own temperature, and counts charge from zero', async () => {
    const { plant, bus, ammeter } = bench();
    await ammeter.open();
    expect(await sent(bus, ammeter.poll())).toEqual({
      ok: true,
      value: { current_A: expect.closeTo(0.018, 9), charge_C: 0, die_C: 31 },
    });
    plant.charge_C = 2010;
    const reading = await sent(bus, ammeter.poll());
    expect(reading?.ok && reading.value.charge_C).toBeCloseTo(2000, 4);
    await ammeter.zero();
    const zeroed = await sent(bus, ammeter.poll());
    expect(zeroed?.ok && zeroed.value.charge_C).toBe(0);
  });

  it('has a new result in every cycle, and says so when it has none', async () => {
    const { bus, ammeter } = bench();
    await ammeter.open();
    expect(await sent(bus, ammeter.poll(), 0.0024)).toMatchObject({ ok: true });
    expect(await sent(bus, ammeter.poll(), 0.0005)).toBeUndefined();
  });

  it('gives no value at the end of its range, and sets a chip up again that was reset', async () => {
    const { plant, chip, bus, ammeter } = bench();
    await ammeter.open();
    plant.current_A = 0.4;
    expect(await sent(bus, ammeter.poll())).toMatchObject({ ok: false, fault: 'range' });
    plant.current_A = 0.1;
    chip.reset();
    expect(await sent(bus, ammeter.poll())).toMatchObject({ ok: false, fault: 'protocol' });
    await sent(bus, ammeter.poll());
    expect(await sent(bus, ammeter.poll())).toMatchObject({ ok: true, value: { current_A: 0.1 } });
  });

  it('does not take another chip for itself', async () => {
    const bus = new ChipBus(new Tmp117({ address: 0x41, temperature_C: () => 20, noise: silent }));
    await expect(new Ina228Ammeter({ bus, address: 0x41, shunt_ohm: 0.5 }).open()).rejects.toThrow(DeviceFault);
  });
});

describe('the voltmeter', () => {
  const bench = () => {
    const plant = { anode_V: 24, cathode_V: 20, sense_V: 0.036 };
    const inputs_V = [() => plant.anode_V / 11, () => plant.cathode_V / 11, () => plant.sense_V];
    const bus = new ChipBus(new Ads1115({ address: 0x4b, inputs_V, noise: silent }));
    return { plant, bus, voltmeter: new Ads1115Voltmeter({ bus, address: 0x4b, divider: 11, sense_ohm: 2 }) };
  };

  it('gives voltage, with its sign, and return current in turn', async () => {
    const { plant, bus, voltmeter } = bench();
    await voltmeter.open();
    const first = await sent(bus, voltmeter.poll());
    expect(first?.ok && first.value.what === 'voltage' && first.value.voltage_V).toBeCloseTo(4, 2);
    const second = await sent(bus, voltmeter.poll());
    expect(second?.ok && second.value.what === 'return' && second.value.current_A).toBeCloseTo(0.018, 4);
    Object.assign(plant, { anode_V: 19, cathode_V: 24 });
    await sent(bus, voltmeter.poll());
    await sent(bus, voltmeter.poll());
    const turned = await sent(bus, voltmeter.poll());
    expect(turned?.ok && turned.value.what === 'voltage' && turned.value.voltage_V).toBeCloseTo(-5, 2);
  });

  it('begins anew after a start that failed, instead of fetching an old result', async () => {
    const { bus, voltmeter } = bench();
    await voltmeter.open();
    bus.spoil = nacks;
    expect(await sent(bus, voltmeter.poll())).toMatchObject({ ok: false, fault: 'bus' });
    bus.spoil = undefined;
    expect(await sent(bus, voltmeter.poll())).toBeUndefined();
    expect(await sent(bus, voltmeter.poll())).toMatchObject({ ok: true });
  });
});

describe('the thermocouple', () => {
  const bench = () => {
    const plant = { hot_C: -3 };
    const chip = new Mcp9600({ address: 0x67, hot_C: () => plant.hot_C, cold_C: () => 25, noise: silent });
    const bus = new ChipBus(chip);
    return { plant, chip, bus, thermocouple: new Mcp9600Thermocouple({ bus, address: 0x67 }) };
  };

  it('reads the hot junction, also below zero, and no value twice', async () => {
    const { bus, thermocouple } = bench();
    await thermocouple.open();
    expect(await bus.value(thermocouple)).toBe(-3);
    expect(await bus.poll(thermocouple, 0.01)).toBeUndefined();
    expect(await bus.value(thermocouple)).toBe(-3);
  });

  it('gives no value for an open one, sets a chip up again that was reset, and takes no other for itself', async () => {
    const { plant, chip, bus, thermocouple } = bench();
    await thermocouple.open();
    plant.hot_C = 1500;
    expect(await bus.poll(thermocouple)).toMatchObject({ ok: false, fault: 'range' });
    plant.hot_C = 300;
    expect(await bus.poll(thermocouple)).toMatchObject({ ok: false, fault: 'range' });
    plant.hot_C = 1;
    chip.reset();
    expect(await bus.poll(thermocouple)).toMatchObject({ ok: false, fault: 'protocol' });
    await bus.poll(thermocouple);
    expect(await bus.value(thermocouple)).toBe(1);
    const other = new ChipBus(new Tmp117({ address: 0x67, temperature_C: () => 20, noise: silent }));
    await expect(new Mcp9600Thermocouple({ bus: other, address: 0x67 }).open()).rejects.toThrow(DeviceFault);
  });
});

describe('the Peltier behind its bridge', () => {
  it('makes a duty of a current, cut to what the bridge may take', () => {
    const shares: number[] = [];
    const output = {
      name: 'bridge',
      open: () => Promise.resolve(),
      write: (share: number) => {
        shares.push(share);
        return { transfers: [], decode: () => ({ ok: true, value: null }) as const };
      },
    };
    const peltier = new Drv8871Peltier({ output, supply_V: 12, load_ohm: 2.4, currentMax_A: 3 });
    for (const current_A of [0, 1.5, 3, 9, -1]) peltier.write(current_A);
    expect(shares).toEqual([0, 1.5 * 0.2, 3 * 0.2, 3 * 0.2, 0].map((share) => expect.closeTo(share, 12)));
    expect(peltier.write(Number.NaN).decode([])).toMatchObject({ ok: false, fault: 'range' });
    expect(shares.length).toBe(5);
  });
});
