/**
 * A bench of plain objects for tests of single parts of the core: every device answers at once what it is told to, and
 * writes down what it was asked. No bus, no chips, no physics; rehearsals use the simulated bench.
 */
import { BusFault, type I2cBus, type Lines, type Reply, type Transfer } from '../../src/bus/i2c.js';
import type {
  Actuator,
  Bench,
  BoardIdentity,
  Galvanostat,
  GalvanostatReading,
  Poll,
  Reading,
  Sensor,
} from '../../src/device/ports.js';
import type { Clock } from '../../src/model/clock.js';

export class FakeSensor<T> implements Sensor<T> {
  polls = 0;
  renewal_s: number;
  reading: Reading<T> | undefined;

  constructor(
    readonly name: string,
    readonly period_s: number,
    value: T,
  ) {
    this.reading = { ok: true, value };
    this.renewal_s = period_s;
  }

  async open(): Promise<void> {
    // always open
  }

  poll(): Poll<T> {
    this.polls++;
    return { transfers: [], decode: () => this.reading };
  }
}

export class FakeActuator implements Actuator {
  readonly writes: number[] = [];
  refuses = false;

  constructor(readonly name: string) {}

  async open(): Promise<void> {
    // always open
  }

  write(demand: number): Poll<null> {
    this.writes.push(demand);
    return {
      transfers: [],
      decode: () =>
        this.refuses ? { ok: false, fault: 'bus', detail: 'not acknowledged' } : { ok: true, value: null },
    };
  }
}

const IDLE: GalvanostatReading = {
  boardTime_ms: 0,
  sampleCounter: 0,
  current_A: 0,
  returnCurrent_A: 0,
  voltage_V: 0,
  setpoint_A: 0,
  netCharge_C: 0,
  absoluteCharge_C: 0,
  cellTemperature_C: 22,
  boardTemperature_C: 30,
  armed: false,
  outputOn: false,
  regulating: true,
  compliance: false,
  safeEnabled: false,
  interlockOk: true,
  calibrationOk: true,
  faults: [],
};

/** Passes its set point at once, into a cell of 40 ohm. */
export class FakeGalvanostat implements Galvanostat {
  readonly name = 'GS-1';
  readonly proof = { absent: 'a board of plain objects' };
  readonly asked: string[] = [];
  readonly setpoints_A: number[] = [];
  /** Calls that are refused. */
  readonly refused = new Set<'load' | 'arm' | 'off' | 'disarm' | 'clear'>();
  /** Instead of what it would say by itself. */
  says: Partial<GalvanostatReading> = {};
  silent = false;
  /** What a poll sends, for tests of the bus. */
  transfers: readonly Transfer[] = [];
  private setpoint_A = 0;
  private armed = false;
  private charge_C = 0;
  private before_ms = 0;

  constructor(private readonly clock: Clock) {}

  async open(): Promise<BoardIdentity> {
    return { serial: 1, firmware: '1.0.0', protocolHash: 0, bootCount: 1, resetCause: 'power' };
  }

  async lastRun(): Promise<null> {
    return null;
  }

  poll(): Poll<GalvanostatReading> {
    return {
      transfers: this.transfers,
      decode: () => (this.silent ? { ok: false, fault: 'bus', detail: 'silent' } : { ok: true, value: this.reading() }),
    };
  }

  drive(setpoint_A: number): Poll<null> {
    this.setpoints_A.push(setpoint_A);
    return {
      transfers: [],
      decode: () => {
        if (this.silent) return { ok: false, fault: 'bus', detail: 'silent' };
        this.setpoint_A = setpoint_A;
        return { ok: true, value: null };
      },
    };
  }

  load(): Promise<void> {
    return this.ask('load');
  }

  async arm(): Promise<void> {
    await this.ask('arm');
    this.armed = true;
  }

  async off(): Promise<void> {
    await this.ask('off');
    this.setpoint_A = 0;
  }

  async disarm(): Promise<void> {
    await this.ask('disarm');
    this.armed = false;
    this.setpoint_A = 0;
  }

