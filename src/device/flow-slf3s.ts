/**
 * Driver of the SLF3S-1300F or SLF3S-0600F in the liquid circuit. Owns start, scale and flags; knows nothing of control.
 *
 * Facts (Sensirion SLF3S-1300F): start 3608h (water table), 500 counts per mL/min, full scale ±40, output to ±65 mL/min;
 * flags bit 0 air in line, bit 1 flow beyond the output; product 070302xxh after commands 367Ch and E102h.
 * SLF3S-0600F: the same with 10000 counts per mL/min, full scale ±2, output to ±3.25; product 070303xxh.
 * The solution in DMF is no factory medium: `factor` brings the water table to it, by weighing.
 */
import { signed16 } from '../bus/crc8.js';
import type { I2cBus } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { failed, hex } from './answers.js';
import { DeviceFault, type Poll, type Reading, type Sensor } from './ports.js';
import { SensirionLink } from './sensirion.js';

const START_WATER = 0x3608;
const FIRST_DATA_ms = 60;
const IDENTIFY = [0x367c, 0xe102] as const;
/** Product number by the scale, which a board file names the kind by. */
const KINDS = {
  500: { name: 'SLF3S-1300F', product: 0x0703_0200 },
  10_000: { name: 'SLF3S-0600F', product: 0x0703_0300 },
} as const;
/** The lowest byte is the revision. */
const PRODUCT_MASK = 0xffff_ff00;
const AIR_IN_LINE = 1 << 0;
const HIGH_FLOW = 1 << 1;
const DEFAULT_SCALE_PER_mL_min = 500;

export interface LiquidFlowCalibration {
  /** Counts per mL/min of the sensor's own table. */
  readonly scale_per_mL_min: number;
  /** True flow of the solution over the flow of that table. */
  readonly factor: number;
}

/** Flow in mL/min from the words flow, temperature, flags; air in the line or a flow beyond the output is no reading. */
export function slf3sFlow_mL_min(words: readonly number[], calibration: LiquidFlowCalibration): Reading<number> {
  const [flow = 0, , flags = 0] = words;
  if (flags & AIR_IN_LINE) return failed('range', 'air in the line');
  const indicated_mL_min = signed16(flow) / calibration.scale_per_mL_min;
  if (flags & HIGH_FLOW) return failed('range', `flow beyond the output of the sensor, ${indicated_mL_min} mL/min`);
  return { ok: true, value: indicated_mL_min * calibration.factor };
}

export interface Slf3sFlowOptions extends Partial<LiquidFlowCalibration> {
  readonly bus: I2cBus;
  readonly clock: Clock;
  readonly address: number;
  readonly period_s?: number;
  readonly name?: string;
}

export class Slf3sFlow implements Sensor<number> {
  readonly name: string;
  readonly period_s: number;
  private readonly link: SensirionLink;
  private readonly kind: (typeof KINDS)[keyof typeof KINDS];
  private readonly convert: (words: readonly number[]) => Reading<number>;

  constructor(options: Slf3sFlowOptions) {
    const { bus, clock, address } = options;
    this.name = options.name ?? 'flow';
    this.period_s = options.period_s ?? 0.1;
    const calibration: LiquidFlowCalibration = {
      scale_per_mL_min: options.scale_per_mL_min ?? DEFAULT_SCALE_PER_mL_min,
      factor: options.factor ?? 1,
    };
    this.kind = calibration.scale_per_mL_min === 10_000 ? KINDS[10_000] : KINDS[DEFAULT_SCALE_PER_mL_min];
    this.convert = (words) => slf3sFlow_mL_min(words, calibration);
    this.link = new SensirionLink({
      bus,
      clock,
      address,
      name: this.name,
      start: START_WATER,
      firstData_ms: FIRST_DATA_ms,
      identify: IDENTIFY,
    });
  }

  async open(): Promise<void> {
    const product = await this.link.identify();
    const { name, product: due } = this.kind;
    if ((product & PRODUCT_MASK) >>> 0 !== due) {
      throw new DeviceFault(
        this.name,
        `product ${hex(product, 8)} is not an ${name} (${hex(due >>> 8, 6).slice(0, -1)}xxh)`,
      );
    }
    await this.link.begin();
  }

  /** Flow of the liquid, mL/min, negative against the arrow. */
  poll(): Poll<number> {
    return this.link.poll(this.convert);
  }
}
