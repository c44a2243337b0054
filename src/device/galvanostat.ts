/**
 * Driver of the GS-1 galvanostat board. Owns the nonce of the armed session and the last challenge; knows neither
 * recipes nor loops, and of the wire only what gs1-link.ts gives.
 *
 * A cycle is `poll` and `drive`: the read poses a challenge, the drive answers it, so a cycle that did not read cannot
 * keep the board alive. Commands outside the cycle are awaited and retried at most twice with the same sequence, which
 * the board takes once. What a run does not need every cycle has a file of its own: calibration, stops, waveform, samples
 * and self-test, which share this driver's link.
 */
import type { I2cBus, Reply } from '../bus/i2c.js';
import {
  ARM,
  CHARGE,
  CLEAR,
  CONFIGURE,
  CONSTANTS,
  decodeChargeFrame,
  decodeEnvelopeFrame,
  decodeIdentityFrame,
  decodeSessionFrame,
  decodeTelemetryFrame,
  DEVICE,
  DISARM,
  DRIVE,
  DRIVE_FLAGS,
  encodeArmFrame,
  encodeClearFrame,
  encodeConfigureFrame,
  encodeDisarmFrame,
  encodeDriveFrame,
  encodeOffFrame,
  ENVELOPE,
  IDENTITY,
  LOAD,
  OFF,
  PROTOCOL_HASH,
  SESSION,
  STATUS,
  TELEMETRY,
  type IdentityFrame,
  type ResultName,
  type SessionFrame,
} from '../bus/protocol.gen.js';
import {
  ALL_FAULTS,
  envelopeCrc,
  envelopePayload,
  faultMask,
  faultNames,
  FULL_SCALE_A,
  heartbeat,
  rangeFor,
  readingOf,
} from './gs1-frames.js';
import { Gs1Calibration } from './gs1-calibration.js';
import { Gs1Link, refusal, type LinkErrors } from './gs1-link.js';
import { Gs1Samples } from './gs1-samples.js';
import { Gs1SelfTest } from './gs1-self-test.js';
import { Gs1Waveform } from './gs1-waveform.js';
import { Gs1Stops } from './gs1-stops.js';
import {
  DeviceFault,
  type BoardIdentity,
  type Envelope,
  type Galvanostat,
  type GalvanostatReading,
  type HeldRun,
  type Poll,
  type ProofPort,
  type Reading,
} from './ports.js';

export interface Gs1Options {
  readonly name?: string;
  /** 7-bit bus address, as strapped. */
  readonly address?: number;
  /** Dead-man time-out, 50 to 250 ms; 150 ms when not given. */
  readonly deadman_ms?: number;
  /** Slew of set points; 50 mA/s when not given. */
  readonly slew_A_s?: number;
}

/** By the code of the identity frame. */
const RESET_CAUSES = ['power', 'watchdog', 'brown-out', 'external'] as const;
/** In the smallest range, where a count is 7.8 nA; below what counts as off, so that no trip for a stuck output can come. */
const PROOF_A = 0.15e-3;

export class Gs1 implements Galvanostat {
  readonly name: string;
  readonly calibration: Gs1Calibration;
  readonly stops: Gs1Stops;
  readonly waveform: Gs1Waveform;
  readonly samples: Gs1Samples;
  readonly selfTest: Gs1SelfTest;
  readonly proof: ProofPort;
  private readonly link: Gs1Link;
  private nonce = 0;
  private challenge = 0;
  /** The board has accepted a drive that closed the relay: a zero set point now keeps it closed. */
  private connected = false;
  private lastSample: number | undefined;
  private loaded: { readonly runTag: number; readonly crc: number } | undefined;
  private readonly telemetry: Poll<GalvanostatReading>;

  constructor(
    bus: I2cBus,
    private readonly options: Gs1Options = {},
  ) {
    this.name = options.name ?? DEVICE.name;
    this.link = new Gs1Link(bus, options.address ?? DEVICE.address, this.name);
    this.calibration = new Gs1Calibration(this.link);
    this.stops = new Gs1Stops(this.link);
    this.waveform = new Gs1Waveform(this.link);
    this.samples = new Gs1Samples(this.link, this.calibration);
    this.selfTest = new Gs1SelfTest(this.link);
    this.proof = { current_A: PROOF_A, railsWhenOpen: true, selfTest: this.selfTest };
    this.telemetry = {
      transfers: [this.link.reading(TELEMETRY), this.link.reading(CHARGE)],
      decode: (replies) => this.decodeTelemetry(replies),
      checked: true,
    };
  }

