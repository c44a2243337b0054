/**
 * The GS-1's own firmware, in WebAssembly: one instance is one powered board. Owns the board's life from power-up to
 * reset; knows neither the physics in front of the board nor the meaning of a frame. Time passes only in `run`.
 *
 * Between runs the board stands still: set the inputs, run, look at the outputs. A write may switch outputs off at
 * once, so they are to be looked at after a write, too.
 */
import { firmwareMemory, INPUT, OUTPUT, RESET_CAUSE, type FirmwareMemory } from './firmware-memory.js';

/** The analog world in front of the board. Anything that is no number reads as a broken sensor, and trips. */
export interface BoardInputs {
  /** Through the shunt, positive when it enters the cell at the anode lead. */
  readonly current_A: number;
  /** In the other lead of the cell; differs when something leaks. */
  readonly returnCurrent_A: number;
  /** CE minus WE. */
  readonly voltage_V: number;
  /** T1. */
  readonly cellTemperature_C: number;
  readonly boardTemperature_C: number;
  /** The 24 V rail. */
  readonly supply_V: number;
  /** Emergency-stop chain. */
  readonly interlockClosed: boolean;
  readonly doorClosed: boolean;
  /** Contact of the output relay; has to follow `relayClosed` within 100 ms, or the board trips. */
  readonly relayContactClosed: boolean;
}

/** `serial` and `seed` make the board's parts; the same ones, with the same boot count, give the same noise. */
export interface FirmwareOptions {
  readonly seed: number;
  readonly serial?: number;
  readonly bootCount?: number;
  /** False for a board that was never calibrated: its EEPROM is blank. True when not given. */
  readonly calibrated?: boolean;
}

/** What started the board again. */
export type ResetCause = keyof typeof RESET_CAUSE;

/** WDTO_120MS of the ATmega: 125 ms nominal at 5 V. */
const WATCHDOG_MS = 125;

export class Firmware {
  private board: FirmwareMemory;
  private broken = 0;
  /** The loop stands, and the watchdog resets the board after so many ms more; 0: it runs. */
  private standing_ms = 0;

  private constructor(
    private readonly seed: number,
    private readonly serial: number,
    private bootCount: number,
    calibrated: boolean,
  ) {
    this.board = firmwareMemory();
    this.board.make(seed >>> 0, serial >>> 0, calibrated ? 1 : 0);
    this.boot('power');
  }

  /** A board that has just been powered up, with everything off and its inputs at zero. */
  static load(options: FirmwareOptions): Firmware {
    const { seed, serial = 1, bootCount = 1, calibrated = true } = options;
    return new Firmware(seed, serial, bootCount, calibrated);
  }

  private boot(cause: ResetCause): void {
    this.board.boot(this.seed >>> 0, this.serial >>> 0, this.bootCount >>> 0, RESET_CAUSE[cause]);
  }

  /**
   * Power cycle, or another reset: memory is lost but for the EEPROM, outputs are off, the boot counter counts. The
   * inputs stay as they are. A byte that was being written to the EEPROM has been written; those behind it have not.
   */
  reset(cause: ResetCause = 'power'): void {
    const before = this.board;
    this.board = firmwareMemory();
    this.board.inputs.set(before.inputs);
    this.board.inputLines.set(before.inputLines);
    this.board.eeprom.set(before.eeprom);
    this.bootCount++;
    this.standing_ms = 0;
    this.boot(cause);
  }

  /** The loop stops with the outputs as they are: the bus gets no answer, and the watchdog resets the board. */
  hang(): void {
    this.standing_ms = WATCHDOG_MS;
  }

  get hung(): boolean {
    return this.standing_ms > 0;
  }

  /** The non-volatile memory itself, as a programmer or a cosmic ray reaches it. A reset makes a view of before stale. */
  get eeprom(): Uint8Array {
    return this.board.eeprom;
  }

  set(inputs: BoardInputs): void {
    const values = this.board.inputs;
    values[0] = inputs.current_A;
    values[1] = inputs.returnCurrent_A;
    values[2] = inputs.voltage_V;
    values[3] = inputs.cellTemperature_C;
    values[4] = inputs.boardTemperature_C;
    values[5] = inputs.supply_V;
    this.board.inputLines[0] =
      (inputs.interlockClosed ? INPUT.interlock : 0) |
      (inputs.doorClosed ? INPUT.door : 0) |
      (inputs.relayContactClosed ? INPUT.contact : 0) |
      this.broken;
  }

  /** A broken converter: while held it repeats its last codes, whatever the inputs are. From the next `set` on. */
  holdConverter(held: boolean): void {
    this.breaks(INPUT.converterHeld, held);
  }

  /** A broken DAC: while held it keeps its code, whatever the firmware writes. From the next `set` on. */
  holdDac(held: boolean): void {
    this.breaks(INPUT.dacHeld, held);
  }

  /** A broken comparator: while dead it never acts, whatever the current is. From the next `set` on. */
  killComparator(dead: boolean): void {
    this.breaks(INPUT.comparatorDead, dead);
  }

  private breaks(mask: number, broken: boolean): void {
    this.broken = broken ? this.broken | mask : this.broken & ~mask;
  }

  /**
   * Runs up to `ticks` milliseconds and returns how many ran. Stops after a millisecond in which the DAC has moved by
   * more than 2 counts since the call, or an output line has changed, so that the physics can follow.
   */
  run(ticks: number): number {
    if (this.standing_ms === 0) return this.board.run(ticks);
    const ran = Math.min(ticks, this.standing_ms);
    this.standing_ms -= ran;
    if (this.standing_ms === 0) this.reset('watchdog');
    return ran;
  }

  /** What the analog stage is told to deliver; zero while it is not enabled. */
  get dacCurrent_A(): number {
    return this.board.outputs[0] ?? 0;
  }

  /** The relay's coil; the contact is an input. */
  get relayClosed(): boolean {
    return this.line(OUTPUT.relay);
  }

  get stageEnabled(): boolean {
    return this.line(OUTPUT.stageEnable);
  }

  /** SAFE_EN: cooler and pump may run. */
  get safeEnabled(): boolean {
    return this.line(OUTPUT.safeEnable);
  }

  /** The board asks for the master relay to open: its own output does not go off. */
  get openMasterRelay(): boolean {
    return this.line(OUTPUT.openMasterRelay);
  }

  /** The board's own time since power-up. */
  get time_ms(): number {
    return this.board.outputLines[1] ?? 0;
  }

  private line(mask: number): boolean {
    return ((this.board.outputLines[0] ?? 0) & mask) !== 0;
  }

  /** A write as the bus target gets it, command first. False when a byte of it was not acknowledged. */
  write(bytes: Uint8Array): boolean {
    if (bytes.length > this.board.bus.length) return false;
    this.board.bus.set(bytes);
    return this.board.write(bytes.length) !== 0;
  }

  /** The answer to a command; 0xFF beyond its end, as on an undriven bus. `length` is 32 at most. */
  read(command: number, length: number): Uint8Array {
    if (!(length <= this.board.bus.length))
      throw new RangeError(`a read of ${length} bytes is longer than a bus block`);
    this.board.read(command, length);
    return this.board.bus.slice(0, length);
  }
}
