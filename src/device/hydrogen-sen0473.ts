/**
 * Driver of the SEN0473 that watches hydrogen in the air over the cell: the safety channel. Owns its frames, its warm-up
 * and the proof that an answer is new; knows nothing of control.
 *
 * Facts (DFRobot Gravity SEN0473 and its library DFRobot_MultiGasSensor): request 00h, then FF 01 command b1..b5 check;
 * answer FF command data check, 10 ms later, from the same register. Commands 78h acquire mode (04h: on request), 86h
 * concentration, 88h concentration and temperature. Answer: concentration in bytes 2 and 3, gas in 4 (06h hydrogen),
 * decimals in 5. Check: two's complement of the sum of bytes 1 to 6 (as the library computes it; where byte 7 is 0 this
 * is the sum of 1 to 7 too; prove on the first sensor). 0 to 1000 ppm, warm-up above 5 min.
 *
 * Each poll fetches the answer to the request of the poll before, so that a value is one period old, and makes the next
 * request. The sensor keeps its last answer for ever, so requests alternate between 86h and 88h: an answer to the other
 * command is an old one. The library's temperature compensation is left out: for hydrogen it divides by 0.74 T + 0.007,
 * which is 18 at room temperature and hides an alarm.
 */
import { BusFault, type I2cBus, type Reply, type Transfer } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { answers, failed, failedTransfer, hex } from './answers.js';
import { DeviceFault, type Poll, type Reading, type Sensor } from './ports.js';

const DATA = 0x00;
const START = 0xff;
const HOST = 0x01;
const SET_MODE = 0x78;
const ON_REQUEST = 0x04;
const CONCENTRATION = 0x86;
const ALL = 0x88;
const HYDROGEN = 0x06;
const FRAME = 9;
const ANSWER_ms = 15;
/** Concentration per digit by the number of decimals. */
const STEP_ppm = [1, 0.1, 0.01] as const;

type Request = typeof CONCENTRATION | typeof ALL;

/** Check byte of a frame. */
export function sen0473Checksum(frame: Uint8Array | DataView): number {
  let sum = 0;
  for (let i = 1; i <= 6; i++) sum += (frame instanceof DataView ? frame.getUint8(i) : frame[i]) ?? 0;
  return -sum & 0xff;
}

/** A request as it is written, with the register in front. */
export function sen0473Request(command: number, argument = 0): Uint8Array {
  const frame = Uint8Array.of(START, HOST, command, argument, 0, 0, 0, 0, 0);
  frame[8] = sen0473Checksum(frame);
  return Uint8Array.of(DATA, ...frame);
}

/** Concentration of an answer to `request`, ppm; full scale and above is no reading. */
export function sen0473_ppm(frame: DataView, request: number, fullScale_ppm: number): Reading<number> {
  if (frame.getUint8(8) !== sen0473Checksum(frame)) return failed('crc', 'the check byte of the answer does not match');
  if (frame.getUint8(0) !== START || frame.getUint8(1) !== request) {
    return failed(
      'protocol',
      `answer begins with ${hex(frame.getUint16(0), 4)}: not to request ${hex(request, 2)}, an old one`,
    );
  }
  const step_ppm = STEP_ppm[frame.getUint8(5)];
  if (frame.getUint8(4) !== HYDROGEN || step_ppm === undefined) {
    return failed(
      'protocol',
      `gas ${hex(frame.getUint8(4), 2)} with ${frame.getUint8(5)} decimals is not hydrogen in ppm`,
    );
  }
  const value = frame.getUint16(2) * step_ppm;
  if (!(value < fullScale_ppm)) return failed('range', `at or over full scale, ${fullScale_ppm} ppm`);
  return { ok: true, value };
}