  /** Answers that could not be used since the driver was made. */
  get errors(): Readonly<LinkErrors> {
    return this.link.errors;
  }

  async open(): Promise<BoardIdentity> {
    const identity = decodeIdentityFrame(await this.link.read(IDENTITY));
    this.recognise(identity);
    await this.link.synchronise();
    this.connected = false;
    this.lastSample = undefined;
    this.loaded = undefined;
    return {
      serial: identity.serial,
      firmware: `${identity.firmwareMajor}.${identity.firmwareMinor}.${identity.firmwarePatch}`,
      protocolHash: identity.protocolHash,
      bootCount: identity.bootCount,
      resetCause: RESET_CAUSES[identity.resetCause] ?? null,
    };
  }

  /** A trip takes the envelope out of force; the frame still tells whose it was, and the counter counts on. */
  async lastRun(): Promise<HeldRun | null> {
    const { runTag } = decodeEnvelopeFrame(await this.link.read(ENVELOPE));
    if (runTag === 0) return null;
    const { bootCount } = decodeIdentityFrame(await this.link.read(IDENTITY));
    await this.link.read(TELEMETRY); // the charge frame is of the instant at which this one was read
    const { netCharge_nC, absoluteCharge_nC } = decodeChargeFrame(await this.link.read(CHARGE));
    return { runTag, bootCount, netCharge_C: netCharge_nC * 1e-9, absoluteCharge_C: absoluteCharge_nC * 1e-9 };
  }

  private recognise(identity: IdentityFrame): void {
    if (identity.deviceId !== DEVICE.id) {
      throw new DeviceFault(
        this.name,
        `what answers at its address is 0x${identity.deviceId.toString(16)}, not a GS-1`,
      );
    }
    if (identity.protocolHash !== PROTOCOL_HASH) {
      const theirs = identity.protocolHash.toString(16).padStart(8, '0');
      const ours = PROTOCOL_HASH.toString(16).padStart(8, '0');
      throw new DeviceFault(this.name, `firmware speaks protocol ${theirs}, this program ${ours}: update one of them`);
    }
  }

  poll(): Poll<GalvanostatReading> {
    return this.telemetry;
  }

  private decodeTelemetry(replies: readonly Reply[]): Reading<GalvanostatReading> {
    const first = this.link.opened(TELEMETRY, replies[0]);
    if (!first.ok) return first;
    const second = this.link.opened(CHARGE, replies[1]);
    if (!second.ok) return second;
    const telemetry = decodeTelemetryFrame(first.value);
    const charge = decodeChargeFrame(second.value);
    if (charge.sampleTag !== (telemetry.sampleCounter & 0xffff)) {
      return this.link.bad('protocol', 'telemetry and charge are of different instants');
    }
    // The counter wraps after 49 days: what counts is the sign of the difference modulo 2^32.
    const advance = this.lastSample === undefined ? 1 : (telemetry.sampleCounter - this.lastSample) | 0;
    if (advance === 0) return this.link.bad('stuck', 'the same sample once more');
    if (advance < 0) {
      return this.link.bad('protocol', 'the board counts from earlier than before: it was reset, or an old frame came');
    }
    this.lastSample = telemetry.sampleCounter;
    this.challenge = telemetry.sampleCounter;
    return { ok: true, value: readingOf(telemetry, charge) };
  }

  /**
   * The relay closes with the first set point other than zero and stays closed at zero until `off`. A set point beyond
   * the board, or no number at all, is not sent: the board misses a beat, and trips when that goes on.
   */
  drive(setpoint_A: number): Poll<null> {
    if (!(Math.abs(setpoint_A) <= FULL_SCALE_A)) {
      return { transfers: [], decode: () => this.link.bad('range', `a set point of ${setpoint_A} A was not sent`) };
    }
    const enable = this.connected || setpoint_A !== 0;
    return this.beat(Math.round(setpoint_A * 1e9), enable ? DRIVE_FLAGS.outputEnable : 0);
  }

