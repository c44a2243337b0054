/**
 * Trouble on the I2C bus of a simulated bench, clamped on where every driver meets it. Owns what each kind of trouble
 * does to a transfer, and counts how often it did; which transfers it strikes is the caller's rule. Knows no chip.
 * While nothing is clamped on, transfers do not come here.
 */
import { BusFault, type Reply, type Transfer } from '../../bus/i2c.js';
import type { Clock } from '../../model/clock.js';
import type { Random } from '../../model/random.js';

/**
 * nack: the address is not acknowledged. hang: somebody holds the clock; the chip sees nothing. flip: one to eight bits
 * of a byte flip on the way, of a write before the chip gets it. dup: the write is done twice. replay: the first answer
 * to the same question once more, without asking. partial: the write ends after some of its bytes. shortread: the chip
 * lets go of the bus within its answer. lost-answer: the chip did it and nobody hears so. A function: the chip's answer
 * with other bytes.
 */
export type Trouble =
  | 'nack'
  | 'hang'
  | 'flip'
  | 'dup'
  | 'replay'
  | 'partial'
  | 'shortread'
  | 'lost-answer'
  | ((answer: Uint8Array) => Uint8Array);

/** What befalls a transfer, by its number since the rule was clamped on; null for nothing. */
export type Rule = (transfer: Transfer, index: number) => Trouble | null;

/** A rule in force. */
export interface Clamp {
  /** Transfers seen since it was clamped on. */
  readonly transfers: number;
  /** Transfers that did not go as asked. */
  readonly fired: number;
  end(): void;
}

/** The healthy way of a bus, and the place where all of its transfers can be taken over. */
export interface Clampable {
  carry(transfers: readonly Transfer[]): Promise<Reply[]>;
  intercept: ((transfers: readonly Transfer[]) => Promise<Reply[]>) | null;
}

/** How long a held clock keeps the bus, ms: the time-out of SMBus 3.0 (25 to 35 ms). */
const TIMEOUT_MS = 25;
/** What a master reads from a bus that nobody drives. */
const RELEASED = 0xff;

class RuleInForce implements Clamp {
  transfers = 0;
  fired = 0;
  readonly first = new Map<string, Uint8Array>();

  constructor(
    readonly rule: Rule,
    readonly random: Random,
    private readonly struck: () => void,
    readonly end: () => void,
  ) {}

  /** A transfer does not go as asked. */
  fire(): void {
    this.fired++;
    this.struck();
  }
}

export class FaultyBus {
  private rules: readonly RuleInForce[] = [];

  constructor(
    private readonly bus: Clampable,
    private readonly clock: Clock,
  ) {}

  /** Every transfer meets the rule from now on; of several rules the first that strikes has it. */
  clamp(rule: Rule, random: Random, struck: () => void = () => undefined): Clamp {
    const own: RuleInForce = new RuleInForce(rule, random, struck, () => this.release(own));
    this.rules = [...this.rules, own];
    this.bus.intercept = (transfers) => this.batch(transfers);
    return own;
  }

  private release(own: RuleInForce): void {
    this.rules = this.rules.filter((other) => other !== own);
    if (this.rules.length === 0) this.bus.intercept = null;
  }

