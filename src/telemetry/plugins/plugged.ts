/**
 * A plug-in at the connection of one uplink, which opens and closes it. Owns that what a full connection left out is said
 * again, and that a plug-in which fails is taken out, told of, and harms nobody else.
 */
import type { Clock } from '../../model/clock.js';
import type { BrokerConnection } from '../brokers/connection.js';
import type { Publication } from '../publication.js';
import type { Told } from '../wire.js';
import type { Plugin } from './plugin.js';

export interface PluggedOptions {
  readonly plugin: Plugin;
  readonly connection: BrokerConnection;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
}

/** What others may say to a plug-in, bytes; `online` has six. */
const LONGEST_HEARD = 4096;

class PluggedIn {
  private failed = false;
  /** Something that stands was left out while too much was under way. */
  private behind = false;

  constructor(private readonly options: PluggedOptions) {
    const { plugin, connection } = options;
    connection.subscribe(plugin.hears);
    connection.onConnected(() => this.greet());
    connection.onMessage(({ topic, payload }) => {
      if (!plugin.hears.includes(topic) || !(payload.length <= LONGEST_HEARD)) return;
      this.say((now_ms) => plugin.heard(topic, payload.toString(), now_ms));
    });
  }

  told(message: Told): void {
    this.say((now_ms) => this.options.plugin.told(message, now_ms));
    if (this.behind && this.options.connection.connected) this.greet();
  }

  private greet(): void {
    this.behind = false;
    this.say((now_ms) => this.options.plugin.greeting(now_ms));
  }

  /** Without a connection too, since a plug-in learns from what it is asked. */
  private say(publications: (now_ms: number) => Iterable<Publication>): void {
    const { plugin, connection, clock, notice } = this.options;
    if (this.failed) return;
    try {
      const due = [...publications(clock.now())];
      if (connection.connected) for (const publication of due) void this.send(publication);
    } catch (error) {
      this.failed = true;
      const reason = error instanceof Error ? error.message : String(error);
      notice(`plug-in ${plugin.name} at ${connection.name} failed and is left out: ${reason}`.slice(0, 1000));
    }
  }

  private async send(publication: Publication): Promise<void> {
    if (!(await this.options.connection.publish(publication)) && publication.retain) this.behind = true;
  }
}

/** Gives what is to be called with each message of the control process. */
export function plugIn(options: PluggedOptions): (message: Told) => void {
  const plugged = new PluggedIn(options);
  return (message) => plugged.told(message);
}
