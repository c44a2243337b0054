/** A board on a bus: the real firmware however it runs, a resistor for a cell, and a bus on which things can go wrong. */
import type { EmulatedBoard } from '../../firmware-bridge/rig/emulated-board.js';
import { READ_OVERHEAD, seal } from '../../src/bus/frame.js';
import { BusFault, type I2cBus, type Reply, type Transfer } from '../../src/bus/i2c.js';
import {
  DEVICE,
  OUTCOME,
  RESULTS,
  SESSION,
  decodeOutcomeFrame,
  decodeSessionFrame,
  type FrameShape,
  type SessionFrame,
} from '../../src/bus/protocol.gen.js';
import { Gs1, type Gs1Options } from '../../src/device/galvanostat.js';
import type { Envelope, GalvanostatReading, Poll, Reading } from '../../src/device/ports.js';
import { Firmware, type BoardInputs } from '../../src/twin/firmware.js';

export const envelope: Envelope = {
  runTag: 7,
  current_A: 0.1,
  voltage_V: 20,
  charge_C: 2000,
  duration_s: 12_000,
  temperatureMin_C: -10,
  temperatureMax_C: 30,
};

/** Time that the contact of the relay takes to follow its coil. */
const CONTACT_MS = 5;

export class BoardRig<B extends EmulatedBoard> implements I2cBus {
  readonly board: Gs1;
  resistance_ohm = 60;
  /** What differs from a healthy bench. */
  inputs: Partial<BoardInputs> = {};
  /** Current through the shunt, from what the stage is told to deliver. */
  stage: (dac_A: number) => number = (dac_A) => dac_A;
  /** What the bus makes of a transfer; by default it passes it on. */
  wire: (transfer: Transfer, pass: (transfer: Transfer) => Reply) => Reply = (transfer, pass) => pass(transfer);
  /** Charge that went through the cell, C. */
  net_C = 0;
  absolute_C = 0;
  private contact_ms = 0;
  private sequence = 0x80;

  /** Board time up to which charge was counted, and the current since then. */
  private plant_ms: number;
  private seen_A = 0;

  constructor(
    readonly firmware: B,
    options: Gs1Options = {},
  ) {
    this.board = new Gs1(this, options);
    this.plant_ms = firmware.time_ms;
    this.advance(20);
  }

  /** Milliseconds of the board, one by one, until `until` is true; returns how many passed. */
  advance(ms: number, until: () => boolean = () => false): number {
    for (let passed = 0; passed < ms; passed++) {
      if (until()) return passed;
      this.tick();
    }
    return ms;
  }

  private tick(): void {
    this.see();
    this.firmware.run(1);
    this.pass_ms(this.elapsed_ms());
  }

  /** A millisecond of cell and contact, and what the board sees of them from now on. */
  private see(): void {
    this.contact_ms = this.firmware.relayClosed
      ? Math.min(CONTACT_MS, this.contact_ms + 1)
      : Math.max(0, this.contact_ms - 1);
    const closed = this.contact_ms >= (this.firmware.relayClosed ? CONTACT_MS : 1);
    const wanted_A = closed && this.firmware.stageEnabled ? this.stage(this.firmware.dacCurrent_A) : 0;
    const most_A = 25.5 / this.resistance_ohm;
    const current_A = Math.max(-most_A, Math.min(most_A, wanted_A));
    const inputs = {
      current_A,
      returnCurrent_A: current_A,
      voltage_V: current_A * this.resistance_ohm,
      cellTemperature_C: 20,
      boardTemperature_C: 30,
      supply_V: 24,
      interlockClosed: true,
      doorClosed: true,
      relayContactClosed: closed,
      ...this.inputs,
    };
    this.seen_A = inputs.current_A;
    this.firmware.set(inputs);
  }

  /** Charge of what the board saw in the last milliseconds. */
  private pass_ms(ms: number): void {
    this.net_C += ms * this.seen_A * 1e-3;
    this.absolute_C += ms * Math.abs(this.seen_A) * 1e-3;
  }

  /** Board time since the last look at it; none where it was reset. */
  private elapsed_ms(): number {
    const elapsed_ms = Math.max(0, this.firmware.time_ms - this.plant_ms);
    this.plant_ms = this.firmware.time_ms;
    return elapsed_ms;
  }

  /** After a transfer, which takes time on some boards: what they saw stood still, and goes on now. */
  private follow(): void {
    const elapsed_ms = this.elapsed_ms();
    this.pass_ms(elapsed_ms);
    for (let ms = 0; ms < elapsed_ms; ms++) this.see();
  }

