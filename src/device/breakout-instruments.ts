/**
 * What the breakout measures in a cycle: ammeter, voltmeter and thermocouple as one poll. Owns which of them are due and
 * how old their last values may be; judges nothing. A value that is too old is NaN, which trips.
 */
import type { Reply, Transfer } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import type { CellCurrent, Ina228Ammeter } from './ammeter-ina228.js';
import { failed } from './answers.js';
import type { Poll, Reading, Sensor } from './ports.js';
import type { CellVoltage, Ads1115Voltmeter } from './voltmeter-ads1115.js';

export interface BreakoutParts {
  readonly ammeter: Ina228Ammeter;
  readonly voltmeter: Ads1115Voltmeter;
  readonly thermocouple: Sensor<number>;
}

export interface Measured extends CellCurrent {
  readonly returnCurrent_A: number;
  readonly voltage_V: number;
  readonly cellTemperature_C: number;
}

/** A value of every cycle, and one of every second cycle, may be so old, ms. */
const CURRENT_MAX_MS = 100;
const VOLTAGE_MAX_MS = 200;
/** The thermocouple may miss so many of its periods. */
const THERMOCOUPLE_PERIODS = 4;

interface Kept {
  value: number;
  at_ms: number;
}

const never = (): Kept => ({ value: Number.NaN, at_ms: Number.NEGATIVE_INFINITY });

export class BreakoutInstruments {
  private current: { readonly value: CellCurrent; readonly at_ms: number } | undefined;
  private readonly voltage = never();
  private readonly returned = never();
  private readonly temperature = never();
  private thermocoupleDue_ms = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly parts: BreakoutParts,
    private readonly clock: Clock,
  ) {}

  async open(): Promise<void> {
    await this.parts.ammeter.open();
    await this.parts.voltmeter.open();
    await this.parts.thermocouple.open();
    this.current = undefined;
    this.thermocoupleDue_ms = Number.NEGATIVE_INFINITY;
  }

  zeroCharge(): Promise<void> {
    return this.parts.ammeter.zero();
  }

  /** Transfers of a cycle in which everything is due. */
  get fullest(): readonly Transfer[] {
    const { ammeter, voltmeter, thermocouple } = this.parts;
    return [ammeter, voltmeter, thermocouple].flatMap((part) => part.poll().transfers);
  }

  /** The ammeter decides whether the cycle has a reading; the others only age. */
  poll(): Poll<Measured> {
    const now_ms = this.clock.now();
    const ammeter = this.parts.ammeter.poll();
    const voltmeter = this.parts.voltmeter.poll();
    const thermocouple = now_ms >= this.thermocoupleDue_ms ? this.parts.thermocouple.poll() : undefined;
    if (thermocouple !== undefined) this.thermocoupleDue_ms = now_ms + this.parts.thermocouple.period_s * 1000 - 1;
    const first = ammeter.transfers.length;
    const second = first + voltmeter.transfers.length;
    return {
      transfers: [...ammeter.transfers, ...voltmeter.transfers, ...(thermocouple?.transfers ?? [])],
      decode: (replies: readonly Reply[]) => {
        this.takeVoltage(voltmeter.decode(replies.slice(first, second)));
        this.takeTemperature(thermocouple?.decode(replies.slice(second)));
        return this.takeCurrent(ammeter.decode(replies.slice(0, first)));
      },
    };
  }

  /** All values as they are now; NaN where there is none that is new enough. */
  now(): Measured {
    const now_ms = this.clock.now();
    const { current } = this;
    const fresh = current !== undefined && now_ms - current.at_ms <= CURRENT_MAX_MS ? current.value : undefined;
    const kept = ({ value, at_ms }: Kept, maxAge_ms: number): number =>
      now_ms - at_ms <= maxAge_ms ? value : Number.NaN;
    return {
      current_A: fresh?.current_A ?? Number.NaN,
      charge_C: fresh?.charge_C ?? Number.NaN,
      die_C: fresh?.die_C ?? Number.NaN,
      voltage_V: kept(this.voltage, VOLTAGE_MAX_MS),
      returnCurrent_A: kept(this.returned, VOLTAGE_MAX_MS),
      cellTemperature_C: kept(this.temperature, THERMOCOUPLE_PERIODS * this.parts.thermocouple.period_s * 1000),
    };
  }

  private takeCurrent(reading: Reading<CellCurrent> | undefined): Reading<Measured> {
    if (reading === undefined) return failed('stuck', 'the ammeter has converted nothing since the last cycle');
    if (!reading.ok) {
      // At the end of its range the last value no longer holds, and that in the dangerous direction.
      if (reading.fault === 'range') this.current = undefined;
      return reading;
    }
    this.current = { value: reading.value, at_ms: this.clock.now() };
    return { ok: true, value: this.now() };
  }

  private takeVoltage(reading: Reading<CellVoltage> | undefined): void {
    if (reading === undefined || !reading.ok) return;
    const { value } = reading;
    const at_ms = this.clock.now();
    switch (value.what) {
      case 'voltage':
        Object.assign(this.voltage, { value: value.voltage_V, at_ms });
        return;
      case 'return':
        Object.assign(this.returned, { value: value.current_A, at_ms });
    }
  }

  private takeTemperature(reading: Reading<number> | undefined): void {
    if (reading === undefined) return;
    const at_ms = reading.ok || reading.fault !== 'range' ? this.clock.now() : Number.NEGATIVE_INFINITY;
    if (reading.ok || reading.fault === 'range')
      Object.assign(this.temperature, { value: reading.ok ? reading.value : Number.NaN, at_ms });
  }
}
