import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OpenedBench, openBench, type Simulation } from '../../src/bench.js';
import { BusFault } from '../../src/bus/i2c.js';
import type { Sensor } from '../../src/device/ports.js';
import { type Drain, VirtualClock } from '../../src/model/virtual-clock.js';
import { truthOf } from '../../src/twin/truth.js';
import { World } from '../../src/twin/world.js';
import { arm, drive, ENVELOPE, good, PERIOD_MS, send } from '../contract/cycle.js';
import { boardNamed, reactorNamed } from '../contract/files.js';

interface Bed {
  readonly bench: OpenedBench;
  readonly world: World;
  readonly simulation: Simulation;
  readonly clock: VirtualClock;
}

interface Setting {
  readonly reactor?: string;
  readonly seed?: number;
  readonly drain?: Drain;
}

async function inWorld<T>(
  { reactor = 'flow-12cm2', seed = 1, drain = 'tick' }: Setting,
  use: (bed: Bed) => Promise<T>,
): Promise<T> {
  const clock = new VirtualClock({ drain });
  return clock.run(async () => {
    const bench = await openBench({ board: boardNamed('bench-sim'), reactor: reactorNamed(reactor), clock, seed });
    const { simulation } = bench;
    if (!simulation?.world) throw new Error('bench-sim has its world in this process');
    return use({ bench, simulation, world: simulation.world, clock });
  });
}

/** Hash of every transfer and its answer, with its instant. */
function recording(world: World): () => string {
  const hash = createHash('sha256');
  world.witness = {
    moved: () => undefined,
    transferred: ({ address, write }, reply) => {
      hash.update(`${world.elapsed_ms} ${address} ${write ? Buffer.from(write).toString('hex') : ''} `);
      hash.update(reply instanceof BusFault ? reply.message : reply);
    },
  };
  return () => hash.copy().digest('hex');
}

/** A scripted stretch of a run: a ramp of current, cooling, pump, every sensor at its period, a stop, a silence. */
async function script({ bench, clock }: Bed, seconds: number): Promise<void> {
  await arm(bench);
  const start = clock.now();
  const sensors: readonly Sensor<unknown>[] = [
    bench.thermometer,
    bench.peltierMeter,
    bench.auxiliary,
    bench.hydrogen,
    bench.ventHydrogen,
    bench.sweep,
    ...(bench.flow ? [bench.flow] : []),
  ];
  for (let cycle = 0; cycle < (seconds * 1000) / PERIOD_MS; cycle++) {
    await send(bench, bench.galvanostat.poll());
    await send(bench, bench.galvanostat.drive(Math.min(0.018, cycle * 1e-4)));
    for (const sensor of sensors)
      if ((cycle * PERIOD_MS) % (sensor.period_s * 1000) === 0) await send(bench, sensor.poll());
    if (cycle % 20 === 0) await send(bench, bench.peltier.write(1 + cycle * 1e-3));
    if (cycle === 10 && bench.pump) await send(bench, bench.pump.write(0.6));
    await clock.sleep(start + (cycle + 1) * PERIOD_MS - clock.now());
  }
  await clock.sleep(400);
  await send(bench, bench.galvanostat.poll());
}

