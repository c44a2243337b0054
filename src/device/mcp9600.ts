/**
 * Driver of the MCP9600 thermocouple converter, the breakout's T1. Owns its configuration; knows nothing of control.
 *
 * Facts (Microchip DS20005426): identity register 20h, 40h or 41h in the high byte; hot junction in register 00h, 0.0625 °C
 * a bit; status 04h: bit 6 a new value since it was cleared, bit 4 input beyond the range of the type; sensor 05h: type in
 * bits 6:4, filter in 2:0; device 06h: resolution in bits 6:5 (1: 16 bits, 80 ms). Good to 1.5 K at best: for
 * over-temperature, never for control. Its bus runs at 10 to 100 kHz.
 */
import type { I2cBus, Transfer } from '../bus/i2c.js';
import { answers, failed, hex, withSetup } from './answers.js';
import { DeviceFault, type Poll, type Reading, type Sensor } from './ports.js';

const HOT = 0x00;
const STATUS = 0x04;
const SENSOR = 0x05;
const DEVICE = 0x06;
const IDENTITY = 0x20;

const UPDATED = 1 << 6;
const BEYOND_RANGE = 1 << 4;
const TYPE_K_LIGHT_FILTER = 0x02;
const BITS_16 = 0x20;
const LSB_C = 0.0625;
/** A cell of this bench is never outside: the thermocouple is open or its leads are swapped, °C. */
const PLAUSIBLE_C = { low: -60, high: 200 } as const;

export interface Mcp9600ThermocoupleOptions {
  readonly bus: I2cBus;
  readonly address: number;
  /** At least 0.1 s, so that a conversion ends between two polls. */
  readonly period_s?: number;
  readonly name?: string;
}

export class Mcp9600Thermocouple implements Sensor<number> {
  readonly name: string;
  readonly period_s: number;
  private readonly configure: readonly Transfer[];
  private readonly plain: Poll<number>;
  private lost = false;

  constructor(private readonly options: Mcp9600ThermocoupleOptions) {
    const { address } = options;
    this.name = options.name ?? 'thermocouple';
    this.period_s = options.period_s ?? 0.2;
    const set = (register: number, value: number): Transfer => ({ address, write: Uint8Array.of(register, value) });
    const get = (register: number, read: number): Transfer => ({ address, write: Uint8Array.of(register), read });
    this.configure = [set(SENSOR, TYPE_K_LIGHT_FILTER), set(DEVICE, BITS_16)];
    this.plain = {
      transfers: [get(DEVICE, 1), get(STATUS, 1), get(HOT, 2), set(STATUS, 0)],
      decode: (replies) => {
        const reply = answers(replies, [1, 1, 2, 0]);
        if (!reply.ok) return reply;
        const [device, status, hot] = reply.views;
        return this.convert(device.getUint8(0), status.getUint8(0), hot.getInt16(0) * LSB_C);
      },
    };
  }

  async open(): Promise<void> {
    const { bus, address } = this.options;
    const [identity = 0] = await bus.transfer({ address, write: Uint8Array.of(IDENTITY), read: 2 });
    if (identity !== 0x40 && identity !== 0x41)
      throw new DeviceFault(this.name, `identity ${hex(identity, 2)} is not that of an MCP9600 (40h, 41h)`);
    for (const transfer of this.configure) await bus.transfer(transfer);
    this.lost = false;
  }

  /** Temperature of the hot junction in °C; undefined when no conversion has ended since the last poll. */
  poll(): Poll<number> {
    if (!this.lost) return this.plain;
    this.lost = false;
    return withSetup(this.configure, this.plain);
  }

  private convert(device: number, status: number, hot_C: number): Reading<number> | undefined {
    if (device !== BITS_16) {
      this.lost = true;
      return failed('protocol', `configuration ${hex(device, 2)} is not ours: the chip was powered again`);
    }
    if (!(status & UPDATED)) return undefined;
    if (status & BEYOND_RANGE || !(hot_C >= PLAUSIBLE_C.low && hot_C <= PLAUSIBLE_C.high))
      return failed('range', `thermocouple at ${hot_C} °C: open, or its leads are swapped`);
    return { ok: true, value: hot_C };
  }
}
