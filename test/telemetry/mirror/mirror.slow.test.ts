/** The network process, real, against a real Mosquitto at which other reactors are; read at the built-in broker. */
import { afterEach, expect, it } from 'vitest';
import mqtt, { type MqttClient } from 'mqtt';
import { RealClock } from '../../../src/model/real-clock.js';
import { telemetryLink, type TelemetryLink } from '../../../src/telemetry/link.js';
import { ALONE, plainUplink } from '../../../src/telemetry/settings.js';
import { topicsOf } from '../../../src/telemetry/topics.js';
import { freePort, startMosquitto, temporary, type Mosquitto } from '../../support/mosquitto.js';
import { alarmText, sampleText, stateText } from './words.js';

let mosquitto: Mosquitto | undefined;
let link: TelemetryLink | undefined;
const clients: MqttClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await link?.close();
  await mosquitto?.stop();
});

async function clientOf(port: number): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100 });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

/** What stands and what passes at a broker, and a promise of it. */
async function readerOf(port: number) {
  const client = await clientOf(port);
  const standing = new Map<string, string>();
  const passed: string[] = [];
  let look = (): void => undefined;
  client.on('message', (topic, payload) => {
    standing.set(topic, payload.toString());
    passed.push(topic);
    look();
  });
  const until = (fits: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      look = () => (fits() ? resolve() : undefined);
      look();
    });
  await client.subscribeAsync('galvanode/#');
  return { standing, passed, until };
}

it('shows the others at the built-in broker, leaves them alone at theirs, and says when they are gone', async () => {
  const port = await freePort();
  const conf = `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`;
  mosquitto = await startMosquitto(temporary(), port, conf);
  const [other, own] = [topicsOf('other'), topicsOf('bench')];
  const lab = await clientOf(port);
  const say = (topic: string, text: string, retain = true): Promise<unknown> =>
    lab.publishAsync(topic, text, { retain, qos: 1 });
  await say(other.availability, 'online');
  await say(other.state, stateText());
  await say(other.alarm('band-warn'), alarmText());
  await say(own.about, 'a lie of another');
  link = telemetryLink({
    httpPort: 'off',
    mqttPort: 0,
    wall: new RealClock(),
    report: () => undefined,
    network: { ...ALONE, fleet: 'lab', uplinks: [plainUplink('lab', `mqtt://127.0.0.1:${port}`)] },
  });
  const ready = await link.ready;
  if (!('mqttPort' in ready) || ready.mqttPort === null) throw new Error('the built-in broker is not up');
  const reader = await readerOf(ready.mqttPort);
  await reader.until(() => reader.standing.has(other.alarm('band-warn')));
  expect(reader.standing.get(other.availability)).toBe('online');
  expect(reader.standing.get(other.state)).toBe(stateText());
  expect(reader.standing.has(own.about)).toBe(false);
  await say(other.sample, sampleText(), false);
  await reader.until(() => reader.passed.includes(other.sample));
  const outside = await readerOf(port);
  await outside.until(() => outside.standing.has(other.alarm('band-warn'))); // nobody took it back there
  await say(other.alarm('band-warn'), alarmText('band-warn', 'normal'));
  await reader.until(() => reader.standing.get(other.alarm('band-warn')) === '');
  await mosquitto.stop();
  await reader.until(() => reader.standing.get(other.availability) === 'offline');
  expect(reader.standing.get(own.availability)).toBe('online');
}, 30_000);
