/**
 * The page's MQTT connection over WebSocket. Owns the MQTT client of the browser, which is loaded after the first paint.
 * It asks for topics, hands on what comes, and can ask to stop; it must not know what the payloads mean.
 */
import type { MqttClient } from 'mqtt';

export interface Listener {
  readonly topics: readonly string[];
  connected(): void;
  lost(): void;
  message(topic: string, payload: string): void;
}

export interface PageConnection {
  /** Sends at once, or says false: a stop is never kept for later, when it would stop something else. */
  send(topic: string, payload: string): boolean;
}

const RETRY_MS = 1000;
const KEEPALIVE_S = 10;

function listen(client: MqttClient, listener: Listener): void {
  const decoder = new TextDecoder();
  client.on('connect', () => {
    client.subscribe([...listener.topics], { qos: 0 });
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
    // The other variants start a worker from a blob, which the page's security policy rightly refuses.
    timerVariant: 'native',
  });
  listen(client, listener);
  return {
    send(topic, payload) {
      if (!client.connected) return false;
      client.publish(topic, payload, { qos: 0 });
      return true;
    },
  };
}
