/**
 * SFM4300-20 gas flow meter at command level (Sensirion, SF06 family): start by gas, scale factor, offset and unit by gas,
 * product identifier, flow, gas temperature and status with check bytes, no data for 12 ms after start.
 * Knows neither the plant (it is given functions) nor the driver.
 *
 * Litres of the meter are at 20 °C and 1013.25 hPa (unit code 0148h); the plant's are at 25 °C and 1 atm.
 */
import type { Random } from '../../model/random.js';
import type { Chip } from '../chip.js';
import { SensirionBus } from './sensirion.js';
import { saturated } from './words.js';

/** Start commands, and the gas code that the status word then shows in its bits 15:12. */
const GASES: ReadonlyMap<number, number> = new Map([
  [0x3603, 0], // oxygen
  [0x3608, 1], // air
  [0x3615, 2], // nitrous oxide
  [0x361e, 3], // carbon dioxide
]);
const SCALE_OFFSET_UNIT = 0x3661;
const IDENTIFY = 0xe102;
/** SFM4300-20-P, with push-in fittings. */
const PRODUCT = [0x0403, 0x0310] as const;
const SCALE_PER_L_min = 2500;
const OFFSET = -28672;
const UNIT_SLM_20C = 0x0148;
const TEMPERATURE_PER_C = 200;
/** Status: exponential smoothing, as the chip does when it is read less often than every 64 ms; and "pure gas". */
const SMOOTHING = 1 << 11;
const PURE_GAS = 0x3ff;
const FULL_SCALE_L_min = 20;
const NORMAL_TO_METER = 293.15 / 298.15;

export interface Sfm4300Options {
  readonly address: number;
  /** True flow, mL/min at 25 °C and 1 atm. */
  readonly flow_mL_min: () => number;
  readonly noise: Random;
  /** Standard deviation of a reading near zero, mL/min. */
  readonly noise_mL_min?: number;
  /** True flow of the gas over the flow that the air table gives. */
  readonly factor?: number;
  readonly temperature_C?: () => number;
}

export class Sfm4300 implements Chip {
  readonly address: number;
  private readonly bus: SensirionBus;

  constructor(private readonly options: Sfm4300Options) {
    this.address = options.address;
    this.bus = new SensirionBus({
      starts: (command) => GASES.has(command),
      firstData_s: 0.012,
      measure: (command) => this.measure(command),
      answer: (command, argument) => {
        if (command === IDENTIFY) return [...PRODUCT, 0x0000, 0x0000, 0x0000, 0x4711];
        if (command === SCALE_OFFSET_UNIT && argument !== undefined && GASES.has(argument)) {
          return [SCALE_PER_L_min, OFFSET, UNIT_SLM_20C];
        }
        return undefined;
      },
    });
  }

  reset(): void {
    this.bus.reset();
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    return this.bus.write(bytes, now_s);
  }

  read(length: number, now_s: number): Uint8Array | undefined {
    return this.bus.read(length, now_s);
  }

  private measure(command: number): readonly number[] {
    const { flow_mL_min, noise, noise_mL_min = 0.4, factor = 1, temperature_C } = this.options;
    const noisy_mL_min = flow_mL_min() / factor + noise_mL_min * noise.normal();
    const meter_L_min = saturatedFlow((noisy_mL_min / 1000) * NORMAL_TO_METER);
    const flow = saturated(meter_L_min * SCALE_PER_L_min + OFFSET, -32768, 32767);
    const temperature = saturated((temperature_C?.() ?? 22) * TEMPERATURE_PER_C, -32768, 32767);
    return [flow, temperature, ((GASES.get(command) ?? 0) << 12) | SMOOTHING | PURE_GAS];
  }
}

/** The output saturates a tenth beyond full scale; backflow to -1 L/min. */
function saturatedFlow(flow_L_min: number): number {
  return Math.min(1.1 * FULL_SCALE_L_min, Math.max(-1, flow_L_min));
}
