/**
 * Opens what the uplinks of one network process share: the record to read from, and the file of what was acknowledged. A
 * reactor without outside brokers has neither.
 */
import type { Clock } from '../../model/clock.js';
import { type Directories, Past } from '../../record/past.js';
import type { BrokerConnection } from '../brokers/connection.js';
import { Backlog } from './backlog.js';
import type { Teller } from './late.js';
import { ReceiptFile, Receipts } from './receipts.js';

export interface DeliveriesOptions {
  readonly directories: Directories;
  readonly teller: Teller;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
}

export class Deliveries {
  private readonly past: Past;
  private readonly file: ReceiptFile;

  constructor(private readonly options: DeliveriesOptions) {
    this.past = new Past(options.directories);
    this.file = new ReceiptFile(options.directories.dataDir, options.notice);
  }

  /** @param name of the uplink in the settings: with another broker under the same name, delivery begins anew. */
  to(name: string, connection: BrokerConnection): Backlog {
    const { teller, clock, notice } = this.options;
    const uplink = `${name} ${connection.name}`;
    const receipts = new Receipts(this.file, uplink, clock.wallTime_ms(), () => this.ended());
    return new Backlog({ connection, past: this.past, receipts, teller, clock, notice });
  }

  /** Runs that a broker which is named for the first time is not told of; none when the record cannot be read just now. */
  private ended(): readonly string[] {
    try {
      return this.past.runs().flatMap(({ run, outcome }) => (outcome === null ? [] : [run]));
    } catch (error) {
      this.options.notice(`the record cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }
}
