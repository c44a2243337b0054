/**
 * One instance of firmware.wasm and the places in its memory that the twin may touch. Owns the names of its exports and
 * their layout, as in hal_wasm.c; knows neither time nor what the numbers mean.
 */
import { readFileSync } from 'node:fs';

/** What the module exports. */
export interface FirmwareMemory {
  /** Draws the board's parts and fills its EEPROM, with their calibration or with nothing. Once in a board's life. */
  make(seed: number, serial: number, calibrated: number): void;
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
  readonly eeprom: Uint8Array;
}

/** Lines as in hal.h and hal_wasm.c. */
export const INPUT = {
  interlock: 0x01,
  door: 0x02,
  contact: 0x04,
  converterHeld: 0x100,
  dacHeld: 0x200,
  comparatorDead: 0x400,
} as const;
export const OUTPUT = { stageEnable: 0x01, relay: 0x02, safeEnable: 0x04, openMasterRelay: 0x08 } as const;

/** Why a board starts, as in the identity frame. */
export const RESET_CAUSE = { power: 0, watchdog: 1, brownOut: 2, external: 3 } as const;

let compiled: WebAssembly.Module | undefined;

/** Compiled once a process; instances share it. */
function firmwareModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(
    readFileSync(new URL('../../firmware-bridge/firmware/firmware.wasm', import.meta.url)),
  );
  return compiled;
}

/** A new instance: a board without power, all of its memory blank. */
export function firmwareMemory(): FirmwareMemory {
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
  const bytes = (at: string, size: string): Uint8Array => new Uint8Array(memory.buffer, call(at)(), call(size)());
  return {
    make: call('make'),
    boot: call('boot'),
    run: call('run'),
    write: call('i2c_write'),
    read: call('i2c_read'),
    inputs: new Float64Array(memory.buffer, inputs, 6),
    inputLines: new Uint32Array(memory.buffer, inputs + 48, 1),
    outputs: new Float64Array(memory.buffer, outputs, 1),
    outputLines: new Uint32Array(memory.buffer, outputs + 8, 2),
    bus: bytes('bus_bytes', 'bus_size'),
    eeprom: bytes('eeprom_bytes', 'eeprom_size'),
  };
}
