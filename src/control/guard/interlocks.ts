/**
 * The interlocks of the host, as data. Seconds live here, milliseconds in the firmware. Each limit is written so that NaN
 * and a missing value trip where something depends on them. `catalogue` names the row of the fault catalogue.
 */
import { board, lines } from './board.js';
import { electrical } from './electrical.js';
import { expected } from './expected.js';
import { gas, sensors } from './gas.js';
import type { Interlock } from './interlock.js';
import { thermal } from './thermal.js';

export const INTERLOCKS: readonly Interlock[] = [
  ...electrical,
  ...board,
  ...thermal,
  ...gas,
  ...sensors,
  ...lines,
  ...expected,
];
