/**
 * What a fault demands beside what the plant shows by itself: a sensor that is lost or lies leaves no trace in current
 * or heat, so its row of the catalogue says how long a live output may meet it. Data only. The limits are the
 * catalogue's from the instant at which a value is no longer one (rule 6: three of its periods), plus one period to see it.
 */
import type { FaultVerb } from '../../src/twin/faults/order.js';
import { RAMP_DOWN_MS } from './clauses.js';
import type { Duty } from './oracle.js';
import type { Energised } from './view.js';

export interface DutyRow {
  readonly targets: readonly string[];
  readonly verbs: readonly FaultVerb[];
  /** Only with this amount; null: only as usual; absent: with any. */
  readonly amount?: number | null;
  readonly duty: Duty;
}

/** Two cycles of the host and its bus. */
const CYCLES_MS = 150;
/** A chip read twice a second: three periods until its value is none, and the next look. */
const HALF_SECOND_MS = 3 * 500 + 500 + CYCLES_MS;
/** A chip read once a second. */
const SECOND_MS = 3 * 1000 + 1000 + CYCLES_MS;
/** An unchanged demand is written again and read back after this: two timers of 1 s, one after the other. */
const REFRESH_MS = 2000;
/** What takes a chip away from the host whenever it is always so. */
const LOST: readonly FaultVerb[] = ['nack', 'hang', 'shortread', 'partial', 'replay'];

function due(clause: string, rows: string, off: Energised, limit_ms: number, standsAtRest = false): Duty {
  return { clause, rows, off, limit_ms, sampled_ms: 500, standsAtRest };
}

/** What the board sees by itself, whatever befalls the bus. */
function byBoard(clause: string, rows: string, off: Energised, limit_ms: number): Duty {
  return { clause, rows, off, limit_ms, standsAtRest: false };
}

/** S2: the catalogue's time, then the ramp to zero and its measurement. */
function held(clause: string, rows: string, limit_ms: number, standsAtRest: boolean): Duty {
  return due(clause, rows, 'current', limit_ms + RAMP_DOWN_MS + CYCLES_MS, standsAtRest);
}

