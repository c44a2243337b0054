/**
 * The network side of one reactor inside the thread of many: the same publications to the same contract over the same
 * client of an outside broker, without a process of its own. Takes no command. Owns nothing but its connection.
 */
import type { Clock } from '../../src/model/clock.js';
import { connectBroker } from '../../src/telemetry/brokers/client.js';
import type { StartNetwork } from '../../src/telemetry/child.js';
import type { Publication } from '../../src/telemetry/publication.js';
import { publicationsOf } from '../../src/telemetry/publisher.js';
import { plainUplink } from '../../src/telemetry/settings.js';
import { topicsOf, type Topics } from '../../src/telemetry/topics.js';
import type { Told } from '../../src/telemetry/wire.js';

export interface InThread {
  readonly start: StartNetwork;
  /** Publications that the broker has acknowledged, and those that it never will. */
  published: number;
  failed: number;
}

export interface InThreadOptions {
  readonly broker: string;
  /** Publish the bare numbers, too. */
  readonly values: boolean;
  readonly clock: Clock;
  /** Called with each sample. */
  readonly sampled: () => void;
}

/** What the reactor tells before its broker has taken the connection waits here, as it does in the network process. */
export function networkInThread({ broker, values, clock, sampled }: InThreadOptions): InThread {
  const standing = new Map<string, string>();
  const network: InThread = {
    published: 0,
    failed: 0,
    start: (events) => {
      let topics: Topics | null = null;
      let publish: (publications: readonly Publication[]) => Promise<void> = () => Promise.resolve();
      return {
        pid: undefined,
        send(message) {
          if (message.kind === 'hello') {
            topics = topicsOf(message.reactor);
            const will: Publication = { topic: topics.availability, payload: 'offline', retain: true, qos: 1 };
            const connection = connectBroker({
              settings: { ...plainUplink('load', broker), values },
              clientId: `galvanode-${message.reactor}`,
              will,
              clock,
              notice: (text) => {
                if (!text.startsWith('publishing to')) events.message({ kind: 'notice', text });
              },
            });
            publish = async (publications) => {
              const taken = await Promise.all(publications.map((one) => connection.publish(one)));
              for (const one of taken) if (one) network.published += 1;
              for (const one of taken) if (!one) network.failed += 1;
            };
            connection.onConnected(() => {
              void connection.publish({ ...will, payload: 'online' });
              events.message({ kind: 'ready', httpPort: null, mqttPort: null });
            });
            return;
          }
          if (topics === null || message.kind === 'reply') return;
          if (message.kind === 'sample') sampled();
          const due = wanted(message, topics, values).filter((one) => !one.retain || changes(standing, one));
          void publish(due).then(() => events.message({ kind: 'ack', n: message.n }));
        },
        end: () => undefined,
        kill: () => undefined,
      };
    },
  };
  return network;
}

/** Without the bare numbers a sample is one message. */
function wanted(message: Told, topics: Topics, values: boolean): Publication[] {
  const all = publicationsOf(message, topics);
  return values || message.kind !== 'sample' ? all : all.filter(({ retain }) => !retain);
}

/** A retained topic that says the same again need not be told again. */
function changes(standing: Map<string, string>, { topic, payload }: Publication): boolean {
  if ((standing.get(topic) ?? '') === payload) return false;
  standing.set(topic, payload);
  return true;
}
