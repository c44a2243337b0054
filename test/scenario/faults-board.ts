/** Faults of the power stage, the leads, the galvanostat and its bus, and of the way to off. */
import type { Stage } from '../support/scenario.js';
import { ADDRESS, ASKED_S, CHUNK_S, RAMP_DOWN_S, silent, type Fault } from './fault.js';
import { HIGH_VOLTAGE } from './plans.js';
import { firmwareOf, cutRelayRequest, tamperWithBoardInputs, tamperWithOutputs, type Tampering } from './tampering.js';

/** The power stage keeps the current that it had, whatever DAC and output relay say. */
function stageStuck({ world }: Stage): Tampering {
  const kept_A = world.plant.inputs.setCurrent_A;
  return tamperWithOutputs(world, (inputs) => {
    inputs.setCurrent_A = kept_A;
    inputs.connected = world.wiring.powered;
  });
}

export const electrical: readonly Fault[] = [
  {
    name: 'the power stage gives half as much again',
    catalogue: 'H1',
    break: ({ world }) =>
      tamperWithOutputs(world, (inputs) => {
        inputs.setCurrent_A *= 1.5;
      }),
    firstOut: ['board-fault'],
    says: /overCurrent/,
    within_s: 0.02 + CHUNK_S,
    end: 'aborted',
  },
  {
    name: 'the power stage reverses',
    catalogue: 'H7',
    break: ({ world }) =>
      tamperWithOutputs(world, (inputs) => {
        inputs.setCurrent_A *= -1;
      }),
    firstOut: ['board-fault'],
    says: /polarity/,
    within_s: 0.1,
    end: 'aborted',
  },
  {
    name: 'the DAC sticks above its set point by a tenth of the range',
    catalogue: 'H8',
    break: ({ world }) =>
      tamperWithOutputs(world, (inputs) => {
        inputs.setCurrent_A *= 0.9;
      }),
    firstOut: ['board-fault'],
    says: /notFollowing/,
    within_s: 0.4,
    end: 'aborted',
  },
  {
    name: 'a bad contact of 20 ohm',
    catalogue: 'H4',
    break: ({ world }) => void (world.plant.defects.extraSeries_ohm = 20),
    firstOut: ['board-fault'],
    says: /overVoltage/,
    within_s: 0.05,
    end: 'aborted',
  },
  {
    name: 'a lead that fell off',
    catalogue: 'H5',
    break: ({ world }) => void (world.plant.defects.extraSeries_ohm = 1e9),
    firstOut: ['board-fault'],
    says: /overVoltage/,
    within_s: 0.5,
    end: 'aborted',
  },
  {
    name: 'a lead that fell off, where the recipe allows all the voltage there is',
    catalogue: 'H5',
    plan: HIGH_VOLTAGE,
    break: ({ world }) => void (world.plant.defects.extraSeries_ohm = 1e9),
    firstOut: ['board-fault'],
    says: /openCell/,
    within_s: 0.5,
    end: 'aborted',
  },
  {
    name: 'a cell that dries out: the stage is at its limit and the current just holds',
    catalogue: 'H4',
    plan: HIGH_VOLTAGE,
    break: ({ world }) => void (world.plant.defects.extraSeries_ohm = 268),
    firstOut: ['compliance'],
    says: /voltage limit/,
    within_s: 5 + RAMP_DOWN_S + 0.2,
    end: 'held',
  },
  {
    name: 'electrodes that touch',
    catalogue: 'H6',
    break: ({ world }) => tamperWithBoardInputs(world, (inputs) => ({ ...inputs, voltage_V: 0.01 })),
    firstOut: ['board-fault'],
    says: /shortCell/,
    within_s: 0.3,
    end: 'aborted',
  },
  {
    name: 'a wet lead that leaks 5 mA to earth',
    catalogue: 'H2',
    break: ({ world }) =>
      tamperWithBoardInputs(world, (inputs) => ({ ...inputs, returnCurrent_A: inputs.current_A - 0.005 })),
    firstOut: ['board-fault'],
    says: /leak/,
    within_s: 0.1,
    end: 'aborted',
  },
  {
    name: 'the current converter repeats one code',
    catalogue: 'M15',
    break: ({ world }) => firmwareOf(world).holdConverter(true),
    firstOut: ['board-fault'],
    says: /converterStuck/,
    within_s: 0.3,
    end: 'aborted',
    reason: /^board-fault: .*converterStuck; off not confirmed: 80.\d\d mA still flow$/, // as far as anybody can measure
  },
  {
    name: 'the supply sags to 20 V',
    catalogue: 'H27',
    break: ({ world }) => tamperWithBoardInputs(world, (inputs) => ({ ...inputs, supply_V: 20 })),
    firstOut: ['board-fault'],
    says: /supply/,
    within_s: 0.3,
    end: 'aborted',
  },
];

export const board: readonly Fault[] = [
  ...(['nack', 'timeout', 'garbled'] as const).map(
    (trouble): Fault => ({
      name: `the galvanostat is lost: ${trouble}`,
      catalogue: 'B2, B3, B4',
      break: silent('galvanostat', trouble),
      firstOut: ['board-lost'],
      says: /no new sample/,
      within_s: 0.25,
      powerWithin_s: 0.5,
      end: 'aborted',
      reason: /^board-lost: .*; off not confirmed: the current cannot be measured$/,
    }),
  ),
  {
    name: 'the galvanostat repeats its last frames',
    catalogue: 'B9',
    break: ({ bus }) => bus.strikeChip(ADDRESS.galvanostat, 'stale'),
    firstOut: ['board-lost'],
    says: /no new sample/,
    within_s: 0.25,
    powerWithin_s: 0.5,
    end: 'aborted',
    reason: /^board-lost: .*off not confirmed/,
  },
  {
    name: 'the galvanostat is reset',
    catalogue: 'H28',
    break: ({ world }) => firmwareOf(world).reset(),
    firstOut: ['board-lost'],
    says: /no new sample/,
    within_s: 0.02,
    powerWithin_s: 0.5,
    end: 'aborted',
    reason: /^board-lost: .*off not confirmed/,
  },
  {
    name: 'the whole bus is held low',
    catalogue: 'B4',
    break: ({ bus }) => bus.strike(() => 'timeout'),
    firstOut: ['board-lost'],
    says: /no new sample/,
    within_s: 0.25,
    powerWithin_s: 0.5,
    end: 'aborted',
    reason: /^board-lost: .*off not confirmed/,
  },
];

export const off: readonly Fault[] = [
  {
    name: 'the stage keeps its current after an abort: the board opens the master relay',
    catalogue: 'H2',
    break: (stage) => {
      const stuck = stageStuck(stage);
      stage.run.abort('operator', 'enough');
      return stuck;
    },
    firstOut: ['board-fault'],
    says: /stuckOutput/,
    within_s: ASKED_S + 0.25,
    powerWithin_s: ASKED_S + 0.25,
    end: 'aborted',
    reason: /^enough/,
  },
  {
    name: 'the stage keeps its current and the board cannot open the master relay: the host does',
    catalogue: 'H2',
    break: (stage) => {
      const stuck = stageStuck(stage);
      cutRelayRequest(stage.world);
      stage.run.abort('operator', 'enough');
      return stuck;
    },
    firstOut: ['board-fault', 'current-when-off'],
    says: /stuckOutput|although the output is off/,
    within_s: ASKED_S + 0.25,
    powerWithin_s: ASKED_S + 0.25,
    end: 'aborted',
    reason: /^enough/,
  },
];
