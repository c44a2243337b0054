/**
 * The digital lines of the simulated bench, as the host sees and drives them. Owns the names and which of them this
 * board has; the levels are the wiring's. A change takes effect at its own instant.
 */
import type { Lines } from '../bus/i2c.js';
import {
  INPUT_LINES,
  type InputLine,
  isInputLine,
  isOutputLine,
  OUTPUT_LINES,
  type OutputLine,
  whyAbsent,
} from '../bus/line-names.js';
import type { Board } from '../model/board.js';
import type { WorldTime } from './simulated-bus.js';
import type { World } from './world.js';

export class SimulatedLines implements Lines {
  readonly inputs: readonly InputLine[];
  readonly outputs: readonly OutputLine[];

  constructor(
    private readonly world: World,
    private readonly time: WorldTime,
    private readonly board: Board,
  ) {
    this.inputs = INPUT_LINES.filter((line) => whyAbsent(board, line) === undefined);
    this.outputs = OUTPUT_LINES.filter((line) => whyAbsent(board, line) === undefined);
  }

  /** Throws RangeError for a line that this board does not have. */
  set(line: string, asserted: boolean): void {
    if (!isOutputLine(line)) throw new RangeError(`"${line}" is no output line; there are ${this.outputs.join(', ')}`);
    this.mustHave(line);
    this.world.drive(line, asserted, this.time.now_ns());
  }

  /** Throws RangeError for a line that this board does not have. */
  get(line: string): boolean {
    if (!isInputLine(line)) throw new RangeError(`"${line}" is no input line; there are ${this.inputs.join(', ')}`);
    this.mustHave(line);
    this.world.advanceTo(this.time.now_ns());
    return this.world.wiring.level(line);
  }

  /** What a person at the bench does to an input: presses, opens, spills, stops a fan. Throws RangeError when nobody can. */
  hand(line: string, asserted: boolean): void {
    if (!isInputLine(line)) throw new RangeError(`"${line}" is no input line; there are ${this.inputs.join(', ')}`);
    this.mustHave(line);
    this.world.hand(line, asserted, this.time.now_ns());
  }

  private mustHave(line: InputLine | OutputLine): void {
    const reason = whyAbsent(this.board, line);
    if (reason !== undefined) throw new RangeError(`${this.board.name} has no line "${line}": ${reason}`);
  }
}
