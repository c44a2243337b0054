/** Interlocks of the board, the record and the wired inputs. */
import type { SafetyLine } from '../../model/observation.js';
import { armed } from './conditions.js';
import type { Interlock } from './interlock.js';

/** Silence of the board: five cycles of 50 ms . By then its own dead-man has acted. */
const BOARD_LOST_S = 0.25;

export const board: readonly Interlock[] = [
  {
    id: 'board-lost',
    catalogue: 'B3',
    severity: 'alarm',
    reaction: 'open-relay',
    delay_s: 0,
    latched: true,
    applies: armed,
    healthy: (seen) => seen.boardAge_s <= BOARD_LOST_S,
    describe: (seen) => `no new sample from the galvanostat for ${seen.boardAge_s.toFixed(2)} s`,
    consequence:
      'Current, Peltier and pump are off by the board’s own time-out; the master relay is opened to be sure.',
    action: 'Check cable, supply and the bus counters, then clear and resume.',
  },
  {
    id: 'board-fault',
    catalogue: 'H1-H32',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0,
    latched: true,
    applies: armed,
    healthy: (seen) => seen.board === null || seen.board.faults.length === 0,
    describe: (seen) => `the galvanostat tripped: ${seen.board?.faults.join(', ') ?? 'unknown'}`,
    consequence: 'Output, Peltier and pump are off, latched by the board.',
    action: 'See the board’s advice for its first fault; remove the cause, then clear.',
  },
  {
    id: 'record-lost',
    catalogue: 'D1',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 0,
    latched: true,
    applies: armed,
    healthy: (_, c) => c.recordFailure === null,
    describe: (_, c) => `the record cannot be written: ${c.recordFailure ?? 'unknown'}`,
    consequence: 'What would happen now would not be written down.',
    action: 'Stop the run; free disk space or change the card before the next.',
  },
];

function line(
  name: SafetyLine,
  catalogue: string,
  reaction: 'abort' | 'open-relay',
  delay_s: number,
  what: string,
  action: string,
): Interlock {
  return {
    id: name,
    catalogue,
    severity: 'alarm',
    reaction,
    delay_s,
    latched: true,
    applies: armed,
    healthy: (seen) => seen.lines[name],
    describe: () => what,
    consequence: 'The current is off.',
    action,
  };
}

export const lines: readonly Interlock[] = [
  line(
    'e-stop-closed',
    'H24',
    'open-relay',
    0,
    'the emergency stop is pressed',
    'Find out why, release it, then clear.',
  ),
  line('door-closed', 'H26', 'abort', 0, 'the door is open', 'Close the door, then clear.'),
  line(
    'tray-dry',
    'H22',
    'open-relay',
    0.2,
    'there is liquid in the tray',
    'Find the leak; DMF vapour is heavier than air.',
  ),
  line(
    'thermal-cutout-closed',
    'H30',
    'open-relay',
    0.1,
    'the thermal cut-out has opened',
    'Let it cool; find the cause before you reset it.',
  ),
  line(
    'canopy-fan-turning',
    'H23',
    'abort',
    1.9,
    'the canopy fan stands still',
    'Replace the fan; without it hydrogen collects.',
  ),
  line('hot-side-fan-turning', 'H15', 'abort', 1.4, 'the fan of the hot side stands still', 'Replace the fan.'),
];
