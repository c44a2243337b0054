/** One MQTT message to publish, and what takes it. The publisher knows no more of a broker than this. */

export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: 0 | 1;
}

export interface Outlet {
  /** Settles when the message is out, or will never be; rejects never. */
  publish(publication: Publication): Promise<void>;
  /** Says good-bye and ends. */
  close(): Promise<void>;
}