  /** Struck transfers one at a time, those between them in the batches that they were. */
  private async batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    const replies: Reply[] = [];
    let untouched: Transfer[] = [];
    for (const transfer of transfers) {
      const struck = this.strike(transfer);
      if (struck === null) {
        untouched.push(transfer);
        continue;
      }
      if (untouched.length > 0) replies.push(...(await this.bus.carry(untouched)));
      untouched = [];
      replies.push(await this.suffer(transfer, struck.trouble, struck.by));
    }
    if (untouched.length > 0) replies.push(...(await this.bus.carry(untouched)));
    return replies;
  }

  private strike(transfer: Transfer): { readonly trouble: Trouble; readonly by: RuleInForce } | null {
    let struck: { readonly trouble: Trouble; readonly by: RuleInForce } | null = null;
    for (const by of this.rules) {
      const trouble = by.rule(transfer, by.transfers++);
      if (trouble !== null) struck ??= { trouble, by };
    }
    return struck;
  }

  private async suffer(transfer: Transfer, trouble: Trouble, by: RuleInForce): Promise<Reply> {
    const { address } = transfer;
    switch (trouble) {
      case 'nack':
        by.fire();
        return new BusFault('nack', address, 'not acknowledged');
      case 'hang':
        by.fire();
        await this.clock.sleep(TIMEOUT_MS);
        return new BusFault('timeout', address, 'the clock was held');
      case 'lost-answer':
        by.fire();
        await this.carried(transfer);
        return new BusFault('nack', address, 'the answer was lost');
      case 'flip':
        return this.flipped(transfer, by);
      case 'dup':
        return this.twice(transfer, by);
      case 'replay':
        return this.replayed(transfer, by);
      case 'partial':
        return this.cut(transfer, by);
      case 'shortread':
        return this.letGo(transfer, by);
      default:
        return this.rewritten(transfer, trouble, by);
    }
  }

  private async carried(transfer: Transfer): Promise<Reply> {
    const [reply] = await this.bus.carry([transfer]);
    return reply ?? new BusFault('protocol', transfer.address, 'the batch gave no reply');
  }

  private async flipped(transfer: Transfer, by: RuleInForce): Promise<Reply> {
    const { write, read } = transfer;
    if (read === undefined) {
      if (write === undefined || write.length === 0) return this.carried(transfer);
      by.fire();
      return this.carried({ ...transfer, write: spoilt(write, by.random) });
    }
    const reply = await this.carried(transfer);
    if (reply instanceof BusFault || reply.length === 0) return reply;
    by.fire();
    return spoilt(reply, by.random);
  }

  private async twice(transfer: Transfer, by: RuleInForce): Promise<Reply> {
    const { address, write } = transfer;
    if (write === undefined) return this.carried(transfer);
    by.fire();
    await this.carried({ address, write });
    return this.carried(transfer);
  }

  private async replayed(transfer: Transfer, by: RuleInForce): Promise<Reply> {
    if (transfer.read === undefined) return this.carried(transfer);
    const question = `${transfer.address} ${transfer.write?.join(' ') ?? ''} ${transfer.read}`;
    const known = by.first.get(question);
    if (known !== undefined) {
      by.fire();
      return known;
    }
    const reply = await this.carried(transfer);
    if (!(reply instanceof BusFault)) by.first.set(question, reply);
    return reply;
  }

  private async cut(transfer: Transfer, by: RuleInForce): Promise<Reply> {
    const { address, write } = transfer;
    if (write === undefined || write.length === 0) return this.carried(transfer);
    by.fire();
    const kept = Math.floor(by.random.uniform() * write.length);
    await this.carried({ address, write: write.subarray(0, kept) });
    return new BusFault('nack', address, `the write ended after ${kept} of ${write.length} bytes`);
  }

  private async rewritten(
    transfer: Transfer,
    rewrite: (answer: Uint8Array) => Uint8Array,
    by: RuleInForce,
  ): Promise<Reply> {
    const reply = await this.carried(transfer);
    if (reply instanceof BusFault) return reply;
    by.fire();
    return rewrite(reply);
  }

  private async letGo(transfer: Transfer, by: RuleInForce): Promise<Reply> {
    const reply = await this.carried(transfer);
    if (reply instanceof BusFault || reply.length === 0) return reply;
    const short = Uint8Array.from(reply);
    short.fill(RELEASED, Math.floor(by.random.uniform() * short.length));
    if (short.every((byte, place) => byte === reply[place])) return reply;
    by.fire();
    return short;
  }
}

/** One to eight bits of one byte the other way. */
function spoilt(bytes: Uint8Array, random: Random): Uint8Array {
  const other = Uint8Array.from(bytes);
  const at = Math.floor(random.uniform() * other.length);
  other[at] = (other[at] ?? 0) ^ (1 + Math.floor(random.uniform() * 255));
  return other;
}
