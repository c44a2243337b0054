/**
 * The breakout bench into a resistor or a cell, with a control cycle at its own rate: for settling, noise and trips. Owns
 * the cycle and the figures read from the truth; not a controller.
 */
import { type OpenedBench, openBench, type Simulation } from '../../src/bench.js';
import type { GalvanostatReading } from '../../src/device/ports.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import type { Reactor } from '../../src/model/reactor.js';
import type { World } from '../../src/twin/world.js';
import { good, send } from '../contract/cycle.js';
import { boardNamed, reactorNamed } from '../contract/files.js';

export const CYCLE_MS = 20;

export interface Bed {
  readonly bench: OpenedBench;
  readonly world: World;
  readonly simulation: Simulation;
  readonly clock: VirtualClock;
}

/** A dummy cell: double layers so large that they never move, at one potential, behind a resistor. */
export function resistor(ohm: number): Reactor {
  const reactor = reactorNamed('batch-10ml');
  return {
    ...reactor,
    name: `resistor-${ohm}`,
    cell: {
      ...reactor.cell,
      conductivity_mS_cm: 1e9,
      lead_ohm: ohm,
      anodeCapacitance_mF: 1e12,
      cathodeCapacitance_mF: 1e12,
      anodeStart_V: 0,
      cathodeStart_V: 0,
    },
  };
}

export async function onBreakout<T>(reactor: Reactor, seed: number, use: (bed: Bed) => Promise<T>): Promise<T> {
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const bench = await openBench({ board: boardNamed('breakout-sim'), reactor, clock, seed });
    const { simulation } = bench;
    if (!simulation?.world) throw new Error('breakout-sim has its world in this process');
    return use({ bench, simulation, world: simulation.world, clock });
  });
}

export function envelope(current_A: number) {
  return {
    runTag: 7,
    current_A,
    voltage_V: 23,
    charge_C: 1000,
    duration_s: 10_000,
    temperatureMin_C: -10,
    temperatureMax_C: 40,
  };
}

/** Armed, with the master relay closed. */
export async function armed({ bench }: Bed, current_A: number): Promise<void> {
  await bench.galvanostat.load(envelope(current_A));
  bench.lines.set('master-relay', true);
  await bench.galvanostat.arm();
}

/** Cycles of read and write; `each` sees every reading. The last reading. */
export async function cycles(
  { bench, clock }: Bed,
  count: number,
  setpoint_A: number,
  each: (reading: GalvanostatReading) => void = () => undefined,
): Promise<GalvanostatReading> {
  const start = clock.now();
  let reading = good(await send(bench, bench.galvanostat.poll()));
  for (let cycle = 1; cycle <= count; cycle++) {
    good(await send(bench, bench.galvanostat.drive(setpoint_A)));
    await clock.sleep(start + cycle * CYCLE_MS - clock.now());
    reading = good(await send(bench, bench.galvanostat.poll()));
    each(reading);
  }
  return reading;
}

/** The true current, sampled each millisecond while `work` runs. */
export async function watched({ clock, world }: Bed, work: () => Promise<unknown>): Promise<Float64Array> {
  const currents: number[] = [];
  let goesOn = true;
  const look = (): void => {
    if (!goesOn) return;
    world.advanceTo(Math.round(clock.now() * 1e6));
    currents.push(world.plant.current_A);
    clock.after(1, look);
  };
  clock.after(1, look);
  await work();
  goesOn = false;
  return Float64Array.from(currents);
}

export interface StepFigures {
  /** From the command to the last instant further than 0.1 % from the set point, ms. */
  readonly settled_ms: number;
  /** Beyond the set point, share. */
  readonly overshoot: number;
  /** Of the last part: mean error and standard deviation, shares. */
  readonly meanError: number;
  readonly noise: number;
}

/** Figures of a step whose current was sampled each millisecond. */
export function stepFigures(currents: Float64Array, setpoint_A: number, steadyFrom_ms: number): StepFigures {
  const errors = currents.map((current) => Math.abs(current) / setpoint_A - 1);
  const steady = errors.subarray(steadyFrom_ms);
  const mean = steady.reduce((sum, error) => sum + error, 0) / steady.length;
  const square = steady.reduce((sum, error) => sum + (error - mean) ** 2, 0) / steady.length;
  return {
    settled_ms: errors.findLastIndex((error) => !(Math.abs(error) <= 1e-3)) + 1,
    overshoot: Math.max(0, ...errors),
    meanError: mean,
    noise: Math.sqrt(square),
  };
}
