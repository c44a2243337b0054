/**
 * The digital lines of a real host, by the board file's names. Owns the meaning of levels, the memory of short dips and
 * the choice between sysfs and the gpiod tools; knows neither of them from within.
 *
 * A guarding input counts by level and by edge: `get` reads the level, and if an edge told of a dip since the last `get`
 * it reads as unhealthy once, however short the dip was. So an emergency stop that bounced between two control cycles
 * is seen. An input that cannot be read is unhealthy, and said so once.
 */
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import { SAFETY_LINES } from '../model/observation.js';
import { sysfsChips } from './gpio-chips.js';
import {
  LineFault,
  type LinePlaces,
  type LinePorts,
  placesOf,
  type PortListener,
  restingLevel,
  whyNoPlace,
} from './gpio-places.js';
import { openGpiodPorts } from './gpio-tools.js';
import type { Lines } from './i2c.js';
import { type InputLine, isInputLine, isOutputLine, type OutputLine } from './line-names.js';
import { loadOnoff, openSysfsPorts } from './native-lines.js';

/** Inputs whose dips are remembered; asserted is their healthy state. */
const GUARDS: ReadonlySet<InputLine> = new Set([...SAFETY_LINES, 'master-relay-closed']);

export interface HostLinesOptions {
  readonly board: Board;
  /** Real: the tools are polled by it. */
  readonly clock: Clock;
  /** Told of every fault that comes up while the lines are open: once when it begins, and again after a recovery. */
  readonly onFault: (fault: LineFault) => void;
}

/** Opens all lines of the board on this host. Rejects with LineFault, which says what was found and what to do. */
export async function openHostLines(options: HostLinesOptions): Promise<HostLines> {
  const { board, clock, onFault } = options;
  if (clock.virtual) throw new RangeError(`${board.name} has real lines: it takes no virtual clock and no speed`);
  const places = placesOf(board);
  const lines = new HostLines(board, places, onFault);
  lines.attach(await openPorts(places, clock, lines.listener));
  return lines;
}

async function openPorts(places: LinePlaces, clock: Clock, listener: PortListener): Promise<LinePorts> {
  const why: string[] = [];
  const chips = sysfsChips();
  if (chips === null) why.push('this kernel has no /sys/class/gpio');
  else {
    const onoff = await loadOnoff();
    if (!('missing' in onoff)) return openSysfsPorts(onoff.Gpio, chips, places, listener);
    why.push(onoff.missing);
  }
  const ports = await openGpiodPorts(places, clock, listener);
  if (!('missing' in ports)) return ports;
  why.push(ports.missing);
  throw new LineFault('unavailable', null, `no way to digital lines on this host: ${why.join('; ')}`);
}

export class HostLines implements Lines {
  /** What the ports tell: edges and faults. */
  readonly listener: PortListener = {
    edge: (line, high) => this.edge(line, high),
    fault: (fault) => this.onFault(fault),
  };
  private ports: LinePorts | undefined;
  private readonly inputs: ReadonlyMap<string, LinePlaces['inputs'][number]>;
  private readonly outputs: ReadonlyMap<string, LinePlaces['outputs'][number]>;
  /** Asserted as of the last edge; `get` leaves it alone, so that its own look never makes an edge seem a dip. */
  private readonly atLastEdge = new Map<InputLine, boolean>();
  private readonly dipped = new Set<InputLine>();
  private readonly unreadable = new Set<InputLine>();

  constructor(
    private readonly board: Board,
    places: LinePlaces,
    private readonly onFault: (fault: LineFault) => void,
  ) {
    this.inputs = new Map(places.inputs.map((place) => [place.line, place]));
    this.outputs = new Map(places.outputs.map((place) => [place.line, place]));
  }

  /** Takes the opened ports and a first look at every input. */
  attach(ports: LinePorts): void {
    this.ports = ports;
    for (const { line, activeLow } of this.inputs.values()) {
      const high = this.levelOf(ports, line);
      if (high !== undefined) this.atLastEdge.set(line, high !== activeLow);
    }
  }

  /** How the lines are reached, and where each was found. */
  get kind(): LinePorts['kind'] {
    return this.open().kind;
  }
  get found(): LinePorts['found'] {
    return this.open().found;
  }

  /** Throws RangeError for a line that this board does not have, LineFault when it did not take the level. */
  set(line: string, asserted: boolean): void {
    const place = this.outputs.get(line);
    if (place === undefined) throw this.noLine(line, 'output', [...this.outputs.keys()]);
    this.open().write(place.line, asserted !== place.activeLow);
  }

  /** Throws RangeError for a line that this board does not have. One that cannot be read is not asserted. */
  get(line: string): boolean {
    const place = this.inputs.get(line);
    if (place === undefined) throw this.noLine(line, 'input', [...this.inputs.keys()]);
    const high = this.levelOf(this.open(), place.line);
    const dipped = this.dipped.delete(place.line);
    return high !== undefined && high !== place.activeLow && !dipped;
  }

  /** Every output to its safe level, then all lines back to the kernel. Idempotent. */
  async close(): Promise<void> {
    const { ports } = this;
    if (ports === undefined) return;
    this.ports = undefined;
    for (const place of this.outputs.values()) {
      try {
        ports.write(place.line, restingLevel(place));
      } catch (error) {
        if (!(error instanceof LineFault)) throw error;
        this.onFault(error);
      }
    }
    await ports.close();
  }

  private edge(line: InputLine, high: boolean): void {
    const asserted = high !== (this.inputs.get(line)?.activeLow ?? false);
    const over = asserted && this.atLastEdge.get(line) === true;
    if (GUARDS.has(line) && (!asserted || over)) this.dipped.add(line);
    this.atLastEdge.set(line, asserted);
  }

  private levelOf(ports: LinePorts, line: InputLine): boolean | undefined {
    try {
      const high = ports.read(line);
      this.unreadable.delete(line);
      return high;
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      if (!this.unreadable.has(line)) this.onFault(error);
      this.unreadable.add(line);
      return undefined;
    }
  }

  private open(): LinePorts {
    if (this.ports === undefined) throw new LineFault('io', null, `the lines of ${this.board.name} are closed`);
    return this.ports;
  }

  private noLine(line: string, way: 'input' | 'output', there: readonly string[]): RangeError {
    const known: InputLine | OutputLine | undefined = isInputLine(line) || isOutputLine(line) ? line : undefined;
    const reason = known === undefined ? undefined : whyNoPlace(this.board, known);
    if (reason !== undefined) return new RangeError(`${this.board.name} has no line "${line}": ${reason}`);
    return new RangeError(`"${line}" is no ${way} line; there are ${there.join(', ')}`);
  }
}
