/**
 * A bus for tests: transfers go straight to simulated chips at an instant that the test sets. Owns the dispatch, a clock
 * that moves when somebody sleeps, and a hook to spoil replies. Knows no driver.
 */
import { type I2cBus, BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { BaseClock, type Timer } from '../../src/model/clock.js';
import type { Actuator, Reading, Sensor } from '../../src/device/ports.js';
import type { Chip } from '../../src/twin/chip.js';

/** A clock that stands still but for sleeps: whoever waits is woken at once, later. */
export class StepClock extends BaseClock {
  readonly virtual = true;
  now_s = 0;

  now(): number {
    return this.now_s * 1000;
  }
  wallTime_ms(): number {
    return this.now();
  }
  at(t: number, fn: () => void): Timer {
    let live = true;
    queueMicrotask(() => {
      if (!live) return;
      this.now_s = Math.max(this.now_s, t / 1000);
      fn();
    });
    return {
      cancel: () => {
        live = false;
      },
    };
  }
  after(ms: number, fn: () => void): Timer {
    return this.at(this.now() + ms, fn);
  }
  hold<T>(outside: PromiseLike<T>): Promise<T> {
    return Promise.resolve(outside);
  }
}

export class ChipBus implements I2cBus {
  readonly clock = new StepClock();
  /** Every transfer so far. */
  readonly log: Transfer[] = [];
  /** Changes replies on their way to the host. */
  spoil: ((transfer: Transfer, reply: Reply) => Reply) | undefined;
  private readonly chips: readonly Chip[];

  constructor(...chips: Chip[]) {
    this.chips = chips;
  }

  get now_s(): number {
    return this.clock.now_s;
  }

  async transfer(transfer: Transfer): Promise<Uint8Array> {
    const reply = this.pass(transfer);
    if (reply instanceof BusFault) throw reply;
    return reply;
  }

  async batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    return transfers.map((transfer) => this.pass(transfer));
  }

  async close(): Promise<void> {}

  /** Lets time pass, then polls once. */
  async poll<T>(sensor: Sensor<T>, after_s = sensor.period_s): Promise<Reading<T> | undefined> {
    this.clock.now_s += after_s;
    const poll = sensor.poll();
    return poll.decode(await this.batch(poll.transfers));
  }

  /** The value of a poll that must give one. */
  async value<T>(sensor: Sensor<T>, after_s = sensor.period_s): Promise<T> {
    const reading = await this.poll(sensor, after_s);
    if (reading?.ok !== true) throw new Error(`no value: ${JSON.stringify(reading)}`);
    return reading.value;
  }

  async write(actuator: Actuator, demand: number): Promise<Reading<null> | undefined> {
    const poll = actuator.write(demand);
    return poll.decode(await this.batch(poll.transfers));
  }

  private pass(transfer: Transfer): Reply {
    this.log.push(transfer);
    const reply = this.dispatch(transfer);
    return this.spoil === undefined ? reply : this.spoil(transfer, reply);
  }

  private dispatch({ address, write, read }: Transfer): Reply {
    const chip = this.chips.find((candidate) => candidate.address === address);
    if (chip === undefined) return nack(address);
    if (write !== undefined && !chip.write(write, this.now_s)) return nack(address);
    return read === undefined ? new Uint8Array(0) : (chip.read(read, this.now_s) ?? nack(address));
  }
}

function nack(address: number): BusFault {
  return new BusFault('nack', address, 'not acknowledged');
}

/** A spoiler: every transfer is not acknowledged. */
export function nacks(transfer: Transfer): Reply {
  return nack(transfer.address);
}

/** Flips one bit of a read reply. */
export function flipped(byte: number, mask = 0x01): (transfer: Transfer, reply: Reply) => Reply {
  return (_, reply) => {
    if (reply instanceof BusFault || reply.length <= byte) return reply;
    const copy = Uint8Array.from(reply);
    copy[byte] = (copy[byte] ?? 0) ^ mask;
    return copy;
  };
}

/** Noise that is none. */
export const silent = { uniform: () => 0.5, normal: () => 0, fork: () => silent } as const;
