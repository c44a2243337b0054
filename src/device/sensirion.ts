/**
 * What the drivers of Sensirion's flow sensors share: commands with check bytes, identity, a continuous measurement that
 * is read as three words, and starting it again after the chip was powered again. Knows no particular sensor.
 *
 * Facts (SLF3S and SFM4300 data sheets): commands are two bytes, arguments a word with its CRC-8; STOP 3FF9h needs 0.5 ms;
 * while measuring only STOP is taken; a read without data is not acknowledged.
 */
import { checkedWords, framedWords } from '../bus/crc8.js';
import { BusFault, type I2cBus, type Transfer } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { type Failed, failed, failedTransfer } from './answers.js';
import { DeviceFault, type Poll, type Reading } from './ports.js';

const STOP = 0x3ff9;
const STOP_ms = 1;
const MEASUREMENT_WORDS = 3;
const IDENTITY_WORDS = 6;
/** One refused read may be chance; after so many in a row the measurement is started again. */
const REFUSALS = 2;

/** Words of a reply, or why there are none. */
export function sensirionWords(
  bytes: Uint8Array,
  count: number,
): { readonly ok: true; readonly words: readonly number[] } | Failed {
  if (bytes.length !== 3 * count) return failed('protocol', `${bytes.length} bytes came, ${3 * count} were asked for`);
  const words = checkedWords(bytes);
  return words === undefined ? failed('crc', 'a check byte does not match its word') : { ok: true, words };
}

export interface SensirionOptions {
  readonly bus: I2cBus;
  readonly clock: Clock;
  readonly address: number;
  readonly name: string;
  readonly start: number;
  readonly firstData_ms: number;
  /** Commands before the identity is read. */
  readonly identify: readonly number[];
}

export class SensirionLink {
  private refusals = 0;
  private readonly startMeasurement: Transfer;
  private readonly read: Transfer;

  constructor(private readonly options: SensirionOptions) {
    this.startMeasurement = this.command(options.start);
    this.read = { address: options.address, read: 3 * MEASUREMENT_WORDS };
  }

  /** Stops whatever runs, and gives the product number: two words as one. Rejects with BusFault or DeviceFault. */
  async identify(): Promise<number> {
    const { bus, clock, identify } = this.options;
    await bus.transfer(this.command(STOP));
    await clock.sleep(STOP_ms);
    for (const command of identify) await bus.transfer(this.command(command));
    const [high = 0, low = 0] = await this.words(IDENTITY_WORDS);
    return high * 0x10000 + low;
  }

  /** Asks a command with an argument and reads `count` words. */
  async ask(command: number, argument: number, count: number): Promise<readonly number[]> {
    await this.options.bus.transfer(this.command(command, argument));
    return this.words(count);
  }

  /** Starts the measurement and waits for its first data. */
  async begin(): Promise<void> {
    await this.options.bus.transfer(this.startMeasurement);
    await this.options.clock.sleep(this.options.firstData_ms);
    this.refusals = 0;
  }

  /** One reading of the three measured words by `convert`; undefined when the measurement was only started again. */
  poll<T>(convert: (words: readonly number[]) => Reading<T>): Poll<T> {
    if (this.refusals >= REFUSALS) return this.restart();
    return {
      transfers: [this.read],
      decode: ([reply]) => {
        if (reply === undefined) return failed('protocol', 'no reply');
        if (reply instanceof BusFault) {
          this.refusals = reply.reason === 'nack' ? this.refusals + 1 : 0;
          return failedTransfer(reply);
        }
        this.refusals = 0;
        const frame = sensirionWords(reply, MEASUREMENT_WORDS);
        return frame.ok ? convert(frame.words) : frame;
      },
    };
  }

  private restart(): Poll<never> {
    return {
      transfers: [this.startMeasurement],
      decode: ([reply]) => {
        this.refusals = 0;
        return reply instanceof BusFault ? failedTransfer(reply) : undefined;
      },
    };
  }

  private command(command: number, argument?: number): Transfer {
    const words = argument === undefined ? [] : framedWords([argument]);
    return { address: this.options.address, write: Uint8Array.of(command >> 8, command & 0xff, ...words) };
  }

  private async words(count: number): Promise<readonly number[]> {
    const { bus, address, name } = this.options;
    const frame = sensirionWords(await bus.transfer({ address, read: 3 * count }), count);
    if (!frame.ok) throw new DeviceFault(name, frame.detail);
    return frame.words;
  }
}
