import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusFault } from '../../src/bus/i2c.js';
import { Sen0473Hydrogen, sen0473Checksum, sen0473Request, sen0473_ppm } from '../../src/device/hydrogen-sen0473.js';
import { DeviceFault } from '../../src/device/ports.js';
import { Sen0473 } from '../../src/twin/chips/sen0473.js';
import { ChipBus, flipped, nacks, silent } from './chip-bus.js';

function bench(plant: { hydrogen_ppm: number }, poweredFor_s = 3600, warmUp_s = 0) {
  const chip = new Sen0473({ address: 0x74, hydrogen_ppm: () => plant.hydrogen_ppm, noise: silent, poweredFor_s });
  const bus = new ChipBus(chip);
  return { chip, bus, sensor: new Sen0473Hydrogen({ bus, clock: bus.clock, address: 0x74, warmUp_s }) };
}

const view = (...bytes: number[]): DataView => {
  const frame = Uint8Array.of(...bytes, 0);
  frame[8] = sen0473Checksum(frame);
  return new DataView(frame.buffer);
};

describe('frames', () => {
  it('are those of the maker’s protocol', () => {
    // Known request of this protocol family: FF 01 86 00 00 00 00 00 79.
    expect([...sen0473Request(0x86)]).toEqual([0x00, 0xff, 0x01, 0x86, 0, 0, 0, 0, 0, 0x79]);
    expect([...sen0473Request(0x78, 0x04)]).toEqual([0x00, 0xff, 0x01, 0x78, 0x04, 0, 0, 0, 0, 0x83]);
  });

  it('decode concentration and decimals', () => {
    expect(sen0473_ppm(view(0xff, 0x86, 0x01, 0x90, 0x06, 0, 0, 0), 0x86, 1000)).toEqual({ ok: true, value: 400 });
    expect(sen0473_ppm(view(0xff, 0x86, 0x01, 0x90, 0x06, 1, 0, 0), 0x86, 1000)).toEqual({ ok: true, value: 40 });
    expect(sen0473_ppm(view(0xff, 0x86, 0x01, 0x90, 0x06, 2, 0, 0), 0x86, 1000)).toEqual({ ok: true, value: 4 });
  });

  it('refuse another gas, odd decimals, another command, full scale and empty answers', () => {
    const fault = (frame: DataView) => {
      const reading = sen0473_ppm(frame, 0x86, 1000);
      return reading.ok ? 'none' : reading.fault;
    };
    expect(fault(view(0xff, 0x86, 0, 10, 0x04, 0, 0, 0))).toBe('protocol');
    expect(fault(view(0xff, 0x86, 0, 10, 0x06, 3, 0, 0))).toBe('protocol');
    expect(fault(view(0xff, 0x88, 0, 10, 0x06, 0, 0, 0))).toBe('protocol');
    expect(fault(view(0xff, 0x86, 0x03, 0xe8, 0x06, 0, 0, 0))).toBe('range');
    expect(fault(new DataView(new Uint8Array(9).buffer))).toBe('protocol');
    expect(fault(new DataView(new Uint8Array(9).fill(0xff).buffer))).toBe('crc');
  });
});

describe('SEN0473 hydrogen sensor', () => {
  it('reads the plant to 1 ppm, one period late, both commands alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 999, noNaN: true }), async (hydrogen_ppm) => {
        const { bus, sensor } = bench({ hydrogen_ppm });
        await sensor.open();
        expect(await bus.poll(sensor)).toBeUndefined();
        for (let i = 0; i < 2; i++) expect(Math.abs((await bus.value(sensor)) - hydrogen_ppm)).toBeLessThanOrEqual(0.5);
      }),
      { numRuns: 50 },
    );
  });

  it('says warming-up for five minutes from its opening, then reads', async () => {
    const { bus, sensor } = bench({ hydrogen_ppm: 20 }, 0, 300);
    await sensor.open();
    await bus.poll(sensor);
    for (let i = 0; i < 298; i++) expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'warming-up' });
    bus.clock.now_s += 2;
    expect(Math.abs((await bus.value(sensor)) - 20)).toBeLessThanOrEqual(1);
  });

  it('takes full scale for no reading, so that an alarm cannot hide at 1000 ppm', async () => {
    const { bus, sensor } = bench({ hydrogen_ppm: 5000 });
    await sensor.open(); // an alarm is not a wrong sensor
    await bus.poll(sensor);
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'range' });
  });

  it('finds flipped bits', async () => {
    for (let byte = 0; byte <= 8; byte++) {
      if (byte === 7) continue; // not covered by the maker's check, and not used
      const { bus, sensor } = bench({ hydrogen_ppm: 20 });
      await sensor.open();
      await bus.poll(sensor);
      bus.spoil = flipped(byte, 0x10);
      const reading = await bus.poll(sensor);
      expect(reading?.ok).toBe(false);
      expect(reading?.ok === false && reading.fault).toMatch(/crc|protocol/);
      bus.spoil = undefined;
      expect(await bus.value(sensor)).toBe(20);
    }
  });

  it('never takes the sensor’s kept answer for a new one: request not acknowledged', async () => {
    const plant = { hydrogen_ppm: 20 };
    const { bus, sensor } = bench(plant);
    await sensor.open();
    await bus.poll(sensor);
    bus.spoil = (transfer, reply) => (transfer.read === undefined ? nacks(transfer) : reply);
    expect(await bus.poll(sensor)).toMatchObject({ ok: true, value: 20 });
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'bus' });
    bus.spoil = undefined;
    plant.hydrogen_ppm = 900;
    expect(await bus.poll(sensor)).toBeUndefined();
    expect(await bus.value(sensor)).toBe(900);
  });

  it('never takes the sensor’s kept answer for a new one: request garbled on its way', async () => {
    const plant = { hydrogen_ppm: 20 };
    const { bus, sensor } = bench(plant);
    await sensor.open();
    await bus.poll(sensor);
    await bus.value(sensor); // 20 ppm stay in the sensor's buffer
    plant.hydrogen_ppm = 900;
    const poll = sensor.poll();
    const garbled = poll.transfers.map((transfer) =>
      transfer.read === undefined && transfer.write !== undefined
        ? { ...transfer, write: transfer.write.with(9, 0) }
        : transfer,
    );
    bus.clock.now_s += 1;
    poll.decode(await bus.batch(garbled));
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'protocol' });
    expect(await bus.value(sensor)).toBe(900);
  });

  it('passes a NACK on and refuses to open another sensor', async () => {
    const { bus, sensor } = bench({ hydrogen_ppm: 20 });
    await sensor.open();
    await bus.poll(sensor);
    bus.spoil = nacks;
    expect(await bus.poll(sensor)).toMatchObject({ ok: false, fault: 'bus' });
    await expect(sensor.open()).rejects.toThrow(BusFault);
    bus.spoil = (transfer, reply) =>
      transfer.read === undefined ? reply : new Uint8Array(view(0xff, 0x86, 0, 10, 0x04, 0, 0, 0).buffer); // carbon monoxide
    await expect(sensor.open()).rejects.toThrow(DeviceFault);
  });
});
