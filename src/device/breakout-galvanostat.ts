/**
 * The galvanostat of the breakout bench: no microcontroller, so that the host does in every cycle what a firmware would.
 * Owns the armed session, the envelope in force, output and polarity relay, and the heartbeat; measuring, trips, charge
 * and loop have files of their own.
 *
 * A cycle is `poll` and `drive`, as with a board. The heartbeat is a pulse on a line to a retriggerable watchdog relay: it
 * goes out when the converter has acknowledged the set point of a cycle that also brought a new reading, and from nowhere
 * else. So `decode` is not pure here: it ends with what the firmware would have done, a trip or a pulse. When the pulses
 * end, the relay drops cell, Peltier and pump without anybody's help.
 */
import type { I2cBus, Lines, Transfer } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { failed } from './answers.js';
import { BreakoutCharge } from './breakout-charge.js';
import { type BreakoutParts, BreakoutInstruments, type Measured } from './breakout-instruments.js';
import { type Coil, Polarity } from './breakout-polarity.js';
import { type BreakoutSeen, BreakoutTrips, widened } from './breakout-trips.js';
import {
  type BoardIdentity,
  DeviceFault,
  type Envelope,
  type Galvanostat,
  type GalvanostatReading,
  type Poll,
  type ProofPort,
  type Reading,
} from './ports.js';
import type { StageConverter } from './stage-converter.js';

/** The loop as the driver needs it: amounts in A, `dt_s` since the cycle before. */
export interface CurrentRegulator {
  next(setpoint_A: number, measured_A: number | null, dt_s: number): number;
  rest(): void;
}

export interface BreakoutGalvanostatOptions extends BreakoutParts {
  readonly bus: I2cBus;
  readonly lines: Lines;
  readonly clock: Clock;
  readonly converter: StageConverter;
  readonly regulator: CurrentRegulator;
  readonly stage: { readonly scale_A_V: number; readonly offset_A: number };
  readonly fullScale_A: number;
  /** Largest cell voltage that the stage can give. */
  readonly compliance_V: number;
  /** Time of the watchdog relay. */
  readonly watchdog_s: number;
  readonly name?: string;
}

/** A relay has closed and stopped bouncing after this, ms. */
const CONTACT_MS = 20;
const POLL_RELAY_MS = 10;
/** Coil of the latching relay at opening, ms. */
const COIL_MS = 20;
/** Tolerance of the watchdog's timing and the release of its relay. */
const WATCHDOG_SLACK_S = 0.1;
const REGULATING_SHARE = 1e-3;
const REGULATING_A = 10e-6;
const COMPLIANCE_SHARE = 0.95;
/** Twice the offset that a calibration may leave of the stage, so that it always passes and is always seen. */
const PROOF_A = 0.3e-3;

export class BreakoutGalvanostat implements Galvanostat {
  readonly name: string;
  readonly proof: ProofPort = {
    current_A: PROOF_A,
    railsWhenOpen: false,
    selfTest: { absent: 'it has no microcontroller' },
  };
  private readonly instruments: BreakoutInstruments;
  private readonly polarity = new Polarity();
  private readonly charge = new BreakoutCharge();
  private readonly trips = new BreakoutTrips();
  private loaded: Envelope | null = null;
  private envelope: Envelope | null = null;
  private outputOn = false;
  private outputSince_ms = 0;
  private onBefore_s = 0;
  private setpoint_A = 0;
  /** Energised now. */
  private coil: Coil | null = null;
  private samples = 0;
  /** A reading has come since the last heartbeat. */
  private fresh = false;
  private lastDrive_ms: number | undefined;
  /** The converter must be brought to zero as soon as the bus is there. */
  private zeroDue = false;

  constructor(private readonly options: BreakoutGalvanostatOptions) {
    this.name = options.name ?? 'breakout';
    this.instruments = new BreakoutInstruments(options, options.clock);
  }

  private get armed(): boolean {
    return this.envelope !== null;
  }

  /** Output off, converter at zero, polarity relay forward, then every chip proves itself. */
  async open(): Promise<BoardIdentity> {
    const { lines, clock, converter } = this.options;
    lines.set('watchdog-pulse', false);
    this.openOutput();
    this.envelope = this.loaded = null;
    await converter.open();
    lines.set('polarity-reverse', false);
    this.energise('polarity-forward');
    await clock.sleep(COIL_MS);
    this.energise(null);
    this.polarity.forward();
    await this.instruments.open();
    return { serial: 0, firmware: 'none', protocolHash: 0, bootCount: 0, resetCause: null };
  }

  /** The count of this bench lives in the host, and goes with it. */
  async lastRun(): Promise<null> {
    return null;
  }

  /** Transfers of a cycle in which everything is due, for the budget of the bus. */
  get fullestCycle(): readonly Transfer[] {
    return [...this.instruments.fullest, ...this.options.converter.set(0).transfers];
  }

