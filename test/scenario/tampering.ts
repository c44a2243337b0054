/**
 * Hands inside the simulated bench where no defect of the plant reaches: what the board's converters see, what its power
 * stage and relays make of their commands. Each counts how often it changed something.
 */
import { Firmware, type BoardInputs } from '../../src/twin/firmware.js';
import type { PlantInputs } from '../../src/twin/plant.js';
import type { World } from '../../src/twin/world.js';

export interface Tampering {
  readonly fired: number;
}

/** The GS-1 of a bench that has one. */
export function firmwareOf({ board }: World): Firmware {
  if (board instanceof Firmware) return board;
  throw new TypeError('this bench has no GS-1');
}

/** What arrives at the converters and inputs of the board, instead of what the wiring brings. */
export function tamperWithBoardInputs(world: World, change: (inputs: BoardInputs) => BoardInputs): Tampering {
  const tampering = { fired: 0 };
  const firmware = firmwareOf(world);
  const healthy = firmware.set.bind(firmware);
  firmware.set = (inputs) => {
    tampering.fired++;
    healthy(change(inputs));
  };
  return tampering;
}

/** What the plant gets of the board's outputs, after the wiring has done its part. */
export function tamperWithOutputs(world: World, change: (inputs: PlantInputs, board: Firmware) => void): Tampering {
  const tampering = { fired: 0 };
  const { plant, wiring } = world;
  const firmware = firmwareOf(world);
  const healthy = wiring.toPlant.bind(wiring);
  wiring.toPlant = () => {
    healthy();
    tampering.fired++;
    change(plant.inputs, firmware);
  };
  return tampering;
}

/** The wire by which the board asks for the master relay is broken: only the host can open it. */
export function cutRelayRequest(world: World): Tampering {
  const tampering = { fired: 0 };
  Object.defineProperty(firmwareOf(world), 'openMasterRelay', {
    get: () => {
      tampering.fired++;
      return false;
    },
  });
  return tampering;
}

/** Calibration gas over the sensor in the canopy, ppm; the air of the hood comes back with null. */
export function holdTestGas({ plant }: World, hydrogen_ppm: () => number): Tampering {
  const tampering = { fired: 0 };
  Object.defineProperty(plant, 'ambientHydrogen_ppm', {
    get: () => {
      tampering.fired++;
      return hydrogen_ppm();
    },
  });
  return tampering;
}
