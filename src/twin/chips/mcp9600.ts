/**
 * MCP9600 thermocouple converter at register level (Microchip DS20005426): hot and cold junction and their difference at
 * 0.0625 °C a bit, update flag, range flag, resolution with its conversion time, shutdown, identity. Its alerts and its
 * burst mode are plain memory: nobody on the bench asks for them. Knows neither the plant nor the driver.
 */
import type { Random } from '../../model/random.js';
import type { Chip } from '../chip.js';
import { FreeRunning } from './free-running.js';
import { bigEndian, saturated } from './words.js';

const HOT = 0x00;
const DIFFERENCE = 0x01;
const COLD = 0x02;
const STATUS = 0x04;
const SENSOR = 0x05;
const DEVICE = 0x06;
const IDENTITY = 0x20;

const UPDATED = 1 << 6;
const BEYOND_RANGE = 1 << 4;
const SHUTDOWN = 0x03;
const LSB_C = 0.0625;
/** Type K, °C. */
const RANGE_C = { low: -200, high: 1372 } as const;
/** Conversion time by resolution: 18, 16, 14 and 12 bits, s. */
const CONVERSION_S = [0.32, 0.08, 0.02, 0.005] as const;
/** Noise of the hot junction by resolution, K: some counts of the microvolts over 39 µV/K. */
const NOISE_K = [0.03, 0.06, 0.2, 0.8] as const;

export interface Mcp9600Options {
  readonly address: number;
  readonly hot_C: () => number;
  readonly cold_C: () => number;
  readonly noise: Random;
}

export class Mcp9600 implements Chip {
  readonly address: number;
  private readonly words = new Int16Array(3);
  private readonly bytes = new Uint8Array(256);
  private pointer = HOT;
  private readonly conversions = new FreeRunning();

  constructor(private readonly options: Mcp9600Options) {
    this.address = options.address;
    this.reset();
  }

  reset(): void {
    this.words.fill(0);
    this.bytes.fill(0);
    this.pointer = HOT;
    this.conversions.restart(this.period_s());
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    const [pointer, value] = bytes;
    if (pointer === undefined) return true;
    this.pointer = pointer;
    if (value === undefined || pointer < STATUS || pointer === IDENTITY) return true;
    // Of the status a master can only clear the update flag (and that of the burst).
    this.bytes[pointer] = pointer === STATUS ? (this.bytes[STATUS] ?? 0) & value : value;
    if (pointer === DEVICE) this.conversions.restart(this.period_s(), now_s);
    return true;
  }

  read(length: number, now_s: number): Uint8Array | undefined {
    this.convert(now_s);
    if (this.pointer <= COLD) return bigEndian(this.words[this.pointer] ?? 0, 2, length);
    if (this.pointer === IDENTITY) return bigEndian(0x4012, 2, length);
    return bigEndian(this.bytes[this.pointer] ?? 0, 1, length);
  }

  private resolution(): number {
    return ((this.bytes[DEVICE] ?? 0) >> 5) & 3;
  }

  private period_s(): number {
    const off = ((this.bytes[DEVICE] ?? 0) & SHUTDOWN) !== 0;
    return off ? Number.POSITIVE_INFINITY : (CONVERSION_S[this.resolution()] ?? 0.32);
  }

  private convert(now_s: number): void {
    if (!this.conversions.look(now_s)) return;
    const { hot_C, cold_C, noise } = this.options;
    // Only type K is wired: another type in the register reads wrong, as on the bench.
    const typeError = ((this.bytes[SENSOR] ?? 0) >> 4) & 7 ? 0.7 : 1;
    const cold = cold_C();
    const hot = cold + (hot_C() - cold) * typeError + (NOISE_K[this.resolution()] ?? 0) * noise.normal();
    const inside = hot >= RANGE_C.low && hot <= RANGE_C.high;
    this.words[HOT] = saturated(Math.min(RANGE_C.high, Math.max(RANGE_C.low, hot)) / LSB_C, -32768, 32767);
    this.words[COLD] = saturated(cold / LSB_C, -32768, 32767);
    this.words[DIFFERENCE] = (this.words[HOT] ?? 0) - (this.words[COLD] ?? 0);
    this.bytes[STATUS] = UPDATED | (inside ? 0 : BEYOND_RANGE);
  }
}
