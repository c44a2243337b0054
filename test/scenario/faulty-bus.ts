/**
 * Trouble on the I2C bus of a bench, clamped on where every driver meets it. Owns what each kind of trouble does to a
 * transfer, and counts how often it did; which transfers it strikes is the caller's rule. Knows no chip.
 */
import { BusFault, type I2cBus, type Reply, type Transfer } from '../../src/bus/i2c.js';
import type { Clock } from '../../src/model/clock.js';
import { seeded, type Random } from '../../src/model/random.js';

/**
 * nack: the address is not acknowledged. timeout: somebody holds the clock; the chip sees nothing. lost-answer: the chip
 * did it and nobody hears so. garbled: a bit flips on the way, of a write before the chip gets it. stale: the first
 * answer to the same question once more, without asking. A function: the chip's answer with other bytes.
 */
export type Trouble = 'nack' | 'timeout' | 'lost-answer' | 'garbled' | 'stale' | ((answer: Uint8Array) => Uint8Array);

/** What befalls a transfer, by its number since the bus was clamped; null for nothing. */
export type Rule = (transfer: Transfer, index: number) => Trouble | null;

/** How long a held clock keeps the bus, ms: the time-out of SMBus 3.0 (25 to 35 ms). */
const TIMEOUT_MS = 25;

export class FaultyBus {
  /** Transfers asked for since the bus was clamped. */
  transfers = 0;
  /** Transfers that did not go as asked. */
  fired = 0;
  /** Somebody has asked for trouble. */
  struck = false;
  private rule: Rule = () => null;
  private readonly first = new Map<string, Uint8Array>();
  private readonly random: Random;
  private readonly healthy: I2cBus['batch'];

  /** Every transfer over `bus` goes through here from now on. */
  constructor(
    bus: I2cBus,
    private readonly clock: Clock,
    seed: number,
  ) {
    this.random = seeded(seed).fork('faulty bus');
    this.healthy = bus.batch.bind(bus);
    bus.batch = (transfers) => this.batch(transfers);
  }

  strike(rule: Rule): void {
    this.struck = true;
    this.rule = rule;
  }

  /** All transfers of one chip. */
  strikeChip(address: number, trouble: Trouble): void {
    this.strike((transfer) => (transfer.address === address ? trouble : null));
  }

  /** Struck transfers one at a time, those between them in the batches that they were. */
  private async batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    const replies: Reply[] = [];
    let untouched: Transfer[] = [];
    for (const transfer of transfers) {
      const trouble = this.rule(transfer, this.transfers++);
      if (trouble === null) {
        untouched.push(transfer);
        continue;
      }
      if (untouched.length > 0) replies.push(...(await this.healthy(untouched)));
      untouched = [];
      this.fired++;
      replies.push(await this.suffer(transfer, trouble));
    }
    if (untouched.length > 0) replies.push(...(await this.healthy(untouched)));
    return replies;
  }

  private async suffer(transfer: Transfer, trouble: Trouble): Promise<Reply> {
    const { address } = transfer;
    switch (trouble) {
      case 'nack':
        return new BusFault('nack', address, 'not acknowledged');
      case 'timeout':
        await this.clock.sleep(TIMEOUT_MS);
        return new BusFault('timeout', address, 'the clock was held');
      case 'lost-answer':
        await this.carried(transfer);
        return new BusFault('nack', address, 'the answer was lost');
      case 'garbled':
        return this.garbled(transfer);
      case 'stale':
        return this.stale(transfer);
      default: {
        const reply = await this.carried(transfer);
        return reply instanceof BusFault ? reply : trouble(reply);
      }
    }
  }

  private async carried(transfer: Transfer): Promise<Reply> {
    const [reply] = await this.healthy([transfer]);
    return reply ?? new BusFault('protocol', transfer.address, 'the batch gave no reply');
  }

  private async garbled(transfer: Transfer): Promise<Reply> {
    const { write, read } = transfer;
    if (read === undefined && write !== undefined) return this.carried({ ...transfer, write: this.flipped(write) });
    const reply = await this.carried(transfer);
    return reply instanceof BusFault ? reply : this.flipped(reply);
  }

  private async stale(transfer: Transfer): Promise<Reply> {
    const question = `${transfer.address} ${transfer.write?.join(' ') ?? ''} ${transfer.read ?? 0}`;
    const known = this.first.get(question);
    if (known !== undefined) return known;
    const reply = await this.carried(transfer);
    if (!(reply instanceof BusFault)) this.first.set(question, reply);
    return reply;
  }

  /** One to eight bits of one byte the other way. */
  private flipped(bytes: Uint8Array): Uint8Array {
    const spoilt = Uint8Array.from(bytes);
    const at = Math.floor(this.random.uniform() * spoilt.length);
    spoilt[at] = (spoilt[at] ?? 0) ^ (1 + Math.floor(this.random.uniform() * 255));
    return spoilt;
  }
}
