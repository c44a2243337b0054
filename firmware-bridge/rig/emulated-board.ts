/**
 * A GS-1 as a rig has it: the world in front of it, time, its bus, and what can be seen of it from outside. Owns the
 * shape that every emulation of the board has; knows none of them.
 */
import type { BoardInputs } from '../../src/twin/firmware.js';

export interface EmulatedBoard {
  /** The world in front of the board, until the next call. */
  set(inputs: BoardInputs): void;
  /** A broken converter: while held it repeats its last codes. */
  holdConverter(held: boolean): void;
  /** Runs up to `ticks` milliseconds and returns how many ran; stops early where the outputs have moved. */
  run(ticks: number): number;
  /** A write as the target gets it, command first. False when a byte of it was not acknowledged. May take board time. */
  write(bytes: Uint8Array): boolean;
  /** The answer to a command, 0xFF beyond its end. May take board time. */
  read(command: number, length: number): Uint8Array;
  /** Power cycle. */
  reset(): void;
  readonly dacCurrent_A: number;
  readonly relayClosed: boolean;
  readonly stageEnabled: boolean;
  readonly safeEnabled: boolean;
  readonly openMasterRelay: boolean;
  /** The board's own time since it came up. */
  readonly time_ms: number;
}