  clear(): Promise<void> {
    return this.ask('clear');
  }

  private async ask(what: 'load' | 'arm' | 'off' | 'disarm' | 'clear'): Promise<void> {
    this.asked.push(what);
    if (this.refused.has(what)) throw new BusFault('nack', 0x2c, `${what} was not acknowledged`);
  }

  private reading(): GalvanostatReading {
    const now_ms = this.clock.now();
    this.charge_C += (this.setpoint_A * (now_ms - this.before_ms)) / 1000;
    this.before_ms = now_ms;
    const current_A = this.setpoint_A;
    return {
      ...IDLE,
      boardTime_ms: now_ms,
      sampleCounter: now_ms,
      current_A,
      returnCurrent_A: current_A,
      voltage_V: 40 * current_A,
      setpoint_A: current_A,
      netCharge_C: this.charge_C,
      absoluteCharge_C: this.charge_C,
      armed: this.armed,
      outputOn: current_A !== 0,
      safeEnabled: this.armed,
      ...this.says,
    };
  }
}

/** A bus that answers with one byte, or as it is told. */
export class FakeBus implements I2cBus {
  readonly batches: (readonly Transfer[])[] = [];
  answer: (transfer: Transfer, batch: number) => Reply = () => Uint8Array.of(1);
  /** How long each batch takes, ms. */
  takes_ms = 0;

  constructor(private readonly clock: Clock) {}

  async transfer(transfer: Transfer): Promise<Uint8Array> {
    const [reply] = await this.batch([transfer]);
    if (reply instanceof Uint8Array) return reply;
    throw reply ?? new BusFault('protocol', transfer.address, 'no reply');
  }

  async batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    this.batches.push(transfers);
    if (this.takes_ms > 0) await this.clock.sleep(this.takes_ms);
    return transfers.map((transfer) => this.answer(transfer, this.batches.length - 1));
  }

  async close(): Promise<void> {
    // nothing is open
  }
}

/** All inputs healthy but those that are opened; the relay's contact follows its coil, and SAFE_EN has no line. */
export class FakeLines implements Lines {
  readonly opened = new Set<string>();
  readonly driven: string[] = [];
  /** The contact of the master relay stays closed whatever its coil does. */
  welded = false;
  private relayDriven = false;

  set(line: string, asserted: boolean): void {
    if (line === 'master-relay') this.relayDriven = asserted;
    this.driven.push(`${line} ${asserted ? 'on' : 'off'}`);
  }

  get(line: string): boolean {
    if (line === 'safe-enabled') throw new RangeError('the fake bench has no line "safe-enabled"');
    if (line === 'master-relay-closed' && !this.welded) return this.relayDriven;
    return !this.opened.has(line);
  }
}

export class FakeBench implements Bench {
  readonly name = 'fake';
  readonly simulated = true;
  readonly bus: FakeBus;
  readonly lines = new FakeLines();
  readonly galvanostat: FakeGalvanostat;
  readonly thermometer = new FakeSensor('thermometer', 0.5, 22);
  readonly peltier = new FakeActuator('peltier');
  readonly peltierMeter = new FakeSensor('peltier meter', 0.5, { current_A: 0, voltage_V: 0 });
  readonly auxiliary = new FakeSensor('auxiliary', 0.5, { hotSide_C: 25, supply_V: 24 });
  readonly hydrogen = new FakeSensor('hydrogen', 0.5, 1);
  readonly ventHydrogen = new FakeSensor('vent', 1, 0.1);
  readonly sweep = new FakeSensor('sweep', 0.5, 100);
  readonly flow: FakeSensor<number> | null = null;
  readonly pump: FakeActuator | null = null;
  readonly canopyFan = new FakeActuator('canopy fan');
  readonly hotSideFan = new FakeActuator('hot-side fan');

  constructor(clock: Clock) {
    this.bus = new FakeBus(clock);
    this.galvanostat = new FakeGalvanostat(clock);
  }

  close(): Promise<void> {
    return this.bus.close();
  }
}