export const DUTIES: readonly DutyRow[] = [
  {
    targets: ['thermometer'],
    verbs: ['off'],
    duty: due('T2-lost', 'M1 M6', 'heat', 500 + HALF_SECOND_MS),
  },
  {
    targets: ['thermometer'],
    verbs: ['nack', 'hang'],
    amount: null,
    duty: due('T2-lost', 'M1 M6', 'heat', 500 + HALF_SECOND_MS),
  },
  {
    targets: ['thermometer'],
    verbs: ['garbage'],
    duty: due('T2-garbage', 'M3 M7', 'current', 6000 + HALF_SECOND_MS),
  },
  {
    targets: ['thermometer'],
    verbs: ['stuck'],
    amount: null,
    duty: held('T2-stuck', 'M2', 60_000 + HALF_SECOND_MS, true),
  },
  {
    targets: ['thermometer'],
    verbs: ['stuck'],
    amount: 40,
    duty: due('T2-hot', 'H17', 'current', 500 + HALF_SECOND_MS),
  },
  {
    targets: ['thermometer'],
    verbs: ['stuck'],
    amount: -15,
    duty: due('T2-cold', 'H18', 'current', 1000 + HALF_SECOND_MS),
  },
  { targets: ['thermometer'], verbs: ['wrong'], duty: held('T2-wrong', 'M4', 6000 + HALF_SECOND_MS, true) },
  {
    targets: ['safety-thermometer'],
    verbs: ['off'],
    duty: byBoard('T1-lost', 'M1', 'heat', 400),
  },
  { targets: ['safety-thermometer'], verbs: ['garbage'], duty: byBoard('T1-garbage', 'M3 M7', 'heat', 500) },
  { targets: ['safety-thermometer'], verbs: ['stuck'], amount: 40, duty: byBoard('T1-hot', 'H17', 'heat', 500) },
  { targets: ['safety-thermometer'], verbs: ['wrong'], duty: held('T1-wrong', 'M4', 6000 + HALF_SECOND_MS, true) },
  {
    targets: ['hot-side-sensor'],
    verbs: ['off', 'garbage'],
    duty: due('hot-side-lost', 'M1 M7', 'current', 1000 + SECOND_MS),
  },
  {
    targets: ['hot-side-sensor'],
    verbs: ['stuck'],
    amount: 80,
    duty: due('hot-side-hot', 'H15', 'current', 1000 + SECOND_MS),
  },
  { targets: ['hot-side-sensor'], verbs: ['wrong'], duty: due('hot-side-hot', 'H15', 'current', 1000 + SECOND_MS) },
  { targets: ['housekeeping'], verbs: ['off'], duty: due('hot-side-lost', 'M6', 'current', 1000 + SECOND_MS) },
  {
    targets: ['housekeeping'],
    verbs: ['nack', 'hang'],
    amount: null,
    duty: due('hot-side-lost', 'M6', 'current', 1000 + SECOND_MS),
  },
  {
    targets: ['cooler-source', 'outputs'],
    verbs: ['nack', 'hang'],
    amount: null,
    duty: held('actuator-refuses', 'H14 H16 H19', REFRESH_MS + 2000, true),
  },
  { targets: ['hydrogen'], verbs: ['off'], duty: due('hydrogen-lost', 'M11', 'current', 2000 + CYCLES_MS + 500) },
  {
    targets: ['hydrogen'],
    verbs: LOST.filter((verb) => verb !== 'replay' && verb !== 'partial'),
    amount: null,
    duty: due('hydrogen-lost', 'M11', 'current', 2000 + CYCLES_MS + 500),
  },
  {
    targets: ['hydrogen'],
    verbs: ['stuck', 'wrong'],
    amount: 5000,
    duty: due('hydrogen-over-range', 'M8 M11', 'current', 500 + 500 + CYCLES_MS),
  },
  {
    targets: ['sweep-meter', 'flow-meter'],
    verbs: ['off'],
    duty: due('meter-lost', 'M6', 'current', 1000 + HALF_SECOND_MS),
  },
  {
    targets: ['sweep-meter', 'flow-meter'],
    verbs: ['nack', 'hang', 'shortread', 'flip'],
    amount: null,
    duty: due('meter-lost', 'M6', 'current', 1000 + HALF_SECOND_MS),
  },
  {
    targets: ['sweep-meter'],
    verbs: ['stuck'],
    amount: 0,
    duty: due('no-sweep', 'M6', 'current', 2000 + 500 + CYCLES_MS),
  },
  {
    targets: ['flow-meter'],
    verbs: ['stuck'],
    amount: 0,
    duty: due('no-flow', 'H20', 'current', 3000 + 500 + CYCLES_MS),
  },
  { targets: ['shunt'], verbs: ['stuck'], amount: 256, duty: byBoard('converter-at-rail', 'M15', 'current', 20) },
  { targets: ['shunt'], verbs: ['garbage', 'off'], duty: byBoard('shunt-lies', 'M7 H8', 'current', 400) },
  { targets: ['shunt'], verbs: ['wrong'], amount: 20, duty: byBoard('shunt-lies', 'H8', 'current', 400) },
  { targets: ['shunt'], verbs: ['wrong'], amount: -20, duty: byBoard('shunt-lies', 'H8', 'current', 400) },
  { targets: ['shunt'], verbs: ['wrong'], amount: null, duty: held('shunt-drifts', 'H10', 15_000, false) },
  { targets: ['adc'], verbs: ['stuck'], duty: byBoard('converter-stuck', 'M15 B9', 'current', 300) },
  { targets: ['voltage-sense'], verbs: ['off'], duty: byBoard('short-cell', 'H6', 'current', 300) },
  { targets: ['voltage-sense'], verbs: ['stuck'], amount: 0.01, duty: byBoard('short-cell', 'H6', 'current', 300) },
  { targets: ['voltage-sense'], verbs: ['garbage'], duty: byBoard('voltage-garbage', 'M7 H4', 'current', 500) },
  { targets: ['return-lead'], verbs: ['wrong'], duty: byBoard('leak', 'H2', 'current', 200) },
  {
    targets: ['output-relay', 'cell', 'cell-lead'],
    verbs: ['off'],
    duty: byBoard('open-cell', 'H5', 'commanded', 500),
  },
  { targets: ['power-stage'], verbs: ['off'], duty: byBoard('not-following', 'H8', 'commanded', 400) },
  { targets: ['firmware'], verbs: ['off', 'hang'], duty: byBoard('board-reset', 'H28 H29', 'run', 2500) },
  { targets: ['eeprom'], verbs: ['garbage'], duty: byBoard('board-reset', 'H28 B17', 'run', 2500) },
  { targets: ['hot-side-tacho'], verbs: ['off'], duty: due('hot-side-fan', 'H15', 'current', 1500) },
  { targets: ['canopy-tacho'], verbs: ['off'], duty: due('canopy-fan', 'H23', 'current', 2000) },
  {
    targets: ['galvanostat', 'bus'],
    verbs: ['nack', 'hang', 'flip', 'replay', 'partial', 'shortread'],
    amount: null,
    duty: due('board-lost', 'B2 B3 B4 B9', 'power', 500),
  },
];
