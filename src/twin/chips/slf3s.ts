/**
 * SLF3S-1300F liquid flow sensor at command level (Sensirion): start for water and isopropanol, product number, flow,
 * temperature and signalling flags with check bytes, no data for 60 ms after start. Full scale of the output 65 mL/min.
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
const PRODUCT = [0x0703, 0x0204] as const;
const SCALE_PER_mL_min = 500;
const TEMPERATURE_PER_C = 200;
const FULL_SCALE_mL_min = 65;
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
  readonly air?: () => boolean;
  readonly temperature_C?: () => number;
}

export class Slf3s implements Chip {
  readonly address: number;
  private readonly bus: SensirionBus;
  private firstWordSeen = false;

  constructor(private readonly options: Slf3sOptions) {
    this.address = options.address;
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
    if (complete) return [...PRODUCT, 0x0000, 0x0000, 0x0001, 0x2345];
    return this.firstWordSeen ? [] : undefined;
  }

  private measure(): readonly number[] {
    const { flow_mL_min, noise, factor = 1, air, temperature_C } = this.options;
    const indicated_mL_min = flow_mL_min() / factor;
    // Repeatability of the data sheet: 0.5 % of the reading, with a floor near zero flow.
    const noisy_mL_min = indicated_mL_min + (0.005 * Math.abs(indicated_mL_min) + 0.01) * noise.normal();
    const over = !(Math.abs(noisy_mL_min) <= FULL_SCALE_mL_min);
    const flow = saturated(
      noisy_mL_min * SCALE_PER_mL_min,
      -FULL_SCALE_mL_min * SCALE_PER_mL_min,
      FULL_SCALE_mL_min * SCALE_PER_mL_min,
    );
    const temperature = saturated((temperature_C?.() ?? 22) * TEMPERATURE_PER_C, -32768, 32767);
    return [flow, temperature, SMOOTHING | (air?.() ? AIR_IN_LINE : 0) | (over ? HIGH_FLOW : 0)];
  }
}
