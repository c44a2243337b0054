import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BenchFault, openBench } from '../src/bench.js';
import type { Board } from '../src/model/board.js';
import { RealClock } from '../src/model/real-clock.js';
import { VirtualClock } from '../src/model/virtual-clock.js';
import { LiveServer } from '../src/twin/live-server.js';
import { simulatedBench } from '../src/twin/simulated-bench.js';
import { send } from './contract/cycle.js';
import { boardNamed, reactorNamed } from './contract/files.js';

describe('opening the simulated bench', () => {
  const open = (reactor: string, clock = new VirtualClock()) =>
    clock.run(() => openBench({ board: boardNamed('bench-sim'), reactor: reactorNamed(reactor), clock, seed: 1 }));

  it('gives a bench that is marked simulated, with its world in this process', async () => {
    const bench = await open('flow-12cm2');
    expect(bench).toMatchObject({ name: 'bench-sim', simulated: true, identity: { firmware: '1.0.0', bootCount: 1 } });
    expect(bench.simulation?.world).not.toBeNull();
    expect(bench.pump).not.toBeNull();
    expect(bench.flow?.name).toBe('flow');
  });

  it('has neither pump nor flow sensor for a batch reactor', async () => {
    const bench = await open('batch-10ml');
    expect(bench.pump).toBeNull();
    expect(bench.flow).toBeNull();
  });

  it('reads hydrogen once its warm-up is over', async () => {
    const clock = new VirtualClock({ drain: 'tick' });
    await clock.run(async () => {
      const bench = await openBench({
        board: boardNamed('bench-sim'),
        reactor: reactorNamed('batch-10ml'),
        clock,
        seed: 1,
      });
      const readings = [];
      for (let s = 0; s <= 305; s++) {
        readings.push(await send(bench, bench.hydrogen.poll()));
        await clock.sleep(1000);
      }
      expect(readings[5]).toMatchObject({ ok: false, fault: 'warming-up' });
      const last = readings.at(-1);
      expect(last?.ok && Math.abs(last.value - 0.5)).toBeLessThan(5);
    });
  });
});

describe('a bench that does not open', () => {
  let folder: string;
  let server: LiveServer;
  const clock = new RealClock();
  const reactor = reactorNamed('batch-10ml');
  const live = boardNamed('bench-live');

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'galvanode-bench-'));
    const bench = simulatedBench({ board: live, reactor, clock, seed: 1 });
    const monotonic_ns = (): bigint => process.hrtime.bigint();
    const path = join(folder, 'bench.sock');
    server = await LiveServer.listen(bench, { path, linger_s: Number.POSITIVE_INFINITY, monotonic_ns });
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** The fault of opening a board file that differs from the bench that is there. */
  async function faultOf(chips: Partial<Board['chips']>): Promise<BenchFault> {
    const board: Board = { ...live, chips: { ...live.chips, ...chips } };
    const outcome = await openBench({ board, reactor, clock, seed: 1, socket: join(folder, 'bench.sock') }).catch(
      (e: unknown) => e,
    );
    if (outcome instanceof BenchFault) return outcome;
    throw new Error('it opened, or failed otherwise', { cause: outcome });
  }

  it('names the chip that is missing, its address and what to check', async () => {
    const fault = await faultOf({ thermometer: { ...live.chips.thermometer, address: 0x4f } });
    expect(fault).toMatchObject({ device: 'thermometer (tmp117 at 0x4f)', address: 0x4f, cause: { reason: 'nack' } });
    expect(fault.message).toContain('supply');
  });

  it('names the chip that is another one', async () => {
    const fault = await faultOf({
      coolerMeter: { ...live.chips.coolerMeter, address: live.chips.thermometer.address },
    });
    expect(fault.device).toBe('Peltier current meter (ina228 at 0x48)');
    expect(fault.message).toContain('board file');
  });

  it('says that the bus is not there when no live bench can come up', async () => {
    const socket = join(folder, 'x'.repeat(120));
    await expect(openBench({ board: live, reactor, clock, seed: 1, socket })).rejects.toMatchObject({
      name: 'BenchFault',
      device: 'bench-live',
      address: null,
      cause: { reason: 'gone' },
    });
  });

  it('refuses virtual time for a bench that lives in real time', async () => {
    const virtual = new VirtualClock();
    const opening = virtual.run(() => openBench({ board: live, reactor, clock: virtual, seed: 1 }));
    await expect(opening).rejects.toThrow('runs in real time');
  });
});
