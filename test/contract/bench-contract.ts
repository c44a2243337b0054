/**
 * What every bench owes the control core, as one body of tests: run over each bench that exists. Times are read from
 * the bench's clock, so the same figures hold in virtual and in real time. Where the plant is simulated, what a bench
 * says is held against what is true there; what needs a hand at the bench or would heat and pump is tested only there.
 */
import { describe, expect, it } from 'vitest';
import type { OpenedBench, Simulation } from '../../src/bench.js';
import { wireTime_s } from '../../src/bus/i2c.js';
import { PROTOCOL_HASH } from '../../src/bus/protocol.gen.js';
import type { Clock } from '../../src/model/clock.js';
import type { Truth } from '../../src/twin/truth.js';
import { arm, drive, measure, PERIOD_MS, rest, send } from './cycle.js';

export interface Bed {
  readonly bench: OpenedBench;
  /** null on hardware. */
  readonly simulation: Simulation | null;
  readonly clock: Clock;
  readonly rate_Hz: number;
}

/** What the kinds of bench differ in. */
export interface Kind {
  readonly simulated: boolean;
  /** What the board says of its firmware; 0 where it has none. */
  readonly protocolHash: number;
  /** How near the Peltier's supply comes to its demand at rest, A. */
  readonly peltierWithin_A: number;
}

export const GS1: Kind = { simulated: true, protocolHash: PROTOCOL_HASH, peltierWithin_A: 0.0005 };
/** Twelve bits of 4.9 A. */
export const BREAKOUT: Kind = { simulated: true, protocolHash: 0, peltierWithin_A: 0.0015 };

/** The reference bench itself. */
export const GS1_HARDWARE: Kind = { ...GS1, simulated: false };

/** Opens a bench, gives it to `use`, and closes it. */
export type OnBench = (use: (bed: Bed) => Promise<void>) => Promise<void>;

const CURRENT_A = 0.018;

export function benchContract(name: string, kind: Kind, options: { readonly retry?: number }, onBench: OnBench): void {
  describe(`the contract of a bench: ${name}`, options, () => {
    busContract(onBench);
    boardContract(kind, onBench);
    sensorContract(onBench);
    if (kind.simulated) handContract(kind, onBench);
  });
}

/** Looks at the plant itself, where it is simulated. */
async function truly(simulation: Simulation | null, look: (truth: Truth) => void): Promise<void> {
  if (simulation !== null) look(await simulation.truth());
}

function simulated({ bench, simulation }: Bed): Simulation {
  if (simulation === null) throw new Error(`${bench.name} is not simulated`);
  return simulation;
}

function busContract(onBench: OnBench): void {
  it('says nack for an address where no chip is, and goes on with the batch', () =>
    onBench(async ({ bench }) => {
      const [absent, present] = await bench.bus.batch([
        { address: 0x77, read: 1 },
        { address: 0x48, write: Uint8Array.of(0x0f), read: 2 },
      ]);
      expect(absent).toMatchObject({ reason: 'nack', address: 0x77 });
      expect(present).toEqual(Uint8Array.of(0x01, 0x17));
      await expect(bench.bus.transfer({ address: 0x77, read: 1 })).rejects.toMatchObject({ reason: 'nack' });
    }));

  it('lets nothing overlap: batches asked for at once settle in order, each after its wire time', () =>
    onBench(async ({ bench, clock, rate_Hz }) => {
      const transfer = { address: 0x48, write: Uint8Array.of(0x00), read: 2 };
      const wire_ms = 4 * wireTime_s(transfer, rate_Hz) * 1000;
      const begin = clock.now();
      const ends = await Promise.all(
        [1, 2, 3].map(async () => {
          await bench.bus.batch([transfer, transfer, transfer, transfer]);
          return clock.now() - begin;
        }),
      );
      ends.forEach((end_ms, i) => expect(end_ms).toBeGreaterThanOrEqual((i + 1) * wire_ms - 0.6));
      expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    }));

  it('has the lines of its board file and no others', () =>
    onBench(async ({ bench }) => {
      expect(bench.lines.get('e-stop-closed')).toBe(true);
      expect(() => bench.lines.get('no-such-line')).toThrow(RangeError);
      expect(() => bench.lines.set('no-such-line', true)).toThrow(RangeError);
    }));
}