describe('the simulated bench', () => {
  it('gives the same bytes for the same seed, whichever way virtual time drains, and others for another seed', async () => {
    const minute = (setting: Setting) =>
      inWorld(setting, async (bed) => {
        const hash = recording(bed.world);
        await script(bed, 60);
        return hash();
      });
    const first = await minute({ seed: 3, drain: 'tick' });
    expect(await minute({ seed: 3, drain: 'tick' })).toBe(first);
    expect(await minute({ seed: 3, drain: 'immediate' })).toBe(first);
    expect(await minute({ seed: 4, drain: 'tick' })).not.toBe(first);
  });

  it('does not depend on how often somebody looks', async () => {
    const looked = (looks_ms: readonly number[]) =>
      inWorld({ seed: 5 }, async (bed) => {
        const hash = recording(bed.world);
        for (const at of looks_ms) bed.clock.at(at, () => void bed.simulation.truth());
        await script(bed, 2);
        return { hash: hash(), truth: await bed.simulation.truth() };
      });
    const unseen = await looked([]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 60, max: 2500, noNaN: true }), { maxLength: 60 }),
        async (looks_ms) => {
          expect(await looked(looks_ms)).toEqual(unseen);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('lets the same charge flow in coarse time at rest as millisecond by millisecond', async () => {
    // A set point that never rests keeps the bench in fine time: 6 µA to and fro each cycle.
    const mean = (wobble_A: number) =>
      inWorld({ reactor: 'batch-10ml' }, async ({ bench, clock, simulation }) => {
        await arm(bench);
        await drive(bench, clock, 40, 0.018);
        const before = await simulation.truth();
        for (let cycle = 0; cycle < 600; cycle++)
          await drive(bench, clock, 1, 0.018 + (cycle % 2 === 0 ? wobble_A : -wobble_A));
        const after = await simulation.truth();
        const current_mA = ((after.charge_C - before.charge_C) / (after.board_ms - before.board_ms)) * 1e6;
        return { current_mA, voltage_V: after.voltage_V };
      });
    const coarse = await mean(0);
    const fine = await mean(6e-6);
    expect(fine.current_mA / coarse.current_mA).toBeCloseTo(1, 4);
    expect(Math.abs(fine.voltage_V - coarse.voltage_V)).toBeLessThan(0.002);
  });

  it('counts on the board what flowed in the cell within the calibrated residual of 220 ppm', () =>
    inWorld({ reactor: 'batch-10ml', seed: 11 }, async ({ bench, clock, simulation }) => {
      await arm(bench);
      const before = await simulation.truth();
      await drive(bench, clock, 2400, 0.018);
      await bench.galvanostat.off();
      const reading = await drive(bench, clock, 2, 0);
      const after = await simulation.truth();
      expect(after.charge_C - before.charge_C).toBeCloseTo(2.16, 1);
      expect(Math.abs(reading.netCharge_C / (after.charge_C - before.charge_C) - 1)).toBeLessThan(250e-6);
    }));

  it('refuses two chips at one address', () =>
    inWorld({}, async ({ world }) => {
      const chip = { address: 0x20, write: () => true, read: () => undefined, reset: () => undefined };
      const { plant, board, wiring } = world;
      expect(() => new World({ plant, board, wiring, chips: [chip, chip] })).toThrow('0x20');
    }));

  it('costs little (figure printed)', () =>
    inWorld({ reactor: 'flow-12cm2' }, async ({ bench, world, clock }) => {
      await arm(bench);
      await drive(bench, clock, 400, 0.018);
      const span_ms = 200_000;
      const now_ns = world.elapsed_ms * 1e6;
      const begin = performance.now();
      for (let ms = 50; ms <= span_ms; ms += 50) world.advanceTo(now_ns + ms * 1e6);
      const cost_ns = ((performance.now() - begin) * 1e6) / span_ms;
      process.stdout.write(`world: ${cost_ns.toFixed(0)} ns a simulated ms\n`);
      expect(cost_ns).toBeLessThan(3000);
    }));
});

describe('wiring of the simulated bench', () => {
  it('feeds Peltier and pump through the master relay and SAFE_EN together, and cools and pumps then', () =>
    inWorld({}, async ({ bench, clock, simulation }) => {
      const demand = async () => {
        good(await send(bench, bench.peltier.write(2)));
        if (bench.pump) good(await send(bench, bench.pump.write(0.625)));
      };
      await demand();
      await clock.sleep(20);
      expect(await simulation.truth()).toMatchObject({ peltier_A: 0, pump_mL_min: 0 });
      await arm(bench);
      await drive(bench, clock, 2, 0);
      expect((await simulation.truth()).peltier_A).toBeCloseTo(2, 3);
      expect((await simulation.truth()).pump_mL_min).toBeCloseTo(25, 2);
      bench.lines.set('master-relay', false);
      expect(await simulation.truth()).toMatchObject({ peltier_A: 0, pump_mL_min: 0, safeEnabled: true });
      bench.lines.set('master-relay', true);
      await drive(bench, clock, 200, 0);
      expect((await simulation.truth()).flow_mL_min).toBeCloseTo(25, 1);
      if (bench.flow) expect(good(await send(bench, bench.flow.poll()))).toBeCloseTo(25, 0);
      expect((await simulation.truth()).hotSide_C).toBeGreaterThan(23);
      await bench.galvanostat.disarm();
      expect(await simulation.truth()).toMatchObject({ peltier_A: 0, pump_mL_min: 0, masterRelayClosed: true });
    }));

  it('lets the fans run at full speed while nobody drives them, and follow their drive while SAFE_EN is on', () =>
    inWorld({}, async ({ bench, clock, simulation }) => {
      expect(bench.lines.get('canopy-fan-turning')).toBe(true);
      expect(bench.lines.get('hot-side-fan-turning')).toBe(true);
      await arm(bench);
      await drive(bench, clock, 2, 0);
      expect(bench.lines.get('canopy-fan-turning')).toBe(false);
      good(await send(bench, bench.canopyFan.write(1)));
      await drive(bench, clock, 2, 0);
      expect(bench.lines.get('canopy-fan-turning')).toBe(true);
      expect(bench.lines.get('hot-side-fan-turning')).toBe(false);
      await simulation.hand('canopy-fan-turning', false);
      expect(bench.lines.get('canopy-fan-turning')).toBe(false);
    }));

  it('opens the master relay in the wiring when the emergency stop or the thermal cut-out opens, host or no host', () =>
    inWorld({}, async ({ bench, clock, simulation }) => {
      await arm(bench);
      await drive(bench, clock, 4, 0.018);
      for (const line of ['e-stop-closed', 'thermal-cutout-closed']) {
        await simulation.hand(line, false);
        expect(await simulation.truth()).toMatchObject({ masterRelayClosed: false, peltier_A: 0 });
        await simulation.hand(line, true);
        expect((await simulation.truth()).masterRelayClosed).toBe(true);
      }
      await simulation.hand('e-stop-closed', false);
      await clock.sleep(2);
      expect((await simulation.truth()).current_mA).toBe(0);
      await clock.sleep(20);
      const reading = good(await send(bench, bench.galvanostat.poll()));
      expect(reading.faults[0]).toBe('interlock');
      await expect(simulation.hand('master-relay-closed', true)).rejects.toThrow(RangeError);
    }));

  it('shuts the nitrogen only while the valve is energised, and that only while SAFE_EN is on', () =>
    inWorld({}, async ({ bench, clock, simulation, world }) => {
      bench.lines.set('nitrogen-shut', true);
      await clock.sleep(20_000);
      expect((await simulation.truth()).sweep_mL_min).toBeCloseTo(100, 0);
      await arm(bench);
      await drive(bench, clock, 200, 0);
      expect(world.plant.inputs.sweepOpen).toBe(false);
      expect((await simulation.truth()).sweep_mL_min).toBeCloseTo(0, 0);
      bench.lines.set('nitrogen-shut', false);
      await drive(bench, clock, 2, 0);
      expect(world.plant.inputs.sweepOpen).toBe(true);
      bench.lines.set('nitrogen-shut', true);
      await drive(bench, clock, 2, 0);
      expect(world.plant.inputs.sweepOpen).toBe(false);
      await clock.sleep(400); // no heartbeat
      expect((await simulation.truth()).safeEnabled).toBe(false);
      expect(world.plant.inputs.sweepOpen).toBe(true);
    }));

  it('shows the stage at its rail when the path behind the board is open, so that the board sees an open cell', () =>
    inWorld({}, async ({ bench, clock }) => {
      await bench.galvanostat.load({ ...ENVELOPE, voltage_V: 30 });
      await bench.galvanostat.arm();
      const reading = await drive(bench, clock, 2, 0.01);
      expect(reading.voltage_V).toBeGreaterThan(20);
      await clock.sleep(100);
      expect(good(await send(bench, bench.galvanostat.poll())).faults).toContain('openCell');
    }));

  it('keeps its lines as a host left them', () =>
    inWorld({}, async ({ bench, world }) => {
      bench.lines.set('light-green', true);
      bench.lines.set('master-relay', true);
      expect(world.wiring.driven).toMatchObject({ 'light-green': true, 'master-relay': true, 'light-red': false });
      expect(truthOf(world).masterRelayClosed).toBe(true);
    }));
});
