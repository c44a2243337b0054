/**
 * A bus of the host, /dev/i2c-N, through i2c-bus: the only file that imports it. Owns the order on the wire, deadlines,
 * the opening of the device and the counts; knows no chip and no frame.
 *
 * What i2c-bus 5.2.3 leaves to its caller is done here:
 * - A failed first access to an address leaves a descriptor behind whose address was never set, and a second access in
 *   the same moments uses one whose address is not set yet: both go out to address 0, the general call. So each address
 *   is taken once, alone, before anything is sent to it, and when that fails the whole device is dropped.
 * - A transfer on a stuck bus holds a thread until the adapter gives up (1 s). One transfer is under way at a time, so
 *   it is one thread at most; its caller is answered at the deadline and the wire stays closed until it has settled.
 *
 * Nothing is sent twice here: a read of the GS-1 poses a new challenge and a read of a Sensirion sensor takes the
 * value away, so only a driver knows what may be repeated.
 */
import type { Clock } from '../model/clock.js';
import { BusFault, type BusFaultReason, type I2cBus, type Reply, type Transfer, wireTime_s } from './i2c.js';
import { nativeMeaning, openingFault } from './native-fault.js';
import { type NativeDevice, refusal, transact } from './native-transfer.js';
import { SerialQueue } from './serial-queue.js';

export type OpenDevice = (bus: number) => Promise<NativeDevice>;

export interface NativeBusOptions {
  /** N of /dev/i2c-N. */
  readonly bus: number;
  /** Clock of the wire, Hz, as the host is configured: gives each batch its share of the deadline. */
  readonly rate_Hz: number;
  readonly clock: Clock;
  /** Addresses that will be used; any other is taken at its first transfer. */
  readonly addresses: readonly number[];
  /** How much longer than its wire time a batch may take, ms; 100 leaves a third of the board's dead-man of 150. */
  readonly slack_ms?: number;
  /** i2c-bus itself when not given. */
  readonly openDevice?: OpenDevice;
}

/** What became of the transfers since the bus was opened. `wire_s` is the wire time of those that were done. */
export type BusCounts = Readonly<Record<BusFaultReason | 'transfers' | 'reopened', number>> & {
  readonly wire_s: number;
};

/** So many time-outs in a row, and the device is opened anew: some adapters come back only then. */
const TIMEOUTS_TO_REOPEN = 5;
/** A transfer that is still under way may keep `close` waiting so long, ms: the adapter's own limit is 1 s. */
const CLOSE_LIMIT_MS = 1500;

export class NativeBus implements I2cBus {
  private readonly queue: SerialQueue;
  private readonly tally = {
    transfers: 0,
    nack: 0,
    timeout: 0,
    crc: 0,
    busy: 0,
    gone: 0,
    protocol: 0,
    reopened: 0,
    wire_s: 0,
  };
  private readonly taken = new Set<number>();
  private device: NativeDevice | undefined;
  private opened = false;
  private closed = false;
  private timeouts = 0;

  private constructor(private readonly options: NativeBusOptions) {
    this.queue = new SerialQueue(options.clock);
  }

  /** Opens the device and takes every address. Rejects with BusFault; what is missing is in its message. */
  static async open(options: NativeBusOptions): Promise<NativeBus> {
    const bus = new NativeBus(options);
    try {
      for (const address of options.addresses) await bus.taking(address);
      await bus.ready();
      return bus;
    } catch (error) {
      await bus.close();
      throw error;
    }
  }

  get counts(): BusCounts {
    return { ...this.tally };
  }

  async transfer(transfer: Transfer): Promise<Uint8Array> {
    const [reply] = await this.batch([transfer]);
    if (reply instanceof BusFault) throw reply;
    if (reply === undefined) throw new BusFault('protocol', transfer.address, 'the batch gave no reply');
    return reply;
  }