export interface Sen0473HydrogenOptions {
  readonly bus: I2cBus;
  readonly clock: Clock;
  readonly address: number;
  /** Full scale: a value there or above is a 'range' fault, which the guard must take as an alarm. */
  readonly range_ppm?: number;
  /** Counted from `open`, since the sensor does not tell how long it has been powered. */
  readonly warmUp_s?: number;
  readonly period_s?: number;
  readonly name?: string;
}

export class Sen0473Hydrogen implements Sensor<number> {
  readonly name: string;
  readonly period_s: number;
  private readonly range_ppm: number;
  private readonly warmUp_ms: number;
  private readonly fetch: Transfer;
  private readonly requests: Readonly<Record<Request, Transfer>>;
  /** The request whose answer is due; undefined when none was taken by the sensor. */
  private asked: Request | undefined;
  private last: Request = ALL;
  private opened_ms: number | undefined;

  constructor(private readonly options: Sen0473HydrogenOptions) {
    const { address } = options;
    this.name = options.name ?? 'hydrogen';
    this.period_s = options.period_s ?? 1;
    this.range_ppm = options.range_ppm ?? 1000;
    this.warmUp_ms = (options.warmUp_s ?? 300) * 1000;
    this.fetch = { address, write: Uint8Array.of(DATA), read: FRAME };
    this.requests = {
      [CONCENTRATION]: { address, write: sen0473Request(CONCENTRATION) },
      [ALL]: { address, write: sen0473Request(ALL) },
    };
  }

  /** Sets the mode and reads one concentration, whose gas byte proves the sensor. Starts the warm-up. */
  async open(): Promise<void> {
    const { bus, address, clock } = this.options;
    await bus.transfer({ address, write: sen0473Request(SET_MODE, ON_REQUEST) });
    await clock.sleep(ANSWER_ms);
    await bus.transfer(this.requests[CONCENTRATION]);
    await clock.sleep(ANSWER_ms);
    const reply = answers([await bus.transfer(this.fetch)], [FRAME]);
    const reading = reply.ok ? sen0473_ppm(reply.views[0], CONCENTRATION, this.range_ppm) : reply;
    // Full scale is an alarm for the guard, not a wrong sensor.
    if (!reading.ok && reading.fault !== 'range') throw new DeviceFault(this.name, reading.detail);
    this.asked = undefined;
    this.last = CONCENTRATION;
    this.opened_ms = clock.now();
  }

  /** Hydrogen in ppm, 'warming-up' at first; undefined when no answer was due. */
  poll(): Poll<number> {
    const { asked } = this;
    const next: Request = this.last === ALL ? CONCENTRATION : ALL;
    const request = this.requests[next];
    if (asked === undefined) {
      return { transfers: [request], decode: (replies) => this.taken(next, replies[0], undefined) };
    }
    return {
      transfers: [this.fetch, request],
      heldBackFrom: 1, // what is fetched after the request is the answer to it, not to the one before
      decode: (replies) => {
        const reply = answers(replies, [FRAME]);
        const reading = reply.ok ? this.judge(sen0473_ppm(reply.views[0], asked, this.range_ppm)) : reply;
        return this.taken(next, replies[1], reading);
      },
    };
  }

  /** Notes whether the sensor took the next request; without one there is nothing to fetch but an old answer. */
  private taken(
    next: Request,
    reply: Reply | undefined,
    reading: Reading<number> | undefined,
  ): Reading<number> | undefined {
    this.asked = reply === undefined || reply instanceof BusFault ? undefined : next;
    this.last = this.asked ?? this.last;
    return reading ?? (reply instanceof BusFault ? failedTransfer(reply) : undefined);
  }

  private judge(reading: Reading<number>): Reading<number> {
    const warm_ms = this.options.clock.now() - (this.opened_ms ?? Number.POSITIVE_INFINITY);
    if (!reading.ok || warm_ms >= this.warmUp_ms) return reading;
    return failed('warming-up', `${Math.ceil((this.warmUp_ms - warm_ms) / 1000)} s of the warm-up are left`);
  }
}
