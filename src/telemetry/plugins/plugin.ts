/**
 * The one interface through which the reactor speaks another convention than its own: Home Assistant now, Sparkplug B or
 * others later. A plug-in is told what the control process tells and says what else is to be published to its broker. It
 * opens nothing, waits for nothing and knows no client; what the record holds is delivered beside it, not by it.
 */
import type { Publication } from '../publication.js';
import type { Told } from '../wire.js';

export interface Plugin {
  readonly name: string;
  /** Topics that it wants to hear, besides those of the reactor. */
  readonly hears: readonly string[];
  /** The broker has taken the connection, and was told what stands. */
  greeting(now_ms: number): Iterable<Publication>;
  /** The control process has told something; the connection may be away. */
  told(message: Told, now_ms: number): Iterable<Publication>;
  /** One of the topics that it hears. */
  heard(topic: string, payload: string, now_ms: number): Iterable<Publication>;
}