  private readonly pass = ({ address, write, read }: Transfer): Reply => {
    if (address !== DEVICE.address) return new BusFault('nack', address, 'nobody there');
    const [command = 0] = write ?? [];
    if (write !== undefined && (read === undefined || write.length > 1) && !this.firmware.write(write)) {
      return new BusFault('nack', address, 'not acknowledged');
    }
    return read === undefined ? new Uint8Array() : this.firmware.read(command, read);
  };

  async batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    return transfers.map((transfer) => {
      const reply = this.wire(transfer, this.pass);
      this.follow();
      return reply;
    });
  }

  async transfer(transfer: Transfer): Promise<Uint8Array> {
    const [reply] = await this.batch([transfer]);
    if (reply instanceof Uint8Array) return reply;
    throw reply ?? new BusFault('protocol', transfer.address, 'no reply');
  }

  async close(): Promise<void> {
    this.wire = ({ address }) => new BusFault('gone', address, 'closed');
  }

  /** One poll of a device: its transfers, and what it makes of the answers. */
  async send<T>(poll: Poll<T>): Promise<Reading<T> | undefined> {
    return poll.decode(await this.batch(poll.transfers));
  }

  /** Reads telemetry as the control core does. */
  async read(): Promise<GalvanostatReading> {
    const reading = await this.send(this.board.poll());
    if (reading?.ok !== true) throw new Error(reading?.detail ?? 'no reading');
    return reading.value;
  }

  /** Answers the last challenge; what the board refused, or undefined when it accepted. */
  async drive(setpoint_A: number): Promise<string | undefined> {
    const reading = await this.send(this.board.drive(setpoint_A));
    return reading === undefined || reading.ok ? undefined : reading.detail;
  }

  /** Control cycles of 50 ms. Returns the last reading. */
  async cycles(count: number, setpoint_A: number): Promise<GalvanostatReading> {
    let reading = await this.cycle(setpoint_A);
    for (let i = 1; i < count; i++) reading = await this.cycle(setpoint_A);
    return reading;
  }

  private async cycle(setpoint_A: number): Promise<GalvanostatReading> {
    this.advance(50);
    const reading = await this.read();
    await this.drive(setpoint_A);
    return reading;
  }

  /** Opened, loaded and armed. */
  async armed(limits: Partial<Envelope> = {}): Promise<void> {
    await this.board.open();
    await this.board.load({ ...envelope, ...limits });
    await this.board.arm();
  }

  /** Armed and at a current. */
  async running(setpoint_A: number, limits: Partial<Envelope> = {}): Promise<void> {
    await this.armed(limits);
    await this.cycles(6 + Math.ceil(Math.abs(setpoint_A) * 400), setpoint_A);
  }

  /** A frame that the driver would not make, straight to the board; the name of what became of it. */
  raw(frame: FrameShape, payload: Uint8Array, sequence = this.nextSequence()): string {
    this.firmware.write(seal(DEVICE.address, frame.command, sequence, payload));
    return this.lastResult();
  }

  nextSequence(): number {
    this.sequence = (this.sequence + 1) & 0xff;
    return this.sequence;
  }

  /** What the board says about the last write. */
  lastResult(): string {
    const { result } = decodeOutcomeFrame(payloadOf(this, OUTCOME));
    return RESULTS.find((known) => known.code === result)?.name ?? `unknown ${result}`;
  }
}

/** The rig of most tests: the firmware in WebAssembly. */
export class Rig extends BoardRig<Firmware> {
  constructor(seed = 1, options: Gs1Options = {}) {
    super(Firmware.load({ seed }), options);
  }
}

/** The payload of a frame, read past the driver. */
export function payloadOf(rig: BoardRig<EmulatedBoard>, frame: FrameShape): Uint8Array {
  return rig.firmware.read(frame.command, frame.payloadLength + READ_OVERHEAD).subarray(1, 1 + frame.payloadLength);
}

export function session(rig: BoardRig<EmulatedBoard>): SessionFrame {
  return decodeSessionFrame(payloadOf(rig, SESSION));
}

/** No current, nothing cooled, heated or pumped. */
export function allOff({ firmware }: BoardRig<EmulatedBoard>): boolean {
  return !firmware.stageEnabled && !firmware.relayClosed && !firmware.safeEnabled && firmware.dacCurrent_A === 0;
}
