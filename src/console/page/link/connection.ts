/**
 * The page's MQTT connection over WebSocket. Owns the MQTT client of the browser, which is loaded after the first paint.
 * It asks for topics, hands on what comes, and sends what is to be sent now or never; it must not know what payloads mean.
 */
import type { MqttClient } from 'mqtt';

export interface Listener {
  /** What is to be heard, asked at each connection. */
  topics(): readonly string[];
  connected(): void;
  lost(): void;
  message(topic: string, payload: string): void;
}

export interface PageConnection {
  /** Sends at once, or says false: a stop is never kept for later, when it would stop something else. */
  send(topic: string, payload: string): boolean;
  /** Hears more for a while; gives what ends it. */
  alsoHear(topics: readonly string[]): () => void;
  /** Leaves and comes again, as whoever is signed in now. */
  renew(): void;
}

const RETRY_MS = 1000;
const KEEPALIVE_S = 10;

function listen(client: MqttClient, listener: Listener, more: ReadonlySet<string>): void {
  const decoder = new TextDecoder();
  client.on('connect', () => {
    client.subscribe([...listener.topics(), ...more], { qos: 0 });
    listener.connected();
  });
  client.on('close', () => listener.lost());
  // Each error is followed by 'close', which is what the page shows; an error without a listener would be thrown.
  client.on('error', () => undefined);
  client.on('message', (topic, payload) => listener.message(topic, decoder.decode(payload)));
}

/** @param url of the WebSocket; the browser adds the origin, which the server checks. */
export async function openConnection(url: string, listener: Listener): Promise<PageConnection> {
  // The browser build has nothing but a default export.
  const { default: mqtt } = await import('mqtt');
  const client = mqtt.connect(url, {
    protocolVersion: 4,
    clean: true,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: RETRY_MS,
    queueQoSZero: false,
    // What was asked for before is asked for anew by the listener: who hears may be somebody else now.
    resubscribe: false,
    // The other variants start a worker from a blob, which the page's security policy rightly refuses.
    timerVariant: 'native',
  });
  const more = new Set<string>();
  listen(client, listener, more);
  return {
    send(topic, payload) {
      if (!client.connected) return false;
      client.publish(topic, payload, { qos: 0 });
      return true;
    },
    alsoHear(topics) {
      for (const topic of topics) more.add(topic);
      if (client.connected) client.subscribe([...topics], { qos: 0 });
      return () => {
        for (const topic of topics) more.delete(topic);
        if (client.connected) client.unsubscribe([...topics]);
      };
    },
    renew() {
      client.end(true, {}, () => client.reconnect());
    },
  };
}
