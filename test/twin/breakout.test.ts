import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openBench } from '../../src/bench.js';
import { BusFault } from '../../src/bus/i2c.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { boardNamed, reactorNamed } from '../contract/files.js';
import {
  armed,
  cycles,
  envelope,
  onBreakout,
  resistor,
  type StepFigures,
  stepFigures,
  watched,
} from './breakout-rig.js';

const SEEDS = [1, 2, 3, 4];

/** A step from zero with the output on, then four seconds; the true current each millisecond. */
function step(ohm: number, setpoint_A: number, seed: number): Promise<StepFigures> {
  return onBreakout(resistor(ohm), seed, async (bed) => {
    await armed(bed, setpoint_A * 1.05);
    await cycles(bed, 2, 1e-6); // closes the relay
    const currents = await watched(bed, () => cycles(bed, 200, setpoint_A));
    return stepFigures(currents, setpoint_A, 1000);
  });
}

describe('the current of the breakout bench into a resistor', () => {
  const cases = [
    ...[10, 50, 200, 500].map((ohm) => [18, ohm] as const),
    ...[10, 50, 100].map((ohm) => [180, ohm] as const),
  ];
  it.each(cases)('is %i mA into %i ohm within the figures (printed)', async (current_mA, ohm) => {
    const figures = await Promise.all(SEEDS.map((seed) => step(ohm, current_mA / 1000, seed)));
    const worst = (of: (figure: StepFigures) => number): number => Math.max(...figures.map(of));
    const mean = worst((f) => Math.abs(f.meanError));
    const settled_ms = worst((f) => f.settled_ms);
    const overshoot = worst((f) => f.overshoot);
    const noise = worst((f) => f.noise);
    process.stdout.write(
      `breakout ${current_mA} mA into ${ohm} ohm: 0.1 % in ${settled_ms} ms, overshoot ${(overshoot * 100).toFixed(2)} %, ` +
        `mean off by ${(mean * 1e6).toFixed(0)} ppm, noise ${(noise * 1e6).toFixed(0)} ppm rms\n`,
    );
    expect(mean).toBeLessThan(5e-4);
    expect(settled_ms).toBeLessThanOrEqual(300);
    expect(overshoot).toBeLessThan(0.02);
    expect(noise).toBeLessThan(3e-4);
  });

  it('keeps what it learnt of the stage: a second step, up or down, settles without overshoot', () =>
    onBreakout(resistor(50), 2, async (bed) => {
      await armed(bed, 0.19);
      await cycles(bed, 60, 0.018);
      for (const setpoint_A of [0.18, 0.018, 0.09]) {
        const { overshoot, settled_ms } = stepFigures(
          (await watched(bed, () => cycles(bed, 60, setpoint_A))).subarray(20),
          setpoint_A,
          500,
        );
        expect(overshoot).toBeLessThan(0.02);
        expect(settled_ms).toBeLessThan(300);
      }
    }));

  it('turns round through the dead time of the relay, with no current while a contact moves', () =>
    onBreakout(resistor(50), 3, async (bed) => {
      await armed(bed, 0.03);
      await cycles(bed, 50, 0.018);
      const currents = await watched(bed, async () => {
        const reading = await cycles(bed, 60, -0.018);
        expect(reading).toMatchObject({ faults: [], regulating: true });
        expect(reading.current_A).toBeCloseTo(-0.018, 5);
      });
      const last = currents.findLastIndex((current) => current > 1e-3);
      const first = currents.findIndex((current) => current < -1e-3);
      expect(first - last).toBeGreaterThanOrEqual(40);
      expect(first).toBeLessThan(150);
      for (const current of currents.subarray(last + 1, first)) expect(Math.abs(current)).toBeLessThan(0.5e-3);
      const { settled_ms } = stepFigures(currents.subarray(first), 0.018, 500);
      expect(settled_ms).toBeLessThan(200);
    }));
});

describe('the breakout bench with a cell', () => {
  it('counts what flowed, through a ramp and a step, to the residual of its ammeter', () =>
    onBreakout(reactorNamed('batch-10ml'), 5, async (bed) => {
      const { bench, simulation } = bed;
      await armed(bed, 0.02);
      const before = await simulation.truth();
      for (let current_A = 1e-4; current_A <= 0.018; current_A += 1e-4) await cycles(bed, 1, current_A);
      await cycles(bed, 1500, 0.018);
      await bench.galvanostat.off();
      const reading = await cycles(bed, 3, 0);
      const true_C = (await simulation.truth()).charge_C - before.charge_C;
      expect(true_C).toBeGreaterThan(0.5);
      expect(Math.abs(reading.netCharge_C / true_C - 1)).toBeLessThan(5e-4);
      expect(reading.faults).toEqual([]);
      expect(Math.abs(reading.current_A)).toBeLessThan(2e-5);
    }));

  it('sees the voltage of the cell and both currents, and a temperature that is good enough to trip on', () =>
    onBreakout(reactorNamed('batch-10ml'), 6, async (bed) => {
      await armed(bed, 0.02);
      const reading = await cycles(bed, 200, 0.018);
      const truth = await bed.simulation.truth();
      expect(Math.abs(reading.voltage_V - truth.voltage_V)).toBeLessThan(0.02);
      expect(reading.returnCurrent_A).toBeCloseTo(reading.current_A, 4);
      expect(Math.abs(reading.cellTemperature_C - truth.probe_C)).toBeLessThan(1.5);
    }));

  it('gives the same bytes for the same seed, and others for another', async () => {
    const hashed = (seed: number) =>
      onBreakout(reactorNamed('flow-12cm2'), seed, async (bed) => {
        const hash = createHash('sha256');
        bed.world.witness = {
          moved: () => undefined,
          transferred: ({ address }, reply) => {
            hash.update(`${bed.world.elapsed_ms} ${address} `);
            hash.update(reply instanceof BusFault ? reply.message : reply);
          },
        };
        await armed(bed, 0.1);
        await cycles(bed, 100, 0.08);
        return hash.digest('hex');
      });
    const first = await hashed(8);
    expect(await hashed(8)).toBe(first);
    expect(await hashed(9)).not.toBe(first);
  });
});

