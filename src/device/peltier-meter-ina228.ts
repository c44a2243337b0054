/**
 * Driver of the INA228 that reads back current and voltage of the Peltier module. Owns its configuration; knows no other
 * chip and nothing of control.
 *
 * Facts (TI SLYS021): 20-bit results in bits 23:4; VBUS 195.3125 µV a bit; current in units of CURRENT_LSB, which the
 * calibration register sets: SHUNT_CAL = 13107.2e6 * CURRENT_LSB * R for the ±163.84 mV range. With
 * CURRENT_LSB = 312.5 nV / R the register takes 4096, its power-on value: a chip that was powered again reads right.
 * ADC_CONFIG BB6Bh: continuous bus and shunt, 1052 µs each, 64 averages: a pair every 134.7 ms, one at least for every
 * poll at 0.25 s. Its conversion-ready flag stands until DIAG_ALRT is read only when ALATCH is set.
 */
import type { I2cBus, Transfer } from '../bus/i2c.js';
import { answers, failed, hex, signed20, withSetup } from './answers.js';
import { DeviceFault, type Poll, type Reading, type Sensor } from './ports.js';

const CONFIG = 0x00;
const ADC_CONFIG = 0x01;
const SHUNT_CAL = 0x02;
const VBUS = 0x05;
const CURRENT = 0x07;
const DIAG_ALRT = 0x0b;
const MANUFACTURER = 0x3e;
const DEVICE = 0x3f;

const TEXAS_INSTRUMENTS = 0x5449;
/** The lowest four bits of the device register are the revision. */
const INA228 = 0x228;
const CONTINUOUS_64_AVERAGES = 0xbb6b;
const ALATCH = 1 << 15;
const CONVERSION_READY = 1 << 1;
const MEMORY_OK = 1 << 0;
const CAL_PER_V = 13107.2e6;
const BUS_LSB_V = 195.3125e-6;
const MAX_20 = 0x7ffff;
const MIN_20 = -0x80000;

/** Value of SHUNT_CAL for a current LSB and a shunt, in the ±163.84 mV range. */
export function shuntCalibration(currentLsb_A: number, shunt_ohm: number): number {
  return Math.round(CAL_PER_V * currentLsb_A * shunt_ohm);
}

/** Bus voltage of a 20-bit code, V. */
export function ina228Bus_V(code: number): number {
  return code * BUS_LSB_V;
}

export interface PeltierPower {
  readonly current_A: number;
  readonly voltage_V: number;
}

export interface Ina228MeterOptions {
  readonly bus: I2cBus;
  readonly address: number;
  readonly shunt_ohm: number;
  /** Current of one bit, A; 312.5 nV over the shunt when not given. */
  readonly currentLsb_A?: number;
  readonly period_s?: number;
  readonly name?: string;
}

export class Ina228Meter implements Sensor<PeltierPower> {
  readonly name: string;
  readonly period_s: number;
  private readonly currentLsb_A: number;
  private readonly configure: readonly Transfer[];
  private readonly plain: Poll<PeltierPower>;
  private lost = false;

  constructor(private readonly options: Ina228MeterOptions) {
    const { address, shunt_ohm } = options;
    this.name = options.name ?? 'peltierMeter';
    this.period_s = options.period_s ?? 0.25;
    this.currentLsb_A = options.currentLsb_A ?? 312.5e-9 / shunt_ohm;
    const calibration = shuntCalibration(this.currentLsb_A, shunt_ohm);
    if (!(calibration >= 1 && calibration <= 0x7fff)) {
      throw new RangeError(`${this.name}: SHUNT_CAL ${calibration} does not fit its 15 bits`);
    }
    const set = (register: number, value: number): Transfer => ({
      address,
      write: Uint8Array.of(register, value >> 8, value & 0xff),
    });
    this.configure = [
      set(CONFIG, 0), // ±163.84 mV range, no delay, no temperature compensation
      set(SHUNT_CAL, calibration),
      set(DIAG_ALRT, ALATCH),
      set(ADC_CONFIG, CONTINUOUS_64_AVERAGES), // last: restarts the conversion
    ];
    this.plain = {
      transfers: [
        { address, write: Uint8Array.of(DIAG_ALRT), read: 2 },
        { address, write: Uint8Array.of(CURRENT), read: 3 },
        { address, write: Uint8Array.of(VBUS), read: 3 },
      ],
      decode: (replies) => {
        const reply = answers(replies, [2, 3, 3]);
        if (!reply.ok) return reply;
        const [diagnosis, current, voltage] = reply.views;
        return this.convert(diagnosis.getUint16(0), signed20(current), signed20(voltage));
      },
    };
  }

  async open(): Promise<void> {
    const maker = await this.word(MANUFACTURER);
    const device = await this.word(DEVICE);
    if (maker !== TEXAS_INSTRUMENTS || device >> 4 !== INA228) {
      throw new DeviceFault(
        this.name,
        `identity ${hex(maker, 4)} ${hex(device, 4)} is not that of an INA228 (5449h 228xh)`,
      );
    }
    for (const transfer of this.configure) await this.options.bus.transfer(transfer);
    this.lost = false;
  }

  /** Current in A (positive cools) and voltage in V; undefined when no pair has been converted since the last poll. */
  poll(): Poll<PeltierPower> {
    if (!this.lost) return this.plain;
    this.lost = false;
    return withSetup(this.configure, this.plain);
  }

  private async word(register: number): Promise<number> {
    const { bus, address } = this.options;
    const [high = 0, low = 0] = await bus.transfer({ address, write: Uint8Array.of(register), read: 2 });
    return (high << 8) | low;
  }

  private convert(diagnosis: number, current: number, voltage: number): Reading<PeltierPower> | undefined {
    if (!(diagnosis & ALATCH)) {
      this.lost = true;
      return failed('protocol', `DIAG_ALRT ${hex(diagnosis, 4)} without our latch: the chip was powered again`);
    }
    if (!(diagnosis & MEMORY_OK)) return failed('protocol', 'the chip reports a checksum error in its trim memory');
    if (!(diagnosis & CONVERSION_READY)) return undefined;
    if (current >= MAX_20 || current <= MIN_20) return failed('range', 'the shunt voltage is beyond ±163.84 mV');
    if (voltage >= MAX_20 || voltage < 0) return failed('range', 'the bus voltage is beyond the register');
    return { ok: true, value: { current_A: current * this.currentLsb_A, voltage_V: ina228Bus_V(voltage) } };
  }
}
