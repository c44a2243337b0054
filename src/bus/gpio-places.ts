/**
 * Where a board's digital lines stand on the host: chip labels, offset and active level of each, out of the board file,
 * and the port that a way to drive them implements. Knows no kernel interface and no library.
 *
 * Every output has one safe state and it is the same for all: not asserted. The relay is open, the nitrogen valve (a
 * normally open one) is open, lights and buzzer are off. Lines are opened in that state and given back in it.
 */
import type { Board, BoardLine } from '../model/board.js';
import {
  INPUT_LINES,
  type InputLine,
  isInputLine,
  isOutputLine,
  OUTPUT_LINES,
  type OutputLine,
  whyAbsent,
} from './line-names.js';

/**
 * Why lines cannot be had: the board file contradicts itself; no chip or several match; rights are missing; somebody
 * else has the line; the kernel or a tool refused; or there is no way to lines on this host at all.
 */
export type LineFaultReason = 'board' | 'chip' | 'permission' | 'busy' | 'io' | 'unavailable';

/** A line that could not be opened, driven or read. */
export class LineFault extends Error {
  override readonly name = 'LineFault';
  constructor(
    readonly reason: LineFaultReason,
    /** null when it is about all of them. */
    readonly line: InputLine | OutputLine | null,
    message: string,
    options?: ErrorOptions,
  ) {
    super(line === null ? message : `line "${line}": ${message}`, options);
  }
}

export interface LinePlace<Name extends InputLine | OutputLine> {
  readonly line: Name;
  /** Labels of the chip on the host models that the board knows; exactly one chip of a host may have one of them. */
  readonly labels: readonly string[];
  readonly offset: number;
  readonly activeLow: boolean;
}

export interface LinePlaces {
  readonly inputs: readonly LinePlace<InputLine>[];
  readonly outputs: readonly LinePlace<OutputLine>[];
}

/** Opened lines in levels, not in meanings: the kernel's or a tool's side. `true` is high. */
export interface LinePorts {
  readonly kind: 'sysfs' | 'gpiod';
  /** Where each line was found, in words for people: chip, label, offset. */
  readonly found: ReadonlyMap<InputLine | OutputLine, string>;
  /** The level now. Synchronous and short: it is called in every control cycle. Throws LineFault. */
  read(line: InputLine): boolean;
  /** Throws LineFault when the line did not take the level. */
  write(line: OutputLine, high: boolean): void;
  /** Gives the lines back to the kernel; what they do then is up to the pull resistors. */
  close(): Promise<void>;
}

/** What ports tell of without being asked. */
export interface PortListener {
  /** An edge was seen; the level is as read after it, so that a short pulse gives an edge without a change. */
  edge(line: InputLine, high: boolean): void;
  fault(fault: LineFault): void;
}

/** The level that a line has when it is not asserted: an output's safe one. */
export const restingLevel = (place: { readonly activeLow: boolean }): boolean => place.activeLow;

/** The places of all lines that the board has. Throws LineFault with everything that contradicts itself in the file. */
export function placesOf(board: Board): LinePlaces {
  const inputs = INPUT_LINES.flatMap((line) => placeOf(line, inputEntry(board, line)));
  const outputs = OUTPUT_LINES.flatMap((line) => placeOf(line, board.lines[line]));
  const wrong = [...misdirected(board), ...shared([...inputs, ...outputs])];
  if (wrong.length > 0) throw new LineFault('board', null, `${board.name}: ${wrong.join('; ')}`);
  return { inputs, outputs };
}

/** Why `get` or `set` has no such line on this board; undefined when the line is there. */
export function whyNoPlace(board: Board, line: InputLine | OutputLine): string | undefined {
  const reason = whyAbsent(board, line);
  if (reason !== undefined) return reason;
  return line === 'master-relay-closed' && inputEntry(board, line) === undefined
    ? 'its master relay has no read-back contact'
    : undefined;
}

type Place = Pick<Exclude<BoardLine, { absent: string }>, 'chip' | 'offset' | 'active'>;

/** The read-back of the relay comes with the relay; every other input has an entry of its own. */
function inputEntry(board: Board, line: InputLine): BoardLine | Place | undefined {
  if (line !== 'master-relay-closed') return board.lines[line];
  const relay = board.lines['master-relay'];
  return 'absent' in relay ? relay : relay.readBack;
}

function placeOf<Name extends InputLine | OutputLine>(
  line: Name,
  entry: BoardLine | Place | undefined,
): LinePlace<Name>[] {
  if (entry === undefined || 'absent' in entry) return [];
  const labels = typeof entry.chip === 'string' ? [entry.chip] : entry.chip;
  return [{ line, labels, offset: entry.offset, activeLow: entry.active === 'low' }];
}

function misdirected(board: Board): string[] {
  return Object.entries(board.lines).flatMap(([name, entry]) => {
    if ('absent' in entry) return [];
    if (isInputLine(name) && entry.direction === 'out') return [`"${name}" is an input, not direction: out`];
    if (isOutputLine(name) && entry.direction === 'in') return [`"${name}" is an output, not direction: in`];
    return [];
  });
}

/** Two lines at one place have two owners, whoever they are. */
function shared(places: readonly LinePlace<InputLine | OutputLine>[]): string[] {
  return places.flatMap((place, index) =>
    places
      .slice(index + 1)
      .filter((other) => other.offset === place.offset && other.labels.some((label) => place.labels.includes(label)))
      .map((other) => `"${place.line}" and "${other.line}" are both at ${place.labels.join('|')} ${place.offset}`),
  );
}