  poll(): Poll<GalvanostatReading> {
    const zero = this.zeroDue ? this.options.converter.set(0) : undefined;
    const measuring = this.instruments.poll();
    const skipped = zero?.transfers.length ?? 0;
    return {
      transfers: [...(zero?.transfers ?? []), ...measuring.transfers],
      decode: (replies) => {
        if (zero?.decode(replies.slice(0, skipped))?.ok) this.zeroDue = false;
        const reading = measuring.decode(replies.slice(skipped));
        if (reading?.ok) this.count(reading.value);
        this.judge();
        if (reading === undefined || !reading.ok) return reading;
        this.fresh = true;
        return { ok: true, value: this.readingOf(reading.value) };
      },
    };
  }

  private count({ current_A, charge_C }: Measured): void {
    this.samples++;
    this.charge.add(this.options.clock.now() / 1000, current_A * this.polarity.direction, charge_C);
  }

  private judge(): void {
    const now_s = this.options.clock.now() / 1000;
    if (!this.trips.judge(this.seen(), this.envelope, now_s)) return;
    this.openOutput();
    this.zeroDue = true;
    this.envelope = this.loaded = null;
  }

  private seen(): BreakoutSeen {
    const { lines, compliance_V } = this.options;
    const { direction } = this.polarity;
    const measured = this.instruments.now();
    return {
      ...measured,
      current_A: measured.current_A * direction,
      returnCurrent_A: measured.returnCurrent_A * direction,
      armed: this.armed,
      outputOn: this.outputOn,
      setpoint_A: this.setpoint_A,
      absoluteCharge_C: this.charge.absolute_C,
      on_s: this.on_s,
      compliance: Math.abs(measured.voltage_V) > COMPLIANCE_SHARE * compliance_V,
      interlockClosed: lines.get('e-stop-closed') && lines.get('thermal-cutout-closed'),
      doorClosed: lines.get('door-closed'),
      safeEnabled: lines.get('safe-enabled'),
      chargeWitnessed: this.charge.witnessed,
    };
  }

  private get on_s(): number {
    const present_s = this.outputOn ? (this.options.clock.now() - this.outputSince_ms) / 1000 : 0;
    return this.onBefore_s + present_s;
  }

  private readingOf(measured: Measured): GalvanostatReading {
    const seen = this.seen();
    const error_A = Math.abs(seen.current_A - this.setpoint_A);
    return {
      boardTime_ms: this.options.clock.now(),
      sampleCounter: this.samples,
      current_A: seen.current_A,
      returnCurrent_A: seen.returnCurrent_A,
      voltage_V: seen.voltage_V,
      setpoint_A: this.setpoint_A,
      netCharge_C: this.charge.net_C,
      absoluteCharge_C: this.charge.absolute_C,
      cellTemperature_C: seen.cellTemperature_C,
      boardTemperature_C: measured.die_C,
      armed: this.armed,
      outputOn: this.outputOn,
      regulating: this.outputOn && error_A <= REGULATING_SHARE * Math.abs(this.setpoint_A) + REGULATING_A,
      compliance: seen.compliance,
      safeEnabled: seen.safeEnabled,
      interlockOk: seen.interlockClosed && seen.doorClosed,
      calibrationOk: true, // it stands in the board file
      faults: [...this.trips.latched],
    };
  }

  /**
   * The relay closes with the first set point other than zero and stays closed at zero until `off`. What may not be driven
   * is not sent, and then there is no heartbeat either.
   */
  drive(setpoint_A: number): Poll<null> {
    const refusal = this.refusal(setpoint_A);
    if (refusal !== null) return { transfers: [], decode: () => failed('protocol', refusal) };
    const { converter, stage } = this.options;
    const wanted_A = this.aim(setpoint_A);
    const set = converter.set(wanted_A === 0 ? 0 : Math.max(0, (wanted_A - stage.offset_A) / stage.scale_A_V));
    return {
      transfers: set.transfers,
      decode: (replies) => {
        const reading = set.decode(replies);
        if (reading?.ok) this.beat();
        return reading;
      },
    };
  }

  private refusal(setpoint_A: number): string | null {
    const { envelope } = this;
    if (envelope === null) return `refused to drive: not armed${this.faultText}`;
    if (!this.fresh) return 'refused to drive: the current was not read since the last set point';
    const limit_A = Math.min(envelope.current_A, this.options.fullScale_A);
    if (Math.abs(setpoint_A) <= limit_A) return null;
    return `refused to drive: ${setpoint_A} A is outside the envelope of ${limit_A} A`;
  }

  private get faultText(): string {
    return this.trips.latched.length === 0 ? '' : ` (${this.trips.latched.join(', ')})`;
  }

  /** What to ask of the stage now, A: zero while a relay moves. Moves the relays that have to. */
  private aim(setpoint_A: number): number {
    const { clock, regulator } = this.options;
    const now_ms = clock.now();
    const dt_s = (now_ms - (this.lastDrive_ms ?? now_ms)) / 1000;
    this.lastDrive_ms = now_ms;
    const { current_A } = this.instruments.now();
    const amount_A = Number.isFinite(current_A) ? current_A : null;
    if (setpoint_A !== 0 && !this.outputOn) this.closeOutput(now_ms);
    const direction = setpoint_A === 0 ? this.polarity.direction : setpoint_A > 0 ? 1 : -1;
    const { ready, coil } = this.polarity.step(direction, amount_A, now_ms);
    this.energise(coil);
    const resting = !this.outputOn || !ready || now_ms - this.outputSince_ms < CONTACT_MS;
    this.setpoint_A = resting ? 0 : setpoint_A;
    if (this.setpoint_A === 0) {
      regulator.rest();
      return 0;
    }
    return regulator.next(Math.abs(setpoint_A), amount_A, dt_s);
  }