  /** Heartbeat of a cycle in which the board's waveform moves the set point: begins it with the first, goes on with it. */
  driveWaveform(): Poll<null> {
    return this.beat(0, DRIVE_FLAGS.outputEnable | DRIVE_FLAGS.waveform);
  }

  private beat(setpoint_nA: number, flags: number): Poll<null> {
    const payload = encodeDriveFrame({ heartbeat: heartbeat(this.nonce, this.challenge), setpoint_nA, flags });
    const sequence = this.link.nextSequence();
    return {
      transfers: this.link.writing(DRIVE, sequence, payload),
      decode: (replies) => this.decodeDrive(this.link.outcome(sequence, replies), flags !== 0),
      checked: true,
    };
  }

  /** A board that has ended the current itself takes the heartbeat and leaves the output off: that is as it should be. */
  private decodeDrive(result: Reading<ResultName>, enable: boolean): Reading<null> {
    if (!result.ok) return result;
    const ended = result.value === 'ended';
    if (result.value !== 'accepted' && !ended) return this.link.bad('protocol', refusal(DRIVE, result.value));
    this.connected = enable && !ended;
    return { ok: true, value: null };
  }

  /** Not armed, also selects the smallest range for the envelope's current and zeroes the counter; armed, only tightens. */
  async load(envelope: Envelope): Promise<void> {
    const payload = envelopePayload(envelope);
    const { status } = await this.session();
    if ((status & STATUS.armed) === 0) await this.configure(rangeFor(envelope.current_A));
    await this.link.command(LOAD, payload);
    const stored = await this.link.read(ENVELOPE);
    if (payload.some((byte, index) => byte !== stored[index])) {
      throw new DeviceFault(this.name, 'it stored another envelope than the one that was sent');
    }
    this.loaded = { runTag: envelope.runTag, crc: envelopeCrc(payload) };
  }

  private async configure(range: number): Promise<void> {
    const deadman_ms = this.options.deadman_ms ?? CONSTANTS.deadmanDefault_ms;
    const { slew_A_s } = this.options;
    const slew_uA_s = slew_A_s === undefined ? CONSTANTS.slewDefault_uA_s : slew_A_s * 1e6;
    await this.link.command(CONFIGURE, encodeConfigureFrame({ range, deadman_ms, slew_uA_s }));
  }

  async arm(): Promise<void> {
    if (this.loaded === undefined) throw new DeviceFault(this.name, 'no envelope was loaded since it was last armed');
    const { runTag, crc } = this.loaded;
    const { nonce } = await this.session();
    await this.link.command(ARM, encodeArmFrame({ key: CONSTANTS.armKey, runTag, envelopeCrc: crc, nonce }));
    const session = await this.session();
    if ((session.status & STATUS.armed) === 0) throw new DeviceFault(this.name, 'it accepted to be armed and is not');
    this.nonce = session.nonce;
    this.connected = false;
    this.loaded = undefined;
  }

  async off(): Promise<void> {
    await this.link.command(OFF, encodeOffFrame({ key: CONSTANTS.offKey }));
    this.connected = false; // after the command: a drive that was on the bus before it has been decoded by now
  }

  async disarm(): Promise<void> {
    this.loaded = undefined;
    await this.link.command(DISARM, encodeDisarmFrame({ key: CONSTANTS.disarmKey }));
    this.connected = false;
  }

  /** Rejects with the names of the faults whose cause is still there. */
  async clear(names?: readonly string[]): Promise<void> {
    const mask = names === undefined ? ALL_FAULTS : faultMask(names);
    const result = await this.link.send(CLEAR, encodeClearFrame({ key: CONSTANTS.clearKey, faults: mask }));
    if (result === 'causePresent') {
      const { faults, firstOut } = decodeTelemetryFrame(await this.link.read(TELEMETRY));
      throw new DeviceFault(this.name, `the cause is still there: ${faultNames(faults, firstOut).join(', ')}`);
    }
    this.link.accept(CLEAR, result);
  }

  private async session(): Promise<SessionFrame> {
    return decodeSessionFrame(await this.link.read(SESSION));
  }
}
