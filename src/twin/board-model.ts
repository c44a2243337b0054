/**
 * What a galvanostat is to the simulated bench: something that is fed with what its converters see, runs in
 * milliseconds, and has outputs. Owns this interface alone. The GS-1's firmware is one, the breakout's stage another.
 */
import type { BoardInputs } from './firmware.js';

export interface BoardModel {
  set(inputs: BoardInputs): void;
  /**
   * Runs up to `ticks` milliseconds and returns how many ran: it stops after one in which an output has moved, so that
   * the physics can follow.
   */
  run(ticks: number): number;
  /** What the analog stage delivers, A; positive as in a normal electrolysis. */
  readonly dacCurrent_A: number;
  /** Output relay between stage and cell. */
  readonly relayClosed: boolean;
  /** Peltier and pump may run. */
  readonly safeEnabled: boolean;
  /** The board takes the coil current of the master relay away. */
  readonly openMasterRelay: boolean;
}
