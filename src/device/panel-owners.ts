/**
 * Who owns which line and which chip, so that the panel touches nothing that measures or guards. Owns the allocation;
 * drives nothing. The libraries behind the panel allocate nothing: they take the same pin twice without a word.
 */
import type { Lines } from '../bus/i2c.js';
import { type InputLine, INPUT_LINES, type OutputLine, OUTPUT_LINES } from '../bus/line-names.js';
import type { Board } from '../model/board.js';
import { SAFETY_LINES } from '../model/observation.js';

/** A line or a chip that has another owner already. */
export class OwnerFault extends Error {
  override readonly name = 'OwnerFault';
  constructor(
    readonly what: string,
    readonly owner: string,
  ) {
    super(`${what} belongs to ${owner}: two owners of one line or chip is a fault`);
  }
}

type LineName = InputLine | OutputLine;

const PANEL_OUTPUTS = ['light-green', 'light-amber', 'light-red', 'buzzer'] as const;
export type PanelOutput = (typeof PANEL_OUTPUTS)[number];

const panelLines: ReadonlySet<LineName> = new Set<LineName>([...PANEL_OUTPUTS, 'arm-button', 'safe-enabled']);
const guarded: ReadonlySet<LineName> = new Set<LineName>([...SAFETY_LINES, 'master-relay-closed']);

/** Panel lines that are in use, by the lines that they are of. */
const taken = new WeakMap<Lines, Set<LineName>>();

/** Throws OwnerFault when a line is the guard's or the core's, or when another panel has it. Give back with `release`. */
export function claim(lines: Lines, names: readonly LineName[]): void {
  const inUse = taken.get(lines) ?? new Set();
  for (const [index, name] of names.entries()) {
    if (!panelLines.has(name)) throw new OwnerFault(`line "${name}"`, guarded.has(name) ? 'the guard' : 'the core');
    if (inUse.has(name) || names.indexOf(name) !== index) throw new OwnerFault(`line "${name}"`, 'a panel already');
  }
  for (const name of names) inUse.add(name);
  taken.set(lines, inUse);
}

export function release(lines: Lines, names: readonly LineName[]): void {
  for (const name of names) taken.get(lines)?.delete(name);
}

/** The name of the driver at each address that a board file gives one, chips within chips included. */
export function driversByAddress(board: Board): ReadonlyMap<number, string> {
  const owners = new Map<number, string>();
  const visit = (part: object, name: string): void => {
    for (const [key, value] of Object.entries(part)) {
      if (key === 'address' && typeof value === 'number') owners.set(value, `the driver of "${name}"`);
      else if (typeof value === 'object' && value !== null) visit(value, name);
    }
  };
  for (const [name, chip] of Object.entries(board.chips)) visit(chip, name);
  return owners;
}

export const isPanelOutput = (name: string): name is PanelOutput => (PANEL_OUTPUTS as readonly string[]).includes(name);
export const ALL_LINES: readonly LineName[] = [...INPUT_LINES, ...OUTPUT_LINES];
