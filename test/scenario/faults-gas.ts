/** Faults of hydrogen, sweep, liquid flow and fans, and of the wired inputs. */
import { hand, SEEN_S, silent, type Fault } from './fault.js';
import { LEAKING } from './plans.js';
import { holdTestGas } from './tampering.js';

export const gas: readonly Fault[] = [
  {
    name: 'the hydrogen sensor reads its full scale and more',
    catalogue: 'M8, M10',
    break: ({ world }) => holdTestGas(world, () => 5000),
    firstOut: ['hydrogen-trip'],
    says: /^hydrogen-trip: the hydrogen sensor is at the end of its range/,
    within_s: 0.5 + 0.1 + SEEN_S,
    end: 'aborted',
  },
  {
    name: 'all hydrogen leaks under a canopy that hardly draws',
    catalogue: 'M8',
    plan: LEAKING,
    break: ({ world }) => {
      world.plant.defects.leakShare = 1;
      world.plant.defects.canopyShare = 0.01;
      return undefined;
    },
    firstOut: ['hydrogen-warn'],
    says: /^hydrogen-trip: the hydrogen sensor is at the end of its range/,
    within_s: 900,
    end: 'aborted',
  },
  {
    name: 'hydrogen just below full scale: an alarm only, until it reaches it',
    catalogue: 'M8',
    break: ({ world, later }) => {
      let gas_ppm = 700;
      later(4, () => {
        gas_ppm = 1200;
      });
      return holdTestGas(world, () => gas_ppm);
    },
    firstOut: ['hydrogen-warn'],
    says: /hydrogen/,
    within_s: 4 + 0.5 + 0.1 + SEEN_S,
    end: 'aborted',
    reason: /^hydrogen-trip: /,
  },
  {
    name: 'the hydrogen sensor does not answer',
    catalogue: 'M11',
    break: silent('hydrogen'),
    firstOut: ['no-hydrogen-ppm'],
    says: /hydrogen_ppm is invalid/,
    within_s: 2 + SEEN_S,
    end: 'aborted',
  },
  {
    name: 'the nitrogen runs out',
    catalogue: 'boards: sweep gas',
    break: ({ world }) => void (world.plant.defects.sweepShare = 0),
    firstOut: ['sweep-lost'],
    says: /sweep gas/,
    within_s: 2 + 2 * SEEN_S,
    end: 'aborted',
  },
  {
    name: 'the gas meter does not answer',
    catalogue: 'M6',
    break: silent('sweep'),
    firstOut: ['no-sweep-ml-min'],
    says: /sweep_mL_min is invalid/,
    within_s: 1.5 + 1 + SEEN_S,
    end: 'aborted',
  },
  {
    name: 'the pump turns and nothing flows',
    catalogue: 'H20',
    breakAt_s: 8,
    break: ({ world }) => void (world.plant.defects.pumpShare = 0),
    firstOut: ['flow-lost'],
    says: /needs 15 mL\/min/,
    within_s: 3.5,
    end: 'aborted',
  },
  {
    name: 'the flow sensor does not answer',
    catalogue: 'M6',
    breakAt_s: 8,
    break: silent('flow'),
    firstOut: ['no-flow-ml-min', 'flow-lost'],
    says: /flow_mL_min is invalid|flow not measured/,
    within_s: 1.5 + 1 + SEEN_S,
    end: 'aborted',
  },
  {
    name: 'the canopy fan stalls',
    catalogue: 'H23',
    break: ({ world }) => void (world.plant.defects.canopyShare = 0),
    firstOut: ['canopy-fan-turning'],
    says: /stands still/,
    within_s: 2 + 0.1,
    end: 'aborted',
  },
];

export const lines: readonly Fault[] = [
  {
    name: 'the emergency stop is pressed',
    catalogue: 'H24',
    break: hand('e-stop-closed'),
    firstOut: ['e-stop-closed', 'board-fault'],
    says: /emergency stop|interlock/,
    within_s: 0.05,
    powerWithin_s: 0.05,
    end: 'aborted',
  },
  {
    name: 'the thermal cut-out opens',
    catalogue: 'H30',
    break: hand('thermal-cutout-closed'),
    firstOut: ['board-fault', 'thermal-cutout-closed'],
    says: /interlock|cut-out/,
    within_s: 0.05,
    powerWithin_s: 0.05,
    end: 'aborted',
  },
  {
    name: 'the door opens',
    catalogue: 'H26',
    break: hand('door-closed'),
    firstOut: ['door-closed', 'board-fault'],
    says: /door/,
    within_s: 0.1,
    end: 'aborted',
  },
  {
    name: 'there is liquid in the tray',
    catalogue: 'H22',
    break: hand('tray-dry'),
    firstOut: ['tray-dry'],
    says: /liquid in the tray/,
    within_s: 0.5,
    powerWithin_s: 0.5,
    end: 'aborted',
  },
  {
    name: 'the canopy fan is stopped by hand',
    catalogue: 'H23',
    break: hand('canopy-fan-turning'),
    firstOut: ['canopy-fan-turning'],
    says: /stands still/,
    within_s: 2 + 0.1,
    end: 'aborted',
  },
];
