/** Exchanges with real drivers, the real firmware and simulated chips: what one bad transfer in a cycle costs a run. */
import { describe, expect, it } from 'vitest';
import { BusFault, type I2cBus, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { exchange } from '../../src/control/exchange.js';
import { AuxiliaryMeter } from '../../src/device/auxiliary-ads1115.js';
import { Sen0473Hydrogen } from '../../src/device/hydrogen-sen0473.js';
import type { Sensor } from '../../src/device/ports.js';
import { VentSensor } from '../../src/device/vent-ads1115.js';
import { Ads1115, thermistor_V } from '../../src/twin/chips/ads1115.js';
import { Sen0473 } from '../../src/twin/chips/sen0473.js';
import { ChipBus, silent } from '../device/chip-bus.js';
import { Rig } from '../firmware-bridge/rig.js';

const THERMISTOR = { excitation_V: 3.3, series_ohm: 10000, thermistor25_ohm: 10000, beta_K: 3435 } as const;
const CYCLE_MS = 50;
const CYCLES = 80;
const ignore = (): void => undefined;

type Wire = Rig['wire'];

const nacked: Wire = ({ address }) => new BusFault('nack', address, 'on purpose');

/** Done by the board, and nobody hears so. */
const unheard: Wire = (transfer, pass) => {
  pass(transfer);
  return new BusFault('nack', transfer.address, 'on purpose');
};

/** A bit flips on the way: of a write before the board gets it, of an answer behind it. */
const flipped: Wire = (transfer, pass) => {
  const { write, read } = transfer;
  if (read === undefined && write !== undefined) return pass({ ...transfer, write: withFlip(write) });
  const reply = pass(transfer);
  return reply instanceof BusFault ? reply : withFlip(reply);
};

function withFlip(bytes: Uint8Array): Uint8Array {
  const other = Uint8Array.from(bytes);
  const at = bytes.length >> 1;
  other[at] = (other[at] ?? 0) ^ 0x10;
  return other;
}

/** Cycles of reading and driving in which one transfer suffers: the first, the second and so on, and in every cycle one. */
async function cycles(trouble: Wire, always = false): Promise<{ rig: Rig; lost: number; trips: readonly string[] }> {
  const rig = new Rig();
  await rig.armed();
  let place = 0;
  let struck = -1;
  rig.wire = (transfer: Transfer, pass): Reply =>
    place++ === struck || (always && transfer.read !== undefined) ? trouble(transfer, pass) : pass(transfer);
  let lost = 0;
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    rig.advance(CYCLE_MS);
    place = 0;
    struck = cycle % 4; // two frames of telemetry, a drive and what became of it
    const [reading] = await exchange(rig, [rig.board.poll()], ignore);
    const [driven] = await exchange(rig, [rig.board.drive(0.01)], ignore);
    if (reading?.ok !== true || driven?.ok !== true) lost++;
  }
  rig.wire = (transfer, pass) => pass(transfer);
  rig.advance(CYCLE_MS);
  return { rig, lost, trips: (await rig.read()).faults };
}

describe('the galvanostat', () => {
  it.each([
    ['is not acknowledged', nacked],
    ['is not heard of', unheard],
    ['has a bit flipped', flipped],
  ])('loses no cycle, and its dead-man no heartbeat, when one transfer of every cycle %s', async (_what, trouble) => {
    const { rig, lost, trips } = await cycles(trouble);
    expect({ lost, trips }).toEqual({ lost: 0, trips: [] });
    rig.advance(CYCLE_MS);
    expect((await rig.read()).armed).toBe(true);
  });

  it('is not kept alive by a host that reads nothing right, however often it tries', async () => {
    const { lost, trips } = await cycles(flipped, true);
    expect(lost).toBe(CYCLES);
    expect(trips).toEqual(['deadman']);
  });
});

/** Passes all transfers on but one, by its number. */
function onceNacked(bus: ChipBus, struck: number): I2cBus {
  let place = 0;
  const transfer = async (one: Transfer): Promise<Uint8Array> => {
    if (place++ === struck) throw new BusFault('nack', one.address, 'on purpose');
    return bus.transfer(one);
  };
  return {
    transfer,
    batch: async (transfers) => {
      const replies: Reply[] = [];
      for (const one of transfers) replies.push(await transfer(one).catch(asReply));
      return replies;
    },
    close: async () => undefined,
  };
}

function asReply(fault: unknown): Reply {
  if (fault instanceof BusFault) return fault;
  throw fault;
}

/** Polls by exchanges, the given transfer of each not acknowledged the first time; the values that came, and what was bad. */
async function polled<T>(bus: ChipBus, sensor: Sensor<T>, struck: number): Promise<{ values: T[]; bad: string[] }> {
  await sensor.open();
  const values: T[] = [];
  const bad: string[] = [];
  for (let k = 0; k < 12; k++) {
    bus.clock.now_s += sensor.period_s;
    const [reading] = await exchange(onceNacked(bus, struck), [sensor.poll()], ignore);
    if (reading?.ok === true) values.push(reading.value);
    else if (reading !== undefined) bad.push(reading.detail);
  }
  return { values, bad };
}

describe('a chip that is asked in one poll and answers in the next', () => {
  const hotSide_V = thermistor_V(42, THERMISTOR);

  it.each([0, 1, 2])('loses no value when transfer %i is not acknowledged: hot side and supply', async (struck) => {
    const bus = new ChipBus(new Ads1115({ address: 0x49, inputs_V: [() => hotSide_V, () => 24 / 11], noise: silent }));
    const hotSide = { input: 0, fullScale_V: 4.096, ...THERMISTOR } as const;
    const supply = { input: 1, fullScale_V: 4.096, divider: 11 } as const;
    const { values, bad } = await polled(bus, new AuxiliaryMeter({ bus, address: 0x49, hotSide, supply }), struck);
    expect(bad).toEqual([]);
    expect(values).toHaveLength(6);
    for (const { hotSide_C, supply_V } of values) {
      expect(hotSide_C).toBeCloseTo(42, 1);
      expect(supply_V).toBeCloseTo(24, 2);
    }
  });

  it.each([0, 1, 2])('loses no value when transfer %i is not acknowledged: vent', async (struck) => {
    const bus = new ChipBus(new Ads1115({ address: 0x4a, inputs_V: [() => 1], noise: silent }));
    const cell = { input: 0, fullScale_V: 4.096, zero_V: 0.2, scale_vol_percent_V: 5 } as const;
    const { values, bad } = await polled(bus, new VentSensor({ bus, address: 0x4a, ...cell }), struck);
    expect(bad).toEqual([]);
    expect(values).toHaveLength(12);
  });

  it.each([0, 1])('loses no value when transfer %i is not acknowledged: hydrogen in air', async (struck) => {
    const bus = new ChipBus(new Sen0473({ address: 0x74, hydrogen_ppm: () => 40, noise: silent, poweredFor_s: 3600 }));
    const { values, bad } = await polled(
      bus,
      new Sen0473Hydrogen({ bus, clock: bus.clock, address: 0x74, warmUp_s: 0 }),
      struck,
    );
    expect(bad).toEqual([]);
    expect(values).toHaveLength(11); // the first poll only asks
  });
});