  private closeOutput(now_ms: number): void {
    this.options.lines.set('cell-relay', true);
    this.outputOn = true;
    this.outputSince_ms = now_ms;
  }

  private openOutput(): void {
    const { lines, regulator } = this.options;
    this.onBefore_s = this.on_s;
    this.outputOn = false;
    this.setpoint_A = 0;
    regulator.rest();
    lines.set('cell-relay', false);
    this.energise(null);
  }

  /** A latching relay wants its coil for a moment only: both coils off but for that. */
  private energise(coil: Coil | null): void {
    if (coil === this.coil) return;
    if (this.coil !== null) this.options.lines.set(this.coil, false);
    if (coil !== null) this.options.lines.set(coil, true);
    this.coil = coil;
  }

  /** One rising edge for the watchdog relay. */
  private beat(): void {
    if (!this.armed) return;
    this.fresh = false;
    this.pulse();
  }

  private pulse(): void {
    this.options.lines.set('watchdog-pulse', true);
    this.options.lines.set('watchdog-pulse', false);
  }

  /** Not armed, also zeroes the charge; armed, only tightens. Rejects with DeviceFault for a wider limit or a bad number. */
  async load(envelope: Envelope): Promise<void> {
    const { runTag, ...limits } = envelope;
    if (!(runTag >= 1 && runTag <= 65535) || !Object.values(limits).every(Number.isFinite))
      throw new DeviceFault(this.name, 'an envelope holds a run tag of 1 to 65535 and limits that are numbers');
    if (!(envelope.current_A <= this.options.fullScale_A))
      throw new DeviceFault(this.name, `its full scale is ${this.options.fullScale_A} A`);
    if (this.envelope !== null) {
      const wider = widened(this.envelope, envelope);
      if (wider.length > 0) throw new DeviceFault(this.name, `armed, it takes no wider ${wider.join(', ')}`);
      this.envelope = { ...envelope };
      return;
    }
    await this.instruments.zeroCharge();
    this.charge.zero();
    this.onBefore_s = 0;
    this.loaded = { ...envelope };
  }

  /** Rejects with DeviceFault when something is latched or open, and when the watchdog relay is not as it should be. */
  async arm(): Promise<void> {
    const { lines, clock } = this.options;
    if (this.loaded === null) throw new DeviceFault(this.name, 'no envelope was loaded since it was last armed');
    if (this.trips.latched.length > 0) throw new DeviceFault(this.name, `refused to arm${this.faultText}`);
    const { interlockClosed, doorClosed, safeEnabled } = this.seen();
    if (!interlockClosed || !doorClosed)
      throw new DeviceFault(
        this.name,
        `refused to arm: ${interlockClosed ? 'the door' : 'the emergency stop'} is open`,
      );
    if (safeEnabled)
      throw new DeviceFault(this.name, 'the watchdog relay is closed without a pulse: welded, or bridged');
    this.pulse();
    await clock.sleep(CONTACT_MS);
    if (!lines.get('safe-enabled')) throw new DeviceFault(this.name, 'the watchdog relay did not close on a pulse');
    this.envelope = this.loaded;
    this.loaded = null;
    this.fresh = false;
  }

  /** The relay first, which needs no bus. Rejects with DeviceFault when the converter did not go to zero. */
  async off(): Promise<void> {
    this.openOutput();
    await this.zero();
  }

  /** No more pulses: resolves when the watchdog relay was seen to drop, which proves it after every run. */
  async disarm(): Promise<void> {
    const { lines, clock, watchdog_s } = this.options;
    this.envelope = this.loaded = null;
    this.openOutput();
    const until_ms = clock.now() + (watchdog_s + WATCHDOG_SLACK_S) * 1000;
    while (lines.get('safe-enabled')) {
      if (!(clock.now() < until_ms))
        throw new DeviceFault(this.name, 'the watchdog relay does not drop: pull the plug of the bench');
      await clock.sleep(POLL_RELAY_MS);
    }
    await this.zero();
  }

  private async zero(): Promise<void> {
    const { bus, converter } = this.options;
    this.zeroDue = true; // until the converter says so
    const set = converter.set(0);
    const reading: Reading<null> | undefined = set.decode(await bus.batch(set.transfers));
    if (reading?.ok !== true) throw new DeviceFault(this.name, `off not taken: ${reading?.detail ?? 'no answer'}`);
    this.zeroDue = false;
  }

  /** Rejects with the names of the faults whose cause is still there. */
  async clear(names?: readonly string[]): Promise<void> {
    const standing = this.trips.clear(this.seen(), names);
    if (standing.length > 0) throw new DeviceFault(this.name, `the cause is still there: ${standing.join(', ')}`);
  }
}
