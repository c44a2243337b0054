/**
 * Mutants of every trip of the firmware, by the faults of the table: never raised, raised in the wrong case, gone when
 * its cause has gone, and latched without an end of the run. Owns where in the sources each fault is raised.
 */
import { FAULTS, type FaultName } from '../../src/bus/protocol.gen.js';
import type { Mutant } from './firmware-mutant.js';

interface Trip {
  readonly file: string;
  /** What stands before the condition, so far as it is needed to find it. */
  readonly before: string;
  readonly condition: string;
  readonly after: string;
}

const lasting = (watch: string, gate: string, condition: string): Trip => ({
  file: 'guard.c',
  before: `(WATCH_${watch}, ${gate}`,
  condition,
  after: ', ',
});

const plain = (before: string, condition: string, fault: string, file = 'guard.c'): Trip => ({
  file,
  before,
  condition,
  after: `) faults |= FAULT_${fault}`,
});

const TRIPS: Readonly<Record<FaultName, Trip>> = {
  interlock: lasting('INTERLOCK', 'armed && ', 'interlock_open'),
  door: lasting('DOOR', 'armed && ', 'door_open'),
  supply: plain('if (!state->armed) return faults;\n  if (', 'block->slow.supply_mV < SUPPLY_MIN_MV', 'SUPPLY'),
  overRange: plain('(armed && ', 'at_rail(sample->current)', 'OVER_RANGE'),
  overCurrent: plain('(armed && ', 'beyond(sample->current, current_limit)', 'OVER_CURRENT'),
  overVoltage: lasting('OVER_VOLTAGE', 'armed && ', 'beyond(sample->voltage, voltage_limit)'),
  chargeLimit: plain('(', 'coulomb_booked_absolute_nC() >= limits->charge_nC', 'CHARGE_LIMIT'),
  durationLimit: plain('(', 'state->output_time_ms >= limits->duration_ms', 'DURATION_LIMIT'),
  cellTemperature: plain('(', 'temperature_outside(block)', 'CELL_TEMPERATURE;\n  if (coulomb'),
  polarity: lasting('POLARITY', 'state->on && ', 'against'),
  shortCell: lasting('SHORT', 'state->on && ', 'shorted'),
  openCell: lasting('OPEN', 'state->on && ', 'open'),
  notFollowing: lasting('FOLLOW', 'state->on && !state->slewing && !compliance && ', 'deviates'),
  leak: lasting('LEAK', 'state->armed && ', 'leaks(block)'),
  converterStuck: lasting('CONVERTER', 'armed && ', 'repeated'),
  relay: lasting('RELAY', '', 'contact_closed != state->connected'),
  stuckOutput: lasting('ZERO', 'commanded_zero && ', 'beyond(sample->current, zero_limit)'),
  deadman: plain('(armed && ', 'deadman_expired(time_ms)', 'DEADMAN', 'board.c'),
  comparator: plain('(armed && ', '(sample->lines & HAL_OVER_CURRENT) != 0', 'COMPARATOR'),
  calibration: plain('(', '!corrections_complete() && !corrections_storing()', 'CALIBRATION'),
};

/** polarity is looked at with `&& !state->flipping` after it, all others with what `lasting` says. */
const after = (fault: FaultName, trip: Trip): string => (fault === 'polarity' ? ' && !state->flipping, ' : trip.after);

/** FAULT_OVER_CURRENT of overCurrent. */
const macro = (fault: FaultName): string => `FAULT_${fault.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

function mutantsOf(fault: FaultName): Mutant[] {
  const trip = TRIPS[fault];
  const { file, before, condition } = trip;
  const raised = (instead: string): Pick<Mutant, 'find' | 'replace'> => ({
    find: before + condition + after(fault, trip),
    replace: before + instead + after(fault, trip),
  });
  const bit = macro(fault);
  return [
    { name: `${fault} is never raised`, file, fault, ...raised('false') },
    { name: `${fault} is raised when all is well, and only then`, file, fault, ...raised(`!(${condition})`) },
    {
      name: `${fault} is not latched: it goes with its cause`,
      file: 'board.c',
      fault,
      find: '  if (faults != 0) trip(faults);',
      replace: `  faults_clear(${bit} & ~faults);\n  if (faults != 0) trip(faults);`,
    },
    {
      name: `${fault} is latched, and the run goes on`,
      file: 'board.c',
      fault,
      find: '  stand_down();\n}\n\nstatic struct guarded state(void)',
      replace: `  if (fresh != ${bit}) stand_down();\n}\n\nstatic struct guarded state(void)`,
    },
  ];
}

export const TRIP_MUTANTS: readonly Mutant[] = FAULTS.flatMap(({ name }) => mutantsOf(name));
