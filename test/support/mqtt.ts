/** An MQTT client of a run's broker, as tests need it: what it hears, and when. Knows topics only by their payloads. */
import mqtt, { type MqttClient } from 'mqtt';
import { samplePayload, topicsOf } from '../../src/telemetry/topics.js';
import type { Program } from './process.js';
import { brokerPort } from './runs.js';

export const TOPICS = topicsOf('bench');

export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
}

const clients: MqttClient[] = [];

/** Connected to the broker of a run, and to nothing else when that one is gone. */
export async function mqttClient(run: Program): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${await brokerPort(run)}`, { reconnectPeriod: 0 });
  client.on('error', () => undefined); // who asks for what he may not do is dropped; 'close' follows
  clients.push(client);
  return client;
}

export function endClients(): void {
  for (const client of clients.splice(0)) client.end(true);
}

/** Settles with the first message, from now on, that fits. */
export function hears(client: MqttClient, fits: (heard: Heard) => boolean): Promise<Heard> {
  return new Promise((resolve) => {
    const listener = (topic: string, payload: Buffer, { retain }: { retain: boolean }): void => {
      const heard = { topic, text: payload.toString(), retained: retain };
      if (!fits(heard)) return;
      client.off('message', listener);
      resolve(heard);
    };
    client.on('message', listener);
  });
}

/** undefined when it is no sample. Throws when it is none that the contract knows. */
export function sampleIn({ topic, text }: Heard) {
  return topic === TOPICS.sample ? samplePayload.parse(JSON.parse(text)) : undefined;
}

/** Settles when a sample says that more than this flows. */
export async function currentFlows(run: Program, more_mA: number): Promise<void> {
  const client = await mqttClient(run);
  const flowing = hears(client, (heard) => (sampleIn(heard)?.current_mA ?? 0) > more_mA);
  await client.subscribeAsync(TOPICS.sample);
  await flowing;
  client.end(true);
}
