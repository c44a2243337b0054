/**
 * The simulated I2C bus: one wire, on which transfers follow one another and take their time. Owns the order and the
 * instants; the chips' answers are the world's. Works on any clock: virtual for runs in step, real for a live bench.
 */
import { BusFault, type I2cBus, type Reply, type Transfer, wireTime_s } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { FaultyBus } from './faults/faulty-bus.js';
import type { Transaction, World } from './world.js';

export class SimulatedBus implements I2cBus {
  /** What can be wrong on the wire; nothing is until it is clamped on. */
  readonly trouble: FaultyBus;
  /** Takes all transfers over while something is broken on the bus. */
  intercept: ((transfers: readonly Transfer[]) => Promise<Reply[]>) | null = null;
  /** When the last transfer asked for will have left the wire, on the world's axis. */
  private busyUntil_ns = 0;
  private closed = false;

  constructor(
    private readonly world: World,
    private readonly time: WorldTime,
    private readonly rate_Hz: number,
  ) {
    this.trouble = new FaultyBus(this, time.clock);
  }

  /** The clock's instant at which the wire falls free, ms: a schedule that does not fit shows here. */
  get busyUntil_ms(): number {
    return this.time.clock_ms(this.busyUntil_ns);
  }

  async transfer(transfer: Transfer): Promise<Uint8Array> {
    const [reply] = await this.batch([transfer]);
    if (reply instanceof BusFault) throw reply;
    if (reply === undefined) throw new BusFault('protocol', transfer.address, 'the batch gave no reply');
    return reply;
  }

  batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    return this.intercept === null ? this.carry(transfers) : this.intercept(transfers);
  }

  /** One timer for the whole batch; the world does each transfer at the end of its own wire time. */
  carry(transfers: readonly Transfer[]): Promise<Reply[]> {
    if (this.closed) {
      return Promise.resolve(transfers.map(({ address }) => new BusFault('gone', address, 'the bus is closed')));
    }
    let end_ns = Math.max(this.time.now_ns(), this.busyUntil_ns);
    const transactions: Transaction[] = [];
    for (const transfer of transfers) {
      end_ns += Math.round(wireTime_s(transfer, this.rate_Hz) * 1e9);
      transactions.push({ due_ns: end_ns, transfer, reply: undefined });
    }
    this.busyUntil_ns = end_ns;
    this.world.enqueue(transactions);
    return new Promise((resolve) => {
      this.time.clock.at(this.time.clock_ms(end_ns), () => {
        // A real timer may fire a little early; the wire time has still to pass for the chips.
        this.world.advanceTo(Math.max(end_ns, this.time.now_ns()));
        resolve(settled(transactions));
      });
    });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function settled(transactions: readonly Transaction[]): Reply[] {
  const replies: Reply[] = [];
  for (const { transfer, reply } of transactions) {
    if (reply === undefined) throw new Error(`the transfer to 0x${transfer.address.toString(16)} was passed over`);
    replies.push(reply);
  }
  return replies;
}

/** The world's nanoseconds on a clock: its 0 is the instant at which this was made. */
export class WorldTime {
  private readonly origin_ms: number;

  constructor(readonly clock: Clock) {
    this.origin_ms = clock.now();
  }

  now_ns(): number {
    return Math.round((this.clock.now() - this.origin_ms) * 1e6);
  }

  clock_ms(world_ns: number): number {
    return this.origin_ms + world_ns / 1e6;
  }
}
