/**
 * Driver of the housekeeping ADS1115: thermistor on the hot side of the Peltier module, and the supply behind a divider.
 * Owns both conversions; knows nothing of control.
 *
 * The chip converts one input at a time, so that a reading takes two polls: each fetches the conversion begun by the one
 * before and begins the other. `period_s` of the sensor is therefore half the period of its readings, `renewal_s`. A half that
 * failed spoils its pair; no half of a reading is older than two polls.
 */
import type { I2cBus } from '../bus/i2c.js';
import { Ads1115Channel, type Ads1115Input, begun } from './ads1115.js';
import { type Failed, failed } from './answers.js';
import type { Poll, Reading, Sensor } from './ports.js';

/** Outside this the thermistor is open or shorted: the hot side never is that warm or cold, °C. */
const PLAUSIBLE_C = { low: -30, high: 130 } as const;
const KELVIN = 273.15;

export interface Thermistor {
  readonly excitation_V: number;
  /** From the excitation to the input; the thermistor goes on to ground. */
  readonly series_ohm: number;
  readonly thermistor25_ohm: number;
  readonly beta_K: number;
}

/**
 * Temperature of a thermistor by the beta equation, 1/T = 1/298.15 K + ln(R/R25)/B, from the voltage over it, °C.
 * NaN at or beyond the ends of the divider (open, shorted).
 */
export function thermistor_C(voltage_V: number, thermistor: Thermistor): number {
  const { excitation_V, series_ohm, thermistor25_ohm, beta_K } = thermistor;
  if (!(voltage_V > 0 && voltage_V < excitation_V)) return Number.NaN;
  const resistance_ohm = (series_ohm * voltage_V) / (excitation_V - voltage_V);
  return 1 / (1 / (25 + KELVIN) + Math.log(resistance_ohm / thermistor25_ohm) / beta_K) - KELVIN;
}

export interface Auxiliary {
  readonly hotSide_C: number;
  readonly supply_V: number;
}

export interface AuxiliaryMeterOptions {
  readonly bus: I2cBus;
  readonly address: number;
  readonly hotSide: Ads1115Input & Thermistor;
  readonly supply: Ads1115Input & {
    /** Supply voltage over the voltage at the input. */
    readonly divider: number;
  };
  /** Period of the readings, s; at least 0.3. The sensor is polled twice as often. */
  readonly period_s?: number;
  readonly name?: string;
}

type Place = 'hotSide' | 'supply';

export class AuxiliaryMeter implements Sensor<Auxiliary> {
  readonly name: string;
  readonly period_s: number;
  readonly renewal_s: number;
  private readonly channels: Readonly<Record<Place, Ads1115Channel>>;
  /** The input whose conversion runs; undefined when none was begun: its result would be an old one. */
  private running: Place | undefined;
  private hotSide_C: number | undefined;

  constructor(private readonly options: AuxiliaryMeterOptions) {
    this.name = options.name ?? 'auxiliary';
    this.renewal_s = options.period_s ?? 0.5;
    this.period_s = this.renewal_s / 2;
    this.channels = {
      hotSide: new Ads1115Channel(options.address, options.hotSide),
      supply: new Ads1115Channel(options.address, options.supply),
    };
  }

  async open(): Promise<void> {
    await this.channels.hotSide.open(this.options.bus, this.name);
    this.hotSide_C = undefined;
    this.running = 'hotSide';
  }

  /** Both values, from two conversions in a row; undefined in between. */
  poll(): Poll<Auxiliary> {
    const { running } = this;
    if (running === undefined) return this.begin('hotSide', undefined);
    const next: Place = running === 'hotSide' ? 'supply' : 'hotSide';
    return this.begin(next, running);
  }

  /** Begins the conversion of `next` after fetching that of `previous`. */
  private begin(next: Place, previous: Place | undefined): Poll<Auxiliary> {
    const fetch = previous === undefined ? [] : this.channels[previous].fetch;
    return {
      transfers: [...fetch, this.channels[next].begin],
      heldBackFrom: fetch.length, // a result fetched after the next was begun would be of the other input
      decode: (replies) => {
        const reading = previous === undefined ? undefined : this.take(previous, replies);
        const fault = begun(replies[fetch.length]);
        this.running = fault === undefined ? next : undefined;
        return reading ?? fault;
      },
    };
  }

  private take(place: Place, replies: Parameters<Poll<Auxiliary>['decode']>[0]): Reading<Auxiliary> | undefined {
    const conversion = this.channels[place].decode(replies);
    if (conversion === undefined)
      return this.incomplete(failed('protocol', 'the conversion did not end within the period'));
    if (!conversion.ok) return this.incomplete(conversion);
    const { hotSide_C } = this;
    if (place === 'hotSide') return this.takeHotSide(conversion.voltage_V);
    this.hotSide_C = undefined;
    if (hotSide_C === undefined) return undefined;
    return { ok: true, value: { hotSide_C, supply_V: conversion.voltage_V * this.options.supply.divider } };
  }

  private takeHotSide(voltage_V: number): Failed | undefined {
    const hotSide_C = thermistor_C(voltage_V, this.options.hotSide);
    if (!(hotSide_C >= PLAUSIBLE_C.low && hotSide_C <= PLAUSIBLE_C.high)) {
      return this.incomplete(
        failed('range', `thermistor of the hot side at ${voltage_V.toFixed(4)} V: open or shorted`),
      );
    }
    this.hotSide_C = hotSide_C;
    return undefined;
  }

  /** A failed half spoils the pair. */
  private incomplete(fault: Failed): Failed {
    this.hotSide_C = undefined;
    return fault;
  }
}
