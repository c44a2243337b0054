/**
 * Builds the simulated bench of a board file and a reactor on a clock: world, bus and lines that belong together.
 * Owns which parts there are; how they work is theirs.
 */
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import { withCircuitOf } from '../model/liquid-circuit.js';
import { seeded } from '../model/random.js';
import type { Reactor } from '../model/reactor.js';
import { chipsOf } from './bench-chips.js';
import { DefectBook } from './faults/defect-book.js';
import { FaultPoints } from './faults/points.js';
import type { Firmware } from './firmware.js';
import { Plant } from './plant.js';
import { SimulatedBus, WorldTime } from './simulated-bus.js';
import { galvanostatOf, reactorOn } from './simulated-galvanostat.js';
import { SimulatedLines } from './simulated-lines.js';
import { Wiring } from './wiring.js';
import { World } from './world.js';

export interface SimulatedBenchOptions {
  readonly board: Board;
  readonly reactor: Reactor;
  readonly clock: Clock;
  /** Of all noise; the same seed and the same transfers give the same bytes. */
  readonly seed: number;
}

export interface SimulatedBench {
  readonly board: Board;
  readonly reactor: Reactor;
  readonly seed: number;
  readonly world: World;
  /** null where the galvanostat has no microcontroller. */
  readonly firmware: Firmware | null;
  readonly time: WorldTime;
  readonly bus: SimulatedBus;
  readonly lines: SimulatedLines;
  /** Where it can be broken. */
  readonly points: FaultPoints;
  readonly defectBook: DefectBook;
}

export function simulatedBench({ clock, seed, ...options }: SimulatedBenchOptions): SimulatedBench {
  const board = withCircuitOf(options.board, options.reactor);
  const reactor = reactorOn(board, options.reactor);
  const plant = new Plant(reactor);
  const noise = seeded(seed).fork('chips');
  const galvanostat = galvanostatOf(board, reactor, seed, noise);
  const { model, firmware } = galvanostat;
  const points = new FaultPoints();
  const ratings = {
    pumpFull_mL_min: reactor.transport.kind === 'channel' ? board.chips.outputs.pumpFull_mL_min : null,
    peltierMax_A: board.chips.coolerSource.currentMax_A,
    stage_V: reactor.galvanostat.output_V,
    ambient_C: reactor.heat.ambient_C,
  };
  const wiring = new Wiring(plant, model, ratings, points);
  const chips = [...galvanostat.connect(plant, wiring), ...chipsOf({ board, reactor, plant, wiring, noise, points })];
  const world = new World({ plant, board: model, wiring, chips });
  const time = new WorldTime(clock);
  const bus = new SimulatedBus(world, time, board.bus.rate_Hz);
  const lines = new SimulatedLines(world, time, board);
  const defectBook = new DefectBook(plant.defects);
  return { board, reactor, seed, world, firmware, time, bus, lines, points, defectBook };
}
