/**
 * INA228 current, voltage and power monitor at register level (TI SLYS021): conversion cycle from ADC_CONFIG, latched
 * conversion-ready flag, 20-bit results, both shunt ranges, calibration register, identity, saturation.
 * CHARGE counts as the plant does. The energy accumulator reads 0 and the limits raise no alert: nobody asks for them.
 * Knows neither the plant (it is given functions) nor the driver.
 */
import type { Random } from '../../model/random.js';
import type { Chip } from '../chip.js';
import { FreeRunning } from './free-running.js';
import { bigEndian, padded, saturated, word } from './words.js';

const CONFIG = 0x00;
const ADC_CONFIG = 0x01;
const SHUNT_CAL = 0x02;
const VSHUNT = 0x04;
const VBUS = 0x05;
const DIETEMP = 0x06;
const CURRENT = 0x07;
const POWER = 0x08;
const CHARGE = 0x0a;
const DIAG_ALRT = 0x0b;

const CONFIG_RST = 1 << 15;
const CONFIG_RSTACC = 1 << 14;
const CONFIG_ADCRANGE = 1 << 4;
const ALATCH = 1 << 15;
const CNVRF = 1 << 1;
const MEMSTAT = 1 << 0;
/** Bits of DIAG_ALRT that a master may write. */
const DIAG_WRITABLE = 0xf000;

/** Width in bytes of the registers that are not 2 wide. */
const WIDTH: ReadonlyMap<number, number> = new Map([
  [VSHUNT, 3],
  [VBUS, 3],
  [CURRENT, 3],
  [POWER, 3],
  [0x09, 5],
  [CHARGE, 5],
]);
const POWER_ON: readonly (readonly [number, number])[] = [
  [ADC_CONFIG, 0xfb68],
  [SHUNT_CAL, 0x1000],
  [DIAG_ALRT, MEMSTAT],
  [0x0c, 0x7fff],
  [0x0d, 0x8000],
  [0x0e, 0x7fff],
  [0x10, 0x7fff],
  [0x11, 0xffff],
  [0x3e, 0x5449],
  [0x3f, 0x2281],
];
const READ_ONLY: ReadonlySet<number> = new Set([VSHUNT, VBUS, DIETEMP, CURRENT, POWER, 0x09, CHARGE, 0x3e, 0x3f]);

const BUS_LSB_V = 195.3125e-6;
const SHUNT_LSB_V = 312.5e-9;
const SHUNT_FINE_LSB_V = 78.125e-9;
const DIE_LSB_C = 7.8125e-3;
const MAX_20 = 0x7ffff;
const CONVERSION_s = [50e-6, 84e-6, 150e-6, 280e-6, 540e-6, 1052e-6, 2074e-6, 4120e-6] as const;
const AVERAGES = [1, 4, 16, 64, 128, 256, 512, 1024] as const;

export interface Ina228Options {
  readonly address: number;
  readonly shunt_ohm: number;
  /** Current through the shunt, A. */
  readonly current_A: () => number;
  /** Charge through the shunt since any instant, as its oscillator times it, C; without it CHARGE stands still. */
  readonly charge_C?: () => number;
  /** Voltage at the VBUS pin, V. */
  readonly voltage_V: () => number;
  readonly noise: Random;
  /** Standard deviation of one averaged result: of the shunt voltage, and of the bus voltage. */
  readonly shuntNoise_V?: number;
  readonly busNoise_V?: number;
  readonly die_C?: () => number;
}

export class Ina228 implements Chip {
  readonly address: number;
  private readonly registers = new Map<number, number>();
  private pointer = CONFIG;
  private readonly conversions = new FreeRunning();
  /** Reading of `charge_C` at which the accumulator was zero. */
  private chargeZero_C = 0;

  constructor(private readonly options: Ina228Options) {
    this.address = options.address;
    this.reset();
  }

  reset(): void {
    this.registers.clear();
    for (const [register, value] of POWER_ON) this.registers.set(register, value);
    this.pointer = CONFIG;
    this.chargeZero_C = this.passed_C();
    this.conversions.restart(this.cycle_s());
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    const [pointer] = bytes;
    if (pointer === undefined) return true;
    this.pointer = pointer;
    if (bytes.length < 3 || READ_ONLY.has(pointer)) return true;
    const value = word(bytes, 1);
    if (pointer === CONFIG && value & CONFIG_RST) {
      this.reset();
      return true;
    }
    if (pointer === CONFIG && value & CONFIG_RSTACC) this.chargeZero_C = this.passed_C();
    this.registers.set(pointer, this.kept(pointer, value));
    if (pointer === ADC_CONFIG) {
      this.setReady(false);
      this.conversions.restart(this.cycle_s(), now_s);
    }
    return true;
  }

