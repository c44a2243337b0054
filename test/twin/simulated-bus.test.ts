import { describe, expect, it } from 'vitest';
import { type Transfer, wireTime_s } from '../../src/bus/i2c.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { simulatedBench } from '../../src/twin/simulated-bench.js';
import { boardNamed, reactorNamed } from '../contract/files.js';

const RATE_HZ = 100_000;
const READ_T2: Transfer = { address: 0x48, write: Uint8Array.of(0x00), read: 2 };

function onBus<T>(use: (bench: ReturnType<typeof simulatedBench>, clock: VirtualClock) => Promise<T>): Promise<T> {
  const clock = new VirtualClock();
  return clock.run(async () => {
    await clock.sleep(1234.5); // the bench's time is its own, not the clock's
    const bench = simulatedBench({
      board: boardNamed('bench-sim'),
      reactor: reactorNamed('flow-12cm2'),
      clock,
      seed: 1,
    });
    return use(bench, clock);
  });
}

describe('simulated bus', () => {
  it('takes the wire time of each transfer, and shows when it will be free', () =>
    onBus(async ({ bus }, clock) => {
      const begin = clock.now();
      const pending = bus.batch([READ_T2, READ_T2]);
      expect(bus.busyUntil_ms - begin).toBeCloseTo(2 * wireTime_s(READ_T2, RATE_HZ) * 1000, 6);
      await pending;
      expect(clock.now()).toBeCloseTo(bus.busyUntil_ms, 6);
      await clock.sleep(10);
      expect(bus.busyUntil_ms).toBeLessThan(clock.now());
    }));

  it('queues what is asked for while it is busy', () =>
    onBus(async ({ bus }, clock) => {
      const begin = clock.now();
      const ends = await Promise.all(
        [bus.batch([READ_T2]), bus.transfer(READ_T2)].map(async (p) => (await p, clock.now())),
      );
      const wire_ms = wireTime_s(READ_T2, RATE_HZ) * 1000;
      expect(ends[0]).toBeCloseTo(begin + wire_ms, 6);
      expect(ends[1]).toBeCloseTo(begin + 2 * wire_ms, 6);
    }));

  it('meets a chip at the end of its own transfer, and a line at the instant of its change', () =>
    onBus(async ({ bus, lines, world }, clock) => {
      const seen: (readonly [event: string, ms: number])[] = [];
      world.witness = {
        moved: () => undefined,
        transferred: ({ address }) => seen.push([address.toString(16), world.elapsed_ms]),
      };
      const long: Transfer = { address: 0x48, write: Uint8Array.of(0x00), read: 32 };
      const wire_ms = wireTime_s(long, RATE_HZ) * 1000;
      const pending = bus.batch([long, { ...long, address: 0x4a }]);
      await clock.sleep(wire_ms + 0.5);
      lines.set('master-relay', true);
      seen.push(['line', world.elapsed_ms]);
      await pending;
      expect(seen.map(([event]) => event)).toEqual(['48', 'line', '4a']);
      expect(seen.map(([, ms]) => ms)).toEqual([wire_ms, wire_ms + 0.5, 2 * wire_ms].map(Math.floor));
    }));

  it('gives an absent chip and a transfer that no adapter can do their own reasons', () =>
    onBus(async ({ bus }) => {
      const [absent, tooLong] = await bus.batch([
        { address: 0x11, read: 1 },
        { address: 0x48, write: new Uint8Array(33) },
      ]);
      expect(absent).toMatchObject({ reason: 'nack', address: 0x11 });
      expect(tooLong).toMatchObject({ reason: 'protocol', address: 0x48 });
    }));

  it('is gone after close', () =>
    onBus(async ({ bus }) => {
      await bus.close();
      await expect(bus.transfer(READ_T2)).rejects.toMatchObject({ reason: 'gone' });
    }));

  it('has the flow sensor only where there is a pump', async () => {
    const clock = new VirtualClock();
    await clock.run(async () => {
      const { bus } = simulatedBench({
        board: boardNamed('bench-sim'),
        reactor: reactorNamed('batch-10ml'),
        clock,
        seed: 1,
      });
      await expect(bus.transfer({ address: 0x08 })).rejects.toMatchObject({ reason: 'nack' });
    });
  });
});
