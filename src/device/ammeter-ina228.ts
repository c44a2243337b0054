/**
 * Driver of the INA228 in the supply of the breakout's cell: current, charge and its own temperature, in every cycle. Owns
 * its configuration; knows neither direction (it sits before the polarity relay) nor control. Facts as in
 * peltier-meter-ina228.ts, and:
 *
 * ADC_CONFIG E101h: continuous shunt and temperature, 540 µs and 50 µs, 4 averages: a result every 2.4 ms, so that the one
 * read in a cycle is all of that cycle. With CURRENT_LSB = 312.5 nV / R, SHUNT_CAL is 4096, its power-on value. CHARGE
 * counts CURRENT_LSB times a second on the chip's own oscillator (0.5 % typical): a witness of gaps, no measure.
 */
import type { I2cBus, Transfer } from '../bus/i2c.js';
import { answers, failed, hex, signed20, withSetup } from './answers.js';
import { DeviceFault, type Poll, type Reading } from './ports.js';

const CONFIG = 0x00;
const ADC_CONFIG = 0x01;
const SHUNT_CAL = 0x02;
const DIETEMP = 0x06;
const CURRENT = 0x07;
const CHARGE = 0x0a;
const DIAG_ALRT = 0x0b;
const MANUFACTURER = 0x3e;
const DEVICE = 0x3f;

const TEXAS_INSTRUMENTS = 0x5449;
const INA228 = 0x228;
const SHUNT_AND_TEMPERATURE = 0xe101;
const CALIBRATION = 0x1000;
const RESET_CHARGE = 1 << 14;
const ALATCH = 1 << 15;
const CONVERSION_READY = 1 << 1;
const MEMORY_OK = 1 << 0;
const SHUNT_LSB_V = 312.5e-9;
const DIE_LSB_C = 7.8125e-3;
const MAX_20 = 0x7ffff;
const MIN_20 = -0x80000;

export interface CellCurrent {
  /** Through the supply: an amount, whatever way it goes through the cell. */
  readonly current_A: number;
  /** By the chip's own counter since the last `zero`. */
  readonly charge_C: number;
  readonly die_C: number;
}

export interface Ina228AmmeterOptions {
  readonly bus: I2cBus;
  readonly address: number;
  readonly shunt_ohm: number;
  readonly name?: string;
}

export class Ina228Ammeter {
  readonly name: string;
  private readonly lsb_A: number;
  private readonly configure: readonly Transfer[];
  private readonly plain: Poll<CellCurrent>;
  private lost = false;

  constructor(private readonly options: Ina228AmmeterOptions) {
    const { address, shunt_ohm } = options;
    this.name = options.name ?? 'ammeter';
    this.lsb_A = SHUNT_LSB_V / shunt_ohm;
    this.configure = [
      this.setting(SHUNT_CAL, CALIBRATION),
      this.setting(DIAG_ALRT, ALATCH),
      this.setting(ADC_CONFIG, SHUNT_AND_TEMPERATURE), // last: restarts the conversion
    ];
    const get = (register: number, read: number): Transfer => ({ address, write: Uint8Array.of(register), read });
    this.plain = {
      transfers: [get(DIAG_ALRT, 2), get(CURRENT, 3), get(CHARGE, 5), get(DIETEMP, 2)],
      decode: (replies) => {
        const reply = answers(replies, [2, 3, 5, 2]);
        if (!reply.ok) return reply;
        const [diagnosis, current, charge, die] = reply.views;
        const counted = charge.getInt8(0) * 2 ** 32 + charge.getUint32(1);
        return this.convert(diagnosis.getUint16(0), signed20(current), counted, die.getInt16(0));
      },
    };
  }

  async open(): Promise<void> {
    const maker = await this.word(MANUFACTURER);
    const device = await this.word(DEVICE);
    if (maker !== TEXAS_INSTRUMENTS || device >> 4 !== INA228) {
      throw new DeviceFault(this.name, `identity ${hex(maker, 4)} ${hex(device, 4)} is not that of an INA228`);
    }
    for (const transfer of this.configure) await this.options.bus.transfer(transfer);
    await this.zero();
    this.lost = false;
  }

  /** Zeroes the chip's counter. Rejects with BusFault. */
  async zero(): Promise<void> {
    await this.options.bus.transfer(this.setting(CONFIG, RESET_CHARGE));
  }

  /** undefined when nothing has been converted since the last poll. */
  poll(): Poll<CellCurrent> {
    if (!this.lost) return this.plain;
    this.lost = false;
    return withSetup(this.configure, this.plain);
  }

  private setting(register: number, value: number): Transfer {
    return { address: this.options.address, write: Uint8Array.of(register, value >> 8, value & 0xff) };
  }

  private async word(register: number): Promise<number> {
    const { bus, address } = this.options;
    const [high = 0, low = 0] = await bus.transfer({ address, write: Uint8Array.of(register), read: 2 });
    return (high << 8) | low;
  }

  private convert(diagnosis: number, current: number, charge: number, die: number): Reading<CellCurrent> | undefined {
    if (!(diagnosis & ALATCH)) {
      this.lost = true;
      return failed('protocol', `DIAG_ALRT ${hex(diagnosis, 4)} without our latch: the chip was powered again`);
    }
    if (!(diagnosis & MEMORY_OK)) return failed('protocol', 'the chip reports a checksum error in its trim memory');
    if (!(diagnosis & CONVERSION_READY)) return undefined;
    if (current >= MAX_20 || current <= MIN_20) return failed('range', 'the shunt voltage is beyond ±163.84 mV');
    const value = { current_A: current * this.lsb_A, charge_C: charge * this.lsb_A, die_C: die * DIE_LSB_C };
    return { ok: true, value };
  }
}
