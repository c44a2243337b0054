/** Faults of the power stage, the leads, the galvanostat and its bus, and of the way to off. */
import { ASKED_S, CHUNK_S, injected, RAMP_DOWN_S, type Fault } from './fault.js';
import { HIGH_VOLTAGE } from './plans.js';

export const electrical: readonly Fault[] = [
  {
    name: 'the power stage gives half as much again',
    catalogue: 'H1',
    break: injected('power-stage:wrong=50%'),
    firstOut: ['board-fault'],
    says: /overCurrent/,
    within_s: 0.02 + CHUNK_S,
    end: 'aborted',
  },
  {
    name: 'the power stage reverses',
    catalogue: 'H7',
    break: injected('power-stage:wrong=-200%'),
    firstOut: ['board-fault'],
    says: /polarity/,
    within_s: 0.1,
    end: 'aborted',
  },
  {
    name: 'the DAC sticks above its set point by a tenth of the range',
    catalogue: 'H8',
    break: injected('power-stage:wrong=-10%'),
    firstOut: ['board-fault'],
    says: /notFollowing/,
    within_s: 0.4,
    end: 'aborted',
  },
  {
    name: 'a bad contact of 20 ohm',
    catalogue: 'H4',
    break: injected('cell-lead:wrong=20ohm'),
    firstOut: ['board-fault'],
    says: /overVoltage/,
    within_s: 0.05,
    end: 'aborted',
  },
  {
    name: 'a lead that fell off',
    catalogue: 'H5',
    break: injected('cell-lead:off'),
    firstOut: ['board-fault'],
    says: /overVoltage/,
    within_s: 0.5,
    end: 'aborted',
  },
  {
    name: 'a lead that fell off, where the recipe allows all the voltage there is',
    catalogue: 'H5',
    plan: HIGH_VOLTAGE,
    break: injected('cell-lead:off'),
    firstOut: ['board-fault'],
    says: /openCell/,
    within_s: 0.5,
    end: 'aborted',
  },
  {
    name: 'a cell that dries out: the stage is at its limit and the current just holds',
    catalogue: 'H4',
    plan: HIGH_VOLTAGE,
    break: injected('cell-lead:wrong=268ohm'),
    firstOut: ['compliance'],
    says: /voltage limit/,
    within_s: 5 + RAMP_DOWN_S + 0.2,
    end: 'held',
  },
  {
    name: 'electrodes that touch',
    catalogue: 'H6',
    break: injected('cell:stuck=0.1ohm'),
    firstOut: ['board-fault'],
    says: /shortCell/,
    within_s: 0.3,
    end: 'aborted',
  },
  {
    name: 'a wet lead that leaks 5 mA to earth',
    catalogue: 'H2',
    break: injected('return-lead:wrong=5mA'),
    firstOut: ['board-fault'],
    says: /leak/,
    within_s: 0.1,
    end: 'aborted',
  },
  {
    name: 'the current converter repeats one code',
    catalogue: 'M15',
    break: injected('adc:stuck'),
    firstOut: ['board-fault'],
    says: /converterStuck/,
    within_s: 0.3,
    end: 'aborted',
    reason: /^board-fault: .*converterStuck; off not confirmed: 80.\d\d mA still flow$/, // as far as anybody can measure
  },
  {
    name: 'the supply sags to 20 V',
    catalogue: 'H27',
    break: injected('supply:wrong=-4V'),
    firstOut: ['board-fault'],
    says: /supply/,
    within_s: 0.3,
    end: 'aborted',
  },
];

export const board: readonly Fault[] = [
  ...(['nack', 'hang', 'flip'] as const).map(
    (trouble): Fault => ({
      name: `the galvanostat is lost: ${trouble}`,
      catalogue: 'B2, B3, B4',
      break: injected(`galvanostat:${trouble}`),
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
    break: injected('galvanostat:replay'),
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
    break: injected('firmware:off'),
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
    break: injected('bus:hang'),
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
      const stuck = stage.inject('power-stage:stuck');
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
      const stuck = stage.inject('power-stage:stuck');
      stage.inject('relay-request:off');
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
