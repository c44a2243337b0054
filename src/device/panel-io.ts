/**
 * An IO plugin for johnny-five over the board's own lines and bus queue, real or simulated: pins are lines, I2C goes
 * through the queue that everybody uses. Owns the plugin contract (github.com/rwaldron/io-plugins) and the debouncing;
 * knows neither johnny-five nor what a panel shows.
 *
 * It reads and writes only what the panel owns: a chip with a driver of ours is refused. It has no timer: the panel calls
 * `poll`. A line that fails is reported once until it works again, and nothing is thrown into johnny-five because of it.
 */
import { EventEmitter } from 'node:events';
import type { I2cBus, Lines, Transfer } from '../bus/i2c.js';
import type { InputLine, OutputLine } from '../bus/line-names.js';
import { OwnerFault } from './panel-owners.js';

export type PanelPin =
  | { readonly line: InputLine; readonly direction: 'in' }
  | { readonly line: OutputLine; readonly direction: 'out' };

export interface PanelWiring {
  readonly lines: Lines;
  readonly bus: I2cBus;
  /** Chips that have an owner, by address. */
  readonly drivers: ReadonlyMap<number, string>;
  readonly onFault: (what: string, error: unknown) => void;
}

interface Watched {
  readonly pin: number;
  readonly line: InputLine;
  readonly report: (level: 0 | 1) => void;
  /** Level of the poll before; a level counts when two polls in a row have seen it. */
  before: boolean | undefined;
  told: boolean | undefined;
}

type Reply = (bytes: number[]) => void;

const MODES = Object.freeze({ INPUT: 0, OUTPUT: 1, ANALOG: 2, PWM: 3, SERVO: 4 });

export class PanelIo extends EventEmitter {
  readonly name = 'galvanode';
  readonly isReady = true;
  readonly HIGH = 1;
  readonly LOW = 0;
  readonly MODES = MODES;
  readonly analogPins: readonly number[] = [];
  readonly pins: readonly { readonly supportedModes: readonly number[]; readonly analogChannel: number }[];
  private wiring: PanelWiring | undefined;
  private readonly watched: Watched[] = [];
  private readonly failing = new Set<string>();
  private i2cPolls: (() => void)[] = [];

  /** The number of a pin is its place in the list. */
  constructor(
    wiring: PanelWiring,
    private readonly places: readonly PanelPin[],
  ) {
    super();
    this.wiring = wiring;
    // 127: no analogue channel, as in the Firmata protocol
    this.pins = places.map(({ direction }) => ({
      supportedModes: [direction === 'in' ? MODES.INPUT : MODES.OUTPUT],
      analogChannel: 127,
    }));
  }

  /** Reads every watched line and every continuous I2C read once. */
  poll(): void {
    const { wiring } = this;
    if (wiring === undefined) return;
    for (const watched of this.watched) this.attempt(`line "${watched.line}"`, () => look(watched, wiring.lines));
    for (const read of this.i2cPolls) read();
  }

  /** False until a watched pin has been seen at one level twice. */
  isKnown(pin: number): boolean {
    return this.watched.some((watched) => watched.pin === pin && watched.told !== undefined);
  }

  /** Lets go of lines and bus: johnny-five remembers every board for as long as the program runs. */
  dispose(): void {
    this.wiring = undefined;
    this.watched.length = 0;
    this.i2cPolls = [];
  }

  // --- pins -----------------------------------------------------------------------------------------------------

  /** Throws RangeError for a direction that the pin has not. */
  pinMode(pin: number, mode: number): void {
    this.place(pin, mode === MODES.INPUT ? 'in' : 'out');
  }

  /** 1 asserts the line, whatever level that is. */
  digitalWrite(pin: number, value: number): void {
    const { line } = this.place(pin, 'out');
    const asserted = value === this.HIGH;
    this.attempt(`line "${line}"`, () => this.wiring?.lines.set(line, asserted));
  }

  digitalRead(pin: number, report: (level: 0 | 1) => void): void {
    const place = this.place(pin, 'in');
    if (place.direction === 'in')
      this.watched.push({ pin, line: place.line, report, before: undefined, told: undefined });
  }

  // --- I2C ------------------------------------------------------------------------------------------------------

  i2cConfig(): this {
    return this;
  }

  /** `(address, bytes)` or `(address, register, bytes)`. Some parts pass fractions and words: a byte is what is sent. */
  i2cWrite(address: number, first: number | readonly number[], second: readonly number[] = []): this {
    const bytes = typeof first === 'number' ? [first, ...second] : first;
    this.transfer({ address, write: bytesOf(bytes) });
    return this;
  }

  i2cWriteReg(address: number, register: number, value: number): this {
    return this.i2cWrite(address, register, [value]);
  }

  /** `(address, count, reply)` or `(address, register, count, reply)`. */
  i2cReadOnce(address: number, first: number, second: number | Reply, third?: Reply): this {
    const { transfer, reply } = readOf(address, first, second, third);
    this.transfer(transfer, reply);
    return this;
  }

  /** As `i2cReadOnce`, now and in every poll. */
  i2cRead(address: number, first: number, second: number | Reply, third?: Reply): this {
    const { transfer, reply } = readOf(address, first, second, third);
    this.transfer(transfer, reply);
    this.i2cPolls.push(() => this.transfer(transfer, reply));
    return this;
  }

  // ---------------------------------------------------------------------------------------------------------------

  /** Throws OwnerFault for a chip that has a driver. */
  private transfer(transfer: Transfer, reply: Reply = () => undefined): void {
    const { wiring } = this;
    if (wiring === undefined) return;
    const what = `I2C 0x${transfer.address.toString(16).padStart(2, '0')}`;
    const owner = wiring.drivers.get(transfer.address);
    if (owner !== undefined) throw new OwnerFault(what, owner);
    wiring.bus.transfer(transfer).then(
      (bytes) => this.attempt(what, () => reply([...bytes])),
      (error: unknown) => this.fault(what, error),
    );
  }

  private place(pin: number, direction: 'in' | 'out'): PanelPin {
    const place = this.places[pin];
    if (place === undefined) throw new RangeError(`the panel has no pin ${pin}`);
    if (place.direction !== direction)
      throw new RangeError(`pin ${pin} is line "${place.line}", which is no ${direction}put`);
    return place;
  }

  private attempt(what: string, act: () => void): void {
    try {
      act();
      this.failing.delete(what);
    } catch (error) {
      this.fault(what, error);
    }
  }

  private fault(what: string, error: unknown): void {
    if (!this.failing.has(what)) this.wiring?.onFault(what, error);
    this.failing.add(what);
  }
}

function look(watched: Watched, lines: Lines): void {
  const level = lines.get(watched.line);
  const settled = level === watched.before;
  watched.before = level;
  if (!settled || level === watched.told) return;
  watched.told = level;
  watched.report(level ? 1 : 0);
}

function bytesOf(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values, (value) => Math.trunc(value) & 0xff);
}

function readOf(
  address: number,
  first: number,
  second: number | Reply,
  third: Reply = () => undefined,
): { readonly transfer: Transfer; readonly reply: Reply } {
  if (typeof second !== 'number') return { transfer: { address, read: first }, reply: second };
  return { transfer: { address, write: bytesOf([first]), read: second }, reply: third };
}