function boardContract(kind: Kind, onBench: OnBench): void {
  it('knows its board by the protocol they share', () =>
    onBench(async ({ bench }) => {
      expect(bench.identity).toMatchObject({ protocolHash: kind.protocolHash });
      expect(bench.simulated).toBe(kind.simulated);
    }));

  it('gives the current it is told, counts the charge of it, and ends at a measured zero', () =>
    onBench(async ({ bench, simulation, clock }) => {
      await arm(bench);
      let before_C = 0;
      await truly(simulation, ({ charge_C }) => (before_C = charge_C));
      const on = await drive(bench, clock, 30, CURRENT_A);
      expect(on).toMatchObject({ armed: true, outputOn: true, safeEnabled: true, interlockOk: true, faults: [] });
      expect(on.current_A).toBeCloseTo(CURRENT_A, 4);
      await bench.galvanostat.off();
      const off = await drive(bench, clock, 3, 0);
      expect(off).toMatchObject({ outputOn: false, armed: true, faults: [] });
      expect(Math.abs(off.current_A)).toBeLessThan(0.0002);
      // 30 cycles of 50 ms are 27 mC, less what relay and slew take; and a cycle more where the host is late.
      expect(off.netCharge_C).toBeGreaterThan(0.02);
      expect(off.netCharge_C).toBeLessThan(0.028);
      await truly(simulation, ({ current_mA, charge_C }) => {
        expect(current_mA).toBe(0);
        expect(Math.abs(off.netCharge_C / (charge_C - before_C) - 1)).toBeLessThan(0.002);
      });
      await rest(bench, bench.galvanostat);
    }));

  it('turns everything off by itself within 250 ms of the last heartbeat, and stays off', () =>
    onBench(async ({ bench, simulation, clock }) => {
      await arm(bench);
      await drive(bench, clock, 10, CURRENT_A);
      // The last heartbeat was one period ago.
      await truly(simulation, (on) => {
        expect(on.current_mA).toBeCloseTo(18, 1);
        expect(on).toMatchObject({ relayClosed: true, safeEnabled: true });
      });
      await clock.sleep(250 - PERIOD_MS - 5);
      await truly(simulation, (off) =>
        expect(off).toMatchObject({ current_mA: 0, relayClosed: false, safeEnabled: false, peltier_A: 0 }),
      );
      const reading = await send(bench, bench.galvanostat.poll());
      expect(reading).toMatchObject({ ok: true, value: { armed: false, outputOn: false, faults: ['deadman'] } });
      const refused = await send(bench, bench.galvanostat.drive(CURRENT_A));
      expect(refused?.ok).toBe(false);
      await clock.sleep(100);
      await truly(simulation, (off) => expect(off).toMatchObject({ current_mA: 0, relayClosed: false }));
      expect(await send(bench, bench.galvanostat.poll())).toMatchObject({ ok: true, value: { outputOn: false } });
      await rest(bench, bench.galvanostat);
    }));
}

function sensorContract(onBench: OnBench): void {
  it('has a value from each sensor within five polls, each true within its tolerance', () =>
    onBench(async ({ bench, simulation, clock }) => {
      const [thermometer_C, auxiliary, vent_vol_percent, peltier] = await Promise.all([
        measure(bench, clock, bench.thermometer),
        measure(bench, clock, bench.auxiliary),
        measure(bench, clock, bench.ventHydrogen),
        measure(bench, clock, bench.peltierMeter),
      ]);
      const sweep_mL_min = await measure(bench, clock, bench.sweep);
      expect(auxiliary.supply_V).toBeCloseTo(24, 0);
      await truly(simulation, (truth) => {
        expect(Math.abs(thermometer_C - truth.probe_C)).toBeLessThan(0.1);
        expect(Math.abs(auxiliary.hotSide_C - truth.hotSide_C)).toBeLessThan(0.5);
        expect(auxiliary.supply_V).toBeCloseTo(24, 1);
        expect(Math.abs(vent_vol_percent - truth.ventHydrogen_vol_percent)).toBeLessThan(0.05);
        expect(Math.abs(sweep_mL_min - truth.sweep_mL_min)).toBeLessThan(4);
        expect(Math.abs(peltier.current_A - truth.peltier_A)).toBeLessThan(0.01);
      });
    }));
}

function handContract(kind: Kind, onBench: OnBench): void {
  it('loses current, Peltier and relay when somebody presses the emergency stop', () =>
    onBench(async (bed) => {
      const { bench, clock } = bed;
      const simulation = simulated(bed);
      await arm(bench);
      await drive(bench, clock, 4, CURRENT_A);
      await simulation.hand('e-stop-closed', false);
      await clock.sleep(50);
      expect(await simulation.truth()).toMatchObject({ current_mA: 0, masterRelayClosed: false, safeEnabled: false });
      expect(bench.lines.get('e-stop-closed')).toBe(false);
      expect(bench.lines.get('master-relay-closed')).toBe(false);
      await simulation.hand('e-stop-closed', true);
      await rest(bench, bench.galvanostat);
    }));

  it('drives Peltier and pump only while the board allows it', () =>
    onBench(async (bed) => {
      const { bench, clock } = bed;
      const simulation = simulated(bed);
      await send(bench, bench.peltier.write(1.5));
      await clock.sleep(20);
      expect((await simulation.truth()).peltier_A).toBe(0);
      await arm(bench);
      await drive(bench, clock, 2, 0);
      const truth = await simulation.truth();
      expect(Math.abs(truth.peltier_A - 1.5)).toBeLessThan(kind.peltierWithin_A);
      await send(bench, bench.peltier.write(0));
      await rest(bench, bench.galvanostat);
      await clock.sleep(20);
      expect((await simulation.truth()).peltier_A).toBe(0);
    }));
}
