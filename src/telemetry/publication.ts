/** One MQTT message to publish, and what takes it. The publisher knows no more of a broker than this. */

export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: 0 | 1;
  /** MQTT 5: worth nothing to a reader who comes later than this, s; and what a requester wants to find in the answer. */
  readonly expiry_s?: number;
  readonly correlation?: Uint8Array;
  /** The place in the record of what is told; absent where the record holds nothing of it. */
  readonly record?: RecordPlace;
}

export interface RecordPlace {
  /** A head is no row of its own: it says how far the chain of events has come. */
  readonly kind: 'sample' | 'event' | 'head';
  readonly run: string;
  /** Of a sample its control cycle, of an event the count of this boot, of a head the events in the chain. */
  readonly seq: number;
  /** Run time of a sample or an event, s. */
  readonly at_s: number;
}

export interface Outlet {
  /** Settles when the message is out, or will never be; rejects never. */
  publish(publication: Publication): Promise<void>;
  /** Lets out what is owed, within a second. */
  settle?(): Promise<void>;
  /** Says good-bye and ends. */
  close(): Promise<void>;
}