describe('what ends the current of the breakout bench', () => {
  it('is the watchdog relay within 250 ms when the host falls silent, at any instant of its cycle', () =>
    onBreakout(resistor(100), 1, async (bed) => {
      const { bench, clock, simulation } = bed;
      for (let extra_ms = 0; extra_ms < 20; extra_ms += 3) {
        await bench.galvanostat.disarm();
        await bench.galvanostat.clear();
        await armed(bed, 0.02);
        await cycles(bed, 10, 0.018);
        await clock.sleep(extra_ms);
        expect((await simulation.truth()).current_mA).toBeGreaterThan(17);
        await clock.sleep(250 - extra_ms - 20);
        const truth = await simulation.truth();
        expect(truth).toMatchObject({
          current_mA: 0,
          relayClosed: false,
          masterRelayClosed: false,
          safeEnabled: false,
        });
      }
    }));

  it('is the envelope: more current than it allows is not sent, and then there is no heartbeat', () =>
    onBreakout(resistor(100), 1, async (bed) => {
      const { bench, clock } = bed;
      await armed(bed, 0.02);
      await cycles(bed, 10, 0.018);
      await expect(cycles(bed, 1, 0.021)).rejects.toThrow('outside the envelope');
      await expect(cycles(bed, 1, Number.NaN)).rejects.toThrow('outside the envelope');
      await clock.sleep(250);
      const poll = bench.galvanostat.poll();
      expect(poll.decode(await bench.bus.batch(poll.transfers))).toMatchObject({
        ok: true,
        value: { faults: ['deadman'] },
      });
    }));

  it('is a lead that falls off, a short, and a charge or time that is up, each by its name', async () => {
    const faultsOf = (
      reactor: ReturnType<typeof resistor>,
      limits: object,
      spoil: (world: Parameters<Parameters<typeof onBreakout>[2]>[0]['world']) => void,
    ) =>
      onBreakout(reactor, 1, async (bed) => {
        await bed.bench.galvanostat.load({
          ...envelope(0.05),
          voltage_V: 30,
          ...limits,
        });
        bed.bench.lines.set('master-relay', true);
        await bed.bench.galvanostat.arm();
        let faults: readonly string[] = [];
        const run = (count: number) =>
          cycles(bed, count, 0.018, (reading) => {
            faults = reading.faults;
          });
        const whole = async (): Promise<unknown> => {
          await run(20);
          spoil(bed.world);
          return run(60);
        };
        await expect(whole()).rejects.toThrow('not armed');
        await bed.clock.sleep(5);
        expect((await bed.simulation.truth()).current_mA).toBe(0);
        return faults;
      });
    const nothing = (): void => undefined;
    const open = await faultsOf(resistor(50), {}, ({ plant }) => {
      plant.defects.extraSeries_ohm = 1e9;
    });
    expect(open).toEqual(['openCell']);
    expect(await faultsOf(resistor(1), {}, nothing)).toEqual(['shortCell']);
    expect(await faultsOf(resistor(50), { charge_C: 0.01 }, nothing)).toEqual(['chargeLimit']);
    expect(await faultsOf(resistor(50), { duration_s: 0.8 }, nothing)).toEqual(['durationLimit']);
    expect(await faultsOf(resistor(500), { voltage_V: 5 }, nothing)).toEqual(['overVoltage']);
    expect(await faultsOf(resistor(50), { temperatureMax_C: 15 }, nothing)).toEqual(['cellTemperature']);
  });
});

describe('the cycle of the breakout bench', () => {
  const opening = (rate_Hz: number, control_Hz: number) => {
    const clock = new VirtualClock({ drain: 'tick' });
    const board = { ...boardNamed('breakout-sim'), bus: { kind: 'simulated' as const, rate_Hz }, control_Hz };
    return clock.run(() => openBench({ board, reactor: reactorNamed('flow-12cm2'), clock, seed: 1 }));
  };

  it('fits 100 kHz at 50 Hz', async () => {
    await expect(opening(100_000, 50)).resolves.toMatchObject({ name: 'breakout-sim' });
  });

  it('is refused with both times where it does not fit', async () => {
    await expect(opening(100_000, 100)).rejects.toThrow(
      /breakout-sim: a control cycle needs \d+\.\d ms of the bus at 100 kHz, of 8\.5 ms usable in a period of 10\.0 ms/,
    );
    await expect(opening(40_000, 50)).rejects.toMatchObject({ name: 'BenchFault', address: null });
  });
});
