/**
 * Driver of the ADS1115 at the breakout's cell: voltage between the leads behind two equal dividers (AIN0 against AIN1),
 * and the current once more, over the resistor under the MOSFET (AIN2). Owns both conversions; knows nothing of control.
 *
 * The chip converts one input at a time, 250 a second: each poll fetches the conversion begun by the one before and
 * begins the other, so that each value is renewed in every second poll.
 */
import type { I2cBus } from '../bus/i2c.js';
import { Ads1115Channel, begun } from './ads1115.js';
import { failed } from './answers.js';
import type { Poll, Reading } from './ports.js';

export type CellVoltage =
  | { readonly what: 'voltage'; readonly voltage_V: number }
  | { readonly what: 'return'; readonly current_A: number };

export interface Ads1115VoltmeterOptions {
  readonly bus: I2cBus;
  readonly address: number;
  /** Voltage of a lead over that at its input. */
  readonly divider: number;
  readonly sense_ohm: number;
  readonly name?: string;
}

type Place = CellVoltage['what'];

export class Ads1115Voltmeter {
  readonly name: string;
  private readonly channels: Readonly<Record<Place, Ads1115Channel>>;
  /** The conversion that runs; undefined when none was begun. */
  private running: Place | undefined;

  constructor(private readonly options: Ads1115VoltmeterOptions) {
    const { address } = options;
    this.name = options.name ?? 'voltmeter';
    this.channels = {
      voltage: new Ads1115Channel(address, { input: 0, against: 'next', fullScale_V: 4.096, rate_Hz: 250 }),
      return: new Ads1115Channel(address, { input: 2, fullScale_V: 1.024, rate_Hz: 250 }),
    };
  }

  async open(): Promise<void> {
    await this.channels.voltage.open(this.options.bus, this.name);
    this.running = 'voltage';
  }

  /** One of the two, in turn. */
  poll(): Poll<CellVoltage> {
    const { running } = this;
    const next: Place = running === 'voltage' ? 'return' : 'voltage';
    const fetch = running === undefined ? [] : this.channels[running].fetch;
    return {
      transfers: [...fetch, this.channels[next].begin],
      decode: (replies) => {
        const reading = running === undefined ? undefined : this.take(running, replies);
        const fault = begun(replies[fetch.length]);
        this.running = fault === undefined ? next : undefined;
        return reading ?? fault;
      },
    };
  }

  private take(place: Place, replies: Parameters<Poll<CellVoltage>['decode']>[0]): Reading<CellVoltage> {
    const conversion = this.channels[place].decode(replies);
    if (conversion === undefined) return failed('protocol', 'the conversion did not end within the cycle');
    if (!conversion.ok) return conversion;
    const { divider, sense_ohm } = this.options;
    const { voltage_V } = conversion;
    return place === 'voltage'
      ? { ok: true, value: { what: 'voltage', voltage_V: voltage_V * divider } }
      : { ok: true, value: { what: 'return', current_A: voltage_V / sense_ohm } };
  }
}
