/**
 * SLF3S-1300F and SLF3S-0600F liquid flow sensors at command level (Sensirion): start for water and isopropanol, product number, flow,
 * temperature and signalling flags with check bytes, no data for 60 ms after start. Full scale of the output 65 and 3.25 mL/min.
 * Knows neither the plant (it is given functions) nor the driver.
 */
import type { Random } from '../../model/random.js';
import type { Chip } from '../chip.js';
import { SensirionBus } from './sensirion.js';
import { saturated } from './words.js';

const START_WATER = 0x3608;
const START_ISOPROPANOL = 0x3615;
const IDENTIFY_FIRST = 0x367c;
const IDENTIFY_SECOND = 0xe102;
/**
 * By the scale of the output, which is the kind: product number, full scale of the output, and noise near zero flow, where
 * the repeatability of the data sheet (0.5 % of the reading) no longer holds (estimate: 1e-4 of the specified range).
 */
const KINDS = {
  500: { product: 0x0204, fullScale_mL_min: 65, floor_mL_min: 0.01 },
  10_000: { product: 0x0304, fullScale_mL_min: 3.25, floor_mL_min: 0.0002 },
} as const;
const TEMPERATURE_PER_C = 200;
const AIR_IN_LINE = 1 << 0;
const HIGH_FLOW = 1 << 1;
const SMOOTHING = 1 << 5;

export interface Slf3sOptions {
  readonly address: number;
  /** True flow of the liquid, mL/min; negative against the arrow. */
  readonly flow_mL_min: () => number;
  readonly noise: Random;
  /** True flow over the flow that the sensor, calibrated for water, indicates. */
  readonly factor?: number;
  /** Counts per mL/min: 500 is an SLF3S-1300F, 10000 an SLF3S-0600F. */
  readonly scale_per_mL_min?: number;
  readonly air?: () => boolean;
  readonly temperature_C?: () => number;
}

export class Slf3s implements Chip {
  readonly address: number;
  private readonly bus: SensirionBus;
  private readonly scale_per_mL_min: number;
  private readonly kind: (typeof KINDS)[keyof typeof KINDS];
  private firstWordSeen = false;

  constructor(private readonly options: Slf3sOptions) {
    this.address = options.address;
    this.scale_per_mL_min = options.scale_per_mL_min ?? 500;
    this.kind = this.scale_per_mL_min === 10_000 ? KINDS[10_000] : KINDS[500];
    this.bus = new SensirionBus({
      starts: (command) => command === START_WATER || command === START_ISOPROPANOL,
      firstData_s: 0.06,
      measure: () => this.measure(),
      answer: (command) => this.identify(command),
    });
  }

  reset(): void {
    this.firstWordSeen = false;
    this.bus.reset();
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    return this.bus.write(bytes, now_s);
  }

  read(length: number, now_s: number): Uint8Array | undefined {
    return this.bus.read(length, now_s);
  }

  /** The product number needs two commands in a row. */
  private identify(command: number): readonly number[] | undefined {
    const complete = command === IDENTIFY_SECOND && this.firstWordSeen;
    this.firstWordSeen = command === IDENTIFY_FIRST;
    if (complete) return [0x0703, this.kind.product, 0x0000, 0x0000, 0x0001, 0x2345];
    return this.firstWordSeen ? [] : undefined;
  }

  private measure(): readonly number[] {
    const { flow_mL_min, noise, factor = 1, air, temperature_C } = this.options;
    const indicated_mL_min = flow_mL_min() / factor;
    const { fullScale_mL_min, floor_mL_min } = this.kind;
    const noisy_mL_min = indicated_mL_min + (0.005 * Math.abs(indicated_mL_min) + floor_mL_min) * noise.normal();
    const over = !(Math.abs(noisy_mL_min) <= fullScale_mL_min);
    const full = fullScale_mL_min * this.scale_per_mL_min;
    const flow = saturated(noisy_mL_min * this.scale_per_mL_min, -full, full);
    const temperature = saturated((temperature_C?.() ?? 22) * TEMPERATURE_PER_C, -32768, 32767);
    return [flow, temperature, SMOOTHING | (air?.() ? AIR_IN_LINE : 0) | (over ? HIGH_FLOW : 0)];
  }
}
