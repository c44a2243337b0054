/**
 * SEN0473 electrochemical hydrogen sensor (DFRobot Gravity, 0 to 1000 ppm in air) as it answers on I2C: nine-byte frames,
 * answer time, answer buffer that keeps its last frame, full scale, and a reading that is too high while it warms up.
 * Knows neither the plant (it is given functions) nor the driver. The response time of the cell belongs to the plant.
 *
 * Request, written to register 0: FF 01 command b1..b5 check. The check byte is the two's complement of the sum of bytes
 * 1 to 6, as the maker's library computes it for both directions (DFRobot_MultiGasSensor, FucCheckSum with length 8).
 */
import type { Random } from '../../model/random.js';
import type { Chip } from '../chip.js';
import { bigEndian, padded, saturated } from './words.js';

const FRAME = 9;
const START = 0xff;
const HOST = 0x01;
const SET_MODE = 0x78;
const CONCENTRATION = 0x86;
const TEMPERATURE = 0x87;
const ALL = 0x88;
const HYDROGEN = 0x06;
const ANSWER_s = 0.01;
/** A cold cell reads high and settles within the warm-up of 5 min: excess at power-on, and its decay. */
const COLD_EXCESS_ppm = 80;
const COLD_DECAY_s = 60;

/** Check byte of a frame, from its bytes 1 to 6. */
export function sen0473Check(frame: Uint8Array): number {
  let sum = 0;
  for (let i = 1; i <= 6; i++) sum += frame[i] ?? 0;
  return -sum & 0xff;
}

/** Code of the sensor's own thermistor: 10 bits of 3 V, 10 kohm in series, B = 3380.13 K (maker's library, readTempC). */
function thermistorCode(temperature_C: number): number {
  const ratio = Math.exp(3380.13 * (1 / (temperature_C + 273.15) - 1 / 298.15));
  return saturated((1024 * ratio) / (ratio + 1), 0, 1023);
}

export interface Sen0473Options {
  readonly address: number;
  /** Hydrogen in the air at the cell, after its response time, ppm. */
  readonly hydrogen_ppm: () => number;
  readonly noise: Random;
  readonly noise_ppm?: number;
  readonly fullScale_ppm?: number;
  readonly ambient_C?: () => number;
  /** How long it has been powered when the twin starts, s. */
  readonly poweredFor_s?: number;
}

export class Sen0473 implements Chip {
  readonly address: number;
  private answer = new Uint8Array(FRAME);
  private pending: { readonly frame: Uint8Array<ArrayBuffer>; readonly ready_s: number } | undefined;
  /** When it was powered; after a power cycle, its first transfer. */
  private powered_s: number | undefined;

  constructor(private readonly options: Sen0473Options) {
    this.address = options.address;
    this.powered_s = -(options.poweredFor_s ?? 0);
  }

  reset(): void {
    this.answer = new Uint8Array(FRAME);
    this.pending = undefined;
    this.powered_s = undefined;
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    this.settle(now_s);
    if (bytes[0] !== 0) return false; // its only register is 0
    if (bytes.length === 1) return true;
    const frame = bytes.subarray(1);
    // A frame that does not check is dropped without an answer: the buffer keeps the last one.
    if (frame.length !== FRAME || frame[0] !== START || frame[1] !== HOST || frame[8] !== sen0473Check(frame))
      return true;
    const reply = this.reply(frame[2] ?? 0, now_s);
    if (reply !== undefined) this.pending = { frame: reply, ready_s: now_s + ANSWER_s };
    return true;
  }

  read(length: number, now_s: number): Uint8Array | undefined {
    this.settle(now_s);
    return padded(this.answer, length);
  }

  private settle(now_s: number): void {
    this.powered_s ??= now_s;
    if (this.pending === undefined || now_s < this.pending.ready_s) return;
    this.answer = this.pending.frame;
    this.pending = undefined;
  }

  private reply(command: number, now_s: number): Uint8Array<ArrayBuffer> | undefined {
    const frame = new Uint8Array(FRAME);
    frame.set([START, command]);
    switch (command) {
      case SET_MODE:
        frame[2] = 1; // done; on I2C both modes answer only when read
        break;
      case CONCENTRATION:
      case ALL:
        frame.set(bigEndian(this.measured_ppm(now_s), 2), 2);
        frame[4] = HYDROGEN;
        if (command === ALL) frame.set(this.temperature(), 6);
        break;
      case TEMPERATURE:
        frame.set(this.temperature(), 2);
        break;
      default:
        return undefined;
    }
    frame[8] = sen0473Check(frame);
    return frame;
  }

  private temperature(): Uint8Array {
    return bigEndian(thermistorCode(this.options.ambient_C?.() ?? 22), 2);
  }

  private measured_ppm(now_s: number): number {
    const { hydrogen_ppm, noise, noise_ppm = 0.5, fullScale_ppm = 1000 } = this.options;
    const cold_ppm = COLD_EXCESS_ppm * Math.exp(-(now_s - (this.powered_s ?? now_s)) / COLD_DECAY_s);
    return saturated(hydrogen_ppm() + cold_ppm + noise_ppm * noise.normal(), 0, fullScale_ppm);
  }
}
