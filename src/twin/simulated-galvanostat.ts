/**
 * The galvanostat of a simulated bench: the GS-1's firmware behind its bus address, or the breakout's stage with the chips
 * around it. Owns which model a board file asks for, and the copper between it and the wiring.
 */
import type { Board } from '../model/board.js';
import type { Random } from '../model/random.js';
import type { Reactor } from '../model/reactor.js';
import type { BoardModel } from './board-model.js';
import { BoardChip } from './board-chip.js';
import { breakoutChips, type BreakoutPart } from './breakout-chips.js';
import { BreakoutStage } from './breakout-stage.js';
import type { Chip } from './chip.js';
import { Firmware } from './firmware.js';
import type { Plant } from './plant.js';
import type { Wiring } from './wiring.js';

export interface SimulatedGalvanostat {
  readonly model: BoardModel;
  /** null on a board that has none. */
  readonly firmware: Firmware | null;
  /** Its chips on the bus; joins what has to be joined to the wiring. */
  connect(plant: Plant, wiring: Wiring): Chip[];
}

/** Supply of the breakout's cell, V. */
const SUPPLY_V = 24;
/** The MOSFET when it is fully on, and its wires, ohm. */
const ON_OHM = 0.1;

/** The reactor as it stands at this galvanostat: what the stage can drive is the board's, not the reactor's. */
export function reactorOn(board: Board, reactor: Reactor): Reactor {
  const part = board.chips.galvanostat;
  if (part.driver !== 'breakout') return reactor;
  const shunt_ohm = part.ammeter.shunt_ohm + part.stage.sense_ohm + ON_OHM;
  return { ...reactor, galvanostat: { ...reactor.galvanostat, output_V: SUPPLY_V, shunt_ohm } };
}

export function galvanostatOf(board: Board, reactor: Reactor, seed: number, noise: Random): SimulatedGalvanostat {
  const part = board.chips.galvanostat;
  switch (part.driver) {
    case 'gs1': {
      const firmware = Firmware.load({ seed });
      return { model: firmware, firmware, connect: () => [new BoardChip(part.address, firmware)] };
    }
    case 'breakout':
      return breakoutOf(part, reactor.heat.ambient_C, noise);
  }
}

function breakoutOf(part: BreakoutPart, ambient_C: number, noise: Random): SimulatedGalvanostat {
  const stage = new BreakoutStage({ ...part.stage, watchdog_s: part.deadMan_s, noise: noise.fork('stage') });
  return {
    model: stage,
    firmware: null,
    connect(plant, wiring) {
      wiring.onBoardLine = (line, asserted) => stage.line(line, asserted);
      return breakoutChips({ part, plant, stage, supply_V: SUPPLY_V, ambient_C, noise: noise.fork('breakout') });
    },
  };
}
