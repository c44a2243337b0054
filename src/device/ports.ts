/**
 * Ports: what the control core needs from hardware, in the words of the lab. Implemented by the drivers beside this file.
 *
 * A polled device gives its transfers for this cycle and decodes the answers, so that one batch reads all chips of a
 * cycle. `decode` is called once for each time that a poll was sent, and never throws for a bad answer: the reading says so. It
 * remembers the last reading; where a galvanostat has no microcontroller it also does what a firmware would (trips, relays,
 * the pulse of the watchdog), so that a poll which is not decoded is a missed beat.
 */
import type { I2cBus, Lines, Reply, Transfer } from '../bus/i2c.js';

/** Why a reading cannot be used. */
export type ReadingFault = 'bus' | 'crc' | 'protocol' | 'range' | 'warming-up' | 'stuck';

/** A reading, or why there is none. A value that was not renewed ages with its sample; nobody repeats an old one. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: ReadingFault; readonly detail: string };

/** One poll of a device: what to send on the bus, and how to read the answers (given in the same order). */
export interface Poll<T> {
  readonly transfers: readonly Transfer[];
  /** undefined when this poll brings no new value (a conversion was only begun). */
  decode(replies: readonly Reply[]): Reading<T> | undefined;
  /**
   * First of the transfers that are held back in the cycle until those before them have been tried twice: they make the
   * chip forget what those ask for. None when not given.
   */
  readonly heldBackFrom?: number;
  /**
   * All of it may be sent once more in this cycle also when an answer came spoilt: both sides check what they get, and the
   * device takes a frame that it gets twice only once. `decode` then judges the second answers like the first ones.
   */
  readonly checked?: true;
}

/** A chip read at its own period. */
export interface Sensor<T> {
  readonly name: string;
  /** Period at which the core should poll, s; a multiple of the control period is used. */
  readonly period_s: number;
  /** Period at which a healthy chip polled like that brings a new value, s: its age is judged by this. `period_s` when not given. */
  readonly renewal_s?: number;
  /** Opens the chip: one real read that proves its identity where it has one. Rejects with BusFault or DeviceFault. */
  open(): Promise<void>;
  poll(): Poll<T>;
}

/** A chip that is written every cycle in which its demand changed or its refresh is due. */
export interface Actuator {
  readonly name: string;
  open(): Promise<void>;
  /** Transfers that bring the chip to `demand` (its own unit, see the driver), with a check of the answers. */
  write(demand: number): Poll<null>;
}

