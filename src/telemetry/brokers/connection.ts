/**
 * A connection to an outside broker, as everything above it sees one. Words only: what a client library does stays in
 * client.ts, and a plug-in or an uplink that is tested alone gets a connection of its own making.
 */
import type { Publication } from '../publication.js';

/** Something that the broker delivered. */
export interface Delivery {
  readonly topic: string;
  readonly payload: Buffer;
  /** The broker had kept it: nobody has just said it. */
  readonly retain: boolean;
  /** It may have been delivered before. */
  readonly dup: boolean;
  /** MQTT 5: what the sender wants to find in the answer, and where; absent with 3.1.1. */
  readonly correlation?: Buffer;
  readonly responseTopic?: string;
}

export interface BrokerConnection {
  /** The broker in words: never with user and password. */
  readonly name: string;
  readonly connected: boolean;
  /**
   * true: the broker has it (for QoS 1: acknowledged). false: it has not, and this connection will not try again: there is
   * none, it broke, it is full, or the broker refused. Never rejects. In the order in which it is asked.
   */
  publish(publication: Publication): Promise<boolean>;
  /** Adds topics; they are subscribed to again at each connection. */
  subscribe(topics: readonly string[]): void;
  /** Takes topics back, now and for each further connection. */
  unsubscribe(topics: readonly string[]): void;
  /** Each time the broker has taken the connection. */
  onConnected(told: () => void): void;
  /** Each time a connection that was taken is gone. */
  onGone(told: () => void): void;
  onMessage(told: (delivery: Delivery) => void): void;
  /** Says `offline` where the last will would have said it, and ends; within 2 s, whatever the broker does. */
  close(): Promise<void>;
}
