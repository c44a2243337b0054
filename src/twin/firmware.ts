/**
 * The GS-1's own firmware, in WebAssembly: one instance is one powered board. Owns the module and its memory; knows
 * neither the physics in front of the board nor the meaning of a frame. Time passes only in `run`.
 *
 * Between runs the board stands still: set the inputs, run, look at the outputs. A write may switch outputs off at
 * once, so they are to be looked at after a write, too.
 */
import { readFileSync } from 'node:fs';

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
}

/** Lines and causes as in hal.h and protocol.yaml. */
const INPUT = { interlock: 0x01, door: 0x02, contact: 0x04, converterHeld: 0x08 } as const;
const OUTPUT = { stageEnable: 0x01, relay: 0x02, safeEnable: 0x04, openMasterRelay: 0x08 } as const;
const RESET_BY_POWER = 0;

/** What the module exports. */
interface Exports {
  boot(seed: number, serial: number, bootCount: number, cause: number): void;
  run(ticks: number): number;
  write(length: number): number;
  read(command: number, length: number): void;
  /** Six doubles and the input lines; one double, the output lines and the time. */
  readonly inputs: Float64Array;
  readonly inputLines: Uint32Array;
  readonly outputs: Float64Array;
  readonly outputLines: Uint32Array;
  readonly bus: Uint8Array;
}

let compiled: WebAssembly.Module | undefined;

/** Compiled once a process; instances share it. */
function firmwareModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(
    readFileSync(new URL('../../firmware-bridge/firmware/firmware.wasm', import.meta.url)),
  );
  return compiled;
}

function powerUp(): Exports {
  const { exports } = new WebAssembly.Instance(firmwareModule());
  const call = (name: string): ((...values: number[]) => number) => {
    const found = exports[name];
    if (typeof found !== 'function') throw new TypeError(`firmware.wasm exports no function ${name}`);
    return found as (...values: number[]) => number;
  };
  const memory = exports['memory'];
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError('firmware.wasm exports no memory');
  const inputs = call('analog_inputs')();
  const outputs = call('analog_outputs')();
  return {
    boot: call('boot'),
    run: call('run'),
    write: call('i2c_write'),
    read: call('i2c_read'),
    inputs: new Float64Array(memory.buffer, inputs, 6),
    inputLines: new Uint32Array(memory.buffer, inputs + 48, 1),
    outputs: new Float64Array(memory.buffer, outputs, 1),
    outputLines: new Uint32Array(memory.buffer, outputs + 8, 2),
    bus: new Uint8Array(memory.buffer, call('bus_bytes')(), call('bus_size')()),
  };
}

export class Firmware {
  private board: Exports;
  private converterHeld = 0;

  private constructor(
    private readonly seed: number,
    private readonly serial: number,
    private bootCount: number,
  ) {
    this.board = powerUp();
    this.boot();
  }

  /** A board that has just been powered up, with everything off and its inputs at zero. */
  static load(options: FirmwareOptions): Firmware {
    return new Firmware(options.seed, options.serial ?? 1, options.bootCount ?? 1);
  }

  private boot(): void {
    this.board.boot(this.seed >>> 0, this.serial >>> 0, this.bootCount >>> 0, RESET_BY_POWER);
  }

  /** Power cycle: the memory is lost, outputs are off, the boot counter counts. The inputs stay as they are. */
  reset(): void {
    const before = this.board;
    this.board = powerUp();
    this.board.inputs.set(before.inputs);
    this.board.inputLines.set(before.inputLines);
    this.bootCount++;
    this.boot();
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
      this.converterHeld;
  }

  /** A broken converter: while held it repeats its last codes, whatever the inputs are. From the next `set` on. */
  holdConverter(held: boolean): void {
    this.converterHeld = held ? INPUT.converterHeld : 0;
  }

  /**
   * Runs up to `ticks` milliseconds and returns how many ran. Stops after a millisecond in which the DAC has moved by
   * more than 2 counts since the call, or an output line has changed, so that the physics can follow.
   */
  run(ticks: number): number {
    return this.board.run(ticks);
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