  async batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    const deadline_ms = this.wire_s(transfers) * 1000 + (this.options.slack_ms ?? 100);
    const done: Reply[] = [];
    let answered = false;
    const work = async (): Promise<Reply[]> => {
      for (const transfer of transfers) {
        const reply = await this.perform(transfer);
        // The caller has its answer already: what is left of the batch is not sent when nobody waits for it.
        if (answered) break;
        done.push(reply);
      }
      if (this.closed) await this.drop();
      return done;
    };
    const late = (begun: boolean): Reply[] => {
      answered = true;
      return transfers.map(({ address }, i) => done[i] ?? lateFault(address, begun && i === done.length, deadline_ms));
    };
    const replies = await this.queue.run(work, deadline_ms, late);
    transfers.forEach((transfer, i) => this.count(transfer, replies[i]));
    return replies;
  }

  /** Settles when the device is closed, or when a transfer that is under way has kept it waiting for 1.5 s. */
  close(): Promise<void> {
    this.closed = true;
    return this.queue.run(
      () => this.drop(),
      CLOSE_LIMIT_MS,
      () => undefined,
    );
  }

  private wire_s(transfers: readonly Transfer[]): number {
    return transfers.reduce((sum, transfer) => sum + wireTime_s(transfer, this.options.rate_Hz), 0);
  }

  private count(transfer: Transfer, reply: Reply | undefined): void {
    this.tally.transfers++;
    const reason = reply instanceof BusFault ? reply.reason : undefined;
    if (reason === undefined) this.tally.wire_s += this.wire_s([transfer]);
    else this.tally[reason]++;
    // What was not sent says nothing about the bus.
    if (reason !== 'busy') this.timeouts = reason === 'timeout' ? this.timeouts + 1 : 0;
  }

  /** One transfer; never rejects because of the bus. */
  private async perform(transfer: Transfer): Promise<Reply> {
    const { address } = transfer;
    if (this.closed) return new BusFault('gone', address, 'the bus is closed');
    const refused = refusal(transfer);
    if (refused !== undefined) return new BusFault('protocol', address, refused);
    try {
      if (!(this.timeouts < TIMEOUTS_TO_REOPEN)) await this.drop();
      return await transact(await this.taking(address), transfer);
    } catch (error) {
      return error instanceof BusFault ? error : this.failed(address, error);
    }
  }

  private async failed(address: number, error: unknown): Promise<BusFault> {
    const [reason, words] = nativeMeaning(error);
    if (reason === 'gone') await this.drop();
    if (reason !== 'io') return new BusFault(reason, address, words, { cause: error });
    // Whether the adapter is there at all shows in opening it anew.
    await this.drop();
    try {
      await this.taking(address);
      return new BusFault('protocol', address, words, { cause: error });
    } catch (lost) {
      if (!(lost instanceof BusFault)) throw lost;
      return new BusFault('gone', address, `${words}, and ${lost.message}`, { cause: error });
    }
  }

  /** The device, with a descriptor of its own set to `address`. A length of 0 opens and sets it and sends nothing. */
  private async taking(address: number): Promise<NativeDevice> {
    const device = await this.ready();
    if (this.taken.has(address)) return device;
    try {
      await device.i2cRead(address, 0, Buffer.alloc(1));
    } catch (error) {
      await this.drop();
      throw openingFault(this.options.bus, address, error);
    }
    this.taken.add(address);
    return device;
  }

  private async ready(): Promise<NativeDevice> {
    if (this.device !== undefined) return this.device;
    const { bus, openDevice = openI2cBus } = this.options;
    const device = await openDevice(bus);
    this.device = device;
    try {
      const { i2c, smbusReadI2cBlock } = await device.i2cFuncs();
      if (!i2c || !smbusReadI2cBlock) throw new BusFault('gone', 0, `bus ${bus} does no plain I2C transfers`);
    } catch (error) {
      await this.drop();
      throw openingFault(bus, 0, error);
    }
    if (this.opened) this.tally.reopened++;
    this.opened = true;
    return device;
  }

  /** Closes the device with every descriptor in it; the next transfer opens it anew. */
  private async drop(): Promise<void> {
    const { device } = this;
    this.device = undefined;
    this.taken.clear();
    this.timeouts = 0;
    try {
      await device?.close();
    } catch (error) {
      // The descriptor is free after a failed close as well, and that the adapter is lost was said by the transfer.
      nativeMeaning(error);
    }
  }
}

function lateFault(address: number, underWay: boolean, deadline_ms: number): BusFault {
  const within = `within ${deadline_ms.toFixed(1)} ms`;
  return underWay
    ? new BusFault('timeout', address, `not done ${within}; the bus waits until it is`)
    : new BusFault('busy', address, `the bus was not free ${within}; nothing was sent`);
}

const INSTALL = 'npm install --include=optional i2c-bus@5.2.3 && npm rebuild i2c-bus';

/** The native module is optional: a host without I2C does not need a C++ compiler. */
async function openI2cBus(bus: number): Promise<NativeDevice> {
  const { openPromisified } = await import('i2c-bus').catch((cause: unknown) => {
    throw new BusFault('gone', 0, `i2c-bus is not installed or not compiled for this Node: ${INSTALL}`, { cause });
  });
  return openPromisified(bus);
}
