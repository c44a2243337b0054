/**
 * The GS-1 as its compiled firmware sees it: firmware.hex on an emulated ATmega328P with the board's converters, sensors
 * and lines around it. Owns what is wired to which pin (firmware/avr_pins.h) and the analog scaling; knows neither
 * frames nor cells. Deterministic: the same seed and the same calls give the same cycles.
 *
 * Time passes in `run` and, as bus time, in `write` and `read`.
 */
import { readFileSync } from 'node:fs';
import { DEVICE, RANGES } from '../../../src/bus/protocol.gen.js';
import { seeded, type Random } from '../../../src/model/random.js';
import type { BoardInputs } from '../../../src/twin/firmware.js';
import type { EmulatedBoard } from '../emulated-board.js';
import { Ads131m04, Dac8563, SpiBus } from './converters.js';
import { manufactured } from './eeprom.js';
import { fromIntelHex } from './intel-hex.js';
import { CLOCK_HZ, FLASH_BYTES, Microcontroller, RESET_BY, type Port } from './microcontroller.js';
import { supply_V, thermistor_V } from './sensors.js';
import type { Message, TransferEnd } from './twi-target.js';

/** As in avr_pins.h. */
const PINS = {
  safeEnable: ['B', 0],
  dacSelect: ['B', 1],
  adcSelect: ['B', 2],
  strapLow: ['C', 1],
  strapHigh: ['C', 2],
  openMasterRelay: ['C', 3],
  range0: ['D', 0],
  range1: ['D', 1],
  interlock: ['D', 2],
  overCurrent: ['D', 3],
  contact: ['D', 4],
  door: ['D', 5],
  stageEnable: ['D', 6],
  relay: ['D', 7],
} as const satisfies Record<string, readonly [Port, number]>;
const ANALOG = { cellTemperature: 0, supply: 6, boardTemperature: 7 } as const;

/** Full scale of a range, of the cell's 32.768 V and of the DAC at the converter's inputs, and its counts. */
const FULL_SCALE_V = 1.024;
const COUNTS = 32_768;
const DIVIDER = 32;
const MID_SCALE = 0x8000;
/** Noise, counts: what the converter's own and the shunt's come to. */
const CURRENT_NOISE = 1;
const VOLTAGE_NOISE = 0.5;
const COMPARATOR_NOISE = 4;
const SLOW_NOISE_V = 0.002;

const CYCLES_PER_MS = CLOCK_HZ / 1000;
const BOOT_LIMIT_MS = 100;
/** A tick may be late; beyond this there is none to wait for. */
const TICK_LIMIT_MS = 2;
const BUS_FREE_CYCLES = CLOCK_HZ / 200_000;
const TRANSFER_LIMIT_MS = 500;

export interface AvrBoardOptions {
  readonly seed: number;
  readonly serial?: number;
  readonly bootCount?: number;
  /** Bus clock; 100 kHz when not given. */
  readonly rate_Hz?: number;
  /** Which address strap is soldered; none when not given. */
  readonly strap?: 'none' | 'low' | 'high';
  /** False for a board that was never calibrated. True when not given. */
  readonly calibrated?: boolean;
}

const NO_INPUTS: BoardInputs = {
  current_A: 0,
  returnCurrent_A: 0,
  voltage_V: 0,
  cellTemperature_C: 0,
  boardTemperature_C: 0,
  supply_V: 0,
  interlockClosed: false,
  doorClosed: false,
  relayContactClosed: false,
};

let program: Uint16Array | undefined;

/** Read once a process; every board gets a copy. */
function firmware(): Uint16Array {
  program ??= new Uint16Array(
    fromIntelHex(readFileSync(new URL('../../firmware/firmware.hex', import.meta.url), 'ascii'), FLASH_BYTES).buffer,
  );
  return program;
}

export class AvrBoard implements EmulatedBoard {
  /** Longest time the clock was held in a transfer of a command, cycles. */
  readonly stretches = new Map<number, number>();
  readonly controller: Microcontroller;
  readonly converter: Ads131m04;
  readonly eeprom: Uint8Array;
  private readonly dac = new Dac8563();
  private readonly spi = new SpiBus();
  private readonly noise: Random;
  private readonly strap: 'none' | 'low' | 'high';
  private inputs = NO_INPUTS;

  private constructor(options: AvrBoardOptions) {
    this.noise = seeded(options.seed).fork('gs1');
    this.eeprom = manufactured(options.serial ?? 1, (options.bootCount ?? 1) - 1, options.calibrated ?? true);
    this.strap = options.strap ?? 'none';
    this.converter = new Ads131m04(() => this.converted());
    this.controller = new Microcontroller(
      firmware(),
      this.eeprom,
      {
        exchange: (byte) => this.spi.exchange(byte),
        moved: (port) => this.moved(port),
        restarted: () => this.restarted(),
        analog: (channel) => this.slowInput(channel),
      },
      Math.round(CLOCK_HZ / (options.rate_Hz ?? 100_000)),
    );
    this.driveLines();
    this.comeUp();
  }

  /** A board that has just been powered up and has begun to tick. */
  static load(options: AvrBoardOptions): AvrBoard {
    return new AvrBoard(options);
  }

  private comeUp(): void {
    for (let ms = 0; ms < BOOT_LIMIT_MS && this.controller.ticks === 0; ms++) this.controller.runTick(CYCLES_PER_MS);
    if (this.controller.ticks === 0) throw new Error('the firmware does not come up');
  }

