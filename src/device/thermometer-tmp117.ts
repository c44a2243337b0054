/**
 * Driver of the TMP117 that reads T2, the temperature of the liquid. Owns its configuration; knows no other chip and
 * nothing of control.
 *
 * Facts (TI SNOSD82): result 16 bits in two's complement, 7.8125 m°C a bit, so that below zero reads right without
 * masking; ±0.1 °C from -20 to 50 °C. Result 8000h before the first conversion. Data-ready is cleared by reading
 * configuration or result.
 * Configuration 0020h: continuous, 8 averages, no standby between cycles: a result every 125 ms, which is at least one
 * for every poll at 0.25 s, with the noise of the single conversion (about 1 LSB) averaged down. 64 averages would make
 * a result older than the poll; the power-on value 0220h converts only once a second.
 */
import type { I2cBus, Transfer } from '../bus/i2c.js';
import { answers, failed, hex, withSetup } from './answers.js';
import { DeviceFault, type Poll, type Reading, type Sensor } from './ports.js';

const RESULT = 0x00;
const CONFIG = 0x01;
const DEVICE_ID = 0x0f;

const IDENTITY = 0x0117;
/** Bits 15:12 of the identity are the revision of the die. */
const IDENTITY_MASK = 0x0fff;
const CONTINUOUS_8_AVERAGES = 0x0020;
/** The bits that we set: not the flags (15:12), not soft reset and reserved (1:0). */
const SETTINGS_MASK = 0x0ffc;
const DATA_READY = 1 << 13;

/** Specified range of the chip, °C. */
const RANGE_C = { low: -55, high: 150 } as const;

/** Temperature of a result register, °C. */
export function tmp117_C(code: number): number {
  return code / 128;
}

export interface Tmp117ThermometerOptions {
  readonly bus: I2cBus;
  readonly address: number;
  /** Added to the reading, K; from calibration. */
  readonly offset_K?: number;
  readonly period_s?: number;
  readonly name?: string;
}

export class Tmp117Thermometer implements Sensor<number> {
  readonly name: string;
  readonly period_s: number;
  private readonly offset_K: number;
  private readonly configure: Transfer;
  private readonly plain: Poll<number>;
  /** Set when the chip shows another configuration than ours: it was powered again. */
  private lost = false;

  constructor(private readonly options: Tmp117ThermometerOptions) {
    const { address } = options;
    this.name = options.name ?? 'thermometer';
    this.period_s = options.period_s ?? 0.25;
    this.offset_K = options.offset_K ?? 0;
    this.configure = {
      address,
      write: Uint8Array.of(CONFIG, CONTINUOUS_8_AVERAGES >> 8, CONTINUOUS_8_AVERAGES & 0xff),
    };
    this.plain = {
      transfers: [
        { address, write: Uint8Array.of(CONFIG), read: 2 },
        { address, write: Uint8Array.of(RESULT), read: 2 },
      ],
      decode: (replies) => {
        const reply = answers(replies, [2, 2]);
        return reply.ok ? this.convert(reply.views[0].getUint16(0), reply.views[1].getInt16(0)) : reply;
      },
    };
  }

  async open(): Promise<void> {
    const { bus, address } = this.options;
    const [high = 0, low = 0] = await bus.transfer({ address, write: Uint8Array.of(DEVICE_ID), read: 2 });
    const identity = (high << 8) | low;
    if ((identity & IDENTITY_MASK) !== IDENTITY) {
      throw new DeviceFault(this.name, `device ID ${hex(identity, 4)} is not that of a TMP117 (x117h)`);
    }
    await bus.transfer(this.configure);
    this.lost = false;
  }

  /** Temperature in °C; undefined when no conversion has ended since the last poll. */
  poll(): Poll<number> {
    if (!this.lost) return this.plain;
    this.lost = false;
    return withSetup([this.configure], this.plain);
  }

  private convert(config: number, code: number): Reading<number> | undefined {
    if ((config & SETTINGS_MASK) !== CONTINUOUS_8_AVERAGES) {
      this.lost = true;
      return failed('protocol', `configuration ${hex(config, 4)} is not ours: the chip was powered again`);
    }
    if (!(config & DATA_READY)) return undefined;
    const temperature_C = tmp117_C(code);
    if (!(temperature_C >= RANGE_C.low && temperature_C <= RANGE_C.high)) {
      return failed('range', `${temperature_C} °C is outside the range of the chip`);
    }
    return { ok: true, value: temperature_C + this.offset_K };
  }
}
