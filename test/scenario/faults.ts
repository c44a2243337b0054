/**
 * What is broken on the bench, row by row of the fault catalogue, and what must come of it: which interlock speaks first,
 * how soon the current has truly gone, and how the run stands then.
 */
import type { Fault } from './fault.js';
import { board, electrical, off } from './faults-board.js';
import { gas, lines } from './faults-gas.js';
import { temperature } from './faults-heat.js';
import { host } from './faults-host.js';

export const FAULTS: readonly Fault[] = [...electrical, ...board, ...off, ...temperature, ...gas, ...lines, ...host];
