/** What a mutant of the firmware is: one edit of one source, at a place that must be there exactly once. */
import type { FaultName } from '../../src/bus/protocol.gen.js';

export interface Mutant {
  /** What is wrong with this firmware, in words. */
  readonly name: string;
  /** Below firmware-bridge/firmware. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The fault that it is about, where it is about one. */
  readonly fault?: FaultName;
  /** The constant of the table that it changes, where it changes one. */
  readonly constant?: string;
}

/** The source with its mutation. Throws where the place is not there, or there twice: such a list has rotted. */
export function mutated(source: string, { name, file, find, replace }: Mutant): string {
  const pieces = source.split(find);
  if (pieces.length !== 2) {
    throw new Error(`${name}: ${file} holds ${pieces.length - 1} times, and not once:\n${find}`);
  }
  return pieces.join(replace);
}
