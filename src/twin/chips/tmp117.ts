/**
 * TMP117 digital thermometer at register level (TI SNOSD82): 7.8125 m°C a bit, two's complement, reset values, conversion
 * cycle, data-ready flag, one-shot and shutdown, alert flags. The EEPROM is plain memory, without its write time.
 * Knows neither the plant (it is given a function) nor the driver.
 */
import type { Random } from '../../model/random.js';
import type { Chip } from '../chip.js';
import { FreeRunning } from './free-running.js';
import { bigEndian, saturated, word } from './words.js';

/** Kelvin a bit. */
export const TMP117_LSB_K = 1 / 128;
const RESULT = 0x00;
const CONFIG = 0x01;
const HIGH_LIMIT = 0x02;
const LOW_LIMIT = 0x03;
const DEVICE_ID = 0x0f;
/** -256 °C: nothing converted since power-on. */
const NOT_CONVERTED = 0x8000;

const HIGH_ALERT = 1 << 15;
const LOW_ALERT = 1 << 14;
const DATA_READY = 1 << 13;
const FLAGS = HIGH_ALERT | LOW_ALERT | DATA_READY | (1 << 12);
const SOFT_RESET = 1 << 1;

/** Registers that are not 0 at power-on. */
const POWER_ON: readonly (readonly [number, number])[] = [
  [RESULT, NOT_CONVERTED],
  [CONFIG, 0x0220],
  [HIGH_LIMIT, 0x6000],
  [LOW_LIMIT, 0x8000],
  [DEVICE_ID, 0x0117],
];

/** Active conversion time by AVG (1, 8, 32, 64 averages), s. */
const ACTIVE_s = [0.0155, 0.125, 0.5, 1] as const;
/** Shortest cycle by CONV, s; a cycle is never shorter than the active time. */
const CYCLE_s = [0, 0.125, 0.25, 0.5, 1, 4, 8, 16] as const;

/** Result code of a temperature, saturated at the ends of the register. */
export function tmp117Code(temperature_C: number): number {
  return saturated(temperature_C / TMP117_LSB_K, -32768, 32767) & 0xffff;
}

export interface Tmp117Options {
  readonly address: number;
  /** Temperature of the chip itself, °C. */
  readonly temperature_C: () => number;
  readonly noise: Random;
  /** Standard deviation of a result, K. */
  readonly noise_K?: number;
}

export class Tmp117 implements Chip {
  readonly address: number;
  private readonly noise_K: number;
  private readonly registers = new Uint16Array(16);
  private pointer = RESULT;
  private readonly conversions = new FreeRunning();

  constructor(private readonly options: Tmp117Options) {
    this.address = options.address;
    this.noise_K = options.noise_K ?? 0.01;
    this.reset();
  }

  reset(): void {
    this.registers.fill(0);
    for (const [register, value] of POWER_ON) this.registers[register] = value;
    this.pointer = RESULT;
    this.conversions.restart(this.cycle_s());
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    const [pointer] = bytes;
    if (pointer === undefined) return true;
    this.pointer = pointer & 0x0f;
    if (bytes.length < 3) return true;
    const value = word(bytes, 1);
    if (this.pointer === CONFIG) this.configure(value, now_s);
    else if (this.pointer !== RESULT && this.pointer !== DEVICE_ID) this.registers[this.pointer] = value;
    return true;
  }

  read(length: number, now_s: number): Uint8Array | undefined {
    this.convert(now_s);
    const value = this.register(this.pointer);
    // Reading the result clears data-ready; reading the configuration clears it and the alert flags.
    if (this.pointer === RESULT) this.setFlags(DATA_READY, 0);
    if (this.pointer === CONFIG) this.setFlags(DATA_READY | HIGH_ALERT | LOW_ALERT, 0);
    return bigEndian(value, 2, length);
  }

  private register(index: number): number {
    return this.registers[index] ?? 0;
  }

  private setFlags(clear: number, set: number): void {
    this.registers[CONFIG] = (this.register(CONFIG) & ~clear) | set;
  }

  private mode(): number {
    return (this.register(CONFIG) >> 10) & 3;
  }

  /** Length of one conversion cycle as configured, s; Infinity in shutdown (MOD = 01). */
  private cycle_s(): number {
    const config = this.register(CONFIG);
    const active_s = ACTIVE_s[(config >> 5) & 3] ?? 0;
    if (this.mode() === 1) return Number.POSITIVE_INFINITY;
    if (this.mode() === 3) return active_s;
    return Math.max(active_s, CYCLE_s[(config >> 7) & 7] ?? 0);
  }

  private configure(value: number, now_s: number): void {
    if (value & SOFT_RESET) {
      this.reset();
      return;
    }
    this.registers[CONFIG] = value & ~FLAGS & 0xfffc;
    this.conversions.restart(this.cycle_s(), now_s);
  }

  private convert(now_s: number): void {
    if (!this.conversions.look(now_s)) return;
    const { temperature_C, noise } = this.options;
    const code = tmp117Code(temperature_C() + this.noise_K * noise.normal());
    const signed = (code << 16) >> 16;
    this.registers[RESULT] = code;
    this.setFlags(0, DATA_READY);
    if (signed > (this.register(HIGH_LIMIT) << 16) >> 16) this.setFlags(0, HIGH_ALERT);
    if (signed < (this.register(LOW_LIMIT) << 16) >> 16) this.setFlags(0, LOW_ALERT);
    if (this.mode() === 3) {
      // A one-shot conversion ends in shutdown.
      this.registers[CONFIG] = (this.register(CONFIG) & ~(3 << 10)) | (1 << 10);
      this.conversions.restart(Number.POSITIVE_INFINITY);
    }
  }
}
