/**
 * The digital lines that a bench can have, by the names that control and board files use. Owns the names and their
 * directions; knows no levels and no chips.
 *
 * An input that guards something is asserted in its healthy state (closed, dry, turning), so that a broken wire reads
 * as unhealthy.
 */
import type { Board, LineName } from '../model/board.js';
import { SAFETY_LINES } from '../model/observation.js';

export const INPUT_LINES = [...SAFETY_LINES, 'master-relay-closed', 'safe-enabled', 'arm-button'] as const;
export type InputLine = (typeof INPUT_LINES)[number];

/** Outputs by which the host does what a galvanostat with a microcontroller does by itself. */
export const HOST_BOARD_LINES = ['watchdog-pulse', 'cell-relay', 'polarity-forward', 'polarity-reverse'] as const;
export type HostBoardLine = (typeof HOST_BOARD_LINES)[number];

export const OUTPUT_LINES = [
  'master-relay',
  'nitrogen-shut',
  'light-green',
  'light-amber',
  'light-red',
  'buzzer',
  ...HOST_BOARD_LINES,
] as const;
export type OutputLine = (typeof OUTPUT_LINES)[number];

const inputs: ReadonlySet<string> = new Set(INPUT_LINES);
const outputs: ReadonlySet<string> = new Set(OUTPUT_LINES);

export const isInputLine = (name: string): name is InputLine => inputs.has(name);
const hostBoardLines: ReadonlySet<string> = new Set(HOST_BOARD_LINES);
export const isHostBoardLine = (name: string): name is HostBoardLine => hostBoardLines.has(name);
export const isOutputLine = (name: string): name is OutputLine => outputs.has(name);

/**
 * Why a board does without a line, in the words of its file; undefined when it has the line. The read-back of the
 * master relay comes with the relay; every other line has an entry of its own.
 */
export function whyAbsent(board: Board, line: InputLine | OutputLine): string | undefined {
  const key: LineName = line === 'master-relay-closed' ? 'master-relay' : line;
  const entry = board.lines[key];
  return 'absent' in entry ? entry.absent : undefined;
}