/** A device that answered, but not as the chip that the board file names. */
export class DeviceFault extends Error {
  override readonly name = 'DeviceFault';
  constructor(
    readonly device: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${device}: ${message}`, options);
  }
}

/** Limits that the board itself enforces while armed. It may only be tightened then. */
export interface Envelope {
  /** Identifies the run to the board, 1 to 65535. */
  readonly runTag: number;
  readonly current_A: number;
  readonly voltage_V: number;
  /** Absolute charge since the last zero of the counter. */
  readonly charge_C: number;
  readonly duration_s: number;
  readonly temperatureMin_C: number;
  readonly temperatureMax_C: number;
}

export interface BoardIdentity {
  readonly serial: number;
  readonly firmware: string;
  readonly protocolHash: number;
  readonly bootCount: number;
  /** What last started the board; null on one that starts nothing. */
  readonly resetCause: 'power' | 'watchdog' | 'brown-out' | 'external' | null;
}

/** The run that a board holds: whose envelope it was given last, and what it has counted since. */
export interface HeldRun {
  readonly runTag: number;
  readonly bootCount: number;
  readonly netCharge_C: number;
  readonly absoluteCharge_C: number;
}

/** The galvanostat's telemetry of one cycle. Current is positive when it enters the cell at the anode lead, as in a normal electrolysis. */
export interface GalvanostatReading {
  /** The board's own milliseconds since its boot. */
  readonly boardTime_ms: number;
  readonly sampleCounter: number;
  readonly current_A: number;
  readonly returnCurrent_A: number;
  readonly voltage_V: number;
  readonly setpoint_A: number;
  /** Net and absolute charge by the board's own counter since it was zeroed. */
  readonly netCharge_C: number;
  readonly absoluteCharge_C: number;
  /** T1, the cell temperature wired to this board. */
  readonly cellTemperature_C: number;
  readonly boardTemperature_C: number;
  readonly armed: boolean;
  readonly outputOn: boolean;
  readonly regulating: boolean;
  readonly compliance: boolean;
  /** SAFE_EN as the board drives it: gates Peltier, pump and fans' supply. */
  readonly safeEnabled: boolean;
  readonly interlockOk: boolean;
  /** Every calibration that the board stores is there and undamaged; true where it stores none. */
  readonly calibrationOk: boolean;
  /** Latched fault names as in protocol.yaml, first-out first; empty when none. */
  readonly faults: readonly string[];
}

export interface Galvanostat {
  readonly name: string;
  open(): Promise<BoardIdentity>;
  /**
   * The run whose charge the board still counts, also after a trip: only loading an envelope or a reset ends that. null
   * where no run was given since the last boot, and on a board that keeps no count of its own. Changes nothing.
   */
  lastRun(): Promise<HeldRun | null>;
  /** Reads all telemetry frames; the next `drive` answers the challenge that this read latched. */
  poll(): Poll<GalvanostatReading>;
  /** Heartbeat (answer to the last challenge) and set point of a completed cycle, in one transfer list. */
  drive(setpoint_A: number): Poll<null>;
  /** Loads the envelope, reads it back byte by byte, zeroes the counter. Rejects when the board stored anything else. */
  load(envelope: Envelope): Promise<void>;
  /** Arms: from now on the dead-man runs and SAFE_EN is on. The relay closes with the first set point other than zero. */
  arm(): Promise<void>;
  /** Current off at once, relay open; still armed, so that cooling goes on. Idempotent; legal in every state. */
  off(): Promise<void>;
  /** Output off and SAFE_EN off: nothing cools, heats or pumps. Idempotent; legal in every state. */
  disarm(): Promise<void>;
  /** Clears latched faults (writing ones) after the cause has gone, all or those named; never re-arms. */
  clear(faults?: readonly string[]): Promise<void>;
  /** What a proof before arming has to know of this board. `absent` is why there can be none. */
  readonly proof: ProofPort | Absent;
}

/** Something that a board does not have, and why. */
export interface Absent {
  readonly absent: string;
}

/** What differs between boards in the proof before arming. */
export interface ProofPort {
  /** Current of the proof, A: well measured on this board, and at most 0.5 mA. */
  readonly current_A: number;
  /** A current asked for into an open path shows as `compliance`; else it is only the current that stays away. */
  readonly railsWhenOpen: boolean;
  readonly selfTest: SelfTestPort | Absent;
}

/** Checks that the board makes of itself, not armed and with its stage disabled. */
export interface SelfTestPort {
  begin(): Promise<void>;
  verdict(): Promise<SelfTestVerdict | 'running'>;
}

export interface SelfTestVerdict {
  /** Names of the checks that failed; empty when all have passed. */
  readonly failed: readonly string[];
}

/** One bench as the control core sees it: opened devices on one bus, and the lines. Chosen and built only in bench.ts. */
export interface Bench {
  readonly name: string;
  readonly simulated: boolean;
  readonly bus: I2cBus;
  readonly lines: Lines;
  readonly galvanostat: Galvanostat;
  /** T2, the control thermometer, °C. */
  readonly thermometer: Sensor<number>;
  /** Set point of the Peltier current, A; positive cools. */
  readonly peltier: Actuator;
  readonly peltierMeter: Sensor<{ readonly current_A: number; readonly voltage_V: number }>;
  readonly auxiliary: Sensor<{ readonly hotSide_C: number; readonly supply_V: number }>;
  /** Hydrogen in air over the cell, ppm: the safety channel. */
  readonly hydrogen: Sensor<number>;
  /** Hydrogen in the vent line, vol%: for the Faradaic efficiency, never for safety. */
  readonly ventHydrogen: Sensor<number>;
  /** Nitrogen through the headspace, mL/min at 25 °C and 1 atm. */
  readonly sweep: Sensor<number>;
  /** Liquid flow, mL/min, and pump speed as a share 0 to 1; null where the reactor has no pump. */
  readonly flow: Sensor<number> | null;
  readonly pump: Actuator | null;
  /** Fans, share 0 to 1. */
  readonly canopyFan: Actuator;
  readonly hotSideFan: Actuator;
  close(): Promise<void>;
}