  read(length: number, now_s: number): Uint8Array | undefined {
    this.convert(now_s);
    if (this.pointer === CHARGE) return this.charge(length);
    const width = WIDTH.get(this.pointer) ?? 2;
    const value = this.register(this.pointer);
    if (this.pointer === DIAG_ALRT) this.setReady(false);
    // Signed 20-bit results stand in bits 23:4; POWER fills its 24 bits; the accumulators are 0.
    const twenty = this.pointer === VSHUNT || this.pointer === VBUS || this.pointer === CURRENT;
    return bigEndian(twenty ? value << 4 : value, width, length);
  }

  /** What of a written value stays in a register. */
  private kept(register: number, value: number): number {
    if (register === CONFIG) return value & ~CONFIG_RSTACC;
    if (register !== DIAG_ALRT) return value;
    return (value & DIAG_WRITABLE) | (this.register(DIAG_ALRT) & ~DIAG_WRITABLE);
  }

  private passed_C(): number {
    return this.options.charge_C?.() ?? 0;
  }

  /** CHARGE: 40 bits, two's complement, CURRENT_LSB times a second each (the bit of CURRENT follows SHUNT_CAL). */
  private charge(length: number): Uint8Array {
    const lsb_V = this.register(CONFIG) & CONFIG_ADCRANGE ? SHUNT_FINE_LSB_V : SHUNT_LSB_V;
    const shunt_V_s = (this.passed_C() - this.chargeZero_C) * this.options.shunt_ohm;
    const count = Math.round(((shunt_V_s / lsb_V) * 4096) / Math.max(1, this.register(SHUNT_CAL)));
    const bytes = Uint8Array.of(Math.floor(count / 2 ** 32) & 0xff, ...bigEndian(count % 2 ** 32, 4));
    return padded(bytes, length);
  }

  private register(index: number): number {
    return this.registers.get(index) ?? 0;
  }

  private setReady(ready: boolean): void {
    const diag = this.register(DIAG_ALRT);
    this.registers.set(DIAG_ALRT, ready ? diag | CNVRF : diag & ~CNVRF);
  }

  /** One averaged cycle over the enabled inputs, s; Infinity when shut down (MODE 0 and 8). */
  private cycle_s(): number {
    const config = this.register(ADC_CONFIG);
    const mode = config >> 12;
    const time_s = (code: number): number => CONVERSION_s[code & 7] ?? 0;
    const all_s =
      (mode & 1 ? time_s(config >> 9) : 0) +
      (mode & 2 ? time_s(config >> 6) : 0) +
      (mode & 4 ? time_s(config >> 3) : 0);
    return all_s === 0 ? Number.POSITIVE_INFINITY : all_s * (AVERAGES[config & 7] ?? 1);
  }

  private convert(now_s: number): void {
    if (!this.conversions.look(now_s)) return;
    const { options, registers } = this;
    const mode = this.register(ADC_CONFIG) >> 12;
    const shuntLsb_V = this.register(CONFIG) & CONFIG_ADCRANGE ? SHUNT_FINE_LSB_V : SHUNT_LSB_V;
    if (mode & 2) {
      const shunt_V =
        options.current_A() * options.shunt_ohm + (options.shuntNoise_V ?? 0.2e-6) * options.noise.normal();
      const shunt = saturated(shunt_V / shuntLsb_V, -MAX_20 - 1, MAX_20);
      registers.set(VSHUNT, shunt);
      // SHUNT_CAL = 13107.2e6 * CURRENT_LSB * R (times 4 in the fine range), so the code is VSHUNT * 4096 / SHUNT_CAL.
      const calibration = this.register(SHUNT_CAL);
      registers.set(CURRENT, calibration === 0 ? 0 : saturated((shunt * 4096) / calibration, -MAX_20 - 1, MAX_20));
    }
    if (mode & 1) {
      const bus_V = options.voltage_V() + (options.busNoise_V ?? 50e-6) * options.noise.normal();
      registers.set(VBUS, saturated(bus_V / BUS_LSB_V, 0, MAX_20));
    }
    if (mode & 4) registers.set(DIETEMP, saturated((options.die_C?.() ?? 25) / DIE_LSB_C, -32768, 32767));
    this.multiply();
    // Without ALATCH the flag clears itself with the alert pulse; a master that polls finds it only when latched.
    if (this.register(DIAG_ALRT) & ALATCH) this.setReady(true);
    if ((mode & 8) === 0) this.conversions.restart(Number.POSITIVE_INFINITY);
  }

  /** POWER has an LSB of 3.2 * CURRENT_LSB in W: code = |I| codes * V / 3.2. */
  private multiply(): void {
    const bus_V = this.register(VBUS) * BUS_LSB_V;
    this.registers.set(POWER, saturated((Math.abs(this.register(CURRENT)) * bus_V) / 3.2, 0, 0xffffff));
  }
}