  set(inputs: BoardInputs): void {
    this.inputs = inputs;
    this.driveLines();
  }

  holdConverter(held: boolean): void {
    this.converter.held = held;
  }

  run(ticks: number): number {
    const { lines, counts } = this;
    let ran = 0;
    while (ran < ticks) {
      this.controller.runTick(TICK_LIMIT_MS * CYCLES_PER_MS);
      ran++;
      if (this.lines !== lines || Math.abs(this.counts - counts) > 2) break;
    }
    return ran;
  }

  write(bytes: Uint8Array): boolean {
    return this.transfer(bytes[0] ?? 0, [{ direction: 'write', bytes }]) === 'done';
  }

  read(command: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length).fill(0xff);
    this.transfer(command, [
      { direction: 'write', bytes: Uint8Array.of(command) },
      { direction: 'read', bytes },
    ]);
    return bytes;
  }

  /** One transfer on the bus, with the bus free after it. */
  transfer(command: number, messages: readonly Message[], address: number = DEVICE.address): TransferEnd {
    const { controller } = this;
    const limit = controller.cycles + TRANSFER_LIMIT_MS * CYCLES_PER_MS;
    const { twi } = controller;
    twi.begin(address, messages);
    while (twi.ended === undefined && controller.twi === twi && controller.cycles < limit) controller.runTo(limit);
    this.stretches.set(command, Math.max(this.stretches.get(command) ?? 0, twi.stretch_cycles));
    controller.runTo(controller.cycles + BUS_FREE_CYCLES);
    return twi.ended ?? 'nack';
  }

  reset(): void {
    this.controller.reset(RESET_BY.power);
    this.comeUp();
  }

  /** The firmware hangs from now on; the watchdog is left to do what it is there for. */
  hang(): void {
    this.controller.hang();
  }

  get dacCurrent_A(): number {
    return this.stageEnabled ? (this.counts / COUNTS) * this.fullScale_A : 0;
  }

  get relayClosed(): boolean {
    return this.driven('relay');
  }

  get stageEnabled(): boolean {
    return this.driven('stageEnable');
  }

  get safeEnabled(): boolean {
    return this.driven('safeEnable');
  }

  get openMasterRelay(): boolean {
    return this.driven('openMasterRelay');
  }

  get time_ms(): number {
    return this.controller.ticks;
  }

  private driven(name: keyof typeof PINS): boolean {
    const [port, pin] = PINS[name];
    return this.controller.high(port, pin);
  }

  /** All output lines, as one number to compare. */
  private get lines(): number {
    return (
      Number(this.relayClosed) +
      2 * Number(this.stageEnabled) +
      4 * Number(this.safeEnabled) +
      8 * Number(this.openMasterRelay)
    );
  }

  /** What the set-point DAC gives, counts of the range. */
  private get counts(): number {
    return this.dac.code(0) - MID_SCALE;
  }

  private get fullScale_A(): number {
    const code = Number(this.driven('range0')) + 2 * Number(this.driven('range1'));
    const range = RANGES.find((candidate) => candidate.code === code);
    return (range?.fullScale_nA ?? 0) * 1e-9;
  }

  /** Volts at the four inputs of the converter. */
  private converted(): readonly number[] {
    const { inputs, fullScale_A, noise } = this;
    const volts = (counts: number, deviation: number): number =>
      ((counts + deviation * noise.normal()) / COUNTS) * FULL_SCALE_V;
    this.driveComparator();
    return [
      volts((inputs.current_A / fullScale_A) * COUNTS, CURRENT_NOISE),
      volts((inputs.returnCurrent_A / fullScale_A) * COUNTS, CURRENT_NOISE),
      volts((inputs.voltage_V / (FULL_SCALE_V * DIVIDER)) * COUNTS, VOLTAGE_NOISE),
      volts(this.counts, VOLTAGE_NOISE),
    ];
  }

  private slowInput(channel: number): number {
    const volts = SLOW_NOISE_V * this.noise.normal();
    switch (channel) {
      case ANALOG.cellTemperature:
        return volts + thermistor_V(this.inputs.cellTemperature_C);
      case ANALOG.boardTemperature:
        return volts + thermistor_V(this.inputs.boardTemperature_C);
      case ANALOG.supply:
        return volts + supply_V(this.inputs.supply_V);
      default:
        return 0;
    }
  }

  private drive(name: keyof typeof PINS, level: boolean): void {
    const [port, pin] = PINS[name];
    this.controller.drive(port, pin, level);
  }

  private driveLines(): void {
    this.drive('interlock', this.inputs.interlockClosed);
    this.drive('door', this.inputs.doorClosed);
    this.drive('contact', this.inputs.relayContactClosed);
    this.drive('strapLow', this.strap !== 'low');
    this.drive('strapHigh', this.strap !== 'high');
    this.driveComparator();
  }

  /** Two comparators, one for either direction, with the noise of their input; the threshold is in counts of the range. */
  private driveComparator(): void {
    const counts = (this.inputs.current_A / this.fullScale_A) * COUNTS + COMPARATOR_NOISE * this.noise.normal();
    this.drive('overCurrent', !(Math.abs(counts) <= this.dac.code(1)));
  }

  private restarted(): void {
    this.moved('B');
    this.driveLines();
  }

  private moved(port: Port): void {
    if (port !== 'B') return;
    this.spi.line(this.converter, this.controller.low(...PINS.adcSelect));
    this.spi.line(this.dac, this.controller.low(...PINS.dacSelect));
  }
}
