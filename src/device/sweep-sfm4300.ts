/**
 * Driver of the SFM4300 in the nitrogen line: sweep gas in mL/min at 25 °C and 1 atm. Owns start, scale and the change of
 * reference conditions; knows nothing of control.
 *
 * Facts (Sensirion SFM4300, SF06 family): start 3608h for air, whose table holds for nitrogen; first data after 12 ms;
 * flow = (word - offset) / scale in standard litres a minute at 20 °C and 1013.25 hPa (unit 0148h); scale, offset and
 * unit are asked with 3661h and the start command as argument; product 0403xxxxh after E102h; status bits 15:12 show the
 * gas (1: air).
 */
import { signed16 } from '../bus/crc8.js';
import type { I2cBus } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { failed, hex } from './answers.js';
import { DeviceFault, type Poll, type Reading, type Sensor } from './ports.js';
import { SensirionLink } from './sensirion.js';

const START_AIR = 0x3608;
const FIRST_DATA_ms = 12;
const SCALE_OFFSET_UNIT = 0x3661;
const IDENTIFY = 0xe102;
const PRODUCT_FAMILY = 0x0403;
const UNIT_SLM_20C = 0x0148;
const GAS_AIR = 1;
const METER_K = 293.15;
const NORMAL_K = 298.15;

export interface SweepCalibration {
  /** Counts per standard litre a minute, and counts at no flow, as the meter tells them. */
  readonly scale_per_L_min: number;
  readonly offset: number;
  /** True flow of nitrogen over the flow of the air table. */
  readonly factor: number;
}

/** Flow in mL/min at 25 °C and 1 atm from the words flow, gas temperature, status. */
export function sfm4300Flow_mL_min(words: readonly number[], calibration: SweepCalibration): Reading<number> {
  const [flow = 0, , status = 0] = words;
  if (status >> 12 !== GAS_AIR)
    return failed('protocol', `status ${hex(status, 4)}: the meter does not measure with its air table`);
  const code = signed16(flow);
  if (code === 0x7fff || code === -0x8000) return failed('range', 'the flow is beyond the output of the meter');
  const meter_L_min = (code - calibration.offset) / calibration.scale_per_L_min;
  return { ok: true, value: meter_L_min * 1000 * (NORMAL_K / METER_K) * calibration.factor };
}

export interface Sfm4300SweepOptions {
  readonly bus: I2cBus;
  readonly clock: Clock;
  readonly address: number;
  /** What the board file says of the meter; it is compared with what the meter says. */
  readonly scale_per_L_min: number;
  readonly offset: number;
  readonly factor?: number;
  readonly period_s?: number;
  readonly name?: string;
}

export class Sfm4300Sweep implements Sensor<number> {
  readonly name: string;
  readonly period_s: number;
  private readonly calibration: SweepCalibration;
  private readonly link: SensirionLink;
  private readonly convert: (words: readonly number[]) => Reading<number>;

  constructor(options: Sfm4300SweepOptions) {
    const { bus, clock, address, scale_per_L_min, offset, factor = 1 } = options;
    this.name = options.name ?? 'sweep';
    this.period_s = options.period_s ?? 0.25;
    this.calibration = { scale_per_L_min, offset, factor };
    this.convert = (words) => sfm4300Flow_mL_min(words, this.calibration);
    this.link = new SensirionLink({
      bus,
      clock,
      address,
      name: this.name,
      start: START_AIR,
      firstData_ms: FIRST_DATA_ms,
      identify: [IDENTIFY],
    });
  }

  async open(): Promise<void> {
    const product = await this.link.identify();
    if (product >>> 16 !== PRODUCT_FAMILY) {
      throw new DeviceFault(this.name, `product ${hex(product, 8)} is not an SFM4300 (0403xxxxh)`);
    }
    const [scale = 0, offset = 0, unit = 0] = await this.link.ask(SCALE_OFFSET_UNIT, START_AIR, 3);
    const { calibration } = this;
    if (scale !== calibration.scale_per_L_min || signed16(offset) !== calibration.offset || unit !== UNIT_SLM_20C) {
      throw new DeviceFault(
        this.name,
        `the meter says scale ${scale}, offset ${signed16(offset)}, unit ${hex(unit, 4)}; the board file says scale ` +
          `${calibration.scale_per_L_min}, offset ${calibration.offset}, and the unit must be 0148h`,
      );
    }
    await this.link.begin();
  }

  /** Nitrogen in mL/min at 25 °C and 1 atm. */
  poll(): Poll<number> {
    return this.link.poll(this.convert);
  }
}
