/**
 * ADS1115 16-bit converter at register level (TI SBAS444): multiplexer, programmable gain, data rate, single-shot and
 * continuous mode, conversion-busy bit, saturation. The comparator is memory only: its pin is not wired on the bench.
 * Knows neither what hangs on its inputs (it is given functions) nor the driver.
 */
import type { Random } from '../../model/random.js';
import type { Chip } from '../chip.js';
import { FreeRunning } from './free-running.js';
import { bigEndian, saturated, word } from './words.js';

const CONVERSION = 0;
const CONFIG = 1;
const POWER_ON = [0x0000, 0x8583, 0x8000, 0x7fff] as const;

/** Bit 15: write 1 to start a single conversion; reads 1 while none runs. */
const OS = 1 << 15;
const MODE_SINGLE = 1 << 8;
const FULL_SCALE_V = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256] as const;
const RATE_Hz = [8, 16, 32, 64, 128, 250, 475, 860] as const;
/** MUX codes as positive and negative input; null is ground. */
const INPUTS: readonly (readonly [number, number | null])[] = [
  [0, 1],
  [0, 3],
  [1, 3],
  [2, 3],
  [0, null],
  [1, null],
  [2, null],
  [3, null],
];

export interface Ads1115Options {
  readonly address: number;
  /** Voltage at AIN0 to AIN3, V; an input without a function is at ground. */
  readonly inputs_V: readonly (() => number)[];
  readonly noise: Random;
  /** Standard deviation of a conversion, V. */
  readonly noise_V?: number;
}

export class Ads1115 implements Chip {
  readonly address: number;
  private readonly registers = new Uint16Array(4);
  private pointer = CONVERSION;
  private readonly continuous = new FreeRunning();
  /** A single conversion on its way: the code that it will give, and when. */
  private single: { readonly code: number; readonly end_s: number } | undefined;

  constructor(private readonly options: Ads1115Options) {
    this.address = options.address;
    this.reset();
  }

  reset(): void {
    this.registers.set(POWER_ON);
    this.pointer = CONVERSION;
    this.single = undefined;
    this.continuous.restart(Number.POSITIVE_INFINITY);
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    const [pointer] = bytes;
    if (pointer === undefined) return true;
    this.settle(now_s);
    this.pointer = pointer & 3;
    if (bytes.length < 3 || this.pointer === CONVERSION) return true;
    this.registers[this.pointer] = word(bytes, 1);
    if (this.pointer === CONFIG) this.start(now_s);
    return true;
  }

  read(length: number, now_s: number): Uint8Array | undefined {
    this.settle(now_s);
    const stored = this.registers[this.pointer] ?? 0;
    const idle = this.single === undefined && this.config() & MODE_SINGLE;
    const value = this.pointer === CONFIG ? (stored & ~OS) | (idle ? OS : 0) : stored;
    return bigEndian(value, 2, length);
  }

  private config(): number {
    return this.registers[CONFIG] ?? 0;
  }

  private start(now_s: number): void {
    const period_s = 1 / (RATE_Hz[(this.config() >> 5) & 7] ?? 128);
    const single = (this.config() & MODE_SINGLE) !== 0;
    this.continuous.restart(single ? Number.POSITIVE_INFINITY : period_s, now_s);
    if (!single) this.single = undefined;
    else if (this.config() & OS) this.single = { code: this.convert(), end_s: now_s + period_s };
  }

  /** Brings the result register up to `now_s`. */
  private settle(now_s: number): void {
    if (this.single !== undefined && now_s >= this.single.end_s) {
      this.registers[CONVERSION] = this.single.code;
      this.single = undefined;
    }
    if (this.continuous.look(now_s)) this.registers[CONVERSION] = this.convert();
  }

  private convert(): number {
    const { inputs_V, noise, noise_V = 20e-6 } = this.options;
    const [positive, negative] = INPUTS[(this.config() >> 12) & 7] ?? [0, 1];
    const at = (input: number | null): number => (input === null ? 0 : (inputs_V[input]?.() ?? 0));
    const voltage_V = at(positive) - at(negative) + noise_V * noise.normal();
    const fullScale_V = FULL_SCALE_V[(this.config() >> 9) & 7] ?? 2.048;
    return saturated((voltage_V / fullScale_V) * 32768, -32768, 32767) & 0xffff;
  }
}

/**
 * Voltage over a thermistor to ground with a series resistor to the excitation, for an input of the chip.
 * Beta equation: R = R25 * exp(B * (1/T - 1/298.15 K)).
 */
export function thermistor_V(
  temperature_C: number,
  divider: {
    readonly excitation_V: number;
    readonly series_ohm: number;
    readonly thermistor25_ohm: number;
    readonly beta_K: number;
  },
): number {
  const resistance_ohm =
    divider.thermistor25_ohm * Math.exp(divider.beta_K * (1 / (temperature_C + 273.15) - 1 / 298.15));
  return (divider.excitation_V * resistance_ohm) / (resistance_ohm + divider.series_ohm);
}
