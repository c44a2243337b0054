/**
 * Driver of the thermal-conductivity cell in the vented nitrogen, on an ADS1115: hydrogen in vol%, for the Faradaic
 * efficiency and never for safety. Owns the cell's linear calibration; knows nothing of control.
 *
 * A poll fetches the conversion that the poll before began: the value is as old as one period.
 */
import type { I2cBus } from '../bus/i2c.js';
import { type Ads1115FullScale_V, Ads1115Channel, begun } from './ads1115.js';
import { failed } from './answers.js';
import type { Poll, Reading, Sensor } from './ports.js';

/** So far below zero the bridge is open or without supply; the zero itself drifts less. */
const LEAST_VOL_PERCENT = -0.5;
const MOST_VOL_PERCENT = 100;

export interface VentCalibration {
  /** Voltage in pure nitrogen. */
  readonly zero_V: number;
  /** Hydrogen per volt above that. */
  readonly scale_vol_percent_V: number;
}

/** Hydrogen in nitrogen, vol%, from the voltage of the cell: linear over the few per cent of the vent line. */
export function ventHydrogen_vol_percent(voltage_V: number, calibration: VentCalibration): number {
  return (voltage_V - calibration.zero_V) * calibration.scale_vol_percent_V;
}

export interface VentSensorOptions extends VentCalibration {
  readonly bus: I2cBus;
  readonly address: number;
  readonly input: number;
  readonly fullScale_V: Ads1115FullScale_V;
  /** At least 0.15 s, so that the conversion begun in one poll has ended at the next. */
  readonly period_s?: number;
  readonly name?: string;
}

export class VentSensor implements Sensor<number> {
  readonly name: string;
  readonly period_s: number;
  private readonly channel: Ads1115Channel;
  private running = false;

  constructor(private readonly options: VentSensorOptions) {
    this.name = options.name ?? 'ventHydrogen';
    this.period_s = options.period_s ?? 1;
    this.channel = new Ads1115Channel(options.address, options);
  }

  async open(): Promise<void> {
    await this.channel.open(this.options.bus, this.name);
    this.running = true;
  }

  /** Hydrogen in vol%; undefined while no conversion has ended. */
  poll(): Poll<number> {
    const { begin, fetch } = this.channel;
    if (!this.running) {
      return { transfers: [begin], decode: (replies) => this.started(replies[0], undefined) };
    }
    return {
      transfers: [...fetch, begin],
      heldBackFrom: fetch.length, // once the next conversion runs, the result of the last cannot be told from an old one
      decode: (replies) => {
        const conversion = this.channel.decode(replies);
        return this.started(replies[fetch.length], conversion?.ok ? this.convert(conversion.voltage_V) : conversion);
      },
    };
  }

  /** Notes whether the next conversion runs; a reading that was fetched stands on its own. */
  private started(
    reply: Parameters<typeof begun>[0],
    reading: Reading<number> | undefined,
  ): Reading<number> | undefined {
    const fault = begun(reply);
    this.running = fault === undefined;
    return reading ?? fault;
  }

  private convert(voltage_V: number): Reading<number> {
    const value = ventHydrogen_vol_percent(voltage_V, this.options);
    if (!(value >= LEAST_VOL_PERCENT && value <= MOST_VOL_PERCENT)) {
      return failed(
        'range',
        `${voltage_V.toFixed(4)} V would be ${value.toFixed(2)} vol%: the cell is open or without supply`,
      );
    }
    return { ok: true, value };
  }
}
